"""Pages as block themes, page builders and newsletters write them: what a reader opens stays, what asks goes."""

import harvester

SENTENCES = (
    "The council voted on Tuesday night to close the old bridge to all traffic from June, after a hearing of four"
    " hours in which engineers, shopkeepers and parents took turns at the microphone.",
    "The closure, expected to last until the summer after next, will cut the shortest link between the two halves of"
    " the town, which some fourteen thousand people use on an average weekday.",
    "Inspectors found rust in half of the beams last autumn, according to a report that the department of public works"
    " published in February, and buses have been banned from the bridge since.",
    "Work on the western bank is to begin in the second week of June, the department said, and until then the beams"
    " will be measured every other week by the two engineers who found the rust.",
)
QUESTION, ANSWER = "When does the ferry start?", "The town hopes for the first of June, but has signed no contract yet."
QUOTE = SENTENCES[2][:86]
DETAILS = f"<details class=wp-block-details><summary>{QUESTION}</summary><p>{ANSWER}</p></details>"
TOGGLE = (
    f'<div class="et_pb_module et_pb_toggle et_pb_toggle_close"><h5 class=et_pb_toggle_title>{QUESTION}</h5>'
    f"<div class=et_pb_toggle_content><p>{ANSWER}</p></div></div>"
)
SIGN_UP = (
    "<div class=wp-block-group><h3>Do you like it?</h3><div class=wp-block-jetpack-subscriptions>"
    "<p>Type your email</p><button>Subscribe</button></div></div>"
)
PULL_QUOTE = f"<figure class=wp-block-pullquote><blockquote><p>{QUOTE}</p><cite>Ada Holm</cite></blockquote></figure>"
HEARTS = "<p><em>If you enjoyed this, please tap the heart or forward it to a friend.</em></p>"
CARDS = (
    "<div class=wp-block-newspack-blocks-homepage-articles><article><h3><a href=/f>The ferry that never came</a></h3>"
    "<p>By Jan Roe</p></article></div>"
)


def lines(inside: str) -> list[str]:
    """Return the lines of the article whose paragraphs have something between the third and the last."""
    first, second, third, last = (f"<p>{sentence}</p>" for sentence in SENTENCES)
    page = (
        "<!doctype html><html lang=en><head><title>The old bridge closes for two years</title></head><body>"
        "<header><nav><a href=/>Home</a> <a href=/about>About</a></nav></header><main><article class=post>"
        f"<h1>The old bridge closes for two years</h1><div class=entry-content>{first}{second}{third}{inside}{last}"
        "</div></article></main><footer><p>Designed with care</p></footer></body></html>"
    )
    return [line for line in harvester.clean(page.encode()).text.split("\n") if line]


def test_what_a_reader_opens_between_the_paragraphs_stays() -> None:
    for panel in (DETAILS, TOGGLE):
        assert lines(panel) == [*SENTENCES[:3], QUESTION, ANSWER, SENTENCES[3]]


def test_what_builders_set_between_the_paragraphs_goes() -> None:
    for box in (SIGN_UP, PULL_QUOTE, HEARTS, CARDS):
        assert lines(box) == list(SENTENCES)
