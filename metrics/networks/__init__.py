"""Learned networks that metrics look at pictures with, and how they are run."""
