"""Models behind servers of others: one base, and a declaration for each way of asking."""
