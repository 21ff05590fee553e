"""The benchmark ``sample``: photographs in which a subject was moved, with the exact flow."""
