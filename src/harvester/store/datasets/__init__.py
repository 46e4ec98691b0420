"""Article sets: folders or remote prefixes that hold articles in one format, with a manifest."""
