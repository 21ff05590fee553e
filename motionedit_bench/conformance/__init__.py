"""Whether what somebody adds keeps what its kind promises: adapters, metrics."""
