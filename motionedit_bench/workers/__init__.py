"""Programs in processes and environments of their own, asked by adapters and judges."""
