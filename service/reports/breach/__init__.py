"""The breach report: what a contract asked for, what became of it, and what follows, purely."""
