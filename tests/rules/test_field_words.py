"""What a language's words say of pages, by the examples in its own table: `[drop]` must be met, `[keep]` must not."""

import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest

from harvester.crawl.page_outcome import says_not_found
from harvester.metadata.fields.licence import names_licence
from harvester.metadata.lookup.name_labels import without_label
from harvester.metadata.lookup.picture_credits import part_credit
from harvester.pagination import says_next
from harvester.refusal import is_bot_check, speaks_of_consent
from harvester.rules.load import load_rules
from harvester.structure.embeds import speaks_of_browser

LEXICON = load_rules().lexicon
Check = Callable[[str, str], bool]  # text, language of the page
# The lists that have examples of what they are met by and what not, under the same name in [drop] and [keep].
CHECKS: dict[str, Check] = {
    "pages.not_found": lambda text, _: says_not_found(text, LEXICON),
    "pages.next": lambda text, _: says_next(text, LEXICON),
    "pages.consent": lambda text, _: speaks_of_consent(text, LEXICON),
    "pages.bot_checks": lambda text, _: is_bot_check(text, LEXICON),
    "pages.browsers": lambda text, _: speaks_of_browser(text, LEXICON),
    "people.by": lambda text, tag: without_label(text, LEXICON, tag) != text,
    "images.credits": lambda text, _: part_credit(text, None, LEXICON)[1] is not None,
    "licence.notices": lambda text, _: names_licence(text, LEXICON),
}
TABLES = {
    item.name.removesuffix(".toml"): tomllib.loads(item.read_text(encoding="utf-8"))
    for item in (files("harvester.rules") / "fields").iterdir()
    if item.name.endswith(".toml")
}


def checks_of(tag: str) -> dict[str, Check]:
    """Return what a language's examples are tried by, for each list of its own."""
    asked = ((path.partition("."), check) for path, check in CHECKS.items())
    return {name: check for (section, _, name), check in asked if name in TABLES[tag].get(section, {})}


@pytest.mark.parametrize("tag", sorted(TABLES))
def test_each_list_that_is_matched_has_examples_of_both_sorts(tag):
    table, asked = TABLES[tag], checks_of(tag).keys()
    assert table.get("drop", {}).keys() == asked
    assert table.get("keep", {}).keys() == asked


@pytest.mark.parametrize("tag", sorted(TABLES))
def test_the_examples_hold(tag):
    table, checks = TABLES[tag], checks_of(tag)
    missed = [
        (key, text) for key, texts in table.get("drop", {}).items() for text in texts if not checks[key](text, tag)
    ]
    met = [(key, text) for key, texts in table.get("keep", {}).items() for text in texts if checks[key](text, tag)]
    assert (missed, met) == ([], [])
