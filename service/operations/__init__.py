"""Use cases, one file each: read facts, judge, write, and say what was done."""
