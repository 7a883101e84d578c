"""Scenes from satellites and drones: read in windows, measured on parcels, compared, drawn.

What they show is evidence for a patrol. It changes no fact and no verdict.
"""
