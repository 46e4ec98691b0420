"""Breaks pages as networks, editors, scripts and people do, and worse; the same way for the same `Random`."""

import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_TAG = re.compile(rb"<[^<>]{1,2000}>")
_WORD = re.compile(rb"[a-z]{3,12}")
_MAX_WAYS = 5
_MAX_STRETCH = 400  # bytes that are dropped, doubled or moved at once
_DEEP = 12_000  # beyond what is parsed

_ENTITIES = (
    "&amp; &lt;b&gt; &nbsp; &#0; &#xD800; &#x110000; &notit; &amp &copy &#128; &#x80; &eacute; &AElig; &hellip; "
    "&#8203; &shy; &ZeroWidthSpace; &#x1F6A2; &lt;!-- &#10; &#13; &Tab; &NewLine; &ngE; &bogus; &; &#; &#x; &quot;"
).split()
_BLANKS = tuple("\u00a0\u2028\u2029\x0b\x0c\x1c\x1d\x85\u3000\ufeff\r\t\u200b\u00ad\u2003\u180e") + ("\r\n", "  ")
_CHARACTERS = (
    "\x00", "\x01", "\x7f", "\ufffd", "\uffff", "\U0010ffff", "⛴️👩‍🚀", "e\u0301\u0323", "ﬁ", "ſ", "İ", "ß",
    "Ǆ", "각", "각", "\u202bعربي\u202c", "桥。", "ｱｲ", "\u0f71\u0f72\u0f74", "a\u0300" * 40, "𝔘𝔫𝔦", "\u1fbe", "ͅ",
    "K", "Å", "豈", "\u0344",
)  # fmt: skip
_SURROGATES = (
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xed\xa0\xbd\xed\xb2\xa9",
    b"\xff\xfe",
    b"\xc0\x80",
    b"\xf5\x80\x80\x80",
)
_PIECES = (
    "<script>var a = '<p>no</p>';</script>", "<script>", "<style>p > a {}</style>", "<!-- <p>no</p> -->",
    "<!--", "-->", "<template><p>in a template</p></template>", "<svg><title>t</title><a href=x>s</a></svg>",
    "<math><mi>x</mi></math>", "<textarea><p>typed", "<title>Another", "<plaintext>", "<xmp><b>x</b></xmp>",
    "<noscript><img src=x>no</noscript>", "<iframe srcdoc='<p>framed</p>'></iframe>", "<![CDATA[ x ]]>",
    "<?php echo 1 ?>", "<!DOCTYPE html>", "</p>", "</body>", "<table><p>loose<tr><td>cell<td>cell",
    "<select><option>one<option>two</select>", "<ruby>漢<rt>kan</rt></ruby>", "<a href=/x><a href=/y>twice",
    "<p hidden>unseen</p>", "<div style='display:none'>unseen</div>", "<br><br>", "<hr>",
    "<b><p>mis</b>nested</p>", "<li>loose", "<dl><dt>a<dd>b</dl>", "<pre>\n\n a  b\n</pre>",
    "<dialog>no</dialog>", "<img alt='a &lt; b' src='x.png'>", "<p a=1 A=2 a = '3' =x \"y\" z>odd</p>",
    "<P CLASS=Share-Buttons>Share</P>", "<x-y>own", "<h7>seven</h7>", "<h2>Related</h2>",
    "<time datetime=2024-05-01>", "<input value='&quot;'>", "<frameset>", "<head>", "<html lang=zh>",
    "<base href='//x/'>", "<meta charset=gbk>", "<body class=b>", "<form><form>", "<button><button>", "<td>",
    "<caption>c", "<colgroup><col>", "<object><param>", "<video><source></video>", "<sup>1</sup>",
    "<font color=red>",
)  # fmt: skip
_ENCODINGS = (
    "utf-16",
    "utf-16-be",
    "utf-8-sig",
    "gb18030",
    "shift_jis",
    "windows-1252",
    "koi8-r",
    "iso-8859-6",
    "euc-kr",
)
_NESTED = (
    "div",
    "b",
    "span",
    "table",
    "ul",
    "blockquote",
    "a href=/n",
    "font size=2",
    "section",
    "p",
    "li",
    "svg",
    "em",
)


def mutated(body: bytes, other: bytes, random: Random) -> bytes:
    """Return `body` broken in one to five ways; `other` is a page that pieces of it may come from."""
    for _ in range(random.randint(1, _MAX_WAYS)):
        way = random.choice(_WAYS)
        body = way(body, random)
    return _grafted(body, other, random) if random.random() < 0.1 else body


def _cut(body: bytes, random: Random) -> tuple[bytes, bytes, bytes]:
    """Return what stands before, in, and behind some stretch."""
    start = random.randrange(len(body) + 1)
    end = min(start + random.randint(1, _MAX_STRETCH), len(body))
    return body[:start], body[start:end], body[end:]


