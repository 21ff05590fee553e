"""The run: every item of a benchmark through an adapter, one failure at a time, resumable."""
