"""What the worker does: a job per kind of task, each one operation with the owner's rights."""
