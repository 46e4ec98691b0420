"""HTML to blocks: what is read, in which order, and as what."""

import pytest

from harvester.dom import read_document
from harvester.models import Role

pytestmark = pytest.mark.usefixtures("both_forms")


def blocks_of(html: str, reveal_hidden: bool = False):
    return read_document(html, reveal_hidden).blocks


def lines(html: str, reveal_hidden: bool = False) -> list[str]:
    return [block.text for block in blocks_of(html, reveal_hidden)]


def roles(html: str) -> list[tuple[str, str]]:
    return [(str(block.role), block.text) for block in blocks_of(html)]


# ── order and borders ─────────────────────────────────────────────────────────────────────────


def test_blocks_stand_in_reading_order():
    html = "before<div>one<p>two</p>three<section>four</section></div>after"
    assert lines(html) == ["before", "one", "two", "three", "four", "after"]


def test_inline_tags_do_not_break_a_line():
    html = "<p>a <b>bold</b> <i>and</i> <a href=/x>linked</a><span>word</span>, <em>un</em>broken</p>"
    assert lines(html) == ["a bold and linkedword, unbroken"]


def test_white_space_is_one_blank_and_invisible_marks_are_gone():
    assert lines("<p>a\u00a0 b\n\t c\u200bd\u00ade\ufeff \u202bf</p>") == ["a b cde f"]


def test_letters_are_composed_across_tags():
    assert lines("<p>cafe<b>\u0301</b></p>") == ["caf\u00e9"]


def test_joiners_that_words_need_stay():
    assert lines("<p>می\u200cخواهم 👩\u200d🚀</p>") == ["می\u200cخواهم 👩\u200d🚀"]


def test_custom_elements_are_boxes_of_their_own():
    assert lines("<p>one</p><my-card>two</my-card>three") == ["one", "two", "three"]


def test_a_block_knows_its_path_and_container():
    document = read_document("<article id=a><div class='body text'><p>one</p></div></article>")
    block = document.blocks[0]
    assert block.path == "article > div > p"
    chain = []
    at = block.element
    while at >= 0:
        chain.append((document.elements[at].tag, document.elements[at].id or document.elements[at].classes))
        at = document.elements[at].parent
    assert chain == [("p", ""), ("div", "body text"), ("article", "a"), ("body", "")]


def test_parents_come_before_their_children():
    document = read_document("<a href=/1><div><p>x<ul><li><p>y</ul></div></a><table><tr><td><p>z</table>")
    assert all(element.parent < at for at, element in enumerate(document.elements))


def test_text_set_loose_in_a_table_is_kept():
    assert sorted(lines("<table>loose<tr><td>cell</td></tr>more</table>")) == ["cell", "loosemore"]


# ── hidden text ───────────────────────────────────────────────────────────────────────────────

HIDDEN = (
    "<p hidden>x</p>",
    "<p style='display:none'>x</p>",
    "<p style='color:red; DISPLAY : NONE'>x</p>",
    "<div style='visibility:hidden'><p>x</p></div>",
    "<div id=afterword style='display:none'><p>x</p></div>",
    "<dialog>x</dialog>",
    "<noscript>x</noscript>",
)
NEVER_TEXT = (
    "<script>x</script>",
    "<style>x</style>",
    "<template><p>x</p></template>",
    "<svg><title>x</title><text>x</text></svg>",
    "<iframe>x</iframe>",
    "<object>x</object>",
    "<!-- x -->",
    "<video>x</video>",
    "<img alt=x src=x.jpg>",
    "<input value=x>",
)


@pytest.mark.parametrize("html", HIDDEN + NEVER_TEXT)
def test_what_a_reader_does_not_see_is_not_read(html):
    assert lines(f"<p>before</p>{html}<p>after</p>") == ["before", "after"]


@pytest.mark.parametrize(
    "html", ["<dialog>x</dialog>", "<div hidden role=dialog>x</div>", "<div hidden class=modal>x</div>"]
)
def test_a_hidden_window_is_not_read_even_on_demand(html):
    assert [block.text for block in read_document(f"<p>before</p>{html}", reveal_hidden=True).blocks] == ["before"]


@pytest.mark.parametrize("html", [html for html in HIDDEN if "dialog" not in html])
def test_hidden_text_is_read_on_demand(html):
    assert lines(f"<p>before</p>{html}<p>after</p>", reveal_hidden=True) == ["before", "x", "after"]


@pytest.mark.parametrize("html", NEVER_TEXT)
def test_what_is_no_text_is_never_read(html):
    assert lines(f"<p>before</p>{html}<p>after</p>", reveal_hidden=True) == ["before", "after"]


