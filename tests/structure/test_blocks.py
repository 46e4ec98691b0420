"""Blocks with content: lists, quotations, listings, tables, pictures, embeds, formulas, footnotes."""
# ruff: noqa: E501 - markup stands here as pages have it, on one line

import pytest
from whole_pages import blocks_of, only, said, values

from harvester.models import Cell, Cite, Code, Embed, Footnote, Role

# ── lists ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("<ol><li>a<li>b</ol>", [(1, 1), (1, 2)]),
        ("<ol start=5><li>a<li value=9>b<li>c</ol>", [(1, 5), (1, 9), (1, 10)]),
        ("<ol reversed><li>a<li>b</ol>", [(1, 2), (1, 1)]),
        ("<ol><li>a<ol><li>b</ol><li>c</ol>", [(1, 1), (2, 1), (1, 2)]),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", [(1, 1), (2, None), (1, 2)]),
        ("<ol start=many><li>a</ol>", [(1, 1)]),
        ("<ol start=99999999999><li>a</ol>", [(1, 1)]),
        ("<ul><li>a</ul>", [(1, None)]),
    ],
)
def test_items_are_numbered_as_the_page_prints_them(body, numbers):
    blocks = blocks_of(body)
    assert [(block.level, block.number) for block in blocks] == numbers
    assert [block.ordered for block in blocks] == [number is not None for _, number in numbers]


def test_terms_and_what_they_mean_are_definitions():
    term, meaning = blocks_of("<dl><dt>Pier</dt><dd>A thing to stand <b>upon</b></dd></dl>")
    assert (term.role, term.term, term.level) == (Role.DEFINITION, True, 1)
    assert (meaning.role, meaning.term, said(meaning)) == (Role.DEFINITION, False, [("strong", "upon")])


# ── quotations ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "cite"),
    [
        ("<blockquote cite=/letter><p>We waited.</p></blockquote>", Cite(None, "https://harbour.example/letter")),
        ("<blockquote><p>We waited.</p><footer>— Bo Lund</footer></blockquote>", Cite("Bo Lund", None)),
        ("<blockquote><p>We waited.<cite><a href=/bo>Bo</a></cite></blockquote>", Cite("Bo", "https://harbour.example/bo")),
        ("<figure><blockquote>We waited.</blockquote><figcaption>Bo Lund</figcaption></figure>", Cite("Bo Lund", None)),
        ('<blockquote cite="javascript:x">We waited.</blockquote>', None),
        ("<blockquote>We waited.</blockquote>", None),
    ],
)  # fmt: skip
def test_a_quotation_tells_where_it_is_from(body, cite):
    assert blocks_of(body)[0].cite == cite


# ── listings ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ('<pre class="language-python"><code class="language-python">x = 1</code></pre>', "python"),
        ('<pre><code class="hljs language-js">x = 1</code></pre>', "js"),
        ('<pre><code class="hljs ruby">x = 1</code></pre>', "ruby"),
        ('<div class="highlight-python notranslate"><div class="highlight"><pre><span></span>x = 1</pre></div></div>', "python"),
        ('<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>x = 1</code></pre></div></div>', "ruby"),
        ('<div class="highlight highlight-source-shell"><pre>x=1</pre></div>', "shell"),
        ('<pre class="shiki github-light" data-language="ts"><code>x = 1</code></pre>', "ts"),
        ('<pre class="brush: php; title: ; notranslate">x = 1</pre>', "php"),
        ('<div class="sourceCode"><pre class="sourceCode haskell"><code class="sourceCode haskell">x = 1</code></pre></div>', "haskell"),
        ('<pre class="EnlighterJSRAW" data-enlighter-language="css">x = 1</pre>', "css"),
        ('<pre><code class="lang-c++">x = 1</code></pre>', "c++"),
        ('<div class="highlight-default"><pre>x = 1</pre></div>', None),
        ('<pre class="wp-block-code">x = 1</pre>', None),
        ("<pre>x = 1</pre>", None),
    ],
)  # fmt: skip
def test_a_listing_has_the_language_that_its_highlighter_names(body, language):
    code = only(body).code
    assert (code.language if code else None) == language


