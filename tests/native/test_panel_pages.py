"""Closed panels, windows, streamed parts and lists of values, in each other, say the same compiled and interpreted."""

import re
from collections.abc import Iterator
from random import Random

import pytest

from harvester import native
from harvester.boilerplate import cut_of
from harvester.dom import parsing
from harvester.dom.compiled_reader import vocabulary
from harvester.dom.flat_markup import split_markup
from harvester.dom.pruning import Cut
from harvester.dom.walk import BodyReader
from harvester.models import Element
from harvester.rules.load import load_rules
from told_document import told

pytestmark = pytest.mark.usefixtures("compiled")

PAGES = 600
PANEL = f"<div hidden class=collapse><p>{'Some words of a long sentence. ' * 3}"
TAGS = (
    "div section p li details summary dialog template span a article main hr input button td h2 x-tab amp-img noscript "
    "pre dt th"
).split()
SAID = (
    *("hidden", "hidden=until-found", "aria-hidden=true", "aria-labelledby", "aria-labelledby='a b'", "role=tabpanel"),
    *("role=dialog", "role=tooltip", "class=collapse", "class='Öl collapse'", "class='collapſe'", "class=modal"),
    *("class='\u212a'", "class='\u0130 tab-panel'", "class=linenos", "class=copy-btn", "class=byline", "class=related"),
    *("style='display:none'", "style='DISPLAY : None'", "style='visibility:hidden;ö'", "style=display&#58;none"),
    *("id=af1", "id=afx12", "id=af", "id=afX1", "id=af1a", "id='af1\n'", "id='af\u0661'", "id=S:1", "id"),
    *("data-theme-key=tab_panel", "data-testid='é collapse'", "data-name", "id=collapse1", "popover"),
    *("class=sidebar", "class=ingredients"),
    *("popover=manual", "popover=foo", "open", "title=' hidden'", "title='<div hidden>'"),
)
WORDS = (
    *("", " ", "word", "x" * 85, "ein Wörtchen. " * 8, "日本語の文章です。" * 12, "日本語" * 9, "😀" * 90),
    *("a\u0301" * 50, "\0"),
    *("Built: 1911", "地点：港", f"{'a' * 39}: x", f"{'ä' * 41}: x", "Built:"),
    *("\u2028", "Some words of a long sentence. " * 3, "<a href=/x>link words in it</a>" * 4, "&#xD800;", "&nbsp;"),
    *("&lt;div hidden&gt;", "<!-- x -->", "<!--", "<br>", "<img src=/i alt='⛴'>", "</div>", "<"),
)  # fmt: skip
RINGS = (  # streamed parts and labels that name each other, and themselves
    "<div id=af{0} style='display:none'>{1}<!--F#{2}--></div><script>$af({0},'af{2}')</script>",
    "<div id=p{0} aria-labelledby=p{2} hidden>{1}</div>",
)
NO_LINES = (  # of values: side columns of terms alone
    "<div id=sidebar><dt><dt hidden>",
    "<p>a</p><aside><dl><dt></dt><dd></dd><dt></dt></dl></aside>",
)
_UNQUOTED = re.compile(r"=(?:'([^'\"]*)'|([^\s'\">]+))")  # values: parsers write them in double quotation marks


def piece(random: Random, depth: int) -> str:
    kind = random.random()
    if depth <= 0 or kind < 0.18:
        return random.choice(WORDS)
    inner = "".join(piece(random, depth - random.choice((1, 1, 2))) for _ in range(random.choice((0, 1, 2, 2, 3))))
    if kind < 0.26:
        return random.choice(RINGS).format(random.randrange(3), inner, random.randrange(3))
    if kind < 0.3:
        count = random.choice((3, 9, 70))
        closed = f"{PANEL}</div>" * count
        nested, beside = f"{PANEL * count}{inner}{'</div>' * count}", f"{PANEL}{closed}{inner}</div>"
        return f"{random.choice((nested, beside))}{PANEL}</div>"
    tag = random.choice(TAGS)
    said = "".join(f" {random.choice(SAID)}" for _ in range(random.choice((0, 1, 1, 2, 3))))
    return f"<{tag}{said}>{inner}" + (f"</{tag}>" if random.random() < 0.9 else "")


def pages() -> Iterator[str]:
    yield from NO_LINES
    random = Random(20261130)
    for _ in range(PAGES):
        page = "".join(piece(random, random.choice((3, 4, 6))) for _ in range(random.choice((1, 2, 4))))
        cut = random.randrange(len(page) + 1) if random.random() < 0.1 else len(page)
        yield page[:cut] + page[cut + random.choice((1, 3, 20)) :]


def by_rules(element: Element) -> Cut | None:
    return cut_of(element, load_rules())


def test_a_page_of_panels_says_the_same_compiled_and_interpreted(monkeypatch):
    read = [told(parsing.read_document(page.encode(), cut_of=by_rules)) for page in pages()]
    monkeypatch.setattr(native, "CORE", None)
    monkeypatch.setattr(parsing, "CORE", None)
    for page, found in zip(pages(), read, strict=True):
        assert found == told(parsing.read_document(page.encode(), cut_of=by_rules)), page


def test_panels_as_no_parser_writes_them_are_read_alike(compiled):
    reader = compiled.Reader(vocabulary())
    for page in pages():
        quoted = _UNQUOTED.sub(r'="\1\2"', page.replace("\0", ""))
        markup = f"<body>{quoted}</body>"
        found = reader.read(markup, by_rules, False, True, None)
        wanted = BodyReader(split_markup(markup), by_rules, False, True).read()
        assert [block[:-1] for block in found.blocks] == [block[:-1] for block in wanted.blocks], page
        assert found.elements == wanted.elements, page
