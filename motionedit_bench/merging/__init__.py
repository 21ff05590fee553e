"""Merging: the shards of a run, or of a scoring, become the folder that it would have made undivided."""