@pytest.mark.parametrize(
    ("body", "text", "source"),
    [
        ("<pre>a:\n\tb  \n\n\tc</pre>", "a:\n    b\n\n    c", "a:\n\tb  \n\n\tc"),
        ("<pre>a\n  b</pre>", "a\n  b", None),
        ("<pre><span class=line>a:</span>\n<span class=line>\tb</span></pre>", "a:\n    b", "a:\n\tb"),
        ("<pre><div>a:</div><div>\tb</div></pre>", "a:\n    b", "a:\n\tb"),
        ("<pre>a:<br>\tb</pre>", "a:\n    b", "a:\n\tb"),
    ],
)
def test_a_listing_keeps_its_lines_as_written(body, text, source):
    block = only(body)
    assert block.text == text
    assert block.code == (Code(None, source) if source else None)


# ── tables ────────────────────────────────────────────────────────────────────────────────────

TABLE = (
    "<table><caption>What it cost</caption><thead><tr><th>Part<th colspan=2>Cost</thead>"
    "<tr><td rowspan=2>Steel<td>3<td><a href=/m>million</a><tr><td>4<td></table>"
)


def test_a_table_has_its_cells_headings_spans_and_caption():
    block = only(TABLE)
    assert block.text == "Part | Cost\nSteel | 3 | million\n4 | "
    head, first, second = block.table.rows
    assert head == (Cell("Part", header=True), Cell("Cost", header=True, colspan=2))
    assert first[0] == Cell("Steel", rowspan=2)
    assert [cell.text for cell in first] == ["Steel", "3", "million"]
    assert [mark.url for mark in first[2].marks] == ["https://harbour.example/m"]
    assert second == (Cell("4"), Cell(""))
    assert block.table.caption == "What it cost"


def test_the_line_below_a_table_in_its_figure_is_its_caption():
    bare = TABLE.replace("<caption>What it cost</caption>", "")
    note = "<figcaption>* as of May</figcaption>"
    assert only(f"<figure>{bare}{note}</figure>").table.caption == "* as of May"
    assert only(f"<figure><div>{bare}</div>{note}</figure>").table.caption == "* as of May"
    assert only(f"<figure>{TABLE}{note}</figure>").table.caption == "What it cost * as of May"
    for body in (
        f"<figure>{bare}</figure><figure><img src=/a.jpg>{note}</figure>",
        f"<figure>{bare * 2}{note}</figure>",
    ):
        assert [block.table.caption for block in blocks_of(body) if block.table] in ([None], [None, None])


def test_tables_that_follow_each_other_stay_apart():
    blocks = blocks_of(TABLE + TABLE)
    assert [len(block.table.rows) for block in blocks] == [3, 3]


def test_rows_that_were_removed_are_no_rows():
    block = only(TABLE, removed=("Steel",))
    assert [[cell.text for cell in row] for row in block.table.rows] == [["Part", "Cost"], ["4", ""]]


def test_a_span_is_at_least_one_and_no_more_than_html_allows():
    rows = only("<table><tr><td colspan=0>a<td colspan=99999>b<td colspan=x>c<tr><td>d<td>e</table>").table.rows
    assert [cell.colspan for cell in rows[0]] == [1, 1_000, 1]


# ── pictures ──────────────────────────────────────────────────────────────────────────────────


def shape(blocks) -> list[str]:
    """Return what stands where: the text of a block, else its role."""
    return [block.text or str(block.role) for block in blocks]


def test_pictures_stand_where_the_page_shows_them():
    body = "<p>One.</p><img src=/a.jpg width=800 height=600 alt=Pier><p>Two <img src=/b.jpg> and on.</p><p><img src=/c.jpg>Three.</p>"
    blocks = blocks_of(body)
    assert shape(blocks) == ["One.", "figure", "Two and on.", "figure", "figure", "Three."]
    urls = [block.figure.url for block in blocks if block.figure]
    assert urls == [f"https://harbour.example/{name}.jpg" for name in "abc"]
    assert (blocks[1].figure.width, blocks[1].figure.height, blocks[1].figure.alt) == (800, 600, "Pier")


def test_a_late_picture_and_a_gallery_come_with_their_real_addresses():
    body = (
        '<p>One.</p><img src="data:image/gif;base64,R0" data-src=/late.jpg><div class=gallery><img src=/1.jpg><img src=/2.jpg>'
        "</div><p>Two.</p>"
    )
    urls = [block.figure.url for block in blocks_of(body) if block.figure]
    assert urls == [f"https://harbour.example/{name}.jpg" for name in ("late", "1", "2")]


