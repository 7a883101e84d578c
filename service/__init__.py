"""How the land is judged, acted on and shown."""
