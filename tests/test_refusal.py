"""A page without an article says why, and an article is never taken for one of those pages."""

from dataclasses import replace

import pytest

from harvester.dom import read_document
from harvester.errors import NoArticle
from harvester.models import (
    ARTICLE_META,
    PAGE_TYPES,
    USUAL_TYPES,
    Document,
    Kept,
    PageType,
    PageTypeName,
    Part,
    Removed,
)
from harvester.refusal import Asked, refuse_without_article
from harvester.rules.load import load_rules

LEXICON = load_rules().lexicon
ASKED = Asked(None, USUAL_TYPES)

PROSE = (
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting, and"
    " nobody on the quay had expected it, least of all the brothers who had mended the lamp in winter."
)
WALL = (
    "<h1>Welcome! How would you like to continue?</h1><p>To finance our journalism we and our partners use cookies,"
    " device identifiers and similar techniques to store and/or access information on a device.</p>"
    "<ul><li>Personalised advertising and content, measurement of advertising, audience research</li><li>Precise"
    " geolocation data: your location can be found within 500 metres.</li></ul><p>Some vendors process your data on the"
    " basis of legitimate interest, which you can object to at any time below.</p><button>Accept and continue</button>"
)


def kept(body: str, title: str = "Pier") -> Document:
    """Return a page on which every block was chosen for the article: the worst that the content step can do."""
    document = read_document(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    blocks = tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks)
    return replace(document, blocks=blocks)


def reason_of(document: Document, asked: Asked = ASKED) -> str | None:
    """Return why the page is refused; None where it is not."""
    try:
        refuse_without_article("page", document, asked, LEXICON)
    except NoArticle as error:
        return error.reason
    return None


def teasers(count: int, headline: str = "Oldest crane of the harbour turns {}", prose: str = PROSE) -> str:
    return "".join(f"<h2><a href=/{n}>{headline.format(n)}</a></h2><p>{prose}</p>" for n in range(count))


def test_an_index_page_is_not_an_article():
    assert reason_of(kept(f"<h1>Harbour</h1><p>All news from the harbour.</p>{teasers(8)}")) == "index_page"


def test_an_index_page_in_chinese_is_not_an_article():
    body = teasers(8, "市议会决定今年内重修老桥{}号", "市议会周二决定，今年内重修河上的老桥。" * 3)
    assert reason_of(kept(body)) == "index_page"


def test_links_alone_are_not_an_article():
    body = "".join(f"<li><a href=/{n}>Headline number {n} of the day</a></li>" for n in range(40))
    assert reason_of(kept(f"<ul>{body}</ul>")) == "not_article"


def test_headings_alone_are_not_an_article():
    assert reason_of(kept("<h2>A story of the day</h2>" * 100)) == "not_article"


def test_paragraphs_set_as_headings_are_an_article():
    assert reason_of(kept(f"<h3>{PROSE} {PROSE} {PROSE}</h3>" * 3)) is None


def test_a_consent_wall_is_named():
    assert reason_of(kept(WALL)) == "consent_wall"


def test_a_page_that_waits_for_its_scripts_is_named():
    assert reason_of(kept("<div id=root>Loading</div>")) == "needs_js"


@pytest.mark.parametrize("title", ["Just a moment...", "Attention Required! | Cloudflare"])
def test_a_bot_check_is_named(title):
    assert reason_of(kept("<h1>www.harbour.example</h1><p>Please wait.</p>", title)) == "blocked"


