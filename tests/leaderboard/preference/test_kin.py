import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.leaderboard.preference.families import akin, read_families
from motionedit_bench.leaderboard.preference.kin import kin_table


def compared(item, judge, a, b, outcome):
    winners = {"a": ("first", "second"), "b": ("second", "first")}[outcome]
    orders = [{"winner": winner} for winner in winners]
    return row(judge, a, b, item_id=str(item), outcome=outcome, orders=orders)


def row(judge, a, b, **more):
    return {"judge": judge, "model_a": a, "model_b": b, **more}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (row("openai:Qwen3.6-27B", "flux_kontext", "qwen_image_edit"), [("qwen_image_edit", "qwen")]),
        (
            row("openai:judge", "motionnft_qwen", "x", answered_by="qwen3-vl-32b"),
            [("motionnft_qwen", "qwen")],
        ),
        (row("gemini:gemini-3-flash", "gemini_images", "gpt_image"), [("gemini_images", "google")]),
        (row("openai:gpt-5", "gemini_images", "gpt_image"), [("gpt_image", "openai")]),
        (row("reference", "qwen_image_edit", "gpt_image"), []),
        (row("openai:gpt-5", "flux_kontext", "bagel"), []),
    ],
)
def test_judges_and_models_of_one_family(found, expected):
    assert akin(found, read_families()) == expected


@pytest.mark.parametrize("text", ["qwen = 3", "[a]\njudges = []", "[a]\njudges = [1]\nmodels = []", "]"])
def test_what_is_no_table_is_refused(tmp_path, text):
    path = tmp_path / "families.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match="families.toml"):
        read_families(path)


def test_the_ranking_stands_with_and_without_kin():
    """Its kin puts a model first on most items, the other judge puts it last on most."""
    own, rows = "qwen_image_edit", []
    for item in range(120):
        odd = item % 10 == 0
        for judge, praises in (("openai:qwen3", True), ("openai:qwen3-vl", True), ("openai:gpt-5", False)):
            rows.append(compared(item, judge, "x", "y", "b" if item % 3 == 0 else "a"))
            rows += [compared(item, judge, own, name, "ab"[praises == odd]) for name in ("x", "y")]
    table = kin_table(rows, read_families())
    lines = {line.split()[0]: line.split() for line in table.splitlines()[2:5]}
    assert lines[own][1:3] == ["(*)", "1"]
    assert lines[own][4] == "3"
    assert [lines["x"][place] for place in (1, 3)] == ["2", "1"]
    assert "qwen_image_edit and openai:qwen3 are of qwen (240 pairs)" in table
    assert max(map(len, table.splitlines())) <= 90


def test_where_nobody_has_kin_there_is_no_table():
    assert kin_table([compared(1, "openai:qwen3", "x", "y", "a")], read_families()) is None


def test_a_model_that_only_its_kin_judges_has_no_place_without():
    rows = [compared(item, "openai:qwen3", "qwen", "x", "ab"[item % 2]) for item in range(4)]
    table = kin_table(rows, read_families())
    assert [line.split()[-2:] for line in table.splitlines()[2:4]] == [["-", "-"], ["-", "-"]]
