"""The rule tables: what boilerplate looks like, as data, and the loader (`load.py`) that makes it quick to ask.

`boilerplate.toml` names the kinds and the places where they are; `languages/xx.toml` hold their wordings.
"""
