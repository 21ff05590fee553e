import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers.honest_submission import CARD, board_by_dis, look_at, prepare
from helpers.pictures import make_benchmark

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.submission.history import current

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submit")
    make_benchmark(folder / "bench", 2)
    return prepare(folder, folder / "bench")


def submit(mebench, place, *more):
    return mebench("submit", place / "preds" / "shifter", "--card", place / "card.json", *more)


def git(checkout, *arguments):
    command = ["git", "-C", str(checkout), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_published_schema_is_that_of_the_code(mebench):
    status, out, _ = mebench("submit", "--schema")
    assert status == 0
    assert json.loads((DOCS / "submission.schema.json").read_text()) == json.loads(out)
    card = json.loads(out)["files"]["card.json"]
    assert set(card["required"]) == set(CARD)


def test_the_same_content_gives_the_same_bytes(mebench, place, tmp_path):
    for name in ("one.zip", "two.zip"):
        assert submit(mebench, place, "--with-images", "--to", tmp_path / name)[0] == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    benchmark = open_benchmark(str(place / "bench"))
    assert look_at(tmp_path / "one.zip", benchmark).word == "verified"


def test_without_images_nothing_can_be_computed_again(mebench, place, tmp_path):
    submit(mebench, place, "--to", tmp_path / "bare.zip")
    board = board_by_dis(tmp_path / "board", place / "bench")
    status, out, _ = mebench("leaderboard", "check", tmp_path / "bare.zip", "--board", board)
    assert status == 0
    assert "without images: nothing is computed again, every figure is claimed" in out
    assert out.strip().endswith("shifter: accepted as claimed: shown apart, never ranked with others")


def test_a_partial_run_is_accepted_as_partial(mebench, place, tmp_path):
    preds = tmp_path / "shifter"
    shutil.copytree(place / "preds" / "shifter", preds)
    (preds / "item-1.png").unlink()
    (preds / "scores.jsonl").unlink()
    mebench("score", preds, "--bench", place / "bench", "--metrics", "ssim", "--flow", "dis")
    status, _, _ = mebench(
        "submit", preds, "--card", place / "card.json", "--with-images", "--to", tmp_path / "p.zip"
    )
    assert status == 0
    status, out, _ = mebench("leaderboard", "check", tmp_path / "p.zip", "--bench", place / "bench")
    assert (status, "accepted as partial" in out, "not ranked: mas 0/2" in out) == (0, True, True)


def test_a_checkout_gets_one_commit_with_the_submission_alone(mebench, place, tmp_path, monkeypatch):
    checkout = tmp_path / "board"
    checkout.mkdir()
    git(checkout, "init", "-q")
    for name in ("user.name", "user.email"):
        git(checkout, "config", name, "t@example.org")
    (checkout / "README.md").write_text("a board\n")
    git(checkout, "add", "README.md")
    git(checkout, "commit", "-q", "-m", "Begin")
    (checkout / "staged.txt").write_text("not mine\n")
    git(checkout, "add", "staged.txt")
    status, out, _ = submit(mebench, place, "--to", checkout)
    assert status == 0
    made = Path(out.strip())
    assert made.parts[-3:-1] == ("submissions", "shifter")
    changed = git(checkout, "show", "--name-only", "--format=", "HEAD").split()
    assert changed
    assert all(name.startswith("submissions/shifter/") for name in changed)
    assert git(checkout, "status", "--porcelain").split() == ["A", "staged.txt"]
    status, _, err = submit(mebench, place, "--to", checkout)
    assert (status, "the very same" in err) == (2, True)

    status, _, _ = submit(mebench, place, "--with-images", "--to", checkout)
    assert status == 0
    assert len([path for path in (checkout / "submissions" / "shifter").iterdir() if path.is_dir()]) == 2
    assert current(checkout)["shifter"] != made
    status, _, _ = mebench("submit", "--withdraw", "shifter", "--reason", "a bug", "--to", checkout)
    assert (status, current(checkout)) == (0, {})
    assert "a bug" in (checkout / "submissions" / "shifter" / "status.jsonl").read_text()
    assert git(checkout, "log", "--format=%s").splitlines()[0].startswith("Withdraw shifter")


def test_a_card_in_the_models_folder_needs_no_name(mebench, place, tmp_path):
    preds = tmp_path / "preds"
    shutil.copytree(place / "preds", preds)
    status, _, err = mebench("submit", preds, "--to", tmp_path / "x.zip")
    assert (status, "has no card.toml: write one (name, organisation" in err) == (2, True)
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in CARD.items()]
    (preds / "shifter" / "card.toml").write_text("".join(lines))
    assert mebench("submit", preds, "--to", tmp_path / "x.zip")[0] == 0
    shutil.copytree(preds / "shifter", preds / "other")
    status, _, err = mebench("submit", preds, "--to", tmp_path / "y.zip")
    assert (status, "several scored models (other, shifter)" in err) == (2, True)


