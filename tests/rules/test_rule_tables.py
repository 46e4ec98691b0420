"""The rule tables: every rule has an example that fails without it, and a near miss that must stay."""

import unicodedata

import pytest
from test_rules import FILES, RULES, kinds_at, wordings

from harvester.rules.kind_names import KindName
from harvester.rules.text_patterns import Wording, fold, number_patterns

LANGUAGES = sorted(FILES)
OURS = ("en", "zh-Hans", "zh-Hant", "ja", "ko")
VENDORS = {
    "cookie_consent": """
        onetrust CybotCookiebot CookieDeclaration didomi qc-cmp2 truste trustarc usercentrics uc-banner
        uc-embedding osano cc-window cmplz cky-consent cookie-law-info cli-modal iubenda sp_message
        BorlabsCookie _brlbs penci-gprd penci-gdrd fc-consent cookie-notice eu-cookie-law moove_gdpr cmpbox
        klaro tarteaucitron _evidon t-consentPrompt termly axeptio cookiefirst coiOverlay ch2-dialog
        hs-eu-cookie shopify-pc sqs-cookie rcb- ez-cookie termsfeed cookiescript
    """,
    "comment_form": """
        comment-respond commentform disqus_thread fb-comments coral_thread spotim openweb hyvor-talk
        vf-conversations vuukle insticator gig-comments fyre wpdcom jetpack_remote no_webshot comt-ctrl
        comment-signarea title-theme SOHUCS ds-thread uyan_frame lv-container vcomments waline twikoo artalk
        giscus utterances isso-thread remark42 commento cusdis fastcomments tie-areas u_cbox alex-area
    """,
    "comment_thread": "comments-area commentlist postcomments bottom_sina_comment N-nav-bottom theme-box",
    "share_bar": """
        addthis at-share at4-share sharethis st-btn addtoany a2a_kit sharedaddy sd-title bdsharebuttonbox
        bds_more jiathis social-share dpsp swp_social et_social mashsb heateor shareaholic essb ssba shariff
        tags-share-box list-posts-share penci-social td-post-sharing jeg_share share-btn amp-social-share
    """,
    "reactions_poll": "sd-like jetpack-likes",
    "related_posts": """
        jp-relatedposts yarpp crp_related ctx-module zem_rp wp_rp penci-post-related item-related relates
        td_block_related jnews_related amp-related-posts post_recommends
    """,
    "inline_related": "jnews_inline irp",
    "sponsored_chumbox": "taboola trc_related OUTBRAIN ob-widget ScriptRoot rc-wdgt zergnet dianomi plista strossle",
    "newsletter_signup": """
        mc_embed mc4wp formkit convertkit klaviyo jetpack-subscriptions tnp mailpoet hs-form substack bxc
    """,
    "paywall_prompt": "tp-modal tp-container piano- zephr poool leaky_paywall laterpay evolok ev-paywall gateway",
    "repost_notice": "post-copyright",
    "breadcrumb": "penci_breadcrumbs mbx",
    "author_bio": "penci-post-author",
    "sidebar": "asb-post widget_ui",
}


each_language = pytest.mark.parametrize("language", LANGUAGES)
KINDS = tuple(RULES.kinds.values())


def own_hits(language: str, wording: Wording, line: str) -> set[str]:
    """Return the rules of one table that hit `line`."""
    prefix = f"wording:{language}:{wording.kind}:"
    return {hit.rule for hit in RULES.lines(line, frozenset({language})) if hit.rule.startswith(prefix)}


# ── the tables ────────────────────────────────────────────────────────────────────────────────


def test_a_kind_is_known_by_its_places_its_wordings_or_by_code() -> None:
    worded = {wording.kind for wording in wordings("en")} | set(KindName)
    assert [kind.name for kind in KINDS if not kind.places and kind.name not in worded] == []


def test_every_kind_that_code_names_is_in_the_table() -> None:
    assert set(KindName) - {KindName.NOT_CONTENT} <= RULES.kinds.keys()


def test_a_kind_with_places_has_two_examples_of_each_sort() -> None:
    fewest = {kind.name: min(len(kind.drop_places), len(kind.keep_places)) for kind in KINDS if kind.places}
    assert [name for name, count in fewest.items() if count < 2] == []


