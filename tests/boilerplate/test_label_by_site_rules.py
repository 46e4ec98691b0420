"""What the rules of one site do to its pages: they overrule all other rules, and each verdict names its rule."""

import re

import pytest
from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

import harvester
from generated_pages import pages as drawn_pages
from harvester.boilerplate.label_by_site_rules import label_site
from harvester.cleaning import clean_page, explain_page, present_rules, read_page
from harvester.errors import NoArticle
from harvester.models import Kept, Page, Removed, Role
from harvester.rules.load import load_rules
from harvester.rules.site_rules import SiteRules, with_site
from site_rules import HOST, site

URL = f"https://www.{HOST}/2024/pier"
PROSE = "".join(
    f"<p>On day {day} the ferry left the pier at seven, as the harbour board had promised the islanders in spring.</p>"
    for day in range(6)
)
OFFER = "Our readers have liked this story about lighthouses, which the keepers told us in the long winter."


def page(body, head="<title>The pier opens again | Echo</title>", url=URL):
    return Page(url, f"<html lang=en><head>{head}</head><body>{body}</body></html>".encode())


def verdict_of(text, body, rules):
    return next(one.verdict for one in explain_page(page(body), site=rules).blocks if one.text == text)


def story(inside="", around=""):
    return f"<article class=story><h1>The pier opens again</h1>{PROSE}{inside}</article>{around}"


# ── remove and keep ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ['css = "div.offer"', 'words = "offer box"', 'words = "{bargain,offer} b*"'])
def test_what_a_rule_removes_is_gone_and_named(way):
    body = story(f'<div class="offer offer-box"><p>{OFFER}</p></div>')
    assert verdict_of(OFFER, body, None) == Kept("text"), "the case needs a rule"
    rules = site(f'[[remove]]\n{way}\nkind = "inline_related"')
    assert verdict_of(OFFER, body, rules) == Removed("inline_related", f"site:{HOST}:remove:1")
    assert OFFER not in clean_page(page(body), site=rules)[0].text


def test_a_rule_without_a_kind_removes_what_is_no_content():
    rules = site('[[remove]]\ncss = ".offer"')
    article, _ = clean_page(page(story(f"<p class=offer>{OFFER}</p>")), site=rules)
    assert article.cleaning.removed == {"not_content": len(OFFER)}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("a place", story(around=f'<div class="related-posts"><div class=facts><p>{OFFER}</p></div></div>')),
        ("a menu that is cut out whole", story(around="<nav>Home<div class=facts>The pier is 90 m long</div></nav>")),
        ("a wording", story("<p class=facts>Share this article</p>")),
        ("the classifier", story(around="<div class=facts>Length: 90 m</div><div>Width: 3 m</div>")),
    ],
)
def test_a_keep_overrules(what, body):
    text = re.search(r"class=facts>(?:<p>)?([^<]+)", body)[1]
    assert not any(one.verdict == Kept("text") and one.text == text for one in explain_page(page(body)).blocks)
    rules = site('[[keep]]\ncss = ".facts"')
    verdict = verdict_of(text, body, rules)
    assert (verdict, verdict.rule) == (Kept("text"), f"site:{HOST}:keep:1")
    assert text in clean_page(page(body), site=rules)[0].text


def test_a_kept_line_begins_no_tail():
    body = story("<p class=mine>Share this article</p><p>The board meets.</p>")
    text = clean_page(page(body), site=site('[[keep]]\ncss = ".mine"'))[0].text
    assert text.endswith("Share this article\n\nThe board meets.")


@pytest.mark.parametrize(
    ("nested", "kept"),
    [
        (f"<div class=offer><p class=facts>{OFFER}</p></div>", True),
        (f"<div class=facts><p class=offer>{OFFER}</p></div>", False),
        (f"<p class='offer facts'>{OFFER}</p>", True),
    ],
)
def test_the_innermost_rule_decides_and_of_two_on_one_container_the_keep(nested, kept):
    rules = site('[[remove]]\ncss = ".offer"\n[[keep]]\ncss = ".facts"')
    assert isinstance(verdict_of(OFFER, story(nested), rules), Kept if kept else Removed)


