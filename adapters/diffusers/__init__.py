"""Models that are diffusers pipelines: what they declare, and the engine that runs them."""
