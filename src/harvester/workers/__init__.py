"""Processes that can be killed: for the pages of a crawl, one by one, and for those of an archive, in units."""
