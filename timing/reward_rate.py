"""How many edits a second are rewarded: one after the other, a group at a time, and by a server.

Groups of edits of the embedded `sample`, at half its size, as in a training step. The baseline is how the
released code does it: `MotionReward`, one edit at a time, both flows of each. The server is a process of its
own on loopback; what it adds are PNG files, JSON and a line.

    python timing/reward_rate.py [--flow dis --device cpu --items 4 --images 8]
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.images import decode, to_array
from motionedit_bench.metrics import MotionReward
from motionedit_bench.records import Item
from motionedit_bench.rewards.base import Pixels, Reward
from motionedit_bench.rewards.remote import RemoteReward
from motionedit_bench.rewards.request import Request

Group = tuple[Item, list[Pixels]]


def groups_of(items: Sequence[Item], images: int) -> list[Group]:
    """Edits between input and target, each with noise of its own."""
    rng = np.random.default_rng(0)
    made = []
    for item in items:
        ends = [decode(picture.read()) for picture in (item.input, item.target) if picture]
        small = [np.asarray(one.resize((one.width // 2, one.height // 2)), np.float64) for one in ends]
        mixed = [small[0] + share * (small[1] - small[0]) for share in np.linspace(0, 1, images)]
        noisy = [one + rng.normal(0, 2, one.shape) for one in mixed]
        made.append((item, [np.clip(one, 0, 255).astype(np.uint8) for one in noisy]))
    return made


def one_by_one(groups: Sequence[Group], reward: MotionReward) -> None:
    for item, edits in groups:
        ends = [to_array(decode(picture.read())) for picture in (item.input, item.target) if picture]
        for edit in edits:
            reward([ends[0]], [Image.fromarray(edit)], [ends[1]])


def by_group(groups: Sequence[Group], reward: Reward) -> None:
    for item, edits in groups:
        assert all(one.status == "ok" for one in reward.score(item, edits))


@contextmanager
def serving(flow: str, device: str) -> Iterator[RemoteReward]:
    command = [sys.executable, "-m", "motionedit_bench", "serve-reward", "--bench", "sample", "--port", "0"]
    options = ["--reward", "motion", "--flow", flow, "--devices", device]
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = next(filter(None, (re.search(r"http://\S+$", line.strip()) for line in process.stderr)))
            yield RemoteReward(found[0])
        finally:
            process.kill()


def rate(work: Callable[[], None], count: int) -> float:
    """Edits a second."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flow", default="dis")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--items", type=int, default=4)
    parser.add_argument("--images", type=int, default=8)
    chosen = parser.parse_args()
    warm, *groups = groups_of(open_benchmark("sample").select(limit=chosen.items + 1), chosen.images)
    count = len(groups) * chosen.images
    single = MotionReward(chosen.flow, chosen.device)
    one_by_one([warm], single)
    base = rate(lambda: one_by_one(groups, single), count)
    here = Request("motion", flow=chosen.flow, device=chosen.device).open()
    by_group([warm], here)
    grouped = rate(lambda: by_group(groups, here), count)
    here.close()
    with serving(chosen.flow, chosen.device) as there:
        by_group([warm], there)
        served = rate(lambda: by_group(groups, there), count)
    print(f"{count} edits by {chosen.flow} on {chosen.device}, edits a second:")
    for name, found in (("one by one", base), ("by group", grouped), ("by a server", served)):
        print(f"{name:12} {found:7.2f}  {found / base:5.2f} of the baseline")


if __name__ == "__main__":
    main()
