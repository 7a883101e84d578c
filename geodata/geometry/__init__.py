"""Shapes as values in memory: reference systems, validity, measures and the planar partition."""
