"""What changed between two sets of articles: how a person dares to run new rules over an old archive."""
