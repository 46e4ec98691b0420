"""Every URL ends in the right class, with what tells so (cases 29 to 32)."""

from dataclasses import replace

import pytest

from harvester.cleaning import clean_page
from harvester.crawl.page_outcome import (
    OUTCOMES,
    Probe,
    SiteTexts,
    canonical_doubt,
    classify,
    is_home,
    paywall_sign,
    probe_url,
    read_probe,
    says_not_found,
)
from harvester.decode import decode
from harvester.dom import read_head
from harvester.errors import REASONS, FetchError, HarvesterError
from harvester.models import Hop, Page
from harvester.rules.load import load_rules

HOME = "https://courier.example/"
URL = "https://courier.example/2024/05/30/seal/"
SITE = SiteTexts(HOME)
LEXICON = load_rules().lexicon
NAV = "".join(f"<li><a href='/s{n}/'>Section {word}</a></li>" for n, word in enumerate("abcdefghijkl"))
PARAGRAPHS = [
    "A grey seal lay on the slipway of the inner harbour for three hours on Thursday, and nobody dared to wake it.",
    "The ferry to the islands left late, the bread van turned back, and the school class drew the animal in chalk.",
    "At noon it yawned, looked at the harbour master as if he were the one in the way, and slid into the water.",
    "The port has no rule for seals, said the harbour master, and after this morning he does not intend to write one.",
]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(body, title="Seal blocks slipway", url=URL, final_url=None, head=""):
    top = f"<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}</head><body><nav><ul>{NAV}</ul></nav>"
    html = f"{top}{body}</body></html>"
    return Page(url, html.encode(), final_url, 200, (("content-type", "text/html; charset=utf-8"),))


def article_page(**changes):
    return page(f"<article><h1>Seal blocks slipway</h1>{TEXT}</article>", **changes)


def cleaned(page):
    try:
        return clean_page(page)[0]
    except HarvesterError as error:
        return error


def outcome_of(page, site=SITE):
    return classify(page, cleaned(page), site, read_head(decode(page.body, None, "x")), LEXICON)


def probe_of(page):
    return read_probe(page, cleaned(page))


def test_an_article_is_ok():
    found = outcome_of(article_page())
    assert (found.outcome, found.paywalled, found.truncated) == ("ok", False, False)


@pytest.mark.parametrize("reason", ["gone", "robots_denied", "blocked", "rate_limited", "dns_error", "not_modified"])
def test_what_fetching_says_is_the_outcome(reason):
    found = classify(None, FetchError(URL, reason, "words"), SITE, None, LEXICON)
    assert (found.outcome, found.evidence) == (reason, "words")


def test_every_reason_is_an_outcome():
    assert REASONS < OUTCOMES
    assert {"ok", "soft_404", "unchanged", "duplicate", "redirected_off_site", "truncated"} <= OUTCOMES


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        (f"{HOME}login", "replaced"),
        (f"{HOME}user/login/?back=%2Fstory", "replaced"),
        (f"{HOME}Login.php", "replaced"),
        (f"{HOME}login-records-of-a-lighthouse", "ok"),
        (f"{HOME}login/2024/a-key-for-the-lighthouse", "ok"),
        (f"{HOME}en/v2/login", "replaced"),
        (f"{HOME}2024/05/12/weather/", "ok"),
        (f"{HOME}article/4711/page.html", "ok"),
        (f"{HOME}a-seal-on-the-slipway/print", "ok"),
        (f"{URL}/gallery", "ok"),
    ],
)
def test_what_an_address_leads_to_on_a_page_for_logging_in_is_not_its_article(target, outcome):
    found = outcome_of(replace(article_page(), final_url=target, chain=(Hop(URL, 302),)))
    assert found.outcome == outcome
    assert outcome_of(replace(article_page(), url=target, final_url=target)).outcome == "ok"


# ── soft 404 (case 29) ───────────────────────────────────────────────────────────────────────

LOST = (
    "<main><h1>Nothing here</h1><p>We looked for {} everywhere, at {}. Try the search, or go back to the home page.</p>"
    "</main>"
)
CHATTY = (
    "<article><h1>Lost at sea</h1><p>The page that you look for has left the harbour, and we do not know where it went,"
    " although we asked at the lighthouse and at the bakery.</p><p>Was it moved when the paper changed its press"
    " in spring, or you have followed a link that somebody copied by hand and got wrong by one letter.</p></article>"
)


