"""Zip, tar and WACZ files: pages in folders, packed; and those that are built to harm (cases 35-41)."""

import io
import struct
import tarfile
import tracemalloc
import zipfile
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.archive.formats import container_form
from harvester.archive.formats import packed_pages as packs
from harvester.archive.formats import zip_members as zips
from harvester.errors import InputError
from saved_forms import (
    FETCHED,
    PACKERS,
    entries,
    failures,
    html,
    in_parts,
    page_files,
    pages,
    passed,
    tarred,
    told,
    url,
    wacz,
    warc_records,
    zipped,
)

METHODS = {"stored": zipfile.ZIP_STORED, "deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2}
TAR_ENDINGS = {"": ".tar", ".gz": ".tgz", ".zst": ".tar.zst", ".bz2": ".tar.bz2", ".xz": ".tar.xz"}


def write(folder, content, name="x.zip"):
    path = folder / name
    path.write_bytes(content)
    return path


def packed_forms(files):
    """Return each form with the ending and content of a file in it."""
    forms = {("zip", name): (".zip", zipped(files, method)) for name, method in METHODS.items()}
    return forms | {("tar", kind): (ending, tarred(files, kind)) for kind, ending in TAR_ENDINGS.items()}


FORMS = list(packed_forms([]))
BOTH = [("zip", "deflate"), ("tar", "")]


def packed(folder, form, files):
    ending, content = packed_forms(files)[form]
    return write(folder, content, f"x{ending}")


@pytest.mark.parametrize("form", BOTH)
def test_what_a_browser_saves_beside_a_page_is_no_page(tmp_path, form):
    files = [("x/Story_files/ad.html", html(1)), ("x/Story.html", html(2)), ("x/old_files/a.html", html(3))]
    found = entries(packed(tmp_path, form, files), form[0])
    assert [one.name.rpartition("!")[2] for one in found] == ["x/Story.html", "x/old_files/a.html"]


def test_a_wacz_that_lacks_its_package_or_its_archives_says_so(tmp_path):
    files = [("archive/a.warc", b"".join(warc_records())), ("datapackage.json", b"{}")]
    parts = {"whole": files, "bare": files[:1], "empty": files[1:]}
    whole, bare, empty = (
        write(tmp_path, zipped(some, zipfile.ZIP_STORED), f"{name}.wacz") for name, some in parts.items()
    )
    assert failures(entries(whole, "wacz")) == []
    assert [reason for _, reason in failures(entries(bare, "wacz"))] == ["unreadable"]
    assert len(pages(entries(bare, "wacz"))) == 4
    assert [reason for _, reason in failures(entries(empty, "wacz"))] == ["no_pages"]


@pytest.mark.parametrize("form", FORMS)
def test_pages_are_read_with_their_sidecars_wherever_those_stand(tmp_path, form):
    files = page_files()
    for order in (files, files[::-1], sorted(files, key=lambda file: file[0].endswith(".json"))):
        path = packed(tmp_path, form, order)
        assert container_form(path) == form[0]
        found = entries(path, form[0])
        assert sorted((page.url, page.body, page.fetched_at) for page in pages(found)) == [
            (url(n), html(n), FETCHED) for n in range(4)
        ]
        assert {entry.name for entry in found} == {f"{path}!pages/{n}.html" for n in range(4)}
        assert all(page.notes == () for page in pages(found))
        places = [entry.place for entry in found]
        for cut in (*places, *(place + 1 for place in places)):
            assert in_parts(path, form[0], [cut]) == found


@pytest.mark.parametrize("form", BOTH)
def test_all_forms_of_page_files_are_pages_and_nothing_else_is(tmp_path, form):
    files = [
        ("./a.html.gz", PACKERS[".gz"](html())),
        ("b.HTM.zst", PACKERS[".zst"](html())),
        ("c.txt", b"A grey seal lay on the slipway."),
        (
            "d.mhtml",
            b"Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>a\r\n--x--",
        ),
        ("e.png", b"\x89PNG"),
        (".hidden.html", html()),
        ("__MACOSX/._a.html", b"\0"),
        ("f.html", b""),
    ]
    found = entries(packed(tmp_path, form, files), form[0])
    assert [page.body for page in pages(found)][:2] == [html(), html()]
    assert pages(found)[3].body == b"<p>a"
    assert [entry.found.dump is not None for entry in found] == [False, False, True, False, False]
    assert [entry.name.rpartition("!")[2] for entry in found] == [
        "./a.html.gz",
        "b.HTM.zst",
        "c.txt",
        "d.mhtml",
        "f.html",
    ]


def test_a_broken_sidecar_is_the_failure_of_its_page(tmp_path):
    files = [("a.html", html()), ("a.page.json", b"{"), ("b.html", html())]
    for form in BOTH:
        found = entries(packed(tmp_path, form, files), form[0])
        assert [reason for _, reason in failures(found)] == ["unreadable"]
        assert "a.page.json" in found[0].found.explanation
        assert len(pages(found)) == 1


# ── built to harm ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", BOTH)
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../up.html", "out of its folder"),
        ("a/../../up.html", "out of its folder"),
        ("/etc/motd.html", "absolute"),
        ("C:evil.html", "absolute"),
        ("a\\..\\b.html", "backslash"),
        ("a\x1b[31m.html", "control characters"),
        ("a\nb.html", "control characters"),
        ("inner.zip", "container in a container"),
        ("inner.warc.gz", "container in a container"),
    ],
)
def test_a_name_that_no_honest_writer_gives_is_refused_and_the_next_page_read(tmp_path, form, name, why):
    found = entries(packed(tmp_path, form, [(name, html()), ("b.html", html())]), form[0])
    assert why in found[0].found.explanation
    assert found[0].name.isprintable()
    assert len(found) == 2
    assert len(pages(found)) == 1