WALLS = {
    "Making sure you&#39;re not a bot!": "You are seeing this because we protect the server against the scourge of AI"
    " companies aggressively scraping websites. A proof of work makes it dear to read millions of pages, and costs one"
    " reader next to nothing. Plugins that switch off modern scripts must be disabled for this domain.",
    "Pardon Our Interruption": "As you were browsing something about your browser made us think you were a bot. You may"
    " have disabled scripts, or you may move through this website with super-human speed. To regain access, please make"
    " sure that cookies and scripts are enabled before you load the page again.",
    "Sorry, you have been blocked": "Why have I been blocked? This website uses a security service to protect itself"
    " from attacks. The action you just performed triggered it. Several actions could do that, among them a"
    " certain word. Write to the owner of the site and say what you were doing when this page came up.",
    "You are now in line": "Very many people visit us at this time. When it is your turn, you will be let in at"
    " once. Please do not close this page, or you will lose your place in line; it loads anew by itself each minute.",
    "Bestätigen Sie, dass Sie ein Mensch sind": "Wir haben ungewöhnlichen Datenverkehr aus Ihrem Netzwerk festgestellt."
    " Bitte lösen Sie die folgende Aufgabe, um fortzufahren. So bleiben unsere Seiten für alle Leserinnen und Leser"
    " erreichbar, auch wenn Programme sie in großer Zahl abrufen.",
}


@pytest.mark.parametrize("title", WALLS)
def test_a_bot_check_that_explains_itself_at_length_is_no_article(title):
    wall = f"<h1>{title}</h1><p>{WALLS[title]}</p>"
    assert reason_of(kept(wall, title)) == "blocked"
    assert reason_of(kept(wall, "www.harbour.example")) == "blocked"


def test_an_article_that_is_headed_as_bot_checks_are_is_one_by_its_own_word():
    title = "Sorry, you have been blocked"
    said = f"<h1>{title}: what a newspaper asks of robots</h1><p>{PROSE} {WALLS[title]}</p>"
    assert reason_of(kept(said, title)) == "blocked"
    assert reason_of(replace(kept(said, title), metas=(ARTICLE_META,))) is None


@pytest.mark.parametrize("title", WALLS)
def test_an_article_about_bot_checks_is_one(title):
    said = f"<p>{PROSE} {WALLS[title]}</p><p>“{title}” was the other thing that the reporter read.</p>"
    assert (
        reason_of(kept(f"<h1>How a newspaper keeps robots out</h1>{said}", "How a newspaper keeps robots out")) is None
    )


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{PROSE}</p>",
        f"<p>{'市议会周二决定，今年内重修河上的老桥；两岸居民等这一天已经等了十一年。' * 2}</p>",
        teasers(3) + f"<p>{PROSE}</p>",
        teasers(8, "{}. Oldest crane of the harbour"),
        teasers(8, "Ostergate {}"),
        teasers(8, prose=f"{PROSE} {PROSE}"),
        f"<p>{PROSE}</p><p>{PROSE}</p>{teasers(8)}",
        f"{teasers(5, prose=PROSE[:90])}<p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>",
        f"<p>{PROSE} “We and our partners use cookies”, said the wall.</p>" * 3,
    ],
    ids=[
        "short",
        "Chinese",
        "related",
        "numbered",
        "named",
        "long items",
        "introduced",
        "body behind teasers",
        "on cookies",
    ],
)
def test_an_article_is_never_refused(body):
    assert reason_of(kept(body)) is None


def test_the_explanation_says_what_to_do():
    with pytest.raises(NoArticle, match=r"^page: .*save it again after consent \[consent_wall\]$"):
        refuse_without_article("page", kept(WALL), ASKED, LEXICON)


BRIEF = "The ferry to the northern islands will not sail today, the harbour board said."


def test_news_in_brief_is_an_article_where_the_page_says_so():
    document = read_document(f"<meta property=og:type content=article><h1>No ferry today</h1><p>{BRIEF}</p>")
    title, text = document.blocks
    blocks = (title.judged(Kept(Part.TITLE)), text.judged(Kept(Part.TEXT)))
    assert reason_of(replace(document, blocks=blocks)) is None
    assert reason_of(replace(document, blocks=blocks, metas=())) == "needs_js"  # as far as anybody can tell


def test_news_in_brief_is_an_article_where_its_record_says_so():
    record = '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    document = read_document(f"{record}<h1>No ferry today</h1><p>{BRIEF}</p>")
    title, text = document.blocks
    blocks = (title.judged(Kept(Part.TITLE)), text.judged(Kept(Part.TEXT)))
    assert reason_of(replace(document, blocks=blocks)) is None


# ── types of page ─────────────────────────────────────────────────────────────────────────────


