"""Candidates of mining with pictures on the disk, as the stages before the judge leave them."""

from pathlib import Path

from helpers.pictures import photograph, png
from motionedit_bench.mining.records import Candidate, Measures, Pair, Video, candidate_folder, pair_id

VIDEOS = ("0" * 64, "1" * 64)


def measures(**own) -> Measures:
    usual = {
        "camera": 0.001,
        "shift": (0.2, 0.1),
        "subject": 0.004,
        "direction": (0.004, 0.0),
        "moved": 0.1,
        "fb": 0.9,
        "inliers": 0.8,
        "sharpness": (100.0, 110.0),
        "light": (0.5, 0.5),
        "box": (0, 0, 96, 72),
        "phash": ("0" * 16, "f" * 16),
    }
    return Measures(**(usual | own))


def make_candidates(bench: Path, count: int = 4) -> list[Candidate]:
    """So many pairs of two videos: a square moves to the right."""
    found = []
    for k in range(count):
        sha = VIDEOS[k % 2]
        video = Video(f"clip-{k % 2}.mp4", "ok", sha256=sha, width=96, height=72, fps=24.0, duration=9.0)
        t0, t1 = 3.0 * k, 3.0 * k + 3.0
        pair = Pair(pair_id(sha, t0, t1), sha, k, t0, t1)
        folder = candidate_folder(bench, pair.id)
        folder.mkdir(parents=True)
        first = photograph(k, 96, 72)
        second = first.copy()
        second[20:50, 30:60] = first[20:50, 20:50]
        (folder / "input.png").write_bytes(png(first))
        (folder / "target.png").write_bytes(png(second))
        found.append(Candidate(video, pair, measures()))
    return found