@pytest.mark.parametrize("form", BOTH)
def test_the_second_member_of_a_name_is_refused(tmp_path, form):
    files = [("a.html", html(1)), ("b.html", html()), ("./a.html", html(2))]
    path = packed(tmp_path, form, files)
    found = entries(path, form[0])
    assert [page.body for page in pages(found)] == [html(1), html()]
    assert "earlier member" in found[2].found.explanation
    assert told(in_parts(path, form[0], [found[2].place])) == told(found)


@pytest.mark.parametrize("form", BOTH)
def test_a_page_that_is_too_large_is_refused(tmp_path, form, monkeypatch):
    monkeypatch.setattr(packs, "MAX_BYTES", 100_000)
    found = entries(packed(tmp_path, form, [("a.html", b" " * 100_001), ("b.html", html())]), form[0])
    assert failures(found) == [(found[0].place, "too_large")]
    assert len(pages(found)) == 1


def test_links_and_devices_in_a_tar_are_never_followed(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(f"{number}.html")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    out.seek(0)
    found = entries(write(tmp_path, out.getvalue() + tarred([("b.html", html())]), "x.tar"), "tar")
    assert [entry.found.explanation for entry in found[:4]] == ["is a link, which is not followed"] * 2 + [
        "is no file"
    ] * 2
    assert len(pages(found)) == 1


def test_links_in_a_zip_are_never_followed(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.html")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (entry,) = entries(write(tmp_path, out.getvalue()), "zip")
    assert entry.found.explanation == "is a link, which is not followed"


def test_an_encrypted_member_is_refused(tmp_path):
    content = bytearray(zipped([("a.html", html()), ("b.html", html())]))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    found = entries(write(tmp_path, content), "zip")
    assert found[0].found.explanation == "is encrypted"
    assert len(pages(found)) == 1


def test_members_that_share_their_bytes_are_refused(tmp_path):
    content = bytearray(zipped([("a.html", html(1)), ("b.html", html(2))]))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    found = entries(write(tmp_path, content), "zip")
    assert [entry.found.explanation for entry in found] == ["shares its bytes with another member"] * 2


def test_a_member_that_is_longer_than_it_says_is_refused(tmp_path):
    content = bytearray(zipped([("a.html", html() * 100), ("b.html", html())]))
    first = content.index(b"PK\x01\x02")
    content[first + 24 : first + 28] = struct.pack("<L", 10)
    found = entries(write(tmp_path, content), "zip")
    assert "more than the 10 bytes that it says" in found[0].found.explanation
    assert len(pages(found)) == 1


def test_a_changed_byte_of_a_member_is_found_by_its_checksum(tmp_path):
    content = zipped([("a.html", html()), ("b.html", html())], zipfile.ZIP_STORED).replace(b"grey", b"gray", 1)
    found = entries(write(tmp_path, content), "zip")
    assert found[0].found.explanation == "fails its checksum"
    assert len(pages(found)) == 1


def test_a_zip_that_unpacks_to_far_more_than_it_has_is_refused_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "FREE_BYTES", 1_000_000)
    path = write(tmp_path, zipped([(f"{n}.html", b" " * 1_000_000) for n in range(5)]))
    (entry,) = entries(path, "zip")
    assert (entry.place, entry.name) == (0, str(path))
    assert "bomb" in entry.found.explanation


def test_many_tiny_members_cost_no_memory(tmp_path):
    path = write(tmp_path, zipped([(f"{n}.css", b"") for n in range(2_000)], zipfile.ZIP_STORED))

    def peak():
        tracemalloc.start()
        try:
            assert entries(path, "zip") == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # The least counts, and the first that is small enough will do: other threads of the test process are measured, too.
    assert any(peak() < 400_000 for _ in range(3))


# ── damage ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", METHODS)
def test_a_zip_that_breaks_off_gives_the_members_before(tmp_path, method):
    content = zipped(page_files(), METHODS[method])
    directory = content.index(b"PK\x01\x02")
    path = write(tmp_path, content[: directory - 400])
    found = entries(path, "zip")
    assert [page.url for page in pages(found)] == [url(n) for n in range(3)]
    assert "directory at its end is missing" in found[0].found.explanation
    assert told(in_parts(path, "zip", [entry.place for entry in found])) == told(found)


def test_a_zip_written_to_a_pipe_that_breaks_off_gives_the_members_before(tmp_path):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, content):
            self.content += bytes(content)
            return len(content)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in page_files():
            archive.writestr(name, content)
    path = write(tmp_path, pipe.content)
    assert len(pages(entries(path, "zip"))) == 4
    path.write_bytes(pipe.content[: pipe.content.index(b"PK\x01\x02")])
    assert [page.url for page in pages(entries(path, "zip"))] == [url(n) for n in range(4)]


