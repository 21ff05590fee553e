"""``python -m motionedit_bench`` is ``mebench``."""

from motionedit_bench.cli import main

main()