def test_the_answer_to_a_url_that_cannot_exist_marks_its_like_as_soft_404():
    probe = probe_of(page(LOST.format("/2024/05/30/no-such-page-kqx/", "12:03:44"), "Courier", probe_url(URL, "kqx")))
    found = outcome_of(page(LOST.format("/2024/05/30/seal/", "17:59:01"), "Courier"), SiteTexts(HOME, (probe,)))
    assert (found.outcome, found.evidence) == ("soft_404", "the same page as for a URL that cannot exist")


def test_an_error_page_that_reads_like_an_article_is_a_soft_404():
    probe = probe_of(page(CHATTY, "Courier", probe_url(URL, "kqx")))
    assert probe.text is not None
    found = outcome_of(page(CHATTY, "Courier"), SiteTexts(HOME, (probe,)))
    assert (found.outcome, found.evidence) == ("soft_404", "the same text as for a URL that cannot exist")


def test_an_article_with_the_same_menu_as_the_error_page_is_none():
    probes = tuple(probe_of(page(body, "Courier")) for body in (LOST, CHATTY))
    assert outcome_of(article_page(), SiteTexts(HOME, probes)).outcome == "ok"


def test_the_home_page_is_never_a_soft_404():
    front = page(LOST.format("a", "b"), "Page not found", HOME)
    probe = probe_of(front)
    assert outcome_of(front, SiteTexts(HOME, (probe,))).outcome == "not_article"


def test_a_redirect_to_the_home_page_is_a_soft_404():
    for target in (HOME, "https://courier.example/index.html", "https://www.courier.example/", f"{HOME}?utm_source=x"):
        assert outcome_of(article_page(final_url=target)).outcome == "soft_404"
    assert outcome_of(article_page(url="http://courier.example/", final_url=HOME)).outcome == "ok"


@pytest.mark.parametrize(
    ("title", "lost"),
    [
        ("Page not found | Courier", True),
        ("404 - Courier", True),
        ("Courier – Seite nicht gefunden", True),
        ("Oops! Page not found.", True),
        ("页面不存在", True),
        ("ページが見つかりません | 新報", True),
        ("Страница не найдена", True),
        ("Sign not found: why the town has no name", False),
        ("Highway 404 closed for a week", False),
        ("What was not found in the cellar | Courier", False),
        (None, False),
    ],
)
def test_a_title_of_an_error_page_is_known_as_a_whole(title, lost):
    assert says_not_found(title, LEXICON) is lost


def test_a_long_article_about_404_is_an_article():
    assert outcome_of(article_page(title="404")).outcome == "soft_404"
    long = page(f"<article><h1>404</h1>{TEXT}{TEXT.replace('seal', 'whale')}</article>", "404")
    assert outcome_of(long).outcome == "ok"


def test_a_probe_stands_beside_the_page():
    assert probe_url("https://a.example/x/y/z.html?u=1", "kq") == "https://a.example/x/y/no-such-page-kq/"
    assert probe_url("https://a.example/", "kq") == "https://a.example/no-such-page-kq/"


def test_a_probe_without_text_tells_nothing():
    assert probe_of(Page(URL, b"")) is None
    assert read_probe(page("<p>Nothing here at all.</p>"), FetchError(URL, "gone", "x")) == Probe(
        probe_of(page("<p>Nothing here at all.</p>")).page
    )


# ── walls (cases 30, 31) ─────────────────────────────────────────────────────────────────────


def test_a_consent_wall_is_no_article():
    wall = (
        "<h1>Welcome! How would you like to continue?</h1><p>We and our partners use cookies, to store and/or access"
        " information on a device.</p><ul><li>Personalised advertising</li><li>Precise geolocation data</li>"
        "</ul><p>Some vendors process your data on the basis of legitimate interest.</p><button>Accept</button>"
    )
    assert outcome_of(page(wall, "Courier")).outcome == "consent_wall"


def test_a_redirect_to_a_consent_host_is_a_consent_wall():
    assert outcome_of(article_page(final_url="https://consent.portal.example/x")).outcome == "consent_wall"


def test_a_challenge_page_is_blocked():
    challenge = "<h1>courier.example</h1><p>Checking your browser before accessing the site.</p>"
    assert outcome_of(page(challenge, "Just a moment...")).outcome == "blocked"


def test_an_empty_shell_needs_scripts():
    shell = Page(URL, b"<html><body><div id=root></div><script src=/app.js></script></body></html>", status=200)
    assert outcome_of(shell).outcome == "needs_js"


