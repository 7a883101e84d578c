"""Proof of who somebody is: passwords, tokens, waits, and the identity provider."""
