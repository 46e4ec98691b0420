"""Boilerplate by wording: what goes, and above all what never goes."""

from dataclasses import replace

import pytest
from harbour_prose import BODY, SENTENCES

from harvester.boilerplate import cut_of, label_places, label_wordings, split_lines
from harvester.boilerplate.label_by_text import Surroundings
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules
from harvester.text import fold

ENGLISH = frozenset({"en"})


def worded(body: str, inside: bool = True, headline: str = "", doubt: bool = False) -> dict[str, tuple[str, str]]:
    """Return text -> (kind, first word of the rule) that a wording takes out; all blocks are body or none is.

    `doubt`: the content step is less than sure of them all.
    """
    document = split_lines(read_document(f"<body>{body}</body>"), load_rules())
    chosen = range(len(document.blocks)) if inside else ()
    doubts = dict.fromkeys(chosen, 0.2) if doubt else {}
    around = Surroundings(
        Outline(document), load_rules(), ENGLISH, frozenset(chosen), doubts, frozenset(), True, fold(headline)
    )
    labels = label_wordings(around, {})
    return {document.blocks[at].text: (label.kind, label.rule.split(":")[0]) for at, label in labels.items()}


# ── wordings ──────────────────────────────────────────────────────────────────────────────────


def test_outside_the_body_a_wording_names_its_kind():
    assert worded(f"<p>Related Posts</p>{BODY}", inside=False)["Related Posts"] == ("related_posts", "wording")


def test_a_sentence_of_the_body_is_never_taken_for_its_first_words():
    sentence = (
        "Related posts were once made of oak, said the keeper, who has counted each of the four hundred in the pier."
    )
    assert worded(f"{BODY}<p>{sentence}</p>{BODY}") == {}


SUPPORTED = "Follow us on Facebook and Twitter for more news."  # a kind that says inside = "supported"


def test_inside_the_body_a_wording_alone_is_not_enough():
    assert worded(f"{BODY}<p>{SUPPORTED}</p>{BODY}") == {}


@pytest.mark.parametrize(
    "html",
    [
        f"<p><a href=/bridge>{SUPPORTED}</a></p>",
        f"<p><span class='follow-us'>{SUPPORTED}</span></p>",
        "<p>Follow us on Facebook</p>",
    ],
    ids=["links", "markup", "a label"],
)
def test_inside_the_body_two_evidences_take_a_line_out(html):
    assert len(worded(f"{BODY}{html}{BODY}")) == 1


def test_a_wording_is_enough_where_the_classifier_doubts():
    assert SUPPORTED in worded(f"{BODY}<p>{SUPPORTED}</p>{BODY}", doubt=True)


def test_behind_the_body_a_wording_is_enough():
    assert SUPPORTED in worded(f"{BODY}<p>{SUPPORTED}</p>")


def test_the_headline_is_never_boilerplate():
    for line in ("Related Posts", "Subscribe to our newsletter", "Advertisement", "Share this article"):
        assert line in worded(f"<h1>{line}</h1>{BODY}"), "a wording of this test fits no more"
        assert worded(f"<h1>{line}</h1>{BODY}", headline=line) == {}


# ── tail ──────────────────────────────────────────────────────────────────────────────────────


def test_behind_a_tail_marker_nothing_is_body():
    tail = "<p>Related Posts</p><p>A bridge in another town</p><p>The rope that held</p>"
    found = worded(f"{BODY}{tail}")
    assert found["Related Posts"] == ("related_posts", "wording")
    assert found["A bridge in another town"] == found["The rope that held"] == ("related_posts", "tail")


def test_a_marker_before_the_last_strong_paragraph_begins_no_tail():
    found = worded(f"{BODY}<p>Related Posts</p><p>A bridge in another town</p>{BODY}")
    assert set(found) == {"Related Posts"}


