"""What a site says of itself on every page: letters to subscribe to, authors, pleas, consent, house rules."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from markup import Naming, element, link, naming
from voices import Voice, table

_CONTROLS: Final = "<form><input name=email><button>OK</button></form>"


def notice(voice: Voice) -> str:
    """Return a box with a notice in the page's language, in English where the table has none in it."""
    known = table()["notices"]
    drawn: Mapping[str, Any] = voice.rng.choice(known.get(voice.lang, known["en"]))
    name, person = naming(voice, "notice", telling=0.4), voice.name()
    fill = {"n": person, "s": voice.site}
    title = str(voice.rng.choice(drawn["title"])).format(**fill)
    count = min(len(drawn["lines"]), voice.rng.choice([1, 1, 2, 2, 3, 4]))
    lines = [str(line).format(**fill) for line in voice.rng.sample(drawn["lines"], count)]
    inside = _heading(voice, name, title) + _body(voice, name, lines)
    if drawn["kind"] == "newsletter" and voice.chance(0.5):
        inside += _CONTROLS
    shape = voice.rng.choice(["flat", "box", "box", "nested", "aside", "bare"])
    return _wrapped(shape, name, inside)


def _wrapped(shape: str, name: Naming, inside: str) -> str:
    if shape == "bare":
        return inside
    if shape == "nested":
        inside = element("div", element("div", inside, name("item")))
    return element("aside" if shape == "aside" else "div", inside, name("box"))


def _heading(voice: Voice, name: Naming, title: str) -> str:
    if not title:
        return ""
    return element(voice.rng.choice(["h2", "h3", "h4", "p", "strong", "div"]), escape(title), name("author"))


def _body(voice: Voice, name: Naming, lines: Sequence[str]) -> str:
    """Return the lines as paragraphs, as one, as a list, or with a link in the last."""
    escaped = [escape(line) for line in lines]
    if voice.chance(0.3):
        escaped[-1] = link(escaped[-1], 1)
    shape = voice.rng.choice(["p", "p", "one", "ul", "em"])
    if shape == "one":
        return element("p", " ".join(escaped), name("body"))
    if shape == "ul":
        return element("ul", "".join(element("li", line) for line in escaped), name("body"))
    if shape == "em":
        return "".join(element("p", element("em", line)) for line in escaped)
    return "".join(element("p", line, name("body")) for line in escaped)
