"""``python -m motionedit_bench`` is ``mebench``."""

from motionedit_bench.cli import main

if __name__ == "__main__":
    main()
