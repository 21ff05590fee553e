"""What a benchmark is like, before any model: how far things move, where to, in which categories.

The same figures for any benchmark, mined or not, side by side.
"""
