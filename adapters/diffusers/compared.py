"""With which versions of the libraries the adapters were compared with the versions that the release pins.

What is compared is what reaches the text encoders and the denoiser: ``tests/golden`` holds the tensors, and
``tests/golden/compare.py`` prints the differences for the versions that are installed.
"""

from packaging.version import Version

from motionedit_bench.provenance import package_version

COMPARED = {"diffusers": ("0.40.0", "0.42.1"), "transformers": ("5.0.0", "5.24.0")}
"""The oldest and the newest version in which all golden tensors agreed."""


def not_compared() -> str | None:
    """Which installed library is outside what was compared, in one line; ``None`` where none is."""
    outside = []
    for name, (oldest, newest) in COMPARED.items():
        installed = package_version(name)
        if installed is not None and not Version(oldest) <= Version(installed) <= Version(newest):
            outside.append(f"{name} {installed} (compared: {oldest} to {newest})")
    return f"not compared with the release: {', '.join(outside)}" if outside else None