def test_a_board_shows_the_submissions_that_count(mebench, place, tmp_path):
    board = tmp_path / "board"
    status, _, err = submit(mebench, place, "--with-images", "--to", board)
    assert status == 0, err
    bench = ("--bench", place / "bench")
    status, out, _ = mebench("leaderboard", board, "--format", "json", "--by-category", *bench)
    assert (status, [row["model"] for row in json.loads(out)["rows"]]) == (0, ["shifter"])
    assert "categories" in json.loads(out)["rows"][0]
    site = tmp_path / "site"
    status, _, err = mebench("leaderboard", board, "--format", "html", "--out", site, *bench)
    assert status == 0, err
    assert "shifter" in (site / "index.html").read_text()
    mebench("submit", "--withdraw", "shifter", "--reason", "a bug", "--to", board)
    status, _, err = mebench("leaderboard", board)
    assert (status, err.count("\n")) == (2, 1)
    assert "no submission that counts" in err


def test_a_status_that_leads_elsewhere_counts_for_nothing(place, tmp_path):
    shutil.copytree(place / "board", tmp_path / "board")
    shutil.copytree(place / "honest", tmp_path / "elsewhere")
    with (tmp_path / "board" / "submissions" / "shifter" / "status.jsonl").open("a") as file:
        file.write(json.dumps({"event": "submitted", "hash": "../../../elsewhere"}) + "\n")
    assert current(tmp_path / "board").keys() == current(place / "board").keys()


def test_a_dry_run_sends_nothing(mebench, place, tmp_path):
    status, out, _ = submit(mebench, place, "--with-images", "--dry-run", "--to", tmp_path / "board")
    assert status == 0
    assert "images/item-0.png" in out
    assert not (tmp_path / "board").exists()


def test_a_text_that_no_board_takes_is_found_before_it_is_sent(mebench, place, tmp_path):
    preds = tmp_path / "shifter"
    shutil.copytree(place / "preds" / "shifter", preds)
    row = json.loads((preds / "scores.jsonl").read_text().splitlines()[0])
    row |= {"value": None, "status": "failed", "reason": "502 <html>Bad gateway</html>"}
    (preds / "scores.jsonl").write_text(json.dumps(row) + "\n")
    status, _, err = mebench("submit", preds, "--card", place / "card.json", "--to", tmp_path / "x.zip")
    assert (status, err.count("\n")) == (2, 1)
    assert "could be taken for markup" in err


