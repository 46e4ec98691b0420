"""Rules of one site for tests, written down as in a file."""

from harvester.rules.load import load_rules
from harvester.rules.site_files import parse_site
from harvester.rules.site_rules import SiteRules

HOST = "echo.example"


def site(toml, host=HOST):
    """Return the rules that a file of the site would hold."""
    name, rules = parse_site(f"{host}.toml", toml.encode(), load_rules().kinds)
    return SiteRules(name, tuple(one.rule for one in rules))
