"""One module a field of the article."""
