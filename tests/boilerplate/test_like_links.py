"""Buttons among the lines of the text: links that begin with one word of doing, or all say the same."""

import pytest

from harvester import clean
from harvester.boilerplate import links_alike
from harvester.dom import read_document
from harvester.rules.load import load_rules

LEXICON = load_rules().lexicon

TEXT = (
    "The {} is planted along the canal because it stands wet feet better than other trees, and its wood was used "
    "for the piles below the old harbour, of which some hundreds are still in the mud."
)
TREES = ("alder", "birch", "cedar", "douglas fir", "elm")


def page(line: str, between: str = "") -> str:
    parts = "".join(
        f"<h2>{tree.title()}</h2><p>{TEXT.format(tree)}</p>{between}<p>{line.format(tree.title())}</p>"
        f"<p>{TEXT.format(f'bark of the {tree}')}</p>"
        for tree in TREES
    )
    head = '<meta property="og:type" content="article"><title>Trees of the canal</title>'
    return f"<html lang=en><head>{head}</head><body><article><h1>Trees of the canal</h1>{parts}</article></body></html>"


def text_of(html: str) -> str:
    return clean(html, url="https://estuary.example/trees").text


@pytest.mark.parametrize("line", ['<a href="/s/{0}">Buy a {0}</a>', '<a href="https://x.example/{0}">Learn more</a>'])
def test_links_that_begin_alike_below_each_part_are_no_text(line: str) -> None:
    text = text_of(page(line))
    assert "Buy a" not in text
    assert "Learn more" not in text
    assert all(f"The bark of the {tree}" in text for tree in TREES)


def test_names_of_what_a_text_lists_are_its_headings() -> None:
    assert "\nHotel Cedar\n" in text_of(page('<a href="/hotels/{0}"><strong>Hotel {0}</strong></a>'))


def taken(line: str, above: str = "<p>Of the {0}.</p>") -> list[str]:
    blocks = read_document("".join(f"{above}<p>{line}</p>".format(tree) for tree in TREES) + "<p>End.</p>").blocks
    return [blocks[at].text for at in sorted(links_alike(blocks, range(len(blocks)), LEXICON))]


def test_each_of_them_is_taken() -> None:
    assert taken('<a href="/s/{0}">» Buy a {0}</a>') == [f"» Buy a {tree}" for tree in TREES]


@pytest.mark.parametrize(
    "line",
    [
        '<a href="/s/{0}">{0} in a nursery</a>',  # each begins with a word of its own
        '<a href="/s/{0}">Hotel {0}</a>',  # names of what the text lists
        '<a href="/s/{0}">Müllers {0}</a>',
        '<a href="/s/{0}">Les {0}</a>',
        '<a href="/s/{0}">Музей {0}</a>',
        '<a href="/s/{0}">The {0} inn</a>',  # or with one that tells nothing
        '<a href="/s/{0}">Day 7: the {0}</a>',  # a heading
        "Buy a {0}",  # no link
        'Buy a <a href="/s/{0}">{0}</a> from those who grow it',
        '<a href="#{0}">Buy a {0}</a>',  # leads to the page itself
        '<a href="/people/jo">Jo Fir:</a>',  # who speaks
        '<a href="https://trees.example/{0}">https://trees.example/{0}</a>',
    ],
)
def test_other_lines_stay(line: str) -> None:
    assert not taken(line)


@pytest.mark.parametrize("above", ["", "<h2>Of the {0}</h2>"])  # a list; all that is said below a heading
def test_links_stay_that_part_no_text(above: str) -> None:
    line = '<a href="/s/{0}">Buy a {0}</a>'
    assert taken(line, above) == ([f"Buy a {TREES[-1]}"] if above else [])