@pytest.mark.parametrize(
    "html",
    [
        "<p hidden=until-found>x</p>",
        "<dialog open>x</dialog>",
        "<details><summary>x</summary></details>",
        "<p aria-hidden=true>x</p>",
        "<p style='background:display-none.png'>x</p>",
        "<p class=hidden>x</p>",
        "<template id='B:0'></template><div hidden id='S:0'><p>x</p></div><script>$RC('B:0','S:0')</script>",
        "<span id=afwebph1></span><div id=afweb1 style=display:none><p>x</p></div><script>$afweb(1)</script>",
        "<noscript id=afph12></noscript><div id=af12 style='display: none'><p>x</p></div>",
    ],
)
def test_what_a_reader_sees_is_read(html):
    assert lines(html) == ["x"]


@pytest.mark.parametrize("tag", ["html", "body"])
def test_a_page_hidden_until_its_fonts_are_there_is_read(tag):
    page = "<html><body><p>x</p></body></html>".replace(f"<{tag}>", f"<{tag} hidden style='visibility:hidden'>")
    assert lines(page) == ["x"]


# ── line breaks and indents ───────────────────────────────────────────────────────────────────


def test_one_br_is_a_line_two_are_a_paragraph():
    assert lines("<div>one<br>two<br><br>three<br/> <br> <br>four</div>") == ["one\ntwo", "three", "four"]


def test_a_br_at_the_edge_is_nothing():
    assert lines("<p><br>one<br></p><p><br></p><p>two</p>") == ["one", "two"]


def test_a_double_br_ends_a_paragraph_inside_inline_tags():
    assert lines("<div><font><b>one</b><br><br>two</font></div>") == ["one", "two"]


@pytest.mark.parametrize("indent", ["\u3000\u3000", "\u00a0\u00a0\u00a0\u00a0", "&emsp;&emsp;", "&nbsp; &nbsp; "])
def test_an_indent_behind_a_br_begins_a_paragraph(indent):
    assert lines(f"<div>{indent}第一段。<br>{indent}第二段。<br>仍是第二段。</div>") == [
        "第一段。",
        "第二段。\n仍是第二段。",
    ]


def test_one_ideographic_blank_is_no_indent():
    assert lines("<div>山本\u3000太郎<br>田中\u3000花子</div>") == ["山本 太郎\n田中 花子"]


# ── roles ─────────────────────────────────────────────────────────────────────────────────────


def test_headings_have_their_level():
    found = [(block.text, block.level) for block in blocks_of("<h1>a</h1><h2><span>b</span></h2><h6>c</h6>")]
    assert found == [("a", 1), ("b", 2), ("c", 6)]


def test_a_heading_inside_a_link_is_a_heading_and_a_link():
    block = blocks_of("<a href=/story class=card><h2>A story</h2></a>")[0]
    assert (block.role, block.level, block.link_chars) == (Role.HEADING, 2, len("A story"))
    assert block.path == "a > h2"


def test_a_link_that_holds_blocks_has_its_address_among_the_containers():
    document = read_document("<a href=/story><h2>A story</h2><p>Its teaser</p></a>")
    assert [element.href for element in document.elements if element.tag == "a"] == ["/story"]
    assert [block.link_chars for block in document.blocks] == [7, 10]


def test_list_items_know_their_depth():
    html = "<ul><li>one<ul><li>below<ol><li>deepest</li></ol></li></ul></li><li>two</li></ul>"
    found = [(block.text, block.role, block.level) for block in blocks_of(html)]
    assert found == [
        (text, Role.LIST_ITEM, level) for text, level in (("one", 1), ("below", 2), ("deepest", 3), ("two", 1))
    ]


def test_only_the_first_paragraph_of_an_item_carries_its_mark():
    html = "<ul><li><p>one</p><p>more of one</p></li><li>two</li></ul>"
    assert roles(html) == [("list_item", "one"), ("paragraph", "more of one"), ("list_item", "two")]


def test_an_article_in_a_list_is_no_list_item():
    html = "<ul><li><article><h2>Story</h2><p>Its text</p></article></li></ul>"
    assert roles(html) == [("heading", "Story"), ("paragraph", "Its text")]


def test_quotations_captions_and_controls_say_what_they_are():
    html = (
        "<blockquote><p>q</p></blockquote><figure><img src=a.jpg><figcaption>c</figcaption></figure>"
        "<button>b</button><select><option>o</option></select><textarea>t</textarea><fieldset><legend>l</legend></fieldset>"
    )
    assert [role for role, _ in roles(html)][:4] == ["quote", "caption", "control", "control"]
    assert roles(html)[5] == ("control", "l")


def test_a_button_within_a_sentence_is_part_of_it():
    html = "<p>The <button>Board</button> met.</p><p><button>Share</button></p>"
    assert roles(html) == [("paragraph", "The Board met."), ("control", "Share")]


def test_code_keeps_its_lines_and_blanks():
    html = "<pre><code>if a:\n    b(  1)\n\n<span>c</span>()   \n</code></pre><p>x  <code>y  z</code></p>"
    assert roles(html) == [("code", "if a:\n    b(  1)\n\nc()"), ("paragraph", "x y z")]