def test_weights_that_cannot_be_had_do_not_keep_a_model_from_the_board(mebench, place, tmp_path, monkeypatch):
    from motionedit_bench import weights

    def unreachable(*arguments, **options):
        raise weights.URLError(OSError(-2, "Name or service not known"))

    monkeypatch.setattr(weights, "reach", unreachable)
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    preds = tmp_path / "shifter"
    shutil.copytree(place / "preds" / "shifter", preds)
    mebench("score", preds, "--bench", place / "bench", "--metrics", "lpips", "--flow", "dis")
    assert "unavailable" in (preds / "scores.jsonl").read_text()
    status, _, err = mebench("submit", preds, "--card", place / "card.json", "--to", tmp_path / "x.zip")
    assert status == 0, err


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": None}, "a card has name, organisation"),
        ({"link": "nowhere"}, "link"),
        ({"open_weights": "yes"}, "open_weights"),
        ({"name": "other"}, "the scores"),
        ({"name": "<b>"}, "name"),
    ],
)
def test_a_card_that_is_none_is_one_clear_line(mebench, place, tmp_path, change, why):
    card = {name: value for name, value in (CARD | change).items() if value is not None}
    (tmp_path / "card.json").write_text(json.dumps(card))
    status, _, err = mebench(
        "submit", place / "preds" / "shifter", "--card", tmp_path / "card.json", "--to", tmp_path / "x.zip"
    )
    assert (status, err.count("\n")) == (2, 1)
    assert why in err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "--to DEST"),
        (("--to", "x.zip"), "say what to submit"),
        (("--to", "x", "--withdraw", "m"), "--reason"),
        (("--to", "x", "--withdraw", "m", "--reason", "r"), "no submission of m"),
    ],
)
def test_a_wrong_request_is_one_line(mebench, arguments, why):
    status, _, err = mebench("submit", *arguments)
    assert (status, err.count("\n")) == (2, 1)
    assert why in err


def test_the_table_is_meant_where_no_verb_is_named(mebench, place, tmp_path):
    for arguments in (("leaderboard", place / "preds"), ("leaderboard", "--format", "csv", place / "preds")):
        status, out, _ = mebench(*arguments)
        assert (status, "shifter" in out) == (0, True)
    assert mebench("leaderboard", "table", place / "preds")[0] == 0
    assert mebench("leaderboard", "check", tmp_path / "none.zip")[0] == 2


class TinyHub:
    """The endpoints of the hub that a pull request with small files needs; it keeps what was sent."""

    def __init__(self, refuse: bool = False) -> None:
        self.commits: list[list[dict]] = []
        self.paths: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"] or 0))
                hub.paths.append(self.path)
                if refuse:
                    return self.answer(403, {"error": "forbidden"})
                if "/preupload/" in self.path:
                    files = json.loads(content)["files"]
                    told = [
                        {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in files
                    ]
                    return self.answer(200, {"files": told})
                hub.commits.append([json.loads(line) for line in content.splitlines()])
                base = f"http://{self.headers['Host']}/datasets/o/n"
                told = {"commitUrl": f"{base}/commit/abc", "commitOid": "abc"}
                self.answer(200, told | {"pullRequestUrl": f"{base}/discussions/1"})

            def do_GET(self) -> None:
                hub.paths.append(self.path)
                self.answer(200, {"id": "o/n", "sha": "abc", "siblings": []})

            def answer(self, status: int, body: dict) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.mark.parametrize("refuse", [False, True])
def test_the_hub_gets_a_pull_request(place, tmp_path, refuse):
    """In a process of its own: the hub's client reads its address once."""
    hub = TinyHub(refuse)
    program = "import sys; from motionedit_bench.cli import invoke; sys.exit(invoke(sys.argv[1:]))"
    arguments = ["submit", str(place / "preds" / "shifter"), "--card", str(place / "card.json")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments, "--to", "hf://datasets/o/n"],
        env={**os.environ, "HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_x", "HF_HUB_OFFLINE": "0"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    hub.server.shutdown()
    hub.server.server_close()
    if refuse:
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "hf auth login" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{hub.url}/datasets/o/n/discussions/1"
    assert any("create_pr=1" in path for path in hub.paths)
    (commit,) = hub.commits
    files = {line["value"]["path"]: line["value"] for line in commit if line["key"] == "file"}
    (card,) = (value for path, value in files.items() if path.endswith("/card.json"))
    assert json.loads(base64.b64decode(card["content"]))["name"] == "shifter"
    assert all(path.startswith("submissions/shifter/") for path in files)
