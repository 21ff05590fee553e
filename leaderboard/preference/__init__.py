"""Which edits and models are preferred, by judges and by people, and how far those agree."""
