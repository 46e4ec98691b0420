"""Builds the files that people keep saved pages in, as their tools write them."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from harvester.archive.formats import read_entries
from harvester.archive.page_entries import Passed
from harvester.archive.saved_page import SavedPage
from harvester.errors import HarvesterError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FETCHED = datetime(2024, 3, 21, 8, 0, tzinfo=UTC)
TEXT = "A grey seal lay on the slipway of the inner harbour for three hours, and nobody dared to wake it. "


def html(number=1):
    return f"<html><body><article><h1>Seal {number}</h1><p>{TEXT * 3}</p></article></body></html>".encode()


def url(number=1):
    return f"https://a.example/{number}"


# ── WARC and ARC ─────────────────────────────────────────────────────────────────────────────


def record(kind, block, target=None, version="1.0", **headers):
    named = {"WARC-Type": kind, "WARC-Target-URI": target, "WARC-Date": "2024-03-21T08:00:00Z"}
    lines = {**named, **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"WARC/{version}\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def answer(body, status="200 OK", **headers):
    headers = {"Content-Type": "text/html; charset=utf-8", **{n.replace("_", "-"): v for n, v in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def response(number, **headers):
    return record("response", answer(html(number)), url(number), **headers)


def warc_records(count=4):
    info = record("warcinfo", b"software: x\r\n")
    rows = [(record("request", b"GET / HTTP/1.1\r\n\r\n", url(n)), response(n)) for n in range(count)]
    return [info, *(one for row in rows for one in row)]


def arc_records(count=4):
    info = b"1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n"
    rows = [b"filedesc://x.arc 0.0.0.0 20240321080000 text/plain %d\n%s\n" % (len(info), info)]
    for number in range(count):
        block = answer(html(number))
        rows.append(b"%s 10.0.0.1 20240321080000 text/html %d\n%s\n" % (url(number).encode(), len(block), block))
    return rows


@cache
def trained():
    return zstd.train_dict([b"%d" % n + response(n % 50) for n in range(400)], 4_000).dict_content


def zstd_with_dictionary(records):
    content = trained()
    dictionary = zstd.ZstdDict(content)
    head = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    return head + b"".join(zstd.compress(one, zstd_dict=dictionary) for one in records)


def packings(records):
    """Return the ways in which files of records are packed: ending and content."""
    whole = b"".join(records)
    return {
        "plain": ("", whole),
        "gzip by record": (".gz", b"".join(map(gzip.compress, records))),
        "gzip as a whole": (".gz", gzip.compress(whole)),
        "gzip in blocks": (".gz", b"".join(gzip.compress(whole[at : at + 777]) for at in range(0, len(whole), 777))),
        "zstd by record": (".zst", b"".join(map(zstd.compress, records))),
        "zstd as a whole": (".zst", zstd.compress(whole)),
        "zstd with a dictionary": (".zst", zstd_with_dictionary(records)),
    }


# ── lines, zip, tar ──────────────────────────────────────────────────────────────────────────


def json_lines(count=4):
    rows = ({"url": url(n), "html": html(n).decode(), "fetched_at": "2024-03-21T08:00:00Z"} for n in range(count))
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


PACKERS = {"": bytes, ".gz": gzip.compress, ".zst": zstd.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def sidecar(number=1):
    body = html(number)
    fields = {
        "schema": "harvester/page/1",
        "url": url(number),
        "final_url": None,
        "chain": [],
        "status": 200,
        "headers": [["content-type", "text/html"]],
        "fetched_at": "2024-03-21T08:00:00Z",
        "truncated": False,
        "notes": [],
        "sha256": hashlib.sha256(body).hexdigest(),
        "bytes": len(body),
    }
    return json.dumps(fields).encode()


def page_files(count=4):
    """Return the files that `harvester fetch` leaves: name and content."""
    return [
        file
        for number in range(count)
        for file in ((f"pages/{number}.html", html(number)), (f"pages/{number}.page.json", sidecar(number)))
    ]


def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


# ── what is found ────────────────────────────────────────────────────────────────────────────


def told(found):
    """Return entries in a form that can be compared: errors are equal when they say the same."""
    return [(one.name, one.place, repr(one.found) if isinstance(one.found, Exception) else one.found) for one in found]


def entries(path, form, *span):
    """Return all entries, checked: places ascend, names are whole, nothing but what is promised."""
    found = list(read_entries(path, form, *span))
    places = [entry.place for entry in found]
    assert all(a < b for a, b in pairwise(places)), places
    assert all(entry.name.startswith(str(path)) for entry in found)
    assert all(isinstance(entry.found, SavedPage | HarvesterError | Passed) for entry in found)
    return found


def pages(found):
    return [entry.found.page for entry in found if isinstance(entry.found, SavedPage)]


def failures(found):
    return [(entry.place, entry.found.reason) for entry in found if isinstance(entry.found, HarvesterError)]


def passed(found):
    return [entry.found.why for entry in found if isinstance(entry.found, Passed)]


def in_parts(path, form, cuts):
    """Return the entries of a container read in ranges."""
    borders = [0, *sorted(cuts), None]
    return [entry for start, end in pairwise(borders) for entry in read_entries(path, form, start, end)]


def tarred(files, kind=""):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return PACKERS[kind](out.getvalue())


def wacz(records=None, method=zipfile.ZIP_STORED):
    records = records or warc_records()
    files = [
        ("archive/a.warc.gz", b"".join(map(gzip.compress, records))),
        ("archive/b.warc", b"".join(records)),
        ("pages/pages.jsonl", b"{}\n"),
        ("datapackage.json", b"{}"),
    ]
    return zipped(files, method)
