"""An article as one HTML page that needs nothing else: its metadata in the head, the text in <article>."""

from collections.abc import Iterator
from typing import Final

from harvester.models import Article
from harvester.rendering.direction import direction
from harvester.rendering.html_body import body_html
from harvester.rendering.html_inline import attribute, escape, language
from harvester.rendering.marked_text import is_safe_link
from harvester.rendering.schema_org import json_ld

# Nothing runs, nothing is asked for but pictures, whatever a page's text may have smuggled through.
_POLICY: Final = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; form-action 'none'"
_STYLE: Final = """\
body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,"Noto Serif",serif;color:#222}
h1,h2,h3,h4,h5,h6{line-height:1.25}
.byline{color:#666;font-size:.9em}
img{max-width:100%;height:auto}
figure,blockquote{margin:1.2em 1.5em}
figcaption,caption,blockquote footer{color:#666;font-size:.9em}
figcaption p{margin:.2em 0}
pre{overflow-x:auto;padding:.8em;background:#f5f5f5;font-size:.85em}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid #ccc;padding:.3em .6em;text-align:start;vertical-align:top}
li:has(> ul:first-child,> ol:first-child){list-style:none}
button{all:unset;display:block;margin:1em 0}
[role=doc-backlink]:empty::after{content:" \\21a9"}
[data-mark]::before{content:attr(data-mark) " "}
[role=doc-noteref]:empty::after{content:attr(aria-label);vertical-align:super;font-size:.75em}
.tex::after{content:attr(title);font-family:monospace;padding:0 .2em}
[role=doc-endnotes]{border-top:1px solid #ccc;font-size:.9em}
@media print{body{max-width:none;margin:0;font-size:11pt;color:#000}pre,table,img,figure{break-inside:avoid}\
pre{white-space:pre-wrap}h1,h2,h3,h4,h5,h6{break-after:avoid}}"""


def render_html(article: Article) -> str:
    """Return the article as a semantic HTML page: no scripts, nothing from elsewhere but its pictures."""
    main = article.languages[0] if article.languages else None
    lines = (
        "<!DOCTYPE html>",
        f"<html{language(main)}{attribute('dir', direction(main) if main else None)}>",
        "<head>",
        '<meta charset="utf-8">',
        *_head(article),
        "</head>",
        "<body>",
        "<main>",
        "<article>",
        *_header(article),
        '<div itemprop="articleBody">',
        *body_html(article.blocks, main),
        "</div>",
        "</article>",
        "</main>",
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"


def _head(article: Article) -> Iterator[str]:
    """Yield <title>, one <meta> for each value, the canonical link, the article as schema.org has it, and the style."""
    yield f'<meta http-equiv="Content-Security-Policy"{attribute("content", _POLICY)}>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="generator" content="harvester">'
    if article.title:
        yield f"<title>{escape(article.title)}</title>"
    if is_safe_link(url := article.canonical_url or article.url):
        yield f'<link rel="canonical"{attribute("href", url)}>'
    named = [("author", name) for name in article.authors] + [("description", article.description)]
    graph = [("og:type", "article"), ("og:site_name", article.site), ("og:title", article.title)]
    graph += [("article:published_time", article.published), ("article:modified_time", article.modified)]
    graph += [("article:section", article.section), *(("article:tag", tag) for tag in article.tags)]
    yield from (f'<meta name="{name}"{attribute("content", value)}>' for name, value in named if value)
    yield from (f'<meta property="{name}"{attribute("content", value)}>' for name, value in graph if value)
    yield f'<script type="application/ld+json">{json_ld(article)}</script>'
    yield f"<style>\n{_STYLE}\n</style>"


def _header(article: Article) -> Iterator[str]:
    """Yield headline, standfirst and byline."""
    if article.title:
        yield f"<h1>{escape(article.title)}</h1>"
    if article.subtitle:
        yield f'<p class="subtitle">{escape(article.subtitle)}</p>'
    # Without a headline, the page begins with its text: what is above it would read as the text.
    if article.title and (byline := _byline(article)):
        yield f'<p class="byline">{byline}</p>'


def _byline(article: Article) -> str:
    authors = [f'<span class="author">{escape(name)}</span>' for name in article.authors]
    day = article.published
    date = f"<time{attribute('datetime', day)}>{escape(day[:10])}</time>" if day else ""
    url = article.canonical_url or article.url
    site = escape(article.site or "")
    source = f"<a{attribute('href', url)}>{site or escape(url or '')}</a>" if is_safe_link(url) else site
    return " · ".join(filter(None, (", ".join(authors), date, source)))
