"""What the block classifier sees: a row a block, a column a feature."""
