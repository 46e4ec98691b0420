"""Saved pages: what the arguments of a command mean, and the bytes of one page."""
