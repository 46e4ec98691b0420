"""Makes up pages: an article among boilerplate, in many scripts, nested, and partly broken as real pages are.

Broken only where the HTML standard keeps the order of the text: unclosed <p>, <li>, <td>, <font>, end tags without a
start, links inside links. (Text set loose between table rows is moved by parsers; test_dom.py looks at that.)
"""

from hypothesis import strategies as st

PROSE = (
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting.",
    "Nobody on the quay had expected the lamp to burn again, least of all the brothers who had mended it in winter.",
    "Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke über den Fluß noch in diesem Jahr zu erneuern.",
    "市议会周二决定，今年内重修河上的老桥；两岸居民等这一天已经等了十一年，桥头的茶馆当晚座无虚席。",
    "港では早朝から荷下ろしが続き、組合の人々は新しい桟橋の完成を静かに待っていたという。",
    "Городской совет во вторник решил, что старый мост через реку будет восстановлен ещё до конца этого года.",
    "قرر مجلس المدينة يوم الثلاثاء ترميم الجسر القديم فوق النهر قبل نهاية هذا العام بعد انتظار دام أحد عشر عاماً.",
    "नगर परिषद ने मंगलवार को तय किया कि नदी पर बना पुराना पुल इसी वर्ष के अंत तक फिर से बनाया जाएगा।",
    "시의회는 화요일에 강 위의 오래된 다리를 올해 안에 고치기로 결정했으며 주민들은 이를 반겼다.",
)
SCRAPS = (
    "pier", "two boats", "12 May 2024", "Share", "Related Posts", "Read more", "上一篇", "来源：晨报", "桥", "茶 馆",
    "مرسى", "пристань", "पुल", "다리", "\u202bعربي\u202c", "⛴️ 👩‍🚀", "a\u00a0b", "zero\u200bwidth", "soft\u00adhyphen",
    "cafe\u0301", "ﬁne", "&eacute;t&eacute;", "&#8230;", "&copy; 2024", "\u3000\u3000段", "x\ufeffy", "1 &lt; 2",
    "&amp;", "Ａ１", "e\u0323\u0307", "«так»", "half\u2009space", "   ", "\n", "\t tab", "(a)", "A – B", "...",
)  # fmt: skip
INLINE = ("b", "i", "em", "strong", "span", "a href=/x", "a", "font color=red", "u", "time datetime=2024-05-01", "code")
BLOCKS = ("div", "section", "blockquote", "figure", "header", "fieldset", "center", "my-card")
CLASSES = (
    "", "", "", " class=wrap", ' class="share-buttons"', ' class="related-posts"', ' class="cookie-banner"', " id=nav",
    ' class="entry-content"', ' itemprop="articleBody"', ' role="navigation"', ' class="comments"', ' class="byline"',
    " lang=zh", ' data-ad="1"',
)  # fmt: skip
HIDING = (" hidden", ' style="display:none"', ' style="color:red;visibility: hidden"', ' hidden=""')
UNSEEN = (
    "<script>var a = '<p>no</p>';</script>", "<style>p > a {color: red}</style>", "<!-- <p>no</p> -->",
    "<noscript><img src=x>no</noscript>", "<template><p>no</p></template>", "<svg><title>no</title></svg>",
    "<iframe src=x>no</iframe>", "<rt>no</rt>", "<dialog>no</dialog>",
)  # fmt: skip
STRAY = ("</font>", "</foo>", "</b>", "<br>", "<br><br>", "<hr>", "<img src=a.jpg alt=no>", "<wbr>", "<input value=no>")

texts = st.one_of(st.sampled_from(SCRAPS), st.sampled_from(PROSE))


def _wrap(tag: str, attributes: str, content: str, closed: bool = True) -> str:
    return f"<{tag}{attributes}>{content}" + (f"</{tag.split(maxsplit=1)[0]}>" if closed else "")


def _join(parts: list[str]) -> str:
    return "".join(parts)