@pytest.mark.parametrize(("rows", "is_tail"), [(2, True), (30, False)])
def test_a_line_that_leads_to_another_story_ends_no_text_of_which_much_is_behind_it(rows, is_tail):
    row = "<tr><td>Week one</td><td>Walk on the pier</td></tr>"
    found = worded(f"{BODY}<p><a href=/r>Related: The rope that held</a></p><table>{row * rows}</table>")
    assert found.pop("Related: The rope that held") == ("inline_related", "wording")
    assert set(found.values()) == ({("inline_related", "tail")} if is_tail else set())


@pytest.mark.parametrize("label", ["<p>Read more</p>", "<p>More on the Old Pier</p>"])
def test_a_linked_heading_with_a_text_of_its_own_is_none_of_the_links_below_a_label(label: str):
    heading = "<h2><a href=/n>2. The northern pier</a></h2>"
    found = worded(f"{BODY}{label}{heading}<p>It was built of oak in 1888. Nobody has fished from it since.</p>{BODY}")
    assert [rule for rule in found.values() if rule[1] == "below"] == []
    found = worded(f"{BODY}{label}{heading}<p><a href=/r>The rope that held</a></p>{BODY}")
    assert [rule for rule in found.values() if rule[1] == "below"] == [("related_posts", "below")] * 2


def test_links_below_a_label_of_other_stories_go_also_between_paragraphs():
    links = "<p>\u2022 <a href=/b>A bridge in another town</a></p><p><a href=/r>The rope that held</a></p>"
    found = worded(f"{BODY}<p>Related Posts</p>{links}{BODY}<p><a href=/k>The keeper's own page</a></p>{BODY}")
    assert found.pop("Related Posts") == ("related_posts", "wording")
    assert list(found.values()) == [("related_posts", "below")] * 2
    card = f"<div><p>Related Posts</p>{links}<p>Of two brothers and a bucket.</p></div>"
    assert worded(f"{BODY}{card}{BODY}")["Of two brothers and a bucket."] == ("related_posts", "box")


def test_a_heading_of_the_last_word_stays_with_it_behind_a_marker():
    pitch = "<p>Sign up for our weekly newsletter</p>"
    found = worded(f"{BODY}{pitch}<h2>Your turn</h2><p>I left out balloons on purpose, the wind is wrong.</p>")
    assert set(found) == {"Sign up for our weekly newsletter"}
    found = worded(f"{BODY}{pitch}<h2>Read on</h2><ul><li>A bridge in another town</ul>")
    assert set(found) == {"Sign up for our weekly newsletter", "Read on", "A bridge in another town"}


def test_a_button_to_sign_goes_and_who_signed_behind_it_stays():
    button, signed = (
        "<p><a href=/sign>Sign the petition</a></p>",
        "<h3>First to sign</h3><ul><li>Ada Holm<li>Jan Roe</ul>",
    )
    assert set(worded(f"{BODY}{button}{signed}")) == {"Sign the petition"}


PITCHES = "<li>Sign up for our weekly newsletter<li>Follow us on Facebook"


@pytest.mark.parametrize(
    ("rest", "goes"),
    [
        ("<li><a href=/tides>Our hosts talk about the tides</a>", True),
        ("<li>The ferry leaves at six", False),  # no link
        ("<li>Write to <a href=https://state.example>your member of parliament</a>", False),
        ("".join(f"<li><a href=/boats/{day}>Boats of the day {day}</a>" for day in range(3)), False),  # most of it
    ],
)
def test_a_list_that_promotes_goes_with_all_its_links(rest: str, goes: bool):
    found = worded(f"{BODY}<ul>{PITCHES}{rest}</ul>{BODY}")
    assert {"Sign up for our weekly newsletter", "Follow us on Facebook"} <= set(found)
    assert (len(found) == 3) is goes


def test_the_days_of_a_diary_are_no_bylines():
    diary = "".join(f"<p>{day} May 1943</p><p>{SENTENCES[0]}</p>" for day in (12, 13))
    assert worded(f"{BODY}{diary}{BODY}", doubt=True) == {}
    assert set(worded(f"{BODY}<p>12 May 1943</p><p>{SENTENCES[0]}</p>{BODY}", doubt=True)) == {"12 May 1943"}


