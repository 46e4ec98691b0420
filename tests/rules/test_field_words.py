"""What a language's words say of pages, by the examples in its own table: `[drop]` must be met, `[keep]` must not."""

import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest

from harvester.crawl.outcomes import says_not_found
from harvester.pagination import says_next
from harvester.refusal import is_bot_check, speaks_of_consent
from harvester.rules.lexicon import Lexicon
from harvester.rules.load import load_rules

LEXICON = load_rules().lexicon
CHECKS: dict[str, Callable[[str, Lexicon], bool]] = {
    "not_found": says_not_found,
    "next": says_next,
    "consent": speaks_of_consent,
    "bot_checks": is_bot_check,
}
TABLES = {
    item.name.removesuffix(".toml"): tomllib.loads(item.read_text(encoding="utf-8"))
    for item in (files("harvester.rules") / "fields").iterdir()
    if item.name.endswith(".toml")
}
WITH_PAGES = sorted(tag for tag, table in TABLES.items() if CHECKS.keys() & table.get("pages", {}).keys())


@pytest.mark.parametrize("tag", WITH_PAGES)
def test_each_list_that_is_matched_has_examples_of_both_sorts(tag):
    table = TABLES[tag]
    asked = CHECKS.keys() & table["pages"].keys()
    assert table.get("drop", {}).keys() == asked
    assert table.get("keep", {}).keys() == asked


@pytest.mark.parametrize("tag", WITH_PAGES)
def test_the_examples_hold(tag):
    table = TABLES[tag]
    missed = [(key, text) for key, texts in table["drop"].items() for text in texts if not CHECKS[key](text, LEXICON)]
    met = [(key, text) for key, texts in table["keep"].items() for text in texts if CHECKS[key](text, LEXICON)]
    assert (missed, met) == ([], [])