def test_a_caption_that_lost_its_picture_is_a_figure_without_address():
    blocks = blocks_of(
        "<p>One.</p><figure><figcaption>The pier. (Photo: Jo Lund/Northpress)</figcaption></figure><p>Two.</p>"
    )
    assert shape(blocks) == ["One.", "figure", "Two."]
    assert (blocks[1].figure.url, blocks[1].figure.caption) == (None, "The pier.")
    assert blocks[1].figure.credit == "Jo Lund/Northpress"


# ── embeds ────────────────────────────────────────────────────────────────────────────────────


def embed_of(markup: str, **options) -> Embed | None:
    blocks = blocks_of(f"<p>Before it.</p>{markup}<p>Behind it.</p>", **options)
    return next((block.embed for block in blocks if block.embed), None)


@pytest.mark.parametrize(
    ("markup", "embed"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abcdefghijk?rel=0" title="The opening"></iframe>',
            Embed("video", "youtube.com", "https://www.youtube.com/watch?v=abcdefghijk", "The opening"),
        ),
        (
            '<iframe src="about:blank" data-src="//player.vimeo.com/video/123"></iframe>',
            Embed("video", "vimeo.com", "https://vimeo.com/123"),
        ),
        ("<video><source src=/a.mp4></video>", Embed("video", "harbour.example", "https://harbour.example/a.mp4")),
        ("<audio src=/a.mp3>A talk</audio>", Embed("audio", "harbour.example", "https://harbour.example/a.mp3", None, "A talk")),
        ("<audio src=/a.mp3><a href=/a.mp3>https://harbour.example/a.mp3</a></audio>", Embed("audio", "harbour.example", "https://harbour.example/a.mp3")),
        ("<video src=/a.mp4>Ihr Browser spielt <a href=/a.mp4>das Video</a> nicht ab.</video>", Embed("video", "harbour.example", "https://harbour.example/a.mp4")),
        (
            '<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>',
            Embed("map", "google.com", "https://www.google.com/maps/embed?pb=1"),
        ),
        (
            '<object data="/plan.pdf" type="application/pdf">The plan</object>',
            Embed("document", "harbour.example", "https://harbour.example/plan.pdf", None, "The plan"),
        ),
        (
            '<iframe src="https://charts.example/1" title="Chart"></iframe>',
            Embed("other", "charts.example", "https://charts.example/1", "Chart"),
        ),
        ('<iframe src="https://ad.doubleclick.net/x"></iframe>', None),
        ('<iframe src="https://www.facebook.com/plugins/like.php?href=x"></iframe>', None),
        ('<iframe src="javascript:x()"></iframe>', None),
        ('<iframe src="data:text/html,x"></iframe>', None),
        ('<script src="https://ads.example/x.js"></script>', None),
    ],
)  # fmt: skip
def test_embeds(markup, embed):
    assert embed_of(markup) == embed


TWEET = (
    '<blockquote class="twitter-tweet"><p lang=en>The pier is open!</p>&mdash; Harbour (@harbour) '
    '<a href="https://twitter.com/harbour/status/1234567">May 1, 2024</a></blockquote>'
)


def test_a_post_has_its_own_address_and_what_it_shows_without_scripts():
    words = ("The pier is open!", "Harbour (@harbour)")
    embed = embed_of(TWEET, removed=words)
    assert (embed.kind, embed.provider) == ("post", "twitter.com")
    assert embed.url == "https://twitter.com/harbour/status/1234567"
    assert embed.text.startswith("The pier is open!")


def test_a_post_whose_text_stands_in_the_article_does_not_say_it_twice():
    assert embed_of(TWEET).text is None


def test_nothing_of_scripts_and_styles_is_told():
    blocks = blocks_of("<p>One.</p><script>alert('x')</script><style>p{color:red}</style><p>Two.</p>")
    assert "alert" not in repr(blocks)
    assert "color" not in repr(blocks)


# ── formulas ──────────────────────────────────────────────────────────────────────────────────

