"""What browsers show and a parser does not: shadow roots, frames, formulas, pictures, text for screen readers."""

import pytest
from test_dom import blocks_of, lines, roles

from harvester.dom import read_document

pytestmark = pytest.mark.usefixtures("both_forms")


# ── what browsers show and a parser does not ──────────────────────────────────────────────────


@pytest.mark.parametrize("attribute", ["shadowrootmode=open", 'shadowrootmode="closed"', "shadowroot=open"])
def test_a_declarative_shadow_root_is_read(attribute):
    html = f"<x-story><template {attribute}><style>p{{}}</style><p>in the shadow</p></template></x-story><p>after</p>"
    assert lines(html) == ["in the shadow", "after"]


@pytest.mark.parametrize("tag", ["template-x", "template:x", "b<template-x"])
def test_an_element_whose_name_begins_like_that_of_a_template_has_no_shadow_root(tag):
    html = f"<{tag} shadowrootmode=open><p>a</p></{tag}>"
    assert read_document(html).elements[-2].tag == tag


def test_a_template_that_no_page_shows_is_not_read_inside_a_shadow_root_either():
    html = "<x-a><template shadowrootmode=open><template><p>no</p></template><p>yes</p></template></x-a><p>on</p>"
    assert lines(html) == ["yes", "on"]


def test_a_frame_that_the_page_carries_is_read_on_demand():
    html = "<p>a</p><iframe srcdoc='&lt;p&gt;framed&lt;/p&gt;'></iframe><p>b</p>"
    assert lines(html) == ["a", "b"]
    framed = read_document(html, reveal_framed=True).blocks
    assert [block.text for block in framed] == ["a", "framed", "b"]


FORMULAS = {
    "KaTeX": "<span class=katex><span class=katex-mathml><math><mi>E</mi><annotation>E</annotation></math></span>"
    "<span class=katex-html aria-hidden=true>E</span></span>",
    "MathJax 2": "<span class=MathJax_Preview>E</span><span class=MathJax><nobr>E</nobr>"
    "<span class=MJX_Assistive_MathML><math><mi>E</mi></math></span></span>",
    "MathJax 3": "<mjx-container><mjx-math></mjx-math><mjx-assistive-mml><math><mi>E</mi></math></mjx-assistive-mml>"
    "</mjx-container>",
    "MediaWiki": "<span class=mwe-math-element><span class=mwe-math-mathml-a11y style='display: none;'><math><mi>E</mi>"
    "<annotation>{E}</annotation></math></span><img alt='{E}' src=/e.svg></span>",
}


@pytest.mark.parametrize("mark", ["$", "\\$"])
def test_a_formula_that_only_parts_the_posts_of_a_page_is_not_read(mark):
    around = [f"<span>{mark}\\{name}group{mark}</span>" for name in ("begin", "end")]
    assert "group" not in str(lines(f"<div>{around[0]}<p>The pier opens.</p>{around[1]}</div>"))


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_read_once(name):
    assert lines(f"<p>so {FORMULAS[name]} holds</p>") == ["so E holds"]


@pytest.mark.parametrize("name", ["glossary-term", "inline-link"])
def test_a_custom_element_within_a_sentence_is_part_of_it(name):
    assert lines(f"<p>in the <{name}>cannery</{name}> on the quay</p>") == ["in the cannery on the quay"]


def test_a_custom_element_that_holds_boxes_is_a_box_within_a_sentence_too():
    assert lines("<div>before <x-card><div>card</div></x-card> after</div>") == ["before", "card", "after"]


@pytest.mark.parametrize(
    "around", ["<p>It stays.{}</p>", "<li>It stays.{}</li>", "<div><a href=/x>It stays.{}</a></div>"]
)
def test_what_is_clipped_for_screen_readers_is_no_part_of_a_line(around):
    assert lines(around.format(" <span class='icon sr-only'>External link</span>")) == ["It stays."]


@pytest.mark.parametrize("says", ["popover", 'popover="auto"', "popover=manual"])
def test_a_window_that_opens_when_it_is_called_is_not_read(says):
    assert lines(f"<p>x</p><div {says}><p>y</p></div>") == ["x"]
    assert lines("<p>x</p><div popover='Opening hours'><p>y</p></div>") == ["x", "y"]


def test_a_line_for_screen_readers_alone_is_read():
    assert lines("<h2 class=visually-hidden>Comments</h2><p>x</p>") == ["Comments", "x"]


