"""What the fields look up: structured data, bylines, dates in text, names."""
