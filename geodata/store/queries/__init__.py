"""Reading and writing facts and runs; every function leaves the transaction to its caller."""
