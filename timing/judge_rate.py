"""How near `mebench score --judge` comes to the rate that the server and the concurrency allow.

A server on loopback takes 200 ms for each answer; 500 edits are judged with 32 calls under way. The
baseline is ideal: 500 calls in rounds of 32, 200 ms a round. Both are printed, and their ratio.

    python timing/judge_rate.py
"""

import argparse
import json
import math
import os
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.calls.pace import Pace
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.opening import Terms, open_judge
from motionedit_bench.scoring.judged import JudgeGauge
from motionedit_bench.scoring.score import score

RATING = json.dumps({"reason": "", "fidelity": 3, "preservation": 3, "coherence": 3})
ANSWER = {"model": "m", "choices": [{"message": {"content": RATING}, "finish_reason": "stop"}]}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


def serve(ports: "Queue[int]", seconds: float) -> None:
    """Answer every request after so many seconds, in a process of its own."""
    body = json.dumps(ANSWER).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(seconds)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    ports.put(server.server_address[1])
    server.serve_forever()


def make(folder: Path, calls: int, width: int, height: int) -> None:
    """A benchmark of so many items with one model's edits."""
    rng = np.random.default_rng(0)
    lines = []
    for name in ("bench/input", "bench/target", "preds/model"):
        (folder / name).mkdir(parents=True)
    for item in range(calls):
        name = f"{item}.png"
        for place in ("bench/input", "bench/target", "preds/model"):
            coarse = Image.fromarray(rng.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8))
            coarse.resize((width, height), Image.Resampling.BICUBIC).save(folder / place / name)
        line = {"id": str(item), "file_name": f"input/{name}", "target_file_name": f"target/{name}"}
        lines.append(json.dumps(line | {"prompt": "Move it."}) + "\n")
    (folder / "bench" / "metadata.jsonl").write_text("".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=0.2, help="that one answer takes")
    parser.add_argument("--size", default="256x192", help="of the pictures")
    chosen = parser.parse_args()
    width, height = map(int, chosen.size.split("x"))
    ports: Queue[int] = Queue()
    server = Process(target=serve, args=(ports, chosen.seconds), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as place:
        os.environ["MEBENCH_CACHE"] = place
        folder = Path(place)
        make(folder, chosen.calls, width, height)
        instruments = Instruments("dis")
        terms = Terms(base_url=f"http://127.0.0.1:{ports.get()}/v1", pace=Pace(chosen.concurrency))
        judge = open_judge("openai:m", instruments, terms)
        opened = open_benchmark(str(folder / "bench"))
        opened.fingerprint()  # read once, so that only the judging is timed
        started = time.perf_counter()
        tally = score(opened, [folder / "preds" / "model"], (), instruments, judges=[JudgeGauge(judge)])
        seconds = time.perf_counter() - started
    server.terminate()
    if tally != {"ok": 4 * chosen.calls}:
        sys.exit(f"not every call was answered: {dict(tally)}")
    ideal = math.ceil(chosen.calls / chosen.concurrency) * chosen.seconds
    told = f"{chosen.calls} calls of {chosen.seconds * 1000:.0f} ms, {chosen.concurrency} at once"
    print(f"{told}, pictures of {chosen.size}")
    print(f"ideal: {ideal:.2f} s, {chosen.calls / ideal:.1f} calls/s")
    print(f"mebench score --judge: {seconds:.2f} s, {chosen.calls / seconds:.1f} calls/s")
    print(f"share of the ideal rate: {100 * ideal / seconds:.1f} %")


if __name__ == "__main__":
    main()
