"""The seeded generator of a fictitious district in the shape of Jinshan."""