def test_short_lines_behind_the_body_stay_without_a_marker():
    assert worded(f"{BODY}<p>Ada Holm, chair of the board.</p><p>It will stay.</p>") == {}


# ── headings ──────────────────────────────────────────────────────────────────────────────────


def test_a_heading_goes_with_its_section():
    found = worded(f"{BODY}<h2>From the archive</h2><p>Related Posts</p><p>The rope that held</p>")
    assert found["From the archive"] == ("related_posts", "orphan")


def test_a_heading_that_nothing_follows_goes():
    assert worded(f"{BODY}<h2>What comes next</h2>") == {"What comes next": ("not_content", "orphan")}


@pytest.mark.parametrize(
    ("around", "goes"),
    [
        ("<div>{}</div>", True),
        ("{}", False),
        ("<div>{}<p>The lamp burns again, and nobody knows why.</p></div>", False),
    ],
    ids=["in a box", "among the paragraphs", "with a sentence"],
)
def test_the_heading_of_a_form_that_goes_is_no_section_of_the_text(around: str, goes: bool):
    form = "<h2>Do you like it?</h2><p>Sign up for our weekly newsletter</p>"
    found = worded(f"{BODY}{around.format(form)}{BODY}")
    assert ("Do you like it?" in found) is goes


def test_a_heading_above_a_picture_stays_when_the_credit_of_the_picture_goes():
    pictured = f"{BODY}<h2>The old bridge</h2>{{}}<h2>The new bridge</h2><p>{SENTENCES[0]}</p>"
    assert "The old bridge" not in worded(pictured.format("<figure><img src=a.jpg><p>Photo: Ada Holm</p></figure>"))
    assert "The old bridge" in worded(pictured.format("<p>Related Posts</p>"))


def test_a_paragraph_set_as_a_heading_is_no_heading_that_nothing_follows():
    assert worded(f"{BODY}<h2>{' '.join(SENTENCES[:3])}</h2>") == {}


@pytest.mark.parametrize(("doubt", "stays"), [(0.1, True), (0.3, False)])
def test_a_heading_that_announces_a_post_stays_where_the_classifier_is_sure_of_it(doubt, stays):
    document = read_document(f"<body>{BODY}<h3>What the keeper of the lamp wrote:</h3></body>")
    chosen = frozenset(range(len(document.blocks)))
    doubts = dict.fromkeys(chosen, doubt)
    around = Surroundings(Outline(document), load_rules(), ENGLISH, chosen, doubts, frozenset(), True, "")
    assert (label_wordings(around, {}) == {}) is stays


def test_the_captions_of_a_photo_story_are_its_text():
    scene = "<img src=/pier.jpg><p>The mayor speaks at the opening of the new pier on Monday. Photo: Anna Bell</p>"
    assert worded(f"<p>Scenes from the opening of the pier.</p>{scene}{scene.replace('mayor', 'pilot')}") == {}
    assert len(worded(f"{BODY}{scene}{scene.replace('mayor', 'pilot')}")) == 2


@pytest.mark.parametrize(
    ("item", "others", "stays"),
    [
        ("Video: 4K/30p", 1, True),
        ("Video: 4K/30p<li>Video: 2K/60p", 1, False),
        ("Affiliate programs: makers earn a commission when readers buy gear through their links.", 3, True),
        ("Check out our list of first aid kits", 3, True),
        ("<a href=/kits>Check out: our list of first aid kits</a>", 3, False),
        ("Check out the best <a href=/kits>first aid kits of all</a>", 1, False),
    ],
)
def test_no_item_of_a_list_that_stays_is_told_apart_by_its_words(item, others, stays):
    rest = "".join(f"<li>Sensor {number}: 24 megapixels" for number in range(others))
    assert (worded(f"{BODY}<ul><li>{item}{rest}</ul>{BODY}") == {}) is stays


