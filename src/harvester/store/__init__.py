"""Articles and pages, to and from disk."""