@pytest.mark.parametrize("kind", TAR_ENDINGS)
def test_a_tar_that_breaks_off_gives_the_members_before(tmp_path, kind):
    whole = tarred([*page_files(3), ("z.html", html() * 20)])
    path = write(tmp_path, PACKERS[kind](whole[: whole.rindex(b"z.html") + 800]), "x" + TAR_ENDINGS[kind])
    found = entries(path, "tar")
    assert [page.url for page in pages(found)] == [url(n) for n in range(3)]
    assert [reason for _, reason in failures(found)] == ["unreadable"]
    assert found[-1].name == f"{path}!z.html"


@pytest.mark.parametrize("kind", TAR_ENDINGS)
def test_a_tar_that_breaks_off_between_two_members_says_so(tmp_path, kind):
    whole = tarred([(f"{n}.html", html(n)) for n in range(3)])
    path = write(tmp_path, PACKERS[kind](whole[: whole.rindex(b"2.html")]), "x" + TAR_ENDINGS[kind])
    found = entries(path, "tar")
    assert [page.body for page in pages(found)] == [html(n) for n in range(2)]
    (lost,) = [entry for entry in found if isinstance(entry.found, InputError)]
    assert "stops" in lost.found.explanation
    assert told(in_parts(path, "tar", [entry.place for entry in found])) == told(found)


