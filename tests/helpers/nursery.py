"""`mebench` as processes of their own that start at once: forked from one that has imported what takes long.

For tests of what such a process does once its command begins, not of how it starts. It is not measured.

    python nursery.py serve SOCKET MODULE...    imports, and forks a process for each who asks
    python nursery.py ask SOCKET WORD...        `mebench WORD...` by one of them, for a shell
"""

import gc
import json
import os
import select
import socket
import sys
from contextlib import contextmanager, suppress
from importlib import import_module

RUNNING = ("motionedit_bench.running.request", "motionedit_bench.adapters.baselines")
SCORING = (
    *("motionedit_bench.scoring.request", "motionedit_bench.leaderboard.render", "scipy.stats"),
    *("motionedit_bench.metrics.motion", "motionedit_bench.metrics.against_target", "skimage.metrics"),
)
"""What takes long to import of what these commands do."""


@contextmanager
def nursery(*modules):
    """The socket of one that has these imported as well, while the block runs."""
    import subprocess
    import tempfile

    environment = {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"}
    with tempfile.TemporaryDirectory() as place:  # a socket's path must be short
        path = f"{place}/s"
        command = [sys.executable, __file__, "serve", path, *modules]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, **pipes) as serving:
            assert serving.stdout.readline() == "ready\n"
            yield path
            serving.stdin.close()


class Process:
    """`mebench WORD...` under way: its id, and its end. It writes to the streams that it is given."""

    def __init__(self, path, words, streams):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        told = {"words": list(map(str, words)), "where": os.getcwd(), "environment": dict(os.environ)}
        socket.send_fds(self._socket, [json.dumps(told).encode() + b"\n"], streams)
        self._said = self._socket.makefile("rb")
        self.pid = int(self._said.readline())

    def send_signal(self, number):
        os.kill(self.pid, number)

    def is_over(self):
        return bool(select.select([self._socket], [], [], 0)[0])

    def wait(self):
        """Its exit status; below 0, the signal that ended it."""
        status = os.waitstatus_to_exitcode(int(self._said.readline()))
        self._said.close()
        self._socket.close()
        return status


def serve(path, modules):
    """What is asked for on a socket, until input ends: each in a process of its own, watched by another."""
    gc.disable()
    for name in ("motionedit_bench.cli", *modules):
        import_module(name)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        print("ready", flush=True)
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            asking, _ = listening.accept()
            if os.fork() == 0:
                break
            asking.close()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
        else:
            return
    message, streams, _, _ = socket.recv_fds(asking, 1 << 20, 3)
    while not message.endswith(b"\n"):
        message += asking.recv(1 << 20)
    pid = os.fork()
    if pid == 0:
        gc.enable()
        asking.close()
        _become(json.loads(message), streams)
    asking.sendall(b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    asking.sendall(b"%d\n" % status)
    os._exit(0)


def _become(told, streams):
    """The command itself, which ends this process."""
    from motionedit_bench.cli import main

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    os.chdir(told["where"])
    os.environ.clear()
    os.environ.update(told["environment"])
    sys.argv = ["mebench", *told["words"]]
    try:
        main()
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code or 0)  # Python takes a second to end by itself


if __name__ == "__main__":
    verb, path, *rest = sys.argv[1:]
    sys.exit(serve(path, rest) if verb == "serve" else Process(path, rest, [0, 1, 2]).wait())
