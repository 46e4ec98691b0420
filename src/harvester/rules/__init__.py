"""The rule tables: what boilerplate looks like, as data, and the loader that makes it quick to ask.

`boilerplate.toml` names the kinds and the places where they stand; `languages/xx.toml` hold their wordings.
"""

from harvester.rules.kinds import Hit, Kind
from harvester.rules.load import Rules, load_rules
from harvester.rules.markup_rules import signature

__all__ = ["Hit", "Kind", "Rules", "load_rules", "signature"]
