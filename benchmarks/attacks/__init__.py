"""Attacks on harvester, by kind; `python benchmarks/torture.py` makes them and prints a table.

A module adds rows by functions with `@attack`: each yields a `Row` for every attack that it makes. `torture.py` imports
the modules that are named there.
"""
