"""Submissions: packed, checked, and put where others can check them, too."""
