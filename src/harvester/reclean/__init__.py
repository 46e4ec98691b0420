"""Saved pages to articles, in bulk."""
