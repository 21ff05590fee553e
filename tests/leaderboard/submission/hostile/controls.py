"""What must pass: if the honest one is refused as well, nothing that is refused says anything."""

import zipfile
from pathlib import Path

from .attempt import VERIFIED, Attempt, Family

HONEST = Family("honest ones", VERIFIED)


@HONEST.case("as it is")
def _(attempt: Attempt) -> None:
    pass


@HONEST.case("as an archive")
def _(attempt: Attempt) -> Path:
    return zipped(attempt)


def zipped(attempt: Attempt) -> Path:
    """The attempt's folder as an archive, by the standard library."""
    path = attempt.place / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in attempt.files():
            archive.writestr(name, content)
    return path
