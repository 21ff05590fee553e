"""Boards of models: grouping and means are pure; rendering writes tables and pages."""
