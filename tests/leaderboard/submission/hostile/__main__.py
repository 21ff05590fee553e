"""Runs the hostile submissions and prints what came of each family."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parent)]

from hostile.run import main  # noqa: E402 (found by the line before)

sys.exit(main())