def test_a_word_in_the_middle_of_a_paragraph_can_go():
    body = story("<p>The keeper <span class=ad>Advertisement</span> lit the lamp.</p>")
    article, ledger = clean_page(page(body), site=site('[[remove]]\ncss = "span.ad"'))
    assert "Advertisement" not in article.text
    assert [block.text for block in ledger.blocks[-3:]] == ["The keeper", "Advertisement", "lit the lamp."]


def test_what_is_hidden_is_read_where_a_rule_keeps_it():
    body = story(f'<div class=rest style="display:none"><p>{OFFER}</p></div>')
    assert OFFER not in clean_page(page(body))[0].text
    assert OFFER in clean_page(page(body), site=site('[[keep]]\ncss = ".rest"'))[0].text


def test_a_page_cannot_mark_itself():
    body = story(f'<p data-harvester-rules="0 1 99 x">{OFFER}</p>')
    assert OFFER in clean_page(page(body), site=site('[[remove]]\ncss = ".offer"'))[0].text


# ── the body ──────────────────────────────────────────────────────────────────────────────────

SHARE = '<div class="share-buttons">Tweet this</div>'


def test_the_body_is_all_that_stands_in_it_but_for_boilerplate():
    body = story(around=f"<div class=long-read><p>Short.</p>{SHARE}<p>{OFFER} {OFFER}</p></div>")
    article, ledger = clean_page(page(body), site=site('[[body]]\ncss = ".long-read"\n[[keep]]\ncss = "article h1"'))
    assert article.text == f"Short.\n\n{OFFER} {OFFER}"
    assert (article.cleaning.method, article.cleaning.confidence) == ("site-rules", 1.0)
    assert next(one.verdict.rule for one in ledger.blocks if one.text == "Short.") == f"site:{HOST}:body:1"


def test_a_body_that_is_not_there_leaves_the_choice_to_the_classifier():
    plain, ruled = clean_page(page(story()))[0], clean_page(page(story()), site=site('[[body]]\ncss = ".gone"'))[0]
    assert ruled.text == plain.text
    assert ruled.cleaning.method == plain.cleaning.method


# ── fields ────────────────────────────────────────────────────────────────────────────────────


def test_fields_are_read_where_the_rules_say():
    body = (
        "<div class=hed>Three <em>keepers</em>, one lamp</div><div class=who>By <b>Ada Holm</b> and Jo Reed</div>"
        f"<time class=when datetime='2024-05-03T07:00:00+01:00'>Friday</time>{story()}"
    )
    rules = site(
        '[[title]]\ncss = ".missing"\n[[title]]\ncss = ".hed"\n[[authors]]\ncss = ".who"\n[[published]]\ncss = ".when"'
    )
    article, ledger = clean_page(page(body), site=rules)
    assert article.title == "Three keepers, one lamp"
    assert article.authors == ("Ada Holm", "Jo Reed")
    assert article.published == "2024-05-03T07:00:00+01:00"
    origins = {one.field: one.origin for one in ledger.evidence if one.chosen}
    assert [origins[name] for name in ("title", "authors", "published")] == [
        f"site:{HOST}:title:2",
        f"site:{HOST}:authors:1",
        f"site:{HOST}:published:1",
    ]


def test_a_field_may_stand_in_the_head():
    head = '<title>Pier</title><meta name=hl content="The pier, again | Echo"><meta name=day content=2024-05-03>'
    head += '<meta property="og:site_name" content="Echo">'
    rules = site("[[title]]\ncss = 'meta[name=hl]'\n[[published]]\ncss = 'meta[name=day]'")
    article, _ = clean_page(page(story(), head), site=rules)
    assert (article.title, article.published) == ("The pier, again", "2024-05-03")


def test_a_field_whose_rule_finds_nothing_is_read_as_everywhere():
    rules = site('[[title]]\ncss = ".no"\n[[authors]]\ncss = "nav"\n[[published]]\ncss = "h1"')
    plain, ruled = clean_page(page(story()))[0], clean_page(page(story()), site=rules)[0]
    assert (ruled.title, ruled.authors, ruled.published) == (plain.title, plain.authors, plain.published)


