"""Compressed files, read in bounded pieces."""
