"""The embedded benchmarks: photographs in which a subject was moved, with the exact flow."""