# ── URLs without an article ───────────────────────────────────────────────────────────────────


def test_a_url_that_a_rule_names_holds_no_article_and_is_still_explained():
    rules = site('[[not_article]]\nurl = "/tag/*"\n[[not_article]]\nurl = "*?list=*"')
    for path in ("tag/pier", "2024/pier?list=1"):
        with pytest.raises(NoArticle, match="holds no article") as caught:
            clean_page(page(story(), url=f"https://{HOST}/{path}"), site=rules)
        assert caught.value.reason == "not_article"
        assert explain_page(page(story(), url=f"https://{HOST}/{path}"), site=rules).blocks
    assert clean_page(page(story(), url=f"https://{HOST}/tagged"), site=rules)


# ── what stays as it is ───────────────────────────────────────────────────────────────────────


def test_only_the_articles_of_a_site_with_rules_bear_their_digest():
    rules, others = site('[[remove]]\ncss = ".offer"'), site('[[remove]]\ncss = ".ad"')
    assert clean_page(page(story()))[0].cleaning.rules == present_rules()[0]
    assert clean_page(page(story()), site=rules)[0].cleaning.rules == f"{present_rules()[0]}+{rules.digest}"
    assert rules.digest != others.digest
    assert with_site("a-b", rules) != with_site("a-b", others)


def test_an_example_beside_a_rule_makes_no_article_stale():
    bare, shown = '[[remove]]\ncss = ".ad"', '[[remove]]\ncss = ".ad"\ndrop = ["<p class=ad>x"]  # why'
    assert site(bare) == site(shown)


UNFIT = site('[[remove]]\ncss = ".no-such"\n[[keep]]\nwords = "no such thing"\n[[body]]\ncss = "#gone"')
FIT = site('[[remove]]\ncss = "p, span"\n[[keep]]\ncss = "em"\n[[body]]\ncss = "main, article"')


def text_of(verdict):
    return "".join("".join(block.text.split()) for block in verdict.blocks).replace("|", "")


@settings(max_examples=40)
@given(drawn_pages())
def test_rules_that_fit_nothing_change_no_verdict_and_none_lose_or_make_up_text(drawn):
    plain, unfit, ruled = (explain_page(Page(URL, drawn.encode()), site=which) for which in (None, UNFIT, FIT))
    assert unfit == plain
    assert text_of(ruled) == text_of(plain)


def test_labels_of_a_page_without_rules_are_empty():
    assert label_site(read_page(story(), load_rules()), None).chosen == {}
    assert read_page(story(), load_rules()).named is None
    assert Role.PARAGRAPH in {block.role for block in harvester.explain(story()).blocks}
    assert SiteRules(HOST, ()).digest


@pytest.mark.parametrize(
    "html",
    ["<div class=a><nav>" * 200 + "x" + "</nav></div>" * 200, "<div>" * 200 + "<p>x</p>" * 500],
    ids=["nested", "nested around all"],
)
def test_a_selector_that_fits_everything_costs_no_more_than_its_bounds(html, monkeypatch):
    read = []
    whole = LexborHTMLParser
    monkeypatch.setattr(
        "harvester.dom.site_selectors.LexborHTMLParser", lambda html: read.append(len(html)) or whole(html)
    )
    rules = site('[[title]]\ncss = "*"\n[[authors]]\ncss = "div"\n[[remove]]\ncss = "*"\n[[keep]]\ncss = "div"')
    assert explain_page(page(html), site=rules).blocks
    assert len(read) <= 4 + 2 * 20 * 2  # each selector is tried; two fields; a page with little prose is read twice
    assert max(read) <= 20_000


def test_a_keep_overrules_the_memory_of_the_site():
    pages = [page(story(f"<p class=pledge>{OFFER}</p>").replace("spring", word)) for word in ("may", "june", "july")]
    memory = harvester.learn_site(HOST, pages)
    assert OFFER not in clean_page(pages[0], memory=memory)[0].text, "the case needs a memory"
    assert OFFER in clean_page(pages[0], memory=memory, site=site('[[keep]]\ncss = ".pledge"'))[0].text
