"""HTML of an article: semantic, whole, and nothing in it that runs."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whole_articles import an_article, articles, bare

from harvester.models import Cell, Cite, Code, Embed, Figure, Footnote, Mark, MarkKind, Role, Table, TextBlock
from harvester.rendering.html_page import render_html

VOID = {"meta", "link", "br", "hr", "img", "wbr"}
TAGS = VOID | set(
    "html head title script style body main article aside div h1 h2 h3 h4 h5 h6 p span time a ul ol li blockquote "
    "footer cite pre code table caption thead tbody tr th td figure figcaption dl dt dd section strong em sub sup del "
    "ins mark ruby rp rt abbr math semantics mtext mrow annotation button".split()
)
ATTRIBUTES = set(
    "lang dir charset name content property http-equiv href src alt width height loading title rel class id role style "
    "value cite colspan rowspan itemprop itemscope itemtype datetime type display encoding aria-label data-mark".split()
)


class Page(HTMLParser):
    """Reads a page and holds it to its own nesting."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [said for name, said in self.tags if name == tag]


def body_of(*blocks: TextBlock) -> str:
    page = render_html(bare(*blocks))
    return page.partition('<div itemprop="articleBody">\n')[2].partition("\n</div>\n</article>")[0].replace("\n", "")


@settings(max_examples=40)
@given(articles())
def test_nothing_but_known_elements_and_attributes_comes_out(article):
    page = Page(render_html(article))
    assert {tag for tag, _ in page.tags} <= TAGS
    assert {name for _, said in page.tags for name in said} <= ATTRIBUTES
    assert [said["type"] for said in page.all("script")] == ["application/ld+json"]
    addresses = [said[name] for _, said in page.tags for name in ("href", "src", "cite") if name in said]
    assert all(re.match(r"https?://|mailto:|tel:|#|data:image/", address) for address in addresses)


HOSTILE = '</title></p></script><script>alert("1")</script> & \'"><img src=x onerror=y>\u2028'