def test_the_reading_of_a_character_does_not_tear_the_word():
    html = "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>を読む</p>"
    assert lines(html) == ["漢字を読む"]


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def test_a_data_table_is_read_by_rows():
    html = "<table><caption>Results</caption><tr><th>Rank<th>Club<tr><td>1<td>Oberdorn<br>Runners</table>"
    assert roles(html) == [("caption", "Results"), ("table", "Rank | Club"), ("table", "1 | Oberdorn Runners")]


def test_an_empty_cell_keeps_its_place():
    assert lines("<table><tr><td>a<td><td>c<tr><td><td>b<td></table>") == ["a |  | c", " | b | "]


def test_a_row_without_text_is_nothing():
    assert lines("<table><tr><td>a<td>b<tr><td> <td></table>") == ["a | b"]


LAYOUT_TABLES = {
    "one column": "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>",
    "one row": "<table><tr><td>a</td><td>b</td></tr></table>",
    "a table in it": "<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr><tr><td>c<td>d</table>",
    "a heading in it": "<table><tr><td><h1>a</h1></td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
    "a column of prose": f"<table><tr><td>{'prose ' * 60}</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
    "said so": "<table role=presentation><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
}


@pytest.mark.parametrize("name", LAYOUT_TABLES)
def test_a_layout_table_is_read_as_paragraphs(name):
    blocks = blocks_of(LAYOUT_TABLES[name])
    assert Role.TABLE not in {block.role for block in blocks}
    assert not any("|" in block.text for block in blocks)


def test_a_table_that_says_it_is_one_is_read_by_rows():
    assert roles("<table role=table><tr><td>a</td><td>b</td></tr></table>") == [("table", "a | b")]


def test_a_data_table_inside_a_layout_table_is_read_by_rows():
    html = "<table><tr><td>menu<td><table><tr><td>a<td>b<tr><td>c<td>d</table>after</table>"
    assert lines(html) == ["menu", "a | b", "c | d", "after"]


# ── links, spans, images, head ────────────────────────────────────────────────────────────────


def test_characters_in_links_and_in_bold_are_counted():
    block = blocks_of("<p>see <a href=/x>the <b>pier</b></a> and <a name=y>here</a></p>")[0]
    assert (block.link_chars, block.strong_chars) == (len("the") + len("pier"), len("pier"))


def test_spans_hold_what_names_and_dates_are_read_from():
    html = (
        '<p>By <a href="/ada" rel=author class=by>Ada Holm</a> '
        '<time datetime="2024-05-01T10:00Z">1 May</time> <span class=place>Pier</span> <i>plain</i></p>'
    )
    spans = blocks_of(html)[0].spans
    assert [(span.tag, span.text) for span in spans] == [("a", "Ada Holm"), ("time", "1 May"), ("span", "Pier")]
    assert (spans[0].href, spans[0].rel, spans[0].classes) == ("/ada", "author", "by")
    assert spans[1].datetime == "2024-05-01T10:00Z"


def test_an_image_knows_the_block_behind_it_and_its_best_address():
    html = (
        "<p>one</p><img src=data:image/gif;base64,x data-src=/lazy.jpg alt=' a  b ' width=640 height=10px>"
        "<picture><img srcset='/s.jpg 300w, /l.jpg 900w'></picture><p>two</p><img src=data:image/png;base64,y>"
    )
    images = read_document(html).images
    assert [(image.url, image.block) for image in images] == [("/lazy.jpg", 1), ("/l.jpg", 1)]
    assert (images[0].alt, images[0].width, images[0].height) == ("a b", 640, 10)


def test_the_head_is_read_but_is_no_text():
    document = read_document(
        "<html lang=en-GB><head><title> A \n page </title><base href='/b/'>"
        "<meta property='og:title' name=T content='x  y'>"
        "<link rel=Canonical href='/c'><script type='application/ld+json'>{\"a\": 1}</script>"
        "<script id=__NEXT_DATA__>{}</script><script>var x</script></head><body><p>x</p></body></html>"
    )
    assert (document.title, document.lang, document.base) == ("A page", "en-GB", "/b/")
    assert [tuple(meta) for meta in document.metas] == [("og:title", "x y"), ("t", "x y")]
    assert [(link.rel, link.href) for link in document.links] == [("canonical", "/c")]
    assert [script.text for script in document.scripts] == ['{"a": 1}', "{}"]
    assert [block.text for block in document.blocks] == ["x"]


@pytest.mark.parametrize("html", ["", "text", "<", "</p>", "<!doctype html>", "<frameset><frame src=x></frameset>"])
def test_a_page_without_a_body_is_a_document(html):
    assert len(read_document(html).blocks) == (html in {"text", "<"})
