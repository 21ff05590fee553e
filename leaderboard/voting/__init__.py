"""A page on which people choose between two models' edits, and the key that says whose they were."""
