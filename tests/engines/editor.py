"""An adapter for clusters, loaded from this file: it leaves marks of where it was, and misbehaves as told."""

import ctypes
import os
import resource
import signal
import time
from pathlib import Path

from motionedit_bench.adapters import Adapter, Settings
from motionedit_bench.errors import AdapterError
from motionedit_bench.images import decode

NEW_MOUNTS = 0x00020000


class EditorSettings(Settings):
    marks: str = ""
    seconds: float = 0.0
    until: str = ""
    held: int = 1000
    deadly: str = ""
    deaths: int = 1
    broken: bool = False


class Editor(Adapter):
    """Turns the picture by a seed's angle, once all nodes in ``until`` have begun something, and from item
    ``held`` on, once there is a mark ``go``.

    `NODE` in a node's environment is its name in the marks; the node ``full`` has a full disk, ``away`` does
    not see the folder that the edits go to, ``poor`` lacks the weights.
    """

    Settings = EditorSettings
    samples = True

    def load(self):
        self.marks = Path(self.settings.marks)
        self.node = os.environ.get("NODE", "head")
        if self.settings.broken or self.node == "poor":
            raise AdapterError("no weights here: get them there")
        if self.node == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
        if self.node == "away":
            hide(self.marks.parent / "preds")

    def edit(self, item, seed):
        mark = self.marks / f"{item.id}.{self.node}.{os.getpid()}.{time.monotonic_ns()}"
        mark.touch()
        time.sleep(self.settings.seconds)
        while not all(list(self.marks.glob(f"*.{node}.*")) for node in self.settings.until.split()):
            time.sleep(0.05)
        while int(item.id.rpartition("-")[2]) >= self.settings.held and not (self.marks / "go").exists():
            time.sleep(0.05)
        if item.id == self.settings.deadly:
            deaths = sorted(self.marks.glob("death-*"))
            if len(deaths) < self.settings.deaths:
                (self.marks / f"death-{len(deaths)}").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return decode(item.input.read()).rotate(seed % 360)

    def provenance(self):
        return {"revision": "one"}


def hide(folder):
    """Lay an empty folder over this one, for this thread alone."""
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(source, target, kind, flags):
        return libc.mount(source, target, kind, flags, None)

    private = 0x4000 | 0x40000  # MS_REC, MS_PRIVATE
    done = (
        libc.unshare(NEW_MOUNTS) == 0
        and mount(None, b"/", None, private) == 0
        and mount(b"none", os.fsencode(folder), b"tmpfs", 0) == 0
    )
    if not done:
        raise OSError(ctypes.get_errno(), "cannot hide a folder")
