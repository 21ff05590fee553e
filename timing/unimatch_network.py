"""The network of flow `unimatch` beside ptlflow's class of it: seconds, peak memory, largest difference.

Both get the same random weights and the same normalised tensors. Each run is a process of its own, and the
two take turns. Needs, in an environment that may be thrown away, `pip install --no-deps ptlflow==0.4.2
lightning lightning-utilities torchmetrics jsonargparse loguru einops timm`.

    python timing/unimatch_network.py                                 # 640x384
    python timing/unimatch_network.py --size 1280x720 --repeats 2
    python timing/unimatch_network.py --size 160x96 --dtype float64   # equal but for rounding
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image
from skimage import data

from motionedit_bench.images import to_array
from motionedit_bench.metrics.flow.gmflow import GMFlow
from motionedit_bench.metrics.flow.gmflow.network import MULTIPLE, normalise
from motionedit_bench.metrics.flow.unimatch import random_checkpoint
from motionedit_bench.metrics.networks.network import batch

NETWORKS = ("ptlflow", "ours")
Network = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def ours(state: dict[str, torch.Tensor], dtype: torch.dtype) -> Network:
    """Two normalised tensors (1, 3, H, W) to flow (1, H, W, 2)."""
    network = GMFlow()
    network.load_state_dict(state)
    return network.eval().to(dtype, memory_format=torch.channels_last)


def ptlflow(
    state: dict[str, torch.Tensor], dtype: torch.dtype, device: str | torch.device = "cpu"
) -> Network:
    """The same by ptlflow's class, past its own padding and normalisation."""
    warnings.simplefilter("ignore")
    from ptlflow.models.unimatch.unimatch import unimatch_sc2_ref6

    network = unimatch_sc2_ref6()
    network.load_state_dict(state)
    network.eval().to(device, dtype)
    network.preprocess_images = lambda images, **_: (images, None)
    network.postprocess_predictions = lambda flow, *_, **__: flow
    return lambda first, second: network({"images": torch.stack([first, second], 1)})["flows"][:, 0].permute(
        0, 2, 3, 1
    )


def pair(width: int, height: int, dtype: torch.dtype) -> list[torch.Tensor]:
    """A photograph, and the same a little further left and larger; normalised (1, 3, H, W)."""
    photograph = Image.fromarray(data.astronaut())
    boxes = ((0, 0, 500, 500), (8, 4, 500, 496))
    images = (photograph.resize((width, height), Image.Resampling.BICUBIC, box) for box in boxes)
    margins = (0, -width % MULTIPLE, 0, -height % MULTIPLE)
    tensors = (batch(to_array(image), torch.device("cpu")) for image in images)
    return [normalise(torch.nn.functional.pad(tensor, margins)).to(dtype) for tensor in tensors]


def peak() -> float:
    """The most memory that this process has held, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def measure(name: str, asked: argparse.Namespace) -> None:
    """One run of one network, in this process; the flow goes into the work folder, the figures to stdout."""
    torch.set_num_threads(asked.threads)
    dtype = getattr(torch, asked.dtype)
    width, height = map(int, asked.size.split("x"))
    state = torch.load(asked.work / "random.pth", weights_only=True)["model"]
    network = {"ours": ours, "ptlflow": ptlflow}[name](state, dtype)
    with torch.inference_mode():
        network(*pair(96, 64, dtype))
        images, before = pair(width, height, dtype), peak()
        wall, processor = time.perf_counter(), time.process_time()
        flow = network(*images)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    np.save(asked.work / f"{name}.npy", flow[0].double().numpy())
    print(json.dumps({"wall": wall, "cpu": processor, "peak": peak(), "above": peak() - before}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", default="640x384", help="WIDTHxHEIGHT of the images")
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--network", choices=NETWORKS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.network:
        return measure(asked.network, asked)
    if find_spec("ptlflow") is None:
        parser.error("ptlflow is not installed here; the first lines of this script say how")

    figures: dict[str, list[dict[str, float]]] = {name: [] for name in NETWORKS}
    with tempfile.TemporaryDirectory() as work:
        random_checkpoint(Path(work, "random.pth"))
        for _ in range(asked.repeats):
            for name in NETWORKS:
                command = [sys.executable, __file__, *sys.argv[1:], "--network", name, "--work", work]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                figures[name].append(json.loads(done.stdout.splitlines()[-1]))
        flows = [np.load(Path(work, f"{name}.npy")) for name in NETWORKS]

    print(f"one flow at {asked.size}, {asked.dtype}, {asked.threads} threads, {asked.repeats} runs each")
    print(
        f"{'':9}{'seconds: least':>15}{'median':>9}{'CPU: least':>12}{'peak, GB':>10}{'less start, GB':>16}"
    )
    for name, runs in figures.items():
        wall, cpu = [run["wall"] for run in runs], [run["cpu"] for run in runs]
        most, above = max(run["peak"] for run in runs), max(run["above"] for run in runs)
        print(f"{name:9}{min(wall):15.2f}{median(wall):9.2f}{min(cpu):12.2f}{most:10.2f}{above:16.2f}")

    def ratio(key: str, best: Callable[[list[float]], float]) -> float:
        theirs, own = (best([run[key] for run in figures[name]]) for name in NETWORKS)
        return theirs / own

    print(
        f"{'ratio':9}{ratio('wall', min):15.2f}{ratio('wall', median):9.2f}{ratio('cpu', min):12.2f}", end=""
    )
    print(f"{ratio('peak', max):10.2f}{ratio('above', max):16.2f}")
    difference = np.abs(flows[0] - flows[1])
    scale = np.abs(flows[0]).mean()
    print(
        f"difference of the flows: mean {difference.mean():.1e} px, largest {difference.max():.1e} px;",
        end="",
    )
    print(f" mean flow {scale:.1f} px, largest difference / mean flow {difference.max() / scale:.1e}")


if __name__ == "__main__":
    main()
