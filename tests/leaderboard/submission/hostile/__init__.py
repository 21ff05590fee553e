"""Submissions that want to be what they are not, in families, and a runner that measures what comes of each.

`python tests/leaderboard/submission/hostile --help` runs them by hand.
"""