def asked_of(name: PageTypeName, probability: float = 0.9, wanted: frozenset[str] = USUAL_TYPES) -> Asked:
    """Return what is asked of a page that is taken for `name`; what is left of the probability is an article's."""
    rest: PageTypeName = "article" if name != "article" else "listing"
    return Asked(PageType(name, probability, {name: probability, rest: 1 - probability}, floor=0.3), wanted)


def test_news_in_brief_needs_no_word_of_its_own_where_the_page_is_an_article_by_far():
    document = read_document(f"<h1>No ferry today</h1><p>{BRIEF}</p>")
    title, text = document.blocks
    brief = replace(document, blocks=(title.judged(Kept(Part.TITLE)), text.judged(Kept(Part.TEXT))))
    assert reason_of(brief, asked_of("article", 0.99)) is None
    with pytest.raises(NoArticle):
        refuse_without_article("page", brief, asked_of("article", 0.9), LEXICON)


def test_a_post_of_names_is_an_article_where_the_page_says_so_and_is_one_by_far():
    names = "<h2>Camera</h2><p>Ada: Widelux 1500, a lens by Lomo</p><p>Bo: Pentax Z-1, three lenses and a case</p>"
    said, unsaid = "<meta property=og:type content=article>", ""
    for head, chance, is_one in ((said, 0.99, True), (said, 0.9, False), (unsaid, 0.99, False)):
        document = read_document(f"{head}<h1>Two cameras in April</h1>{names}")
        title, *text = document.blocks
        blocks = (title.judged(Kept(Part.TITLE)), *(block.judged(Kept(Part.TEXT)) for block in text))
        if is_one:
            assert reason_of(replace(document, blocks=blocks), asked_of("article", chance)) is None
        else:
            assert reason_of(replace(document, blocks=blocks), asked_of("article", chance)) == "needs_js"


CARDS = "".join(
    f"<h3>Lamp {n}</h3><p>Made of brass, with a shade of linen that the harbour women sew.</p>"
    f"<p><a href=/{n}>Look at this lamp</a></p>"
    for n in range(12)
)
BODY = f"<h1>Pier</h1>{f'<p>{PROSE}</p>' * 6}"


def test_a_page_that_lists_others_is_an_index_page():
    assert reason_of(kept(CARDS), asked_of("listing")) == "index_page"


def test_a_page_that_lists_others_comes_out_when_listings_are_asked_for():
    assert reason_of(kept(CARDS), asked_of("listing", wanted=frozenset(PAGE_TYPES))) is None
    assert reason_of(kept(teasers(8)), asked_of("listing", wanted=frozenset(PAGE_TYPES))) is None


def test_links_alone_are_an_index_page_where_the_page_is_taken_for_one():
    body = "".join(f"<li><a href=/{n}>Headline number {n} of the day</a></li>" for n in range(40))
    assert reason_of(kept(f"<ul>{body}</ul>"), asked_of("listing")) == "index_page"


def test_links_alone_are_the_content_of_a_page_of_links_that_is_asked_for():
    links = kept("".join(f"<li><a href=/{n}>Headline number {n} of the day</a></li>" for n in range(40)))
    everything = frozenset(PAGE_TYPES)
    assert reason_of(links, asked_of("listing", wanted=everything)) is None
    assert reason_of(links, asked_of("article", wanted=everything)) == "not_article"
    assert reason_of(links, asked_of("forum", wanted=frozenset({"article", "product"}))) == "not_article"
    menu = [block._replace(verdict=Removed("navigation", "place:nav")) for block in links.blocks[3:]]
    few = replace(links, blocks=(*links.blocks[:3], *menu))
    assert reason_of(few, asked_of("listing", wanted=everything)) == "not_article"


def test_a_body_of_sentences_is_never_refused_as_a_list():
    assert reason_of(kept(BODY), asked_of("listing", 0.99)) is None


def test_a_page_with_hardly_any_links_is_never_refused_as_a_list():
    assert reason_of(kept(f"<h1>Pier</h1><p>{PROSE}</p>"), asked_of("listing", 0.99)) is None


def test_a_page_that_may_be_an_article_is_not_refused_as_a_list():
    assert reason_of(kept(CARDS), asked_of("listing", 0.6)) is None


