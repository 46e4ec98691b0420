"""Other stories on the page of one: articles below it, teasers, tickers, columns of a layout table."""

from html import escape
from typing import Final

from markup import Naming, element, link, naming, paragraphs
from voices import Voice

_MAX_SUMMARY: Final = 350  # characters
_CUT_SUMMARY: Final = 140


def next_articles(voice: Voice, tag: str, classes: str) -> str:
    """Return one to three further articles; half of them in the markup (`tag`, `classes`) of the page's own."""
    rng = voice.rng
    alike = voice.chance(0.5)
    outer = tag if tag in ("div", "article", "section") else "div"
    plain = rng.choice(["", "post", "item", "entry", "hentry", "story", "next", f"c{rng.randrange(999)}"])
    name = classes if alike else plain
    wrapped = outer if alike else rng.choice(["article", "div", "section", "div"])
    found = ""
    for number in range(rng.choice([1, 1, 1, 2, 3])):
        numbered = {"id": f"post-{rng.randrange(9999)}"} if voice.chance(0.4) else {}
        found += element(wrapped, _article(voice, number), name, **numbered)
    return found if voice.chance(0.7) else element("h2", escape(voice.one("further"))) + found


def _article(voice: Voice, number: int) -> str:
    rng, donor = voice.rng, voice.donor()
    title = escape(donor.title)
    text = element(rng.choice(["h1", "h2", "h2", "h3"]), link(title, number) if voice.chance(0.6) else title)
    if voice.chance(0.6):
        date = voice.date() if voice.chance(0.7) else ""
        text += element(rng.choice(["p", "div", "span"]), f"{escape(voice.one('by') + voice.name())} {date}")
    text += paragraphs(donor.paragraphs[: rng.choice([1, 2, 3, 3, 5, 8])])
    return text + (element("p", link(escape(voice.one("more")), number)) if voice.chance(0.5) else "")


def teasers(voice: Voice) -> str:
    """Return three to fifteen teasers, most often under a heading and in a container or two."""
    rng = voice.rng
    name = naming(voice, "cards", telling=0.35)
    box, item = rng.choice([("ul", "li"), ("ul", "li"), ("ol", "li"), ("div", "div"), ("div", "article"), ("div", "p")])
    card = _Card(voice, name, short=item == "p")
    cards = "".join(element(item, card(number), name("item")) for number in range(rng.randrange(3, 16)))
    whole = element(box, cards, name("box"))
    if voice.chance(0.6):
        whole = element(rng.choice(["h2", "h3", "h4", "div"]), escape(voice.one("further"))) + whole
    wrapper = rng.choice(["", "", "div", "div", "aside", "section"])
    return element(wrapper, whole, name("box") if voice.chance(0.5) else "") if wrapper else whole


class _Card:
    """How the teasers of one group look."""

    def __init__(self, voice: Voice, name: Naming, short: bool) -> None:
        rng = voice.rng
        self.voice, self.name = voice, name
        self.title = "strong" if short else rng.choice(["h3", "h4", "strong", "span", "p", "h2"])
        self.has_summary, self.has_date, self.has_more = (voice.chance(share) for share in (0.65, 0.4, 0.3))
        self.is_cut, self.is_one_link = voice.chance(0.2), voice.chance(0.15)
        self.is_linked = voice.chance(0.8) or not self.has_summary
        self.summary = "span" if short else "p"

    def __call__(self, number: int) -> str:
        voice, donor = self.voice, self.voice.donor()
        summary = escape(self._summary(donor.paragraphs[0])) if self.has_summary else ""
        below = element(self.summary, summary, self.name("body")) if summary else ""
        title = escape(donor.title)
        if self.is_one_link and self.summary == "p":
            return link(element("div", title, self.name("author")) + below, number)
        head = element(self.title, link(title, number) if self.is_linked else title, self.name("author"))
        date = element("span", voice.date(), self.name("meta")) if self.has_date else ""
        return head + date + below + (link(escape(voice.one("more")), number) if self.has_more else "")

    def _summary(self, paragraph: str) -> str:
        text = self.voice.excerpt(paragraph, self.voice.rng.choice([1, 1, 2]))[:_MAX_SUMMARY]
        return text[:_CUT_SUMMARY].rsplit(" ", 1)[0] + "..." if self.is_cut else text


def column(voice: Voice) -> str:
    """Return the content of a column of an old layout: links and summaries parted by <br>, boxes in tables."""
    rng = voice.rng
    lines = []
    for number in range(rng.randrange(3, 14)):
        donor = voice.donor()
        title = link(escape(donor.title), number)
        date = f"{voice.date()} " if voice.chance(0.4) else ""
        summary = f"<br>{escape(voice.excerpt(donor.paragraphs[0], 1))}" if voice.chance(0.6) else ""
        lines.append(f"{date}<b>{title}</b>{summary}" if voice.chance(0.3) else f"{date}{title}{summary}")
    heading = f"<b>{escape(voice.one('further'))}</b><br>"
    if voice.chance(0.5):
        return heading + "<br><br>".join(lines)
    rows = "".join(element("tr", element("td", line)) for line in lines)
    return element("table", element("tr", element("td", heading)) + rows, border=str(rng.randrange(2)))
