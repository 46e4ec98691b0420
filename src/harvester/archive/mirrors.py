"""Copies of web sites as wget and HTTrack make them: the address of a page follows from its place.

wget: https://www.gnu.org/software/wget/manual/html_node/Directory-Options.html and, for the characters that it
replaces, .../HTTP-Options.html (--adjust-extension) and .../Download-Options.html (--restrict-file-names).
"""

import re
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Final

from harvester.errors import FetchError
from harvester.urls import check_url, is_public_host

# Names under which these programs keep notes, and files that are for robots: no pages.
NOT_PAGES: Final = frozenset(
    {"robots.txt", "ads.txt", "app-ads.txt", "humans.txt", "security.txt", "llms.txt", "hts-log.txt", "cookies.txt"}
)
NOT_FOLDERS: Final = frozenset({"hts-cache"})
# What browsers add to a page's name for the folder of its pictures and frames ("save complete"); Windows calls them
# connected files, and older browsers named the folder in the user's language.
_BESIDE: Final = re.compile(
    r"(.+)[_-](?:files|archivos|arquivos|bestanden|bylos|Dateien|datoteke|dosyalar|elemei|failid|fails|fajlovi|ficheiros"
    r"|fichiers|file|filer|fitxategiak|fitxers|pliki|soubory|tiedostot)"
)
_MAX_DEPTH: Final = 3  # folders above that of the host: the copy's own, and that of the protocol (wget -x)
_PORT: Final = re.compile(r"(.+)[:+]([0-9]{1,5})")  # "+" on Windows
_INDEX: Final = re.compile(r"(?:index|default)\.(?:html?|xhtml|shtml|php|aspx?|jsp)", re.IGNORECASE)
_QUERY_ON_WINDOWS: Final = re.compile(r"@(?=[\w.%-]{1,64}=)")
_ADDED_ENDING: Final = re.compile(r"(?<=.)\.html?$", re.IGNORECASE)
_PACKED: Final = re.compile(r"(\.x?html?)\.(?:gz|zst)$", re.IGNORECASE)  # by who keeps the copy
_PROGRAM: Final = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|do|cfm|shtml)\.html?$", re.IGNORECASE)
# Files of a page that are none; all others are looked into.
_NO_PAGE: Final = re.compile(
    r"\.(?:css|m?js|json|map|xml|rss|atom|png|jpe?g|gif|webp|avif|svg|ico|bmp|woff2?|ttf|eot|otf|pdf|zip|gz|zst|mp[34]"
    r"|m4a|webm|ogg|docx?|xlsx?|pptx?|orig|html?\.\d+)$",
    re.IGNORECASE,
)
# Nobody names a host so, and everybody a folder.
_FILE_ENDINGS: Final = (".zip", ".mov")
_BEGINS: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:[^-]|-(?!->))*+-->\s*)*<(?:!doctype\s+html|html|head)\b",
    re.IGNORECASE,
)
_HEAD_BYTES: Final = 4_096


def mirrored_url(parts: Sequence[str]) -> str | None:
    """Return the address that follows from the place of a file, None where it is under no host's name.

    >>> mirrored_url(("copy", "example.org", "news", "index.html")), mirrored_url(("pages", "a.html"))
    ('https://example.org/news/', None)
    >>> mirrored_url(("example.org", "story.php@id=3.html"))
    'https://example.org/story.php?id=3'
    """
    for at, name in enumerate(parts[: min(_MAX_DEPTH, len(parts) - 1)]):
        if (host := _host(name)) is not None:
            scheme = "http" if at and parts[at - 1] == "http" else "https"
            try:
                return check_url(f"{scheme}://{host}/{_path(parts[at + 1 :])}")
            except FetchError:  # a name that is no address
                return None
    return None


def is_part_of_page(folder: str, names: Container[str]) -> bool:
    """Return whether a folder holds the parts of a page that is beside it, by the names of the files there.

    >>> is_part_of_page("Story_files", {"Story.html"}), is_part_of_page("old_files", {"Story.html"})
    (True, False)
    """
    match = _BESIDE.fullmatch(folder)
    return match is not None and any(f"{match[1]}{ending}" in names for ending in (".html", ".htm", ".xhtml"))


def may_be_page(name: str) -> bool:
    """Return whether a file of a mirror whose ending means nothing is worth a look."""
    return not _NO_PAGE.search(name) and name.lower() not in NOT_PAGES


def begins_like_html(head: bytes) -> bool:
    """Return whether these are first bytes of a page."""
    return bool(_BEGINS.match(head[:_HEAD_BYTES]))


def is_html_file(path: Path) -> bool:
    """Return whether a file begins like a page; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return begins_like_html(file.read(_HEAD_BYTES))
    except OSError:
        return False


def _host(name: str) -> str | None:
    """Return the host, with its port, that a folder is named after."""
    match = _PORT.fullmatch(name)
    host, port = (match[1], f":{match[2]}") if match else (name, "")
    named = host.lower()
    return named + port if not named.endswith(_FILE_ENDINGS) and is_public_host(named) else None


def _path(parts: Sequence[str]) -> str:
    *folders, name = parts
    name = _PACKED.sub(r"\1", name)
    query_at = name.find("?")
    if query_at < 0 and (match := _QUERY_ON_WINDOWS.search(name)):
        query_at = match.start()
    file, query = (name, "") if query_at < 0 else (name[:query_at], name[query_at + 1 :])
    if query:
        query = "?" + _ADDED_ENDING.sub("", query)  # wget -E
    elif _PROGRAM.search(file):
        file = _ADDED_ENDING.sub("", file)
    if _INDEX.fullmatch(file):
        file = ""
    return "/".join((*folders, file)).replace("#", "%23").replace("?", "%3F") + query