MATHML = "<math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow>{}</semantics></math>"
TEX = '<annotation encoding="application/x-tex">E=m</annotation>'


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (MATHML.format(TEX), "so E=m holds"),
        (f'<span class="katex"><span class="katex-mathml">{MATHML.format(TEX)}</span><span class="katex-html">E=m</span></span>', "so E=m holds"),
        ('<math alttext="E=m"><mi>E</mi><mo>=</mo><mi>m</mi></math>', "so E=m holds"),
        ('<script type="math/tex">E=m</script>', "so holds"),
        ('<span class="MathJax">E=m</span><script type="math/tex">E=m</script>', "so E=m holds"),
        ('<img class="mwe-math-fallback-image-inline" alt="E=m" src="/math/render/svg/1">', "so holds"),
        ('<img class="latex" src="https://s0.wp.com/latex.php?latex=E" alt="E=m">', "so holds"),
    ],
)  # fmt: skip
def test_a_formula_has_its_tex(markup, text):
    blocks = blocks_of(f"<p>so {markup} holds</p>")
    assert [block.text for block in blocks] == [text]
    assert [value for said, value in values(blocks[0])] == ["E=m"]
    assert [said for said, _ in values(blocks[0])] == ["E=m" if "E=m" in text else ""]


def test_a_formula_that_stands_alone_is_a_block():
    (block,) = [
        b for b in blocks_of(f"<p>So:</p><p>{MATHML.format(TEX)}</p><p>It holds.</p>") if b.role is Role.FORMULA
    ]
    assert (block.text, block.tex) == ("E=m", "E=m")
    display = '<div><script type="math/tex; mode=display">\\int x</script></div>'
    (block,) = [b for b in blocks_of(f"<p>So:</p>{display}<p>It holds.</p>") if b.role is Role.FORMULA]
    assert (block.text, block.tex) == ("", "\\int x")


# ── footnotes ─────────────────────────────────────────────────────────────────────────────────

NOTES = {
    "markdown": (
        '<p>Text.<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup></p>'
        '<section class="footnotes" role="doc-endnotes"><ol><li id="fn:1"><p>The note.&nbsp;<a href="#fnref:1">↩︎</a></p></li></ol></section>'
    ),
    "wiki": (
        '<p>Text.<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup></p>'
        '<ol class="references"><li id="cite_note-1"><a href="#cite_ref-1">^</a> <span>The note.</span></li></ol>'
    ),
    "word processor": (
        '<p>Text.<a href="#_ftn1" name="_ftnref1">[1]</a></p><p><a href="#_ftnref1" name="_ftn1">[1]</a> The note.</p>'
    ),
    "newsletter": (
        '<p>Text.<a class="footnote-anchor" href="#footnote-1" id="footnote-anchor-1">1</a></p>'
        '<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1</a>'
        '<div class="footnote-content"><p>The note.</p></div></div>'
    ),
    "epub": (
        '<p>Text.<a epub:type="noteref" role="doc-noteref" href="#n1">1</a></p><aside id="n1" role="doc-footnote"><p>The note.</p></aside>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", NOTES)
def test_a_footnote_and_its_call_find_each_other(form):
    blocks = blocks_of(NOTES[form])
    calls = [mark for block in blocks for mark in block.marks if mark.kind == "footnote"]
    notes = [block for block in blocks if block.role is Role.FOOTNOTE and "The note." in block.text]
    assert [mark.value for mark in calls] == ["1"]
    assert [note.footnote for note in notes] == [Footnote("1", "1")]
    assert notes[0].in_text


def test_a_note_that_is_called_and_not_in_the_text_is_told_beside_it():
    blocks = blocks_of(NOTES["epub"], removed=("The note.",))
    note = next(block for block in blocks if block.role is Role.FOOTNOTE)
    assert (note.text, note.in_text) == ("The note.", False)


def test_two_notes_of_one_sign_have_keys_of_their_own():
    body = "".join(f'<p>Text {n}.<a href="#n{n}">*</a></p><p id="n{n}">Note {n}.</p>' for n in (1, 2))
    blocks = blocks_of(body)
    assert [block.footnote.key for block in blocks if block.footnote] == ["*", "*-2"]
    assert [block.footnote.mark for block in blocks if block.footnote] == ["*", "*"]


def test_a_link_to_a_part_of_the_page_is_no_call_of_a_note():
    blocks = blocks_of(
        '<p>See <a href="#plan">the plan</a> and <a href="#b">2</a>.</p><h2 id="plan">The plan</h2><p>It is old.</p>'
    )
    assert all(block.footnote is None for block in blocks)
    assert [mark.url for mark in blocks[0].marks] == ["#plan", "#b"]


# ── separators ────────────────────────────────────────────────────────────────────────────────


def test_a_line_between_two_parts_is_a_separator_and_none_at_the_ends():
    assert shape(blocks_of("<hr><p>One.</p><hr><hr><p>Two.</p><hr>")) == ["One.", "separator", "Two."]
