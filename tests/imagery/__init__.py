"""Scenes read, measured, compared and drawn."""
