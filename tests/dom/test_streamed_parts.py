"""What React streams behind a page stands where its script would put it."""

import pytest
from test_dom import lines

from harvester.dom.streamed_parts import with_parts_in_place

pytestmark = pytest.mark.usefixtures("both_forms")


def boundary(number: str, meanwhile: str = "Loading") -> str:
    return f'<!--$?--><template id="B:{number}"></template>{meanwhile}<!--/$-->'


def part(number: str, content: str, script: str = "") -> str:
    return f'<div hidden id="S:{number}">{content}</div>{script}'


def test_a_streamed_part_stands_in_its_place_instead_of_what_is_shown_meanwhile():
    page = f"<main><h1>Ferry</h1>{boundary('0', '<p>Loading</p>')}<p>End</p></main><footer>Imprint</footer>"
    script = '<script>$RC("B:0","S:0")</script>'
    assert lines(page + part("0", "<p>It sails.</p>", script)) == ["Ferry", "It sails.", "End", "Imprint"]


def test_the_script_tells_which_part_is_for_which_place():
    first = part("2", "<p>one</p>", '<script>$RC("B:0","S:2")</script>')
    second = part("1", "<p>two</p>", '<script>$RR("B:1","S:1",[])</script>')
    assert lines(f"{boundary('0')}<p>between</p>{boundary('1')}{second}{first}") == ["one", "between", "two"]


def test_parts_of_parts_are_put_into_them_in_any_order():
    inner = part("1", "<p>inner</p>")
    outer = part("0", '<p>outer</p><template id="P:1"></template><div><p>last</p></div>')
    expected = ["outer", "inner", "last", "behind"]
    assert lines(boundary("0") + "<p>behind</p>" + inner + outer) == expected
    assert lines(boundary("0") + "<p>behind</p>" + outer + inner) == expected


def test_without_the_comments_what_is_shown_meanwhile_stays():
    page = '<p>a</p><template id="B:0"></template><p>meanwhile</p><p>z</p>'
    assert lines(page + part("0", "<p>b</p>")) == ["a", "b", "meanwhile", "z"]


def test_a_boundary_within_what_is_shown_meanwhile_does_not_end_it():
    meanwhile = "<!--$--><p>x</p><!--/$--><p>y</p>"
    assert lines(boundary("0", meanwhile) + "<p>z</p>" + part("0", "<p>b</p>")) == ["b", "z"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>a</p>" + part("0", "<p>b</p>"),  # no place
        part("0", "<p>a</p>" + boundary("0", "<p>b</p>")),  # its place is inside of itself
        '<p>a</p><!-- <template id="B:0"></template> -->' + part("0", "<p>b</p>"),
        '<p>a</p><script>"<template id="B:0"></template>"</script>' + part("0", "<p>b</p>"),
        '<p>a</p><!--$?--><template id="B:0"></template><div hidden id="S:0"><p>b</p>',  # it never ends
    ],
)
def test_a_part_without_a_place_stays_where_it_is(page):
    assert with_parts_in_place(page.encode()) == page.encode()
    assert lines(page) == ["a", "b"]


def test_a_part_for_what_is_shown_meanwhile_is_not_lost():
    meanwhile = boundary("1", "<p>x</p>")
    page = boundary("0", meanwhile) + part("1", "<p>b</p>") + part("0", "<p>a</p>")
    assert lines(page) == ["a", "b"]


def test_a_boundary_that_holds_parts_is_not_replaced():
    page = '<!--$?--><template id="B:0"></template><p>x</p>' + part("0", "<p>a</p>") + "<!--/$-->"
    assert lines(page) == ["a", "x"]


@pytest.mark.parametrize("soup", ["<div ", '<div "', "<!--", "<script>", "<!--$?-->", '<div hidden id="S:1">'])
def test_soup_is_looked_at_once(soup):
    page = (boundary("0") + part("0", "<p>a</p>")).encode() + soup.encode() * 20_000
    assert b"<p>a</p>" in with_parts_in_place(page)
