"""What several test files share: tiny checkpoints, servers on loopback, benchmarks and scores by hand."""
