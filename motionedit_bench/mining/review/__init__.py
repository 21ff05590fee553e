"""The page on which a person keeps, drops and writes: no server, nothing but files."""

from motionedit_bench.mining.review.build import PAGE, write_review

__all__ = ["PAGE", "write_review"]