def test_a_large_first_letter_belongs_to_its_word():
    assert lines("<p><span class=dropcap>T</span>he ferry</p>") == ["The ferry"]
    assert lines("<div><div class='drop-cap'>T</div>he ferry</div>") == ["The ferry"]


def test_the_mark_of_an_anchor_is_no_part_of_its_heading():
    assert lines("<h2>History <a href=#history>¶</a></h2><p>x</p>") == ["History", "x", "¶"]
    assert lines("<h2><a href=#history>History</a></h2><p>x</p>") == ["History", "x"]


def test_an_emoji_set_as_an_image_is_a_character():
    assert lines("<p>See you <img class=emoji src=/26f4.png alt=⛴> on board</p>") == ["See you ⛴ on board"]
    assert lines("<p>See <img src=/a.png alt='the quay'> you</p>") == ["See you"]


def test_the_image_in_a_noscript_stands_for_the_placeholder_before_it():
    late = "<noscript><img src=/real.jpg></noscript>"
    urls = [image.url for image in read_document(f"<img src='data:image/gif;base64,R0'>{late}<p>x").images]
    assert urls == ["/real.jpg"]
    assert [image.url for image in read_document(f"<img src=/a.jpg>{late}<p>x").images] == ["/a.jpg"]


OPEN_FRAMES = {
    "closed as in XML": "<noscript><iframe src=/tag height=0 /></noscript>",
    "left open": "<noscript>\n<iframe src=/tag>\n</noscript>",
    "in the head": "<head><noscript><iframe src=/tag /></noscript></head>",
    "behind one that ends": "<noscript><iframe src=/a></iframe><iframe src=/tag /></noscript>",
    "twice": "<noscript><iframe src=/tag /></noscript><noscript><iframe src=/tag /></noscript>",
}


@pytest.mark.parametrize("name", OPEN_FRAMES)
def test_a_frame_that_a_noscript_leaves_open_ends_with_it(name):
    page = f"{OPEN_FRAMES[name]}<p>a</p><iframe src=/map></iframe><p>b</p>"
    assert lines(page) == ["a", "b"]
    assert [block.text for block in read_document(page, reveal_hidden=True).blocks] == ["a", "b"]


def test_a_noscript_that_never_ends_is_left_to_the_parser():
    assert lines("<p>a</p><noscript><iframe src=/tag /><p>b</p>") == ["a"]


LISTINGS = {
    "boxes": "<pre><div class=line>a = 1</div><div class=line><br></div><div class=line>  b</div></pre>",
    "spans": "<pre><span class=line>a = 1</span>\n<span class=line></span>\n<span class=line>  b</span></pre>",
    "list": "<pre><ol><li>a = 1</li><li><br></li><li>  b</li></ol></pre>",
    "numbered": "<pre><span class=lineno>1</span>a = 1\n\n<span class=lineno>3</span>  b</pre>",
}


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_is_one_block_however_its_lines_are_marked(name):
    assert roles(LISTINGS[name]) == [("code", "a = 1\n\n  b")]


@pytest.mark.parametrize("style", ["style='white-space: pre-wrap'", "class=whitespace-pre-line"])
def test_line_feeds_are_line_breaks_where_a_style_says_so(style):
    assert lines(f"<div {style}>one\ntwo\n\nthree</div><p>four\nfive</p>") == ["one\ntwo", "three", "four five"]


def test_a_line_feed_of_the_source_is_no_blank_between_chinese_characters():
    assert lines("<p>青石桥将从下月起封闭半年，原\n   因是裂缝</p>") == ["青石桥将从下月起封闭半年，原因是裂缝"]
    assert lines("<p>大桥 2024\n年</p>") == ["大桥 2024 年"]


def test_an_anchor_that_is_never_closed_makes_no_links_of_the_article():
    paragraph = "The harbour board said on Monday that the ferry would stop for the winter because of the cracks. " * 4
    blocks = blocks_of("<div><a href=/x>Home" + f"<p>{paragraph}</p>" * 5 + "</div>")
    assert sum(block.link_chars for block in blocks) == 0
    assert all(block.link_chars for block in blocks_of(f"<a href=/x><h2>A</h2><p>{paragraph}</p></a>"))


PANEL = (
    "Until then the harbour master asks drivers to leave their cars on the mainland side. A shuttle bus will run"
    " between the quay and the car park behind the cannery every twenty minutes."
)


