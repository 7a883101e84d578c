"""Targets of the district and how far it has come."""
