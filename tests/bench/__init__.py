"""What the product costs, measured against named peers and limits: `make bench`."""