@pytest.mark.parametrize("name", sorted(USUAL_TYPES))
def test_no_other_type_is_refused_unless_asked(name):
    assert reason_of(kept(CARDS), asked_of(name)) is None


def test_a_type_that_is_not_asked_for_is_refused_by_name():
    with pytest.raises(NoArticle, match=r"of the type product.*\[not_article\]$"):
        refuse_without_article("page", kept(BODY), asked_of("product", wanted=frozenset({"forum"})), LEXICON)


def test_a_bar_about_cookies_makes_no_wall_of_a_list_that_is_asked_for():
    links = "".join(f"<li><a href=/{n}>Headline number {n} of the day</a></li>" for n in range(20))
    document = kept(f"<p>We and our partners use cookies. Accept all?</p><ul>{links}</ul>")
    everything = frozenset(PAGE_TYPES)
    assert reason_of(document, asked_of("listing", wanted=everything)) == "consent_wall"
    bar = document.blocks[0].judged(Removed("cookie_consent", "place:cookie bar"))
    without = replace(document, blocks=(bar, *document.blocks[1:]))
    assert reason_of(without, asked_of("listing", wanted=everything)) is None
    assert reason_of(without, asked_of("article", wanted=everything)) == "consent_wall"


def test_a_wall_is_a_wall_whatever_the_page_looks_like():
    assert reason_of(kept(WALL), asked_of("listing")) == "consent_wall"


def test_a_page_without_links_lists_no_others():
    """A script, or a line of plain text, looks like a list to the classifier of types: hardly any text."""
    asked = replace(asked_of("listing"), body=b"")
    assert reason_of(kept("<p>const pier = 1;</p>"), asked) == "not_article"
    links = "".join(f"<li><a href=/{n}>Pier {n}</a></li>" for n in range(3))
    assert reason_of(kept(f"<ul>{links}</ul>"), asked) == "index_page"


@pytest.mark.parametrize(
    ("page", "chance", "is_one"),
    [
        (f"<title>No ferry today</title><h1>No ferry today</h1><p>4 March 2024</p><p>{BRIEF}</p>", 0.65, True),
        (f"<title>No ferry</title><h1>No ferry today</h1><p>{BRIEF}</p><p>4 March 2024</p>", 0.65, True),
        (f"<title>No ferry today</title><h1>No ferry today</h1><p>{BRIEF}</p>", 0.65, False),
        (f"<title>No ferry today</title><h1>No ferry today</h1><p>4 March 2024</p><p>{BRIEF}</p>", 0.5, False),
        (f"<title>Quay News</title><h1>No ferry today</h1><p>4 March 2024</p><p>{BRIEF}</p>", 0.65, False),
        (f"<title>No ferry today</title><h1>No ferry today</h1><p>4 March 2024</p><p>{BRIEF[:60]}</p>", 0.65, False),
    ],
    ids=["dated", "dated below", "undated", "hardly an article", "another title", "a caption"],
)
def test_news_in_brief_needs_a_date_at_its_headline_where_no_word_calls_it_an_article(page, chance, is_one):
    document = read_document(page)
    blocks = [
        block.judged(Kept(Part.TITLE if block.is_h1 else Part.TEXT)) if not block.text.startswith("4 ") else block
        for block in document.blocks
    ]
    reason = reason_of(replace(document, blocks=tuple(blocks)), asked_of("article", chance))
    assert (reason is None) is is_one


def test_a_sentence_of_chinese_news_is_as_long_as_one_of_english():
    said = "青河渡轮因传动轴损坏，将停航至本周五，已售船票继续有效。"
    document = read_document(f"<meta property=og:type content=article><h1>渡轮停航至周五</h1><p>{said}</p>")
    title, text = document.blocks
    blocks = (title.judged(Kept(Part.TITLE)), text.judged(Kept(Part.TEXT)))
    assert reason_of(replace(document, blocks=blocks)) is None
    caption = replace(
        document, blocks=(title.judged(Kept(Part.TITLE)), text._replace(text=said[9:]).judged(Kept(Part.TEXT)))
    )
    assert reason_of(caption) is not None
