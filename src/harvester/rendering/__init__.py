"""Articles for readers and for other tools: pure functions from an article to a text."""
