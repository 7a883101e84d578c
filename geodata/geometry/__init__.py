"""Shapes as values in memory: reference systems, quality, measures and the planar partition."""
