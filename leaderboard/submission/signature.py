"""Whose key signed a submission: a signature of OpenSSH beside its checksums, by ``ssh-keygen -Y sign``."""

import re
import subprocess
import tempfile
from pathlib import Path

from motionedit_bench.leaderboard.submission.bounds import SIGNATURE
from motionedit_bench.leaderboard.submission.format import CHECKSUMS
from motionedit_bench.leaderboard.submission.reading import Contents
from motionedit_bench.leaderboard.submission.verdict import Verdict

NAMESPACE = "mebench"
"""What the signature is for: one for something else counts for nothing."""

GOOD = re.compile(rb'Good "mebench" signature with \S+ key (SHA256:[A-Za-z0-9+/]{20,60})\s*')


def signer(contents: Contents, verdict: Verdict) -> str | None:
    """The fingerprint of the key that signed the checksums; ``None`` where there is no signature.

    One that does not hold is found. Where OpenSSH is not on this machine, nothing is known of it, and noted.
    """
    if SIGNATURE not in contents.sizes:
        return None
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / SIGNATURE
        path.write_bytes(contents.read(SIGNATURE))
        command = ["ssh-keygen", "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(path)]
        try:
            done = subprocess.run(command, input=contents.read(CHECKSUMS), capture_output=True, check=False)
        except FileNotFoundError:
            verdict.note("signed, and not verified: there is no ssh-keygen on this machine")
            return None
    good = GOOD.fullmatch(done.stdout)
    if done.returncode or good is None:
        verdict.find("signature", SIGNATURE, f"no signature of {CHECKSUMS} for {NAMESPACE}")
        return None
    return good[1].decode()