def texts_with_panels(html: str) -> list[str]:
    """Return the texts of a page that is read with rules, as pages are: none of them cuts anything out."""
    return [block.text for block in read_document(html, cut_of=lambda _: None).blocks]


PANELS = [
    *("class=subscriber-only", "class='body paywall-full-content'"),
    *("role=tabpanel", "class=read-more-content", "class='accordion-collapse collapse'", "class=tab__content"),
    *("class='toggle-content'", "class=a-expander-content", "class='faq_answer'", "aria-labelledby=heading-3"),
    *("class=more", "class=article-body__rest", "class=hidden-content", "id=fullStory", "class=truncated"),
    *("class=css-1k075w5 data-theme-key=collapsible-section-text", "data-testid='FAQ answer'"),
]


@pytest.mark.parametrize("says", PANELS)
def test_a_closed_panel_of_text_is_read_wherever_it_stands(says):
    closed = f"<div {says} style='display:none'><p>{PANEL}</p></div>"
    assert texts_with_panels(f"<main><p>{PANEL}</p>{closed}</main>") == [PANEL] * 2
    assert texts_with_panels(f"<main><h2>Parking</h2>{closed}</main>") == ["Parking", PANEL]


@pytest.mark.parametrize(
    ("chars", "linked", "is_read"), [(80, 0, True), (79, 0, False), (120, 40, True), (120, 41, False)]
)
def test_a_closed_panel_holds_some_text_and_few_links(chars, linked, is_read):
    text = f"<a href=/1>{'x' * linked}</a>{'y' * (chars - linked)}"
    panel = f"<div role=tabpanel hidden><p>{text}</p></div>"
    assert len(texts_with_panels(f"<h2>Parking</h2>{panel}")) == 1 + is_read


@pytest.mark.parametrize(("letters", "is_read"), [(27, True), (26, False)])
def test_a_letter_of_han_or_kana_says_as_much_as_three(letters, is_read):
    panel = f"<div role=tabpanel hidden><p>{'港' * (letters - 2)}です</p></div>"
    assert len(texts_with_panels(f"<h2>駐車場</h2>{panel}")) == 1 + is_read


def test_a_closed_panel_of_items_or_code_is_read():
    items = "".join(f"<li>Oak board no. {number}, 40 mm</li>" for number in range(8))
    assert len(texts_with_panels(f"<h2>Sizes</h2><div class=accordion-body hidden><ul>{items}</ul></div>")) == 9
    code = "pip install swift-counter\nharvester clean pages --output articles\nharvester validate articles"
    found = texts_with_panels(f"<h2>Linux</h2><div role=tabpanel hidden><p>{PANEL}</p><pre>{code}</pre></div>")
    assert found == ["Linux", PANEL, code]


@pytest.mark.parametrize(
    "panel",
    [
        "<div role=tabpanel hidden>" + "<a href=/1>Mayor opens a pool in the old town</a>" * 5 + "</div>",
        "<div role=tabpanel hidden><p>Two words.</p></div>",
        f"<div role=dialog aria-labelledby=terms hidden><p>{PANEL}</p></div>",
        f"<dialog aria-labelledby=terms><p>{PANEL}</p></dialog>",
        f"<div class=template hidden><p>{PANEL}</p></div>",
        f"<div data-testid=accordion role=dialog hidden><p>{PANEL}</p></div>",
        f"<div class='subscriber-only encrypted-content' hidden><p>{PANEL}</p></div>",
    ],
    ids=[
        "a menu",
        "a label",
        "a window",
        "a window by its tag",
        "no panel",
        "a window with a panel's name",
        "letters in disorder",
    ],
)
def test_what_is_hidden_and_no_panel_of_text_is_not_read(panel):
    assert texts_with_panels(f"<main><p>{PANEL}</p>{panel}</main>") == [PANEL]


def test_however_many_panels_stand_in_one_all_are_read():
    answers = "".join(f"<div class=answer hidden><p>{number} {PANEL}</p></div>" for number in range(100))
    after = f"<div class=answer hidden><p>{PANEL}</p></div>"
    page = f"<h2>Help</h2><div role=tabpanel hidden><p>{PANEL}</p>{answers}</div>{after}"
    assert len(texts_with_panels(page)) == 103


