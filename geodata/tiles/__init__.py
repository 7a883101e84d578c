"""Vector tiles: which squares of the ground there are, and what each tells at which zoom."""
