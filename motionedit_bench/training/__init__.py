"""MotionNFT: trains a LoRA of an editing model on the rewards of its own edits."""
