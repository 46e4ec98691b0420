"""News sites of our own for the test web: a home page, a feed, and articles whose text is different for each."""

import hashlib
import random

from testweb import Reply, Request, Site

WORDS = """harbour council ferry market winter bridge school garden library engine copper valley orchard signal
railway festival budget village reporter museum lantern island weather teacher painter compass workshop timber
hospital meadow treaty captain printer glacier harvest theatre quarry station""".split()


def story(seed: str, paragraphs: int = 6) -> list[str]:
    """Return paragraphs that only this seed gives."""
    chance = random.Random(hashlib.sha256(seed.encode()).digest())
    return [
        " ".join(f"The {chance.choice(WORDS)} of the {chance.choice(WORDS)} met the {chance.choice(WORDS)}"
                 f" near {chance.choice(WORDS)} {chance.randint(1, 999)}." for _ in range(8))
        for _ in range(paragraphs)
    ]  # fmt: skip


def article_page(title: str, paragraphs: list[str], extra: str = "") -> bytes:
    """Return a page as a small newspaper's theme writes it."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Test Courier</title>
<meta property="og:site_name" content="The Test Courier"><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-01T08:00:00+00:00"></head><body>
<header class="site-header"><nav><a href="/">Home</a> <a href="/about">About us</a></nav></header>
<main><article class="post"><h1 class="entry-title">{title}</h1><p class="byline">By Lena Orosz</p>
<div class="entry-content">{body}</div></article></main>{extra}
<footer class="site-footer">Copyright The Test Courier</footer></body></html>""".encode()


def home_page(links: list[str]) -> bytes:
    """Return a front page that names the feed and some stories."""
    teasers = "".join(f'<li><h2><a href="{link}">What the council said of {link}</a></h2></li>' for link in links)
    return f"""<!doctype html><html lang="en"><head><title>The Test Courier</title>
<link rel="alternate" type="application/rss+xml" href="/feed"></head><body><main><ul>{teasers}</ul></main>
</body></html>""".encode()


def rss(links: list[str]) -> bytes:
    """Return a feed of links."""
    items = "".join(f"<item><title>Story</title><link>{link}</link></item>" for link in links)
    return f"<rss version='2.0'><channel><title>T</title><link>/</link>{items}</channel></rss>".encode()


def courier(count: int) -> Site:
    """Return a site with a front page, a feed at /feed and `count` articles at /story-N, on each host its own."""

    def site(request: Request) -> Reply:
        if request.path == "/feed":
            links = [f"http://{request.host}/story-{number}" for number in range(count)]
            return Reply(rss(links), headers=(("Content-Type", "application/rss+xml"),))
        if request.path == "/":
            return Reply(home_page([f"/story-{number}" for number in range(min(count, 10))]))
        if request.path.startswith("/story-") and int(request.path[7:]) < count:
            seed = f"{request.host.partition(':')[0]}{request.path}"
            return Reply(article_page(f"Story {request.path[7:]} of {request.host}", story(seed)))
        return Reply(b"<h1>Not found</h1>", 404)

    return site
