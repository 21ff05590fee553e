import json

import pytest
from helpers.pictures import make_benchmark
from PIL import Image
from pydantic import ValidationError

from motionedit_bench.adapters import Adapter, Settings
from motionedit_bench.adapters.baselines import Identity, Resaved, Shift, ShiftSettings, Target
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import EditFailed, EditRefused, PredictionsError, StorageError
from motionedit_bench.files import Journal, read_lines
from motionedit_bench.images import decode, to_array
from motionedit_bench.records import digest
from motionedit_bench.running.attempt import item_seed
from motionedit_bench.running.run import Outcome, run

SEED_OF_ITEM_0 = 127936474


def records(out):
    return list(read_lines(out / "records.jsonl"))


def pictures(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.png"))}


@pytest.fixture
def benchmark_(bench):
    return open_benchmark(str(bench))


def test_every_item_becomes_a_png_a_record_and_a_manifest(benchmark_, tmp_path):
    out = tmp_path / "out"
    outcome = run("shift", Shift(), benchmark_, benchmark_.items, out, seed=7)
    assert outcome == Outcome(kept=0, done=4, failed=0)
    assert sorted(pictures(out)) == [f"item-{k}.png" for k in range(4)]
    for record, item in zip(records(out), benchmark_.items, strict=True):
        assert record["item_id"] == item.id
        assert (record["status"], record["reason"]) == ("ok", None)
        assert record["seed"] == item_seed(7, item.id)
        assert (record["width"], record["height"]) == (160, 120)
        assert record["seconds"] >= 0
        assert record["sha256"] == digest((out / f"{item.id}.png").read_bytes())
    manifest = json.loads((out / "run.json").read_text())
    assert manifest["adapter"] == "shift"
    assert manifest["settings"] == {"percent": 4.0}
    assert manifest["seed"] == 7
    assert manifest["bench"]["fingerprint"] == benchmark_.fingerprint()
    assert manifest["bench"]["items"] == 4
    (session,) = manifest["sessions"]
    assert session["finished"] >= session["started"]
    assert session["packages"]["pillow"]
    assert session["command"][0] == "mebench"


def test_baselines_do_what_they_say(benchmark_):
    item = benchmark_.items[0]
    original, target = decode(item.input.read()), decode(item.target.read())
    assert (to_array(Identity().edit(item, 0)) == to_array(original)).all()
    assert (to_array(Target().edit(item, 0)) == to_array(target)).all()
    saved_again = to_array(Resaved().edit(item, 0)).astype(int)
    assert 0 < abs(saved_again - to_array(original)).mean() < 5
    moved = Shift(ShiftSettings(percent=10))
    one, same, other = (to_array(moved.edit(item, seed)) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_seeds_differ_by_item_and_by_run_and_fit_31_bits():
    seeds = {item_seed(run_seed, f"item-{k}") for run_seed in range(20) for k in range(50)}
    assert len(seeds) == 1000
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert item_seed(42, "item-0") == SEED_OF_ITEM_0  # a promise: published runs rest on it


def test_a_second_run_keeps_what_is_done_and_repairs_what_was_damaged(benchmark_, tmp_path):
    out = tmp_path / "out"
    run("resaved", Resaved(), benchmark_, benchmark_.items[:2], out)
    first = pictures(out)
    assert run("resaved", Resaved(), benchmark_, benchmark_.items, out) == Outcome(kept=2, done=2, failed=0)
    (out / "item-0.png").write_bytes(b"damaged")
    (out / "item-1.png").unlink()
    assert run("resaved", Resaved(), benchmark_, benchmark_.items, out) == Outcome(kept=2, done=2, failed=0)
    assert {name: pictures(out)[name] for name in first} == first
    assert len(json.loads((out / "run.json").read_text())["sessions"]) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda out, bench: run("other", Shift(), bench, bench.items, out), "another adapter"),
        (
            lambda out, bench: run("shift", Shift(ShiftSettings(percent=9)), bench, bench.items, out),
            "settings",
        ),
        (
            lambda out, bench: run("shift", Shift(), bench, bench.items, out, seed=0),
            r"another seed \(42, now 0\)",
        ),
        (
            lambda out, bench: run(
                "shift", Shift(), open_benchmark(str(out.parent / "b2")), bench.items, out
            ),
            "another bench.fingerprint",
        ),
    ],
)
def test_runs_of_other_settings_are_not_mixed(benchmark_, tmp_path, change, message):
    make_benchmark(tmp_path / "b2", count=2)
    out = tmp_path / "out"
    run("shift", Shift(), benchmark_, benchmark_.items[:1], out)
    before = pictures(out), (out / "run.json").read_bytes()
    with pytest.raises(PredictionsError, match=message):
        change(out, benchmark_)
    assert (pictures(out), (out / "run.json").read_bytes()) == before


def test_somebodys_own_images_are_not_overwritten(benchmark_, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "item-0.png").write_bytes(b"mine")
    with pytest.raises(PredictionsError, match="images that no run made"):
        run("identity", Identity(), benchmark_, benchmark_.items, out)
    assert (out / "item-0.png").read_bytes() == b"mine"