def test_a_hidden_rule_between_panels_is_none_of_them():
    rules = "<hr class=collapse hidden>" * 20
    assert texts_with_panels(f"{rules}<p>{PANEL}</p><div class=answer hidden><p>{PANEL}</p></div>") == [PANEL] * 2


@pytest.mark.parametrize(
    "numbers",
    [
        '<td class="linenos"><div class="linenodiv"><pre>1\n2</pre></div></td>',
        "<td class=gutter><pre>1\n2\n</pre></td>",
    ],
)
def test_line_numbers_in_a_cell_of_their_own_are_no_listing(numbers):
    code = f"<table><tr>{numbers}<td class=code><pre>a = 1\n  b = 2</pre></td></tr></table>"
    assert roles(code) == [("code", "a = 1\n  b = 2")]


def test_a_cell_with_words_is_read_whatever_it_is_called():
    assert lines("<table><tr><td class=gutter>Two words</td><td>and more</td></tr></table>") == [
        "Two words",
        "and more",
    ]


def test_sizes_that_a_script_loads_go_before_the_picture_that_stands_there_until_then():
    page = '<img src="/missing-image.svg" data-srcset="/pier-400.jpg 400w, /pier-900.jpg 900w"><p>x</p>'
    assert [image.url for image in read_document(page).images] == ["/pier-900.jpg"]


@pytest.mark.parametrize(
    ("sizes", "largest"),
    [
        ("/pier-900.jpg 900w, /pier-400.jpg 400w", "/pier-900.jpg"),
        ("/pier-400.jpg 400w, /pier-1200.jpg 1200w, /pier-900.jpg 900w", "/pier-1200.jpg"),
        ("/pier.jpg, /pier-2.jpg 2x, /pier-1.jpg 1.5x", "/pier-2.jpg"),
        ("/pier-1.jpg 1x,/pier-2.jpg 2x", "/pier-2.jpg"),
        ("/w_900,h_600/pier.jpg 900w, /w_300,h_200/pier.jpg 300w", "/w_900,h_600/pier.jpg"),
        ("/first.jpg, /last.jpg", "/last.jpg"),
        ("/only.jpg", "/only.jpg"),
    ],
)
def test_of_several_sizes_of_a_picture_the_largest_is_its_address(sizes, largest):
    assert [image.url for image in read_document(f"<img srcset='{sizes}'><p>x</p>").images] == [largest]


@pytest.mark.parametrize(
    ("attributes", "address"),
    [
        ("src=/pier-768.jpg srcset='/pier-300.jpg 300w, /pier-768.jpg 768w, /pier-1536.jpg 1536w'", "/pier-1536.jpg"),
        ("src=/pier.jpg srcset='/pier.jpg 1x, /pier-2.jpg 2x'", "/pier-2.jpg"),
        ("data-src=/pier-768.jpg data-srcset='/pier-768.jpg 768w,/pier.jpg 2000w' src=/b.gif", "/pier.jpg"),
        ("src=/pier.jpg srcset='/pier-300.jpg 300w, /pier-768.jpg 768w'", "/pier.jpg"),
        ("src=/pier.jpg srcset='/pier.jpg.webp 900w'", "/pier.jpg"),
        ("src=/pier.jpg srcset='/pier.jpg'", "/pier.jpg"),
        ("src=/pier.jpg srcset='/pier.jpg 9'", "/pier.jpg"),
        ("src=/pier.jpg srcset=' , '", "/pier.jpg"),
    ],
)
def test_an_address_that_is_one_of_the_pictures_sizes_yields_to_the_largest(attributes: str, address: str) -> None:
    assert [image.url for image in read_document(f"<img {attributes}><p>x</p>").images] == [address]


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("div style='display:inline'", ["The wall moves by two millimetres a year."]),
        ("div style='color: red; DISPLAY : Inline !important'", ["The wall moves by two millimetres a year."]),
        ("div style='display:inline-block'", ["The wall", "moves by two millimetres", "a year."]),
        ("div style='a-display:inline'", ["The wall", "moves by two millimetres", "a year."]),
        ("section style='display:inline'", ["The wall", "moves by two millimetres", "a year."]),
    ],
)
def test_a_box_that_is_shown_within_its_line_ends_no_sentence(box: str, found: list[str]) -> None:
    inner = f"<{box}>moves by two millimetres</{box.split(maxsplit=1)[0]}>"
    blocks = read_document(f"<body><div>The wall {inner} a year.</div></body>").blocks
    assert [block.text for block in blocks] == found
