"""What follows from the numbers of a page: where containers begin and end, the headline, lists of like items."""

import pytest

from harvester.dom import read_document
from harvester.outline import Outline, is_inside_article
from harvester.rules.load import load_rules

PROSE = "<p>On day one the ferry left the pier at seven, as the harbour board had promised the islanders.</p>"


def outline_of(body: str, title: str = "") -> Outline:
    document = read_document(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    return Outline(document)


def texts_of(outline: Outline, element: int) -> list[str]:
    first, end = outline.extents[element]
    return [block.text for block in outline.document.blocks[first:end]]


def element_of(outline: Outline, name: str) -> int:
    return next(at for at, one in enumerate(outline.document.elements) if one.id == name)


def test_an_element_holds_the_blocks_between_its_tags_and_their_characters():
    outline = outline_of("<p>before</p><div id=a><p>one</p><div id=b><p>two</p></div></div><p>after</p>")
    outer, inner = element_of(outline, "a"), element_of(outline, "b")
    assert (texts_of(outline, outer), texts_of(outline, inner)) == (["one", "two"], ["two"])
    assert (outline.element_chars[outer], outline.element_chars[inner]) == (6, 3)
    assert outline.ancestors(inner)[:2] == [inner, outer]
    assert outline.depths[inner] == outline.depths[outer] + 1
    assert outline.summed([1] * len(outline.document.blocks))[outer] == 2


def test_prose_is_counted_and_labels_are_not():
    outline = outline_of(f"<div id=a>{PROSE}</div><div id=b><p>Home</p><p>Sport</p></div>")
    assert outline.element_prose[element_of(outline, "a")] == outline.total_prose > 80
    assert outline.element_prose[element_of(outline, "b")] == 0


def test_the_headline_is_what_the_title_repeats_else_the_first_h1():
    headings = "<h1>The daily harbour</h1><h2>The pier opens on Monday</h2>"
    for title, at in (("The pier opens on Monday - Courier", 1), ("Something else today", 0), ("", 0)):
        assert outline_of(headings + PROSE, title).headline == at
    assert outline_of("<h2>The pier opens</h2>" + PROSE).headline is None


def test_without_headings_the_headline_is_a_line_without_links_that_the_title_repeats():
    title = "Harbour board repairs the old pier - The Quay"
    line = "<td class=hd>Harbour board repairs the old pier</td>"
    for cells, at in (
        (line, 0),
        (f"<td><a href=/1>Harbour board repairs the old pier</a></td>{line}", 1),
        (f"<td>The Quay</td>{line}", 1),
        ("<td>Harbour board repairs the</td>", 0),
        ("<td>Harbour board</td>", None),
        ("<td><ul><li>Harbour board repairs the old pier</li></ul></td>", None),
    ):
        assert outline_of(f"<table><tr>{cells}<td>{PROSE}</td></tr></table>", title).headline == at
    assert outline_of(f"<div>Harbour board repairs the old pier</div><h1>The Quay</h1>{PROSE}", title).headline == 1


@pytest.mark.parametrize("tag", ["h2", "div"])
def test_a_headline_is_looked_for_among_the_first_lines_alone(tag):
    """Else a page of 100,000 lines with 20 long titles takes 20 seconds."""
    line = "Harbour board repairs the old pier"
    others = "".join(f"<{tag}>The ferry leaves at {number} today</{tag}>" for number in range(1_000))
    for before, at in (("", 0), (others, None)):
        assert outline_of(f"{before}<{tag}>{line}</{tag}>{PROSE}", f"{line} - The Quay").headline == at


def test_the_outermost_elements_of_a_name_are_found_but_none_around_the_headline():
    boxes = f"<div id=a class=faq-list>{PROSE}<div id=b class=faq>{PROSE}</div></div><div id=c class=faqs>{PROSE}</div>"
    outline = outline_of(f"<main class=faq><h1>The pier opens</h1>{boxes}</main>")
    named = frozenset({"faq", "faqs"})
    assert list(outline.named_elements(named, 1_000)) == [element_of(outline, "a"), element_of(outline, "c")]
    assert list(outline.named_elements(named, 100)) == [element_of(outline, "b"), element_of(outline, "c")]


def test_names_are_words_or_phrases_as_a_whole_in_whatever_letters():
    outline = outline_of(f'<div class="ferry-box">{PROSE}</div><div class="новости-дня">{PROSE}</div><p id="x9">a</p>')
    names = ("ferry box", "ferry", "box", "новости", "новости дня")
    assert all(outline.has_named(frozenset({"pier", name})) for name in names)
    assert not any(outline.has_named(frozenset({name})) for name in ("erry", "ferr", "box ferry", "pier", "овости"))
    assert outline.named_signatures(frozenset({"ferry"})) == {"ferry box"}
    assert not outline.has_named(frozenset())


def test_three_like_items_of_two_blocks_are_a_list_and_paragraphs_are_none():
    item = '<div class="item x"><p>A title</p><p>A line below</p></div>'
    outline = outline_of(f"<section>{item * 3}</section>{PROSE * 5}<aside>{item * 2}</aside>")
    assert [len(group) for group in outline.item_lists] == [3]


def test_like_items_have_one_parent_and_one_class_but_for_its_figures():
    items = [f'<div class="post{number} new"><p>A title</p><p>A line below</p></div>' for number in range(8, 12)]
    other = '<div class="promo"><p>A title</p><p>A line below</p></div>'
    outline = outline_of(f"<section>{other.join(items)}</section><aside>{''.join(items[:2])}{other}</aside>")
    assert [len(group) for group in outline.item_lists] == [4, 3]
    assert outline_of(f"<section>{''.join(items[:2])}</section>{PROSE * 5}<aside>{items[2]}</aside>").item_lists == ()


def test_what_stands_in_an_article_is_told_from_the_article_itself():
    outline = outline_of(f"<article id=a><div id=b>{PROSE}</div></article><div id=c>{PROSE}</div>")
    inside = [is_inside_article(outline.document.elements, element_of(outline, name)) for name in "abc"]
    assert inside == [False, True, False]


def test_an_article_is_looked_for_a_bounded_way_up():
    outline = outline_of(f"<article>{'<div>' * 399}<div id=a><div id=b>{PROSE}")
    assert [is_inside_article(outline.document.elements, element_of(outline, name)) for name in "ab"] == [True, False]


def test_the_places_are_those_of_each_name_that_means_anything_in_the_order_of_the_page():
    outline, rules = (
        outline_of("<div class=menu><p>Home</p></div><div><p>one</p></div><p class=share-bar>x</p>"),
        load_rules(),
    )
    of_each = enumerate(map(rules.places, outline.signatures))
    assert list(outline.places(rules).items()) == [(at, hits) for at, hits in of_each if hits] != []


def test_the_headings_are_the_blocks_of_that_role():
    outline = outline_of("<h1>The harbour</h1><p>one</p><h3>The pier</h3><ul><li>two</li></ul>")
    assert [outline.document.blocks[at].text for at in outline.headings] == ["The harbour", "The pier"]
    assert outline.first_h1 == 0
