"""Figures for papers: what each shows is chosen by pure functions, and drawn by matplotlib."""
