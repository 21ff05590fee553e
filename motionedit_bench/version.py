"""The version, and nothing else: setup.cfg reads it without importing the package's needs."""

VERSION = "0.1.0"