def _insert(body: bytes, random: Random, piece: bytes) -> bytes:
    """Put a piece anywhere: half of the time where a tag ends, where it means most."""
    ends = [tag.end() for tag in _TAG.finditer(body)] if random.random() < 0.5 else []
    at = random.choice(ends) if ends else random.randrange(len(body) + 1)
    return body[:at] + piece + body[at:]


def _drop_bytes(body: bytes, random: Random) -> bytes:
    before, _, after = _cut(body, random)
    return before + after


def _double_bytes(body: bytes, random: Random) -> bytes:
    before, stretch, after = _cut(body, random)
    return before + stretch * random.randint(2, 5) + after


def _swap_bytes(body: bytes, random: Random) -> bytes:
    before, stretch, after = _cut(body, random)
    middle, other, rest = _cut(after, random)
    return before + other + middle + stretch + rest


def _change_bytes(body: bytes, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(random.randint(1, 20) if body else 0):
        changed[random.randrange(len(changed))] = random.choice((random.randrange(256), *b"<>/\"'=& "))
    return bytes(changed)


def _tags(body: bytes, random: Random, count: int) -> Sequence[re.Match[bytes]]:
    found = list(_TAG.finditer(body))
    return sorted(random.sample(found, min(count, len(found))), key=re.Match.start)


def _drop_tags(body: bytes, random: Random) -> bytes:
    for tag in reversed(_tags(body, random, random.randint(1, 30))):
        body = body[: tag.start()] + body[tag.end() :]
    return body


def _double_tags(body: bytes, random: Random) -> bytes:
    for tag in reversed(_tags(body, random, random.randint(1, 10))):
        body = body[: tag.start()] + tag[0] * random.randint(2, 40) + body[tag.end() :]
    return body


def _swap_tags(body: bytes, random: Random) -> bytes:
    tags = _tags(body, random, 2)
    if len(tags) < 2:
        return body
    one, two = tags
    return body[: one.start()] + two[0] + body[one.end() : two.start()] + one[0] + body[two.end() :]


def _nest(body: bytes, random: Random) -> bytes:
    name = random.choice(_NESTED)
    depth = _DEEP if random.random() < 0.02 else random.randint(1, 400)
    before, stretch, after = _cut(body, random)
    closing = f"</{name.split()[0]}>" * depth if random.random() < 0.7 else ""
    return before + f"<{name}>".encode() * depth + stretch + closing.encode() + after


def _truncate(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def _drop_beginning(body: bytes, random: Random) -> bytes:
    return body[random.randrange(len(body) + 1) :]


def _some_of(choices: Sequence[str]) -> Mutation:
    def put(body: bytes, random: Random) -> bytes:
        for _ in range(random.randint(1, 12)):
            body = _insert(body, random, random.choice(choices).encode("utf-8", "surrogatepass"))
        return body

    return put


def _surrogates(body: bytes, random: Random) -> bytes:
    return _insert(body, random, random.choice(_SURROGATES) * random.randint(1, 3))


def _other_encoding(body: bytes, random: Random) -> bytes:
    """Write the page in another encoding; it goes on calling itself what it did."""
    return body.decode("utf-8", "replace").encode(random.choice(_ENCODINGS), "xmlcharrefreplace")


def _other_case(body: bytes, random: Random) -> bytes:
    return _TAG.sub(lambda tag: tag[0].upper() if random.random() < 0.3 else tag[0], body)


def _other_quotes(body: bytes, random: Random) -> bytes:
    quote = random.choice((b"'", b"", b'"'))
    return _TAG.sub(lambda tag: tag[0].replace(b'"', quote) if random.random() < 0.3 else tag[0], body)


def _many_attributes(body: bytes, random: Random) -> bytes:
    count = random.choice((3, 50, 200, 6_000))
    attributes = b" ".join(b"data-a%d='%d'" % (number % 300, number) for number in range(count))
    return _insert(body, random, b"<div " + attributes + b">")


def _other_words(body: bytes, random: Random) -> bytes:
    """Put one word for another everywhere: class names, tags and text change at once."""
    words = sorted(set(_WORD.findall(body[:20_000])))
    if len(words) < 2:
        return body
    one, two = random.sample(words, 2)
    return body.replace(one, two)


def _grafted(body: bytes, other: bytes, random: Random) -> bytes:
    start = random.randrange(len(other) + 1)
    return _insert(body, random, other[start : start + random.randint(1, 20_000)])


_WAYS: tuple[Mutation, ...] = (
    _drop_bytes, _double_bytes, _swap_bytes, _change_bytes, _drop_tags, _double_tags, _swap_tags, _nest,
    _truncate, _drop_beginning, _some_of(_ENTITIES), _some_of(_BLANKS), _some_of(_CHARACTERS),
    _some_of(_PIECES), _some_of(_PIECES), _surrogates, _other_encoding, _other_case, _other_quotes,
    _many_attributes, _other_words,
)  # fmt: skip