runs = st.recursive(
    st.one_of(texts, st.sampled_from(STRAY), st.sampled_from(UNSEEN)),
    lambda inner: st.one_of(
        st.builds(_wrap, st.sampled_from(INLINE), st.sampled_from(CLASSES), inner, st.just(True)),
        st.builds(_wrap, st.just("span"), st.sampled_from(HIDING), st.sampled_from(SCRAPS)),
        st.lists(inner, min_size=1, max_size=4).map(_join),
    ),
    max_leaves=5,
)
cells = st.builds(_wrap, st.sampled_from(("td", "th", "td colspan=2")), st.sampled_from(CLASSES), runs, st.booleans())
rows = st.lists(cells, min_size=1, max_size=3).map(_join).map("<tr>{}</tr>".format)
tables = st.lists(rows, min_size=1, max_size=3).map(_join).map("<table>{}</table>".format)
leaves = st.one_of(
    st.builds(_wrap, st.sampled_from(("p", "p", "h2", "h3", "li", "div")), st.sampled_from(CLASSES), runs),
    st.builds(_wrap, st.just("p"), st.just(""), runs, st.just(False)),
    st.builds(_wrap, st.just("div"), st.sampled_from(HIDING), runs),
    st.builds(_wrap, st.just("pre"), st.just(""), st.sampled_from(("if a:\n    b()", "x  y\n\n z"))),
    st.builds(_wrap, st.just("button"), st.just(""), st.sampled_from(SCRAPS)),
    tables,
    runs,
)


def _list(tag: str, items: list[str]) -> str:
    return f"<{tag}>" + "".join(f"<li>{item}" for item in items) + f"</{tag}>"


blocks = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(_wrap, st.sampled_from(BLOCKS), st.sampled_from(CLASSES), inner),
        st.builds(_list, st.sampled_from(("ul", "ol")), st.lists(inner, min_size=1, max_size=3)),
        st.builds(_wrap, st.just("font size=2"), st.just(""), inner, st.just(False)),
        st.lists(inner, min_size=1, max_size=4).map(_join),
    ),
    max_leaves=8,
)
paragraphs = st.lists(st.sampled_from(PROSE), min_size=1, max_size=3).map(" ".join).map("<p>{}</p>".format)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Draw a page: chrome, an article with whatever between its paragraphs, chrome."""
    body = draw(st.lists(st.one_of(paragraphs, blocks), max_size=6))
    head, before, after = draw(st.sampled_from(("", "<title>Pier</title>"))), draw(blocks), draw(blocks)
    lead, last = draw(paragraphs), draw(paragraphs)
    article = f"<article><h1>The pier</h1>{lead}{''.join(body)}{last}</article>"
    return f"<!doctype html><html><head>{head}</head><body>{before}<main>{article}</main>{after}</body></html>"


# ── articles in plain markup, no sentence twice ───────────────────────────────────────────────

HEADINGS = ("What was decided", "桥的由来", "Что дальше", "The costs", "Wie es weitergeht")
ITEMS = (
    "Two new lamps for the pier.",
    "A rope of forty metres",
    "三十块木板",
    "Ein Geländer aus Eiche",
    "новые фонари",
)
EXTRAS = (
    "<h2>{}</h2>".format,
    "<blockquote><p>{} “It stands.”</p></blockquote>".format,
    "<p>First line {}<br>second line<br>third</p>".format,
    "<p>see <a href=/x>{}</a> and <b>more</b>.</p>".format,
    "<ul><li>{}<ul><li>below it</li></ul></li><li>and another</li></ul>".format,
    "<table><tr><th>Part</th><th>Cost</th></tr><tr><td>{}</td><td>3</td></tr></table>".format,
)


@st.composite
def plain_articles(draw: st.DrawFn) -> str:
    """Draw a page with hardly more than an article: prose with headings, lists, quotations and tables between."""
    prose = draw(st.lists(st.sampled_from(PROSE), min_size=3, unique=True))
    words, extras = draw(st.permutations(HEADINGS + ITEMS)), draw(st.permutations(EXTRAS))
    parts = [f"<p>{prose[0]} {prose[1]}</p>"]
    for sentence, word, extra in zip(prose[2:], words, extras, strict=False):
        parts += [extra(word)] if draw(st.booleans()) else []
        parts.append(f"<p>{sentence}</p>")
    body = "".join(parts)
    article = f"<article><h1>The pier</h1>{body}</article>"
    return f"<html><body><nav><a href=/>Home</a></nav><main>{article}</main></body></html>"
