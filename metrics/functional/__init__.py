"""What is measured, as pure functions on arrays and tensors."""