@pytest.mark.parametrize("body", [b" \n", b"%PDF-1.7 \x00\x01"])
def test_what_a_page_is_is_told_without_advice_for_a_person_who_saved_it(body):
    page = Page(URL, body=body)
    found = classify(page, cleaned(page), SITE, None, LEXICON)
    assert found.outcome in ("empty_input", "binary_input")
    assert found.evidence
    assert ";" not in found.evidence


def test_another_site_than_asked_for_is_off_site():
    assert outcome_of(article_page(final_url="https://elsewhere.org/a")).outcome == "redirected_off_site"
    shortened = article_page(url="https://short.test/x", final_url=URL)
    assert outcome_of(shortened).outcome == "ok"


# ── paywalls, cut pages ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("head", "is_walled"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree": false}</script>', True),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>', True),
        (
            '<script type="application/ld+json">{"@type":"Report","isAccessibleForFree":"http://schema.org/False"}</script>',
            True,
        ),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree": true}</script>', False),
        ('<meta property="article:content_tier" content="locked">', True),
        ('<meta property="article:content_tier" content="free">', False),
        ("", False),
    ],
)
def test_a_page_that_says_it_sells_its_text_is_flagged_and_kept(head, is_walled):
    found = outcome_of(article_page(head=head))
    assert (found.outcome, found.paywalled) == ("ok", is_walled)


LOCKED = '<meta property="article:content_tier" content="locked">'
FREE = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>'
OTHER = '<script type="application/ld+json">{"@type":"Product","isAccessibleForFree":false}</script>'
METERED = '<meta property="article:content_tier" content="metered">'


@pytest.mark.parametrize("head", [LOCKED, FREE, FREE + OTHER, METERED, OTHER + FREE, METERED + LOCKED, ""])
@pytest.mark.parametrize("prompt_chars", [0, 600])
def test_the_flag_of_a_visit_never_contradicts_the_access_of_its_article(head, prompt_chars):
    article = cleaned(article_page(head=head))
    article = replace(article, cleaning=replace(article.cleaning, removed={"paywall_prompt": prompt_chars}))
    is_walled = paywall_sign(article) is not None
    assert is_walled == (article.access == "paywalled" if article.access else prompt_chars > 0)


def test_the_prompt_of_a_paywall_flags_only_where_it_is_an_offer():
    article = cleaned(article_page())
    for chars, is_walled in ((30, False), (600, True)):
        with_prompt = replace(article, cleaning=replace(article.cleaning, removed={"paywall_prompt": chars}))
        assert (paywall_sign(with_prompt) is not None) is is_walled


def test_a_cut_page_with_an_article_is_flagged_and_one_without_says_that_it_was_cut():
    cut = replace(article_page(), truncated=True)
    assert (outcome_of(cut).outcome, outcome_of(cut).truncated) == ("ok", True)
    assert outcome_of(replace(page("<ul><li>A</li></ul>" * 50), truncated=True)).outcome == "truncated"


# ── canonical URLs (case 32) ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ("<link rel=canonical href='https://elsewhere.org/a'>", "of another site"),
        ("<link rel=canonical href='/'>", "the home page"),
        ("<link rel=canonical href='/a'><link rel=canonical href='/b'>", "2 addresses"),
        ("<link rel=canonical href='/2024/05/30/seal/?utm_source=x'>", None),
        ("<link rel=canonical href='mailto:x'>", None),
        ("", None),
    ],
)
def test_an_odd_canonical_url_is_recorded(links, words):
    one = article_page(head=links)
    doubt = canonical_doubt(one, read_head(one.body.decode()), HOME)
    assert (words in doubt) if words else doubt is None


def test_a_canonical_url_is_never_the_key_of_an_article():
    plain = cleaned(article_page())
    for href in ("https://elsewhere.org/a", "/", "/gone/", "/2024/05/30/other/"):
        assert cleaned(article_page(head=f"<link rel=canonical href='{href}'>")).id == plain.id


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        (HOME, True),
        ("http://www.courier.example", True),
        ("https://courier.example/index.php", True),
        ("https://en.courier.example/", True),
        (URL, False),
        ("https://other.org/", False),
        ("", False),
    ],
)
def test_the_home_page_is_known_by_any_of_its_names(url, is_one):
    assert is_home(url, HOME) is is_one


def test_the_home_of_a_part_of_a_site_is_a_home_too():
    assert is_home("https://courier.example/science", "https://courier.example/science/")