def test_a_damaged_manifest_is_named(benchmark_, tmp_path):
    (tmp_path / "run.json").write_text('{"adapter": ')
    with pytest.raises(StorageError, match="run.json is damaged"):
        run("identity", Identity(), benchmark_, benchmark_.items, tmp_path)


def test_two_runs_at_once_into_one_folder_are_refused(benchmark_, tmp_path):
    with Journal(tmp_path / "records.jsonl"), pytest.raises(StorageError, match="another process"):
        run("identity", Identity(), benchmark_, benchmark_.items, tmp_path)


class Moody(Adapter):
    """Fails in all the ways that models fail."""

    def edit(self, item, seed):
        if item.id == "item-0":
            raise RuntimeError("CUDA error:\n  something long")
        if item.id == "item-1":
            raise EditRefused("the model declined: policy")
        if item.id == "item-2":
            return to_array(decode(item.input.read()))
        return decode(item.input.read()).convert("L")


def test_failures_are_records_with_reasons_and_the_run_goes_on(benchmark_, tmp_path):
    outcome = run("moody", Moody(), benchmark_, benchmark_.items, tmp_path)
    assert outcome == Outcome(kept=0, done=1, failed=3)
    failed, refused, wrong, fine = records(tmp_path)
    assert failed["status"] == "failed"
    assert failed["reason"].startswith("RuntimeError: CUDA error: something long (test_run.py:")
    assert (refused["status"], refused["reason"]) == ("refused", "the model declined: policy")
    assert "must return a PIL image, but returned ndarray" in wrong["reason"]
    assert failed["sha256"] is failed["width"] is None
    assert fine["status"] == "ok"
    with Image.open(tmp_path / "item-3.png") as image:
        assert image.mode == "RGB"
    assert list(pictures(tmp_path)) == ["item-3.png"]
    again = run("moody", Moody(), benchmark_, benchmark_.items, tmp_path)
    assert again == Outcome(kept=1, done=0, failed=3)


class Reloaded(Adapter):
    default_model = "some/model"
    revision = "one"

    def edit(self, item, seed):
        return decode(item.input.read())

    def provenance(self):
        return {"revision": self.revision}


def test_another_revision_of_the_weights_does_not_join(benchmark_, tmp_path, monkeypatch):
    run("reloaded", Reloaded(), benchmark_, benchmark_.items[:1], tmp_path)
    monkeypatch.setattr(Reloaded, "revision", "two")
    with pytest.raises(PredictionsError, match="another revision"):
        run("reloaded", Reloaded(), benchmark_, benchmark_.items, tmp_path)


def test_an_input_that_cannot_be_read_is_that_items_failure(bench, tmp_path):
    (bench / "input" / "item-1.png").write_bytes(b"\x89PNG broken")
    found = open_benchmark(str(bench))
    assert run("identity", Identity(), found, found.items, tmp_path / "out").failed == 1
    assert "not an image" in records(tmp_path / "out")[1]["reason"]


def test_an_unwritable_place_is_one_error(benchmark_, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot make folder"):
        run("identity", Identity(), benchmark_, benchmark_.items, tmp_path / "file" / "out")


def test_settings_are_the_declared_ones():
    assert Shift().settings == ShiftSettings()
    with pytest.raises(ValidationError, match="extra"):
        Settings(anything=1)


def test_a_reason_that_no_file_can_hold_is_kept_as_its_escape(benchmark_, tmp_path):
    class Odd(Identity):
        def edit(self, item, seed):
            raise EditFailed("half \ud83d of it") if item == benchmark_.items[0] else ValueError("\udcff")

    outcome = run("odd", Odd(), benchmark_, benchmark_.items, tmp_path / "odd")
    assert outcome.done == 0
    reasons = [record["reason"] for record in read_lines(tmp_path / "odd" / "records.jsonl")]
    assert reasons[0] == "half \\ud83d of it"
    assert all(reason.startswith("ValueError: \\udcff") for reason in reasons[1:])


def test_an_image_without_pixels_is_that_items_failure(benchmark_, tmp_path):
    class Empty(Identity):
        def edit(self, item, seed):
            return Image.new("RGB", (0, 5)) if item.id == "item-1" else super().edit(item, seed)

    assert run("empty", Empty(), benchmark_, benchmark_.items, tmp_path / "out").failed == 1
    reason = records(tmp_path / "out")[1]["reason"]
    assert reason.startswith("ValueError: the adapter returned an image of 0x5 pixels")


def test_an_empty_list_of_items_is_not_all_of_them(mebench, bench, tmp_path):
    status, _, err = mebench(
        "run", "--adapter", "identity", "--bench", bench, "--out", tmp_path / "o", "--ids", ""
    )
    assert (status, err.count("\n"), "unknown item ''" in err, (tmp_path / "o").exists()) == (
        2,
        1,
        True,
        False,
    )
