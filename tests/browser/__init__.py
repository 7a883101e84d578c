"""The site as it is served, used by a real browser that reaches nothing else."""
