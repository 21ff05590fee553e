"""Brings to a machine with a network all that runs and scorings need on one without."""
