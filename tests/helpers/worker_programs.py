"""Workers that do as they are told, and whether a process is gone."""

import time
from pathlib import Path

from motionedit_bench.workers.process import Worker

HEAD = """
import json, os, signal, subprocess, sys, time
def receive():
    return json.loads(sys.stdin.readline() or "null")
def answer(request, **more):
    print(json.dumps({"id": request["id"], "ok": True, **more}), flush=True)
def serve(edit):
    while request := receive():
        if request["do"] == "edit":
            edit(request)
        answer(request, pid=os.getpid())
"""
"""What the workers of these tests begin with."""

ONCE = """
def once(request, act):
    mark = sys.argv[0] + ".mark"
    if request["id"] >= 2 and not os.path.exists(mark):
        open(mark, "w").close()
        act()
"""
"""What such a worker does on its second edit, once."""

EDIT = {"do": "edit", "instruction": "wave", "seed": 1}


def log_of(worker: Worker) -> str:
    return worker.launch.log.read_bytes().decode(errors="replace")


def ended(pid: int, within: float = 300.0) -> bool:
    """Whether a process is gone, or gone but for its parent's notice, now or within that time."""
    deadline = time.monotonic() + within
    while True:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