def test_nothing_in_an_article_can_break_out_of_its_page():
    texts = tuple(TextBlock(role, HOSTILE, 1, HOSTILE) for role in Role if role is not Role.TABLE)
    table = TextBlock(Role.TABLE, HOSTILE, table=Table(((Cell(HOSTILE),),), HOSTILE))
    rest = (
        TextBlock(Role.CODE, HOSTILE, code=Code(HOSTILE, HOSTILE)),
        TextBlock(Role.FIGURE, "", figure=Figure(HOSTILE, HOSTILE, None, None, HOSTILE, HOSTILE)),
        TextBlock(Role.EMBED, "", embed=Embed("post", HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
        TextBlock(Role.FORMULA, "", tex=HOSTILE),
        TextBlock(Role.PARAGRAPH, "ab", marks=(Mark(MarkKind.FOOTNOTE, 1, 1, value=HOSTILE),)),
        TextBlock(Role.FOOTNOTE, HOSTILE, footnote=Footnote(HOSTILE, HOSTILE), in_text=False),
        *(
            TextBlock(Role.PARAGRAPH, "x", marks=(Mark(kind, 0, 1, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE),))
            for kind in MarkKind
        ),
    )
    words = dict.fromkeys(("title", "subtitle", "site", "url", "canonical_url", "description", "published"), HOSTILE)
    article = an_article(blocks=(*texts, table, *rest), authors=(HOSTILE,), languages=(HOSTILE,), tags=(HOSTILE,))
    page = Page(render_html(replace(article, **words)))
    assert {tag for tag, _ in page.tags} <= TAGS
    assert not {name for _, said in page.tags for name in said if name.startswith("on")}
    assert json.loads(next(text for text in page.texts if text.startswith("{")))["headline"] == HOSTILE


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JaVa\tscript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_addresses_that_run_something_are_left_out(url):
    link = TextBlock(Role.PARAGRAPH, "here", marks=(Mark(MarkKind.LINK, 0, 4, url),))
    figure = TextBlock(Role.FIGURE, "", figure=Figure(url, "alt", caption="caption"))
    assert body_of(link, figure) == "<p>here</p><figure><figcaption><p>caption</p></figcaption></figure>"


def test_the_source_that_a_quotation_emphasises_is_marked_as_such_and_other_emphasis_is_not():
    marks = (Mark(MarkKind.EMPHASIS, 0, 2), Mark(MarkKind.EMPHASIS, 11, 19))
    quote = TextBlock(Role.QUOTE, "It stands. Ada Holm", marks=marks, cite=Cite("Ada Holm", None))
    assert body_of(quote) == "<blockquote><p><em>It</em> stands. <cite>Ada Holm</cite></p></blockquote>"


def test_the_whole_article_is_as_a_person_would_write_it():
    page = render_html(an_article())
    for part in (
        '<html lang="en" dir="ltr">',
        '<h1>A new pier</h1>\n<p class="subtitle">After ten years</p>',
        '<span class="author">Bo Lund</span> · <time datetime="2024-05-01">2024-05-01</time>',
        "<em>as the <strong>board</strong> has it</em>",
        'title="The &quot;plans&quot;" rel="nofollow">the plans</a>',
        '<a href="#note-1" id="call-1" role="doc-noteref">¹</a>',
        '<ol>\n<li value="3">Steel\n<ul>\n<li>from the north\n</li>\n</ul>\n</li>\n<li>Timber\n</li>\n</ol>',
        '<blockquote cite="https://ada.example/">\n<p>It stands.</p>\n<p>And it stays.</p>',
        '<pre><code class="language-python">if a &lt; b:\n\twait()</code></pre>',
        '<caption>What it cost</caption>\n<thead>\n<tr><th>Part</th><th colspan="2">Cost</th></tr>\n</thead>',
        '<td rowspan="2">Steel | iron</td>',
        '<img src="https://harbour-courier.example/pier.jpg" alt="A pier" width="640" height="480" loading="lazy">',
        '<p>The pier at noon</p>\n<p class="credit">Photo: Bo Lund</p>',
        '<figure itemscope itemtype="https://schema.org/SocialMediaPosting">',
        '<math display="block"><semantics><mtext>E = mc2</mtext><annotation encoding="application/x-tex">E = mc^2<',
        "<dl>\n<dt>Pier</dt>\n<dd>A way into the sea.</dd>\n</dl>\n<hr>",
        '<p lang="zh-Hans">港口开放了。</p>',
        '<p id="note-1" data-mark="1">By the old calendar.<a href="#call-1" role="doc-backlink"',
    ):
        assert part in page, part
    Page(page)


def test_the_head_says_what_the_article_says():
    page = render_html(an_article())
    head = page.partition("</head>")[0]
    assert '<meta name="author" content="Bo Lund">' in head
    assert '<meta property="article:published_time" content="2024-05-01">' in head
    assert '<link rel="canonical" href="https://harbour-courier.example/pier">' in head
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", head)[1])
    assert (data["@type"], data["headline"], data["datePublished"]) == ("NewsArticle", "A new pier", "2024-05-01")
    assert [author["name"] for author in data["author"]] == ["Ada Holm", "Bo Lund"]
    assert data["isBasedOn"]["url"] == "https://gazette.example/"
    assert "articleBody" not in data


def test_text_in_another_direction_says_so():
    page = render_html(an_article(languages=("ar",), blocks=(TextBlock(Role.PARAGRAPH, "a pier", lang="en"),)))
    assert '<html lang="ar" dir="rtl">' in page
    assert '<p lang="en" dir="ltr">a pier</p>' in page


@given(st.lists(st.tuples(st.sampled_from(list(Role)), st.integers(1, 6), st.booleans()), max_size=12))
def test_html_closes_what_it_opens(shape):
    blocks = tuple(TextBlock(role, "x", level, ordered=o) for role, level, o in shape)
    assert Page(render_html(an_article(blocks=blocks))).open == []


def test_a_deeper_item_stands_in_lists_without_items_of_their_own():
    items = (TextBlock(Role.LIST_ITEM, "b", 2), TextBlock(Role.LIST_ITEM, "a", 1))
    assert body_of(*items) == "<ul><li><ul><li>b</li></ul></li><li>a</li></ul>"


def test_a_call_that_is_no_part_of_the_text_adds_none():
    blocks = (
        TextBlock(Role.PARAGRAPH, "text", marks=(Mark(MarkKind.FOOTNOTE, 4, 4, value="k"),)),
        TextBlock(Role.FOOTNOTE, "why", footnote=Footnote("k", "*"), in_text=False),
    )
    page = Page(render_html(bare(*blocks)))
    assert "text" in page.texts
    assert "*" not in page.texts
    assert page.all("a")[0] == {"href": "#note-1", "id": "call-1", "role": "doc-noteref", "aria-label": "*"}


def test_a_note_that_leads_back_itself_gets_no_second_way():
    back = Mark(MarkKind.LINK, 4, 5, "#r1")
    blocks = (
        TextBlock(Role.PARAGRAPH, "text1", marks=(Mark(MarkKind.FOOTNOTE, 4, 5, value="k"),)),
        TextBlock(Role.FOOTNOTE, "why ↩", marks=(back,), footnote=Footnote("k", "1"), in_text=False),
    )
    links = Page(render_html(bare(*blocks))).all("a")
    assert [(link["href"], link.get("id")) for link in links] == [("#note-1", "r1"), ("#r1", None)]


def test_rows_of_the_first_version_of_the_format_are_one_table():
    rows = (TextBlock(Role.TABLE, "Part | Cost"), TextBlock(Role.TABLE, "Steel | 3"))
    assert body_of(*rows) == (
        '<table role="table"><tbody><tr><td>Part</td><td>Cost</td></tr>'
        "<tr><td>Steel</td><td>3</td></tr></tbody></table>"
    )
