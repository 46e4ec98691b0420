"""Every field says how far it is trusted, and what is trusted too little is left out."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.evidence import FieldReading
from harvester.metadata.field_table import FIELDS
from harvester.metadata.place_trust import PlaceTrust, place_in, weighed
from harvester.models import Article, Evidence, Kept, Metadata, Page, Part

GERMAN = (
    "Der Sturm erreichte am Montag die Küste, und der Hafen war zwei Tage lang geschlossen, sagten die Behörden. " * 3
)
# A page that fills every field: a new field must be put on it.
HEAD = (
    json_ld(
        headline="Storm hits the coast",
        datePublished="2024-03-05T10:00:00Z",
        dateModified="2024-03-06T10:00:00Z",
        author=[{"@type": "Person", "name": "Jane Doe"}, {"@type": "Organization", "name": "Meridian News Agency"}],
        editor={"@type": "Person", "name": "Jan Roe"},
        keywords=["Storm", "Harbour"],
        articleSection="World",
        isBasedOn="https://first.example/storm",
        license="https://creativecommons.org/licenses/by/4.0/",
        isAccessibleForFree=True,
        alternativeHeadline="Ships wait for two days outside the harbour",
        video={"@type": "VideoObject", "url": "https://news.example.org/v/1", "name": "The storm"},
    )
    + '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "BreadcrumbList", '
    '"itemListElement": [{"@type": "ListItem", "position": 1, "name": "Home", "item": "https://news.example.org/"}, '
    '{"@type": "ListItem", "position": 2, "name": "World", "item": "https://news.example.org/world"}]}</script>'
    '<meta property="og:site_name" content="Example News"><meta property="og:description" content="A storm.">'
    '<meta property="og:image" content="https://news.example.org/storm.jpg">'
    f'<link rel="canonical" href="{ADDRESS}"><link rel="amphtml" href="{ADDRESS}/amp">'
    '<link rel="alternate" hreflang="de" href="https://news.example.org/de/sturm">'
)
BODY = f"<h1>Storm hits the coast</h1><p>{PROSE}</p><p>{PROSE}</p><p>{GERMAN}</p><p>{GERMAN}</p>"
# Without trust of their own: `pictures` are those of `images` that are on the page.
OTHERS = {"evidence", "pictures"}
NAMES = [one.name for one in dataclasses.fields(Metadata) if one.name not in OTHERS]


def full() -> Metadata:
    document = document_of(BODY, HEAD)
    kept = tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks)
    return read_metadata(dataclasses.replace(document, blocks=kept), Page(ADDRESS, b""), LEXICON)


FULL = full()


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_where_it_was_read_and_how_far_it_is_trusted(name: str) -> None:
    assert getattr(FULL, name), "the page of this test must fill every field"
    shown = [one for one in FULL.evidence if one.field == name]
    assert [one for one in shown if one.chosen]
    assert all(one.trust is not None and 0 < one.trust <= 1 for one in shown)


def test_every_field_of_the_article_that_is_read_of_its_page_has_a_row() -> None:
    read = {one.name for one in dataclasses.fields(Article)} & set(NAMES)
    assert read <= {name for name, _, _ in FIELDS}


def test_a_place_that_a_table_does_not_name_has_the_least_trust_of_the_table() -> None:
    table = PlaceTrust({"meta": 2.0, "block": 0.5})
    found = weighed(FieldReading("x", (Evidence("tags", "x", "script"),)), table)
    assert found.evidence[0].trust == pytest.approx(0.622, abs=0.001)


def test_what_a_place_says_too_seldom_rightly_is_left_out_and_still_shown() -> None:
    found = weighed(FieldReading("x", (Evidence("tags", "x", "block:3"),)), PlaceTrust({"block": -0.5}))
    assert (found.value, found.evidence[0].chosen, found.evidence[0].value) == (None, False, "x")


def test_what_a_vote_has_weighed_stays_as_it_was() -> None:
    found = FieldReading("x", (Evidence("title", "x", "block:3", chosen=True, trust=0.4),))
    assert weighed(found, PlaceTrust({"block": -0.5})) is found


def test_places_that_agree_are_trusted_more() -> None:
    pages = [metadata_of(f"<h1>A storm</h1><p>{PROSE}</p>", lang=lang) for lang in ("en", "fr")]
    trusts = [next(one.trust or 0 for one in found.evidence if one.field == "languages") for found in pages]
    assert trusts[0] > trusts[1]


@given(st.text(max_size=30), st.dictionaries(st.text(min_size=1, max_size=8), st.floats(-5, 5), min_size=1))
def test_a_place_has_a_row_of_its_own_or_none(origin: str, weights: dict[str, float]) -> None:
    place = place_in(origin, weights)
    assert place is None or place in weights
