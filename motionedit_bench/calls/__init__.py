"""Calls to servers of others: how they are made, and what they may cost."""