def test_the_button_of_a_notice_in_place_of_an_embed_ends_no_article():
    shown = "<p>To show this post, we need your permission to load content of others.</p>"
    button = "<button>Manage cookie preferences</button>"
    end = "<h3>2. The pier was in debt, as no other before it</h3>"
    line = "<ul><li>The bridge is closed on Monday.</ul>"
    assert [text for text in worded(f"{BODY}{shown}{button}{end}{line}") if text.startswith("2.")] == []
    assert [text for text in worded(f"{BODY}<p>More</p>{button}{end}{line}") if text.startswith("2.")] != []


@pytest.mark.parametrize(
    ("line", "doubt", "stays"),
    [
        ("Check out the pictures of the pier below.", 0.25, True),
        ("Check out the pictures of the pier below.", 0.35, False),
        ("Check out the pictures of the pier below", 0.15, True),
        ("Check out the pictures of the pier below", 0.25, False),
        ("<a href=/pier>Check out the pictures of the pier below</a>", 0.15, False),
        ("Check out my <a href=/pier>full review of the pier</a> if you want to know more.", 0.45, True),
        ("Check out our <a href=/pier>full review of the pier</a> if you want to know more.", 0.45, False),
        ("The harbour board, in response, says:", 0.45, True),
        ("Harbour Board says:", 0.45, False),
        ("Related: the pictures of the pier below.", 0.15, True),
        ("Related: the pictures of the pier below.", 0.25, False),
    ],
)
def test_a_line_that_points_at_no_other_page_is_the_authors_where_the_classifier_is_sure(line, doubt, stays):
    document = read_document(f"<body>{BODY}<p>{line}</p></body>")
    chosen = frozenset(range(len(document.blocks)))
    around = Surroundings(
        Outline(document), load_rules(), ENGLISH, chosen, dict.fromkeys(chosen, doubt), frozenset(), True, ""
    )
    assert (label_wordings(around, {}) == {}) is stays


def test_a_heading_whose_section_stays_stays():
    assert worded(f"<h2>One</h2>{BODY}<h2>Two</h2><h3>Two a</h3>{BODY}") == {}


@pytest.mark.parametrize("heading", ["7. The pier at night", "Step 4 — Mend the rope", "No. 12: The lamp", "3、灯台"])
def test_a_numbered_heading_stays_also_above_a_picture(heading):
    assert worded(f"{BODY}<h2>{heading}</h2><img src=/pier.jpg>") == {}


def test_headings_alone_are_not_all_thrown_away():
    assert worded("<h2>One</h2><h2>Two</h2>") == {}


def test_labels_never_touch_the_document():
    document = read_document(f"<body><nav>Home</nav>{BODY}</body>")
    before = replace(document)
    label_places(Outline(document), load_rules())
    assert document == before


def test_headings_with_controls_in_them_are_no_orphans_for_it():
    edit = "<span class=mw-editsection>[<a href=/e>edit</a>]</span>"
    body = f"{BODY}<h2>History {edit}</h2><h3>Antiquity {edit}</h3>{BODY}"
    document = read_document(f"<body>{body}</body>", cut_of=lambda element: cut_of(element, load_rules()))
    chosen = frozenset(at for at, block in enumerate(document.blocks) if block.verdict is None)
    around = Surroundings(Outline(document), load_rules(), ENGLISH, chosen, {}, frozenset(), True, "")
    assert label_wordings(around, {}) == {}


def test_a_tail_gives_way_to_a_sure_classifier_where_no_article_is_said_to_be():
    answer = f"<div><h2>The second answer</h2><p>{SENTENCES[0][:120]}</p></div>"
    document = read_document(f"<body><main>{BODY}</main><p>Share this</p>{answer}</body>")
    chosen = frozenset(range(len(document.blocks)))
    for is_article, doubt, stays in [(True, 0.1, False), (False, 0.1, True), (False, 0.7, False)]:
        doubts = dict.fromkeys(chosen, doubt)
        around = Surroundings(Outline(document), load_rules(), ENGLISH, chosen, doubts, frozenset(), is_article, "")
        removed = label_wordings(around, {}).keys()
        assert removed.isdisjoint(range(len(document.blocks))[-2:]) is stays