def test_a_drop_place_is_hit_by_its_kind() -> None:
    assert [(kind.name, tag) for kind in KINDS for tag in kind.drop_places if kind.name not in kinds_at(tag)] == []


def test_a_keep_place_is_not_hit_by_its_kind() -> None:
    assert [(kind.name, tag) for kind in KINDS for tag in kind.keep_places if kind.name in kinds_at(tag)] == []


def test_metadata_kinds_name_fields_of_the_article() -> None:
    fields = {"authors", "editors", "published", "modified", "section", "tags", "images", "source", "licence"}
    assert [kind.name for kind in KINDS if not set(kind.keeps) <= fields] == []
    assert [kind.name for kind in KINDS if kind.disposition == "metadata" and not kind.keeps] == []


@pytest.mark.parametrize("kind", VENDORS)
def test_a_vendor_has_an_example_in_drop_places(kind: str) -> None:
    examples = " ".join(RULES.kinds[kind].drop_places)
    assert [vendor for vendor in VENDORS[kind].split() if vendor not in examples] == []


@pytest.mark.parametrize("language", OURS)
def test_our_languages_word_the_kinds_that_have_wordings(language: str) -> None:
    known = {wording.kind for wording in wordings(language)}
    assert len(known) >= 40
    assert known <= {wording.kind for wording in wordings("en")}  # English is the one that words every kind


@each_language
def test_a_wording_has_two_examples_of_each_sort(language: str) -> None:
    for wording in wordings(language):
        assert wording.lines or wording.weak_lines, wording.kind
        assert min(len(wording.drop), len(wording.keep)) >= 2, wording.kind
        # An example that is too long to be matched shows nothing.
        most = RULES.kinds[wording.kind].max_chars
        assert [line for line in wording.drop + wording.keep if len(fold(line)) > most] == [], wording.kind


@each_language
def test_a_drop_line_is_hit_by_its_kind(language: str) -> None:
    for wording in wordings(language):
        assert [line for line in wording.drop if not own_hits(language, wording, line)] == [], wording.kind


@each_language
def test_a_keep_line_is_not_hit_by_its_kind(language: str) -> None:
    for wording in wordings(language):
        assert [(line, hit) for line in wording.keep for hit in own_hits(language, wording, line)] == []


@each_language
def test_every_pattern_is_hit_by_an_example(language: str) -> None:
    for wording in wordings(language):
        rules = {pattern.hit.rule for pattern in number_patterns(language, [wording], RULES.kinds)}
        assert rules - set().union(*(own_hits(language, wording, line) for line in wording.drop)) == set()


@each_language
def test_no_pattern_holds_a_mark_that_folding_changes(language: str) -> None:
    regexes = [regex for wording in wordings(language) for regex in wording.lines + wording.weak_lines]
    assert [regex for regex in regexes if regex != unicodedata.normalize("NFKC", regex)] == []
    assert [regex for regex in regexes if {"\u2019", "\u2018"} & set(regex)] == [], "lines have straight apostrophes"


def letters_beside_word_borders(regex: str) -> list[str]:
    """Return the letters beside a \\b that RE2, which knows ASCII only, takes for no letters."""
    pieces = regex.split(r"\b")
    beside = [piece[:1] for piece in pieces[1:]] + [piece[-1:] for piece in pieces[:-1]]
    beside += [piece.lstrip("(?:")[:1] for piece in pieces[1:]]
    beside += [alternative[-1:] for piece in pieces[:-1] for alternative in piece.rstrip(")?").split("|")]
    return [letter for letter in beside if letter.isalpha() and not letter.isascii()]


@each_language
def test_no_word_border_stands_beside_a_letter_that_re2_takes_for_none(language: str) -> None:
    regexes = [regex for wording in wordings(language) for regex in wording.lines + wording.weak_lines]
    assert [regex for regex in regexes if letters_beside_word_borders(regex)] == []


def test_the_border_check_sees_letters_in_groups() -> None:
    assert letters_beside_word_borders(r"\bпо") == ["п", "п"]
    assert letters_beside_word_borders(r"(?:ab|cé)\b") == ["é"]
    assert letters_beside_word_borders(r"\b(?:été|x)") == ["é"]
    assert letters_beside_word_borders(r"\bcafe\b é") == []
