"""Judges: who or what rates an edit, and how an answer becomes a score or a status."""
