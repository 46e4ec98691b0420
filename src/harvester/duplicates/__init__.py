"""Articles of a set that are one text: groups by exact hash and by simhash, of any number of articles."""