@pytest.mark.parametrize("kind", TAR_ENDINGS)
def test_a_tar_that_breaks_off_in_a_refused_member_names_both(tmp_path, kind):
    whole = tarred([("a.html", html()), ("a.html", html() * 20)])
    path = write(tmp_path, PACKERS[kind](whole[: whole.rindex(b"a.html") + 800]), "x" + TAR_ENDINGS[kind])
    words = [entry.found.explanation for entry in entries(path, "tar") if isinstance(entry.found, InputError)]
    assert ("earlier member" in words[0], "stops" in words[1], len(words)) == (True, True, 2)


def test_a_broken_header_in_a_tar_costs_one_member(tmp_path):
    content = bytearray(tarred([(f"{n}.html", html(n)) for n in range(4)]))
    at = content.index(b"1.html")
    content[at : at + 6] = b"x.html"
    path = write(tmp_path, content, "x.tar")
    found = entries(path, "tar")
    assert [page.body for page in pages(found)] == [html(n) for n in (0, 2, 3)]
    assert [reason for _, reason in failures(found)] == ["unreadable"]
    assert told(in_parts(path, "tar", [entry.place for entry in found])) == told(found)


def test_long_names_and_large_numbers_are_read(tmp_path):
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT):
        out = io.BytesIO()
        name = "/".join(["folder"] * 14) + "/" + "ö" * 40 + ".html"
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            member = tarfile.TarInfo(name)
            member.size = len(html())
            archive.addfile(member, io.BytesIO(html()))
        path = write(tmp_path, out.getvalue(), "x.tar")
        (entry,) = entries(path, "tar")
        assert (entry.name, entry.found.page.body) == (f"{path}!{name}", html())


# ── WACZ ─────────────────────────────────────────────────────────────────────────────────────


def test_the_archives_in_a_wacz_are_read(tmp_path):
    path = write(tmp_path, wacz(), "x.wacz")
    assert container_form(path) == "wacz"
    found = entries(path, "wacz")
    assert [page.url for page in pages(found)] == [url(n) for n in range(4)] * 2
    assert found[0].name.startswith(f"{path}!archive/a.warc.gz:")
    assert found[0].found.archive.file == "x.wacz!archive/a.warc.gz"
    places = [entry.place for entry in found]
    for cut in (*places, *(place + 1 for place in places)):
        assert in_parts(path, "wacz", [cut]) == found


def test_a_wacz_that_is_packed_twice_or_broken_says_so(tmp_path):
    found = entries(write(tmp_path, wacz(method=zipfile.ZIP_DEFLATED), "x.wacz"), "wacz")
    assert ["packed twice" in entry.found.explanation for entry in found] == [True, True]
    (entry,) = entries(write(tmp_path, wacz()[:-5], "x.wacz"), "wacz")
    assert entry.found.reason == "unreadable"
    assert passed([entry]) == []


@pytest.mark.parametrize(
    ("form", "name"), [("tar", ""), *((form, name) for form in ("tar", "zip") for name in (".", "./", "/", "x/.."))]
)
def test_a_member_without_a_name_costs_itself_alone(tmp_path, form, name):
    pack = {"tar": tarred, "zip": zipped}[form]([(name, html(0)), *page_files(2)])
    path = tmp_path / f"x.{form}"
    path.write_bytes(pack)
    assert len(pages(entries(path, form))) >= 2


@cache
def whole_pack(form, kind):
    return {"zip": lambda: zipped(page_files(2)), "tar": lambda: tarred(page_files(2), kind), "wacz": wacz}[form]()


@pytest.mark.parametrize("form", ["zip", "tar", "wacz"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), at=st.integers(0, 100_000), kind=st.sampled_from(list(PACKERS)))
def test_any_bytes_give_entries(tmp_path, form, content, at, kind):
    whole = whole_pack(form, kind)
    path = tmp_path / f"x.{form}"
    place = at % len(whole)
    for damaged in (content, whole[:place] + content + whole[place + len(content) :], whole[:place] + content):
        path.write_bytes(damaged)
        found = entries(path, form)
        assert told(in_parts(path, form, [entry.place for entry in found])) == told(found)
