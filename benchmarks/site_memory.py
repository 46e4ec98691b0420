"""Measures site memory: `python benchmarks/site_memory.py CORPORA [--folds DIR] [--jobs 2]`.

Sites are the hosts of the corpora with three pages or more, and made ones: the markup of one sample page with the texts
of the others. Each page is cleaned without and with the memory of its site. Prints Markdown; docs/benchmarks.md says
how to read it.
"""

import argparse
import gzip
import random
import re
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from corpora import Sample, samples
from folds import check_folds, fold_of, model_for, registrable_domain
from foreign import difference
from harvester.archive.saved_page import SavedPage
from harvester.cleaning import clean_page, fingerprint_page
from harvester.errors import HarvesterError
from harvester.models import Page, SiteMemory
from harvester.reclean.site_learning import host_of_saved
from harvester.site_memory import MIN_PAGES, PageFingerprint, learn
from harvester.store.site_memories import memory_json
from losses import lost_to_rules
from metrics import aeb, aeb_page, word_f1
from tables import average, print_table, score, share
from workers import Lost, each_page, load_all

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
MADE, BARE = "made", "made, bare"
MADE_PAGES = 6  # a site; the corpora's have three to twelve
MIN_MADE_PARAGRAPHS = 4  # of a sample page, found in its markup: with fewer there is no theme around them
# What markup says of itself; a bare site has none of it, so that the rules know no place.
TELLING = re.compile(r"""\s(?:class|id|role|itemprop|itemtype|aria-[a-z]+|data-[a-z-]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
PLAIN_TAGS = re.compile(r"<(/?)(?:nav|footer|aside|header|main|article|section)\b[^<>]*>")


@dataclass(frozen=True, slots=True)
class Scores:
    """One page, cleaned in one way."""

    aeb: tuple[float, float, float]
    word_f1: float
    foreign: bool  # whether a line stands nowhere in the truth
    text: str
    lost_chars: int  # true characters that the memory took
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Row:
    """One page, cleaned without and with memory."""

    sample: Sample
    without: Scores
    with_memory: Scores
    true_chars: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--folds", type=Path, metavar="DIR", help="cross-validate with DIR/fold-K.npz and folds.json")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    arguments = parser.parse_args()
    if arguments.folds:
        check_folds(arguments.folds)
    load_all()
    with tempfile.TemporaryDirectory() as folder:
        sites = {**real_sites(arguments.corpora), **made_sites(Path(folder))}
        pages = [sample for own in sites.values() for sample in own]
        traced = dict(results(pages, trace, arguments.jobs))
        memories = learn_all(sites, {key: fingerprints for key, (fingerprints, _) in traced.items()})
        measure_all = partial(measure, arguments.folds, memories)
        rows = [row for _, row in results((it for it in pages if it.text), measure_all, arguments.jobs)]
    print(f"# Site memory\n\nModel: {f'models of {arguments.folds.name}' if arguments.folds else 'packaged'}.")
    report(sorted(rows, key=lambda row: (row.sample.corpus, row.sample.id)), sites, memories)
    report_time([ms for _, ms in traced.values()], [row.without.cpu_ms for row in rows])


# ── sites ─────────────────────────────────────────────────────────────────────────────────────


def site_of(sample: Sample) -> str:
    """Return what `clean` takes for the page's site; made sites are told apart by their kind."""
    host = host_of_saved(SavedPage(Page(sample.url, b"")) if sample.url else SavedPage(Page(None, sample.body())))
    return f"{sample.corpus if sample.corpus in (MADE, BARE) else 'corpora'} {host}" if host else ""


def real_sites(folder: Path) -> dict[str, list[Sample]]:
    """Return the pages of the corpora by host, of hosts with enough of them."""
    by_site: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in samples(folder):
        by_site[site_of(sample)].append(sample)
    return {site: own for site, own in sorted(by_site.items()) if site and len(own) >= MIN_PAGES}


def made_sites(folder: Path) -> dict[str, list[Sample]]:
    """Return sites in the markup of our sample pages, as they are and bare; the pages are written to `folder`."""
    truths = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (FIXTURES / "truth").glob("*.toml")
    }
    sites: dict[str, list[Sample]] = {}
    for name in sorted(truths):
        path = FIXTURES / "html" / f"{name}.html"
        markup = path.read_bytes().decode("utf-8", "ignore") if path.exists() else ""
        slots = slots_of(markup, truths[name])
        if len(slots) < MIN_MADE_PARAGRAPHS:
            continue
        donors = [truth for other, truth in sorted(truths.items()) if other != name and is_donor(truth, truths[name])]
        texts = random.Random(name).sample(donors, min(MADE_PAGES, len(donors)))
        for kind, change in ((MADE, str), (BARE, bare)):
            own = [made_page(folder, (kind, name, at), change(filled(markup, truths[name], text)), text)
                   for at, text in enumerate(texts)]  # fmt: skip
            sites |= {site_of(own[0]): own} if len(own) >= MIN_PAGES else {}
    return sites


def is_donor(truth: Mapping[str, Any], theme: Mapping[str, Any]) -> bool:
    """Return whether a text has the theme's language and is of another page."""
    return truth.get("languages") == theme.get("languages") and len(paragraphs(truth)) >= MIN_MADE_PARAGRAPHS


def paragraphs(truth: Mapping[str, Any]) -> list[str]:
    """Return the true paragraphs of a sample page."""
    return [part for part in str(truth.get("text", "")).split("\n\n") if part.strip()]


def slots_of(markup: str, truth: Mapping[str, Any]) -> list[str]:
    """Return the elements of the markup that hold one true paragraph and nothing else, in order."""
    wanted = {part.strip() for part in paragraphs(truth)}
    found = re.finditer(r"<p\b[^<>]*>([^<>]*)</p>", markup)
    return [match[0] for match in found if " ".join(match[1].split()) in wanted]


def filled(markup: str, theme: Mapping[str, Any], text: Mapping[str, Any]) -> str:
    """Return the theme's markup with another headline and other paragraphs; the last slot takes those left over."""
    slots, parts = slots_of(markup, theme), [escape(part, quote=False) for part in paragraphs(text)]
    for at, slot in enumerate(slots):
        own = parts[at : at + 1] if at + 1 < len(slots) else parts[at:]
        markup = markup.replace(slot, "".join(f"<p>{part}</p>" for part in own), 1)
    return markup.replace(escape(str(theme.get("title")), quote=False), escape(str(text.get("title")), quote=False))


def bare(markup: str) -> str:
    """Return the markup without what says what its parts are."""
    return PLAIN_TAGS.sub(r"<\1div>", TELLING.sub("", markup))


def made_page(folder: Path, key: tuple[str, str, int], markup: str, text: Mapping[str, Any]) -> Sample:
    """Write a made page and return it as a sample."""
    kind, theme, number = key
    name = f"{kind}-{theme}-{number}"
    path = folder / f"{name}.html.gz"
    path.write_bytes(gzip.compress(markup.encode()))
    url = f"https://{theme.replace('--', '-')}.example/{number}"
    truth = {"text": "\n\n".join(paragraphs(text))}
    return Sample(kind, name, url, "article", str((text.get("languages") or ["en"])[0]), path, truth)


# ── what is measured ──────────────────────────────────────────────────────────────────────────


def results(pages: Iterable[Sample], work: Callable[[Sample], Any], jobs: int) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield what `work` returns, by corpus and id; pages whose worker crashed or hung are left out."""
    for sample, result in each_page(pages, work, jobs):
        if not isinstance(result, Lost):
            yield (sample.corpus, sample.id), result


def trace(sample: Sample) -> tuple[PageFingerprint | None, float]:
    """Return the fingerprints of a page, None where it cannot be read, and the milliseconds that they took."""
    load_all()
    page, start = Page(sample.url, sample.body()), time.process_time()
    try:
        fingerprints = fingerprint_page(page)
    except HarvesterError:
        fingerprints = None
    return fingerprints, 1e3 * (time.process_time() - start)


def learn_all(
    sites: Mapping[str, list[Sample]], traced: Mapping[tuple[str, str], PageFingerprint | None]
) -> dict[str, SiteMemory]:
    """Return the memory of each site that has one."""
    found = {
        site: learn(site, filter(None, (traced.get((sample.corpus, sample.id)) for sample in own)))
        for site, own in sites.items()
    }
    return {site: memory for site, memory in found.items() if memory}


def measure(folds: Path | None, memories: Mapping[str, SiteMemory], sample: Sample) -> Row:
    """Return the scores of a page without and with the memory of its site."""
    load_all()
    memory = memories.get(site_of(sample))
    return Row(sample, scores(folds, sample, None), scores(folds, sample, memory), len(sample.text or ""))


def scores(folds: Path | None, sample: Sample, memory: SiteMemory | None) -> Scores:
    """Return the scores of a page that is cleaned with `memory`."""
    page, truth, model = Page(sample.url, sample.body()), sample.text or "", model_for(sample.url, folds)
    start = time.process_time()
    try:
        article, ledger = clean_page(page, model, memory)
        text, blocks = article.text, ledger.blocks
    except HarvesterError:
        text, blocks = "", ()
    cpu_ms = 1e3 * (time.process_time() - start)
    lost = lost_to_rules(truth, text, blocks)
    taken = sum(chars for rule, chars in lost.items() if rule.startswith("site-memory:"))
    foreign = bool(difference(truth, text, (sample.truth.get("title"),)).foreign)
    return Scores(aeb_page(truth, text), word_f1(truth, text), foreign, text, taken, cpu_ms)


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def group_of(sample: Sample) -> str:
    """Return the set that a page is reported in; the thresholds were chosen on the first half of the domains."""
    if sample.corpus in (MADE, BARE):
        return f"{sample.corpus} sites"
    half = "held-out half" if fold_of(sample.url, 2) else "first half"
    return f"{'articles' if sample.page_type == 'article' else 'other page types'}, {half}"


def report(rows: list[Row], sites: Mapping[str, list[Sample]], memories: Mapping[str, SiteMemory]) -> None:
    """Print what the memory changes in each set of pages, and how large memories are."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[group_of(row.sample)].append(row)
    head = ["set", "sites", "pages", "AEB F1", "with", "word F1", "with", "foreign", "with", "lost", "better", "worse"]
    print_table("Without and with memory", head, [[name, *figures(own)] for name, own in sorted(groups.items())])
    real = [own for site, own in sites.items() if site.startswith("corpora ")]
    domains = {registrable_domain(own[0].url) for own in real}
    print(f"\n{len(real)} hosts of {len(domains)} domains in the corpora, {sum(map(len, real))} pages;", end=" ")
    sizes = sorted(len(memory_json(memory)) for memory in memories.values())
    print(f"{len(memories)} of {len(sites)} sites have a memory, of {sizes[len(sizes) // 2]:,} to {sizes[-1]:,} bytes.")


def figures(rows: list[Row]) -> list[str]:
    """Return the cells of one set of pages."""
    before, after = [row.without for row in rows], [row.with_memory for row in rows]
    f1 = [score(aeb(it.aeb for it in side).f1) for side in (before, after)]
    words = [score(average(it.word_f1 for it in side)) for side in (before, after)]
    foreign = [share(sum(bool(it.foreign) for it in side), len(side)) for side in (before, after)]
    lost = f"{sum(it.lost_chars for it in after):,} of {sum(row.true_chars for row in rows):,}"
    changes = [row.with_memory.word_f1 - row.without.word_f1 for row in rows]
    moved = [str(sum(change > 0 for change in changes)), str(sum(change < 0 for change in changes))]
    return [str(len({site_of(row.sample) for row in rows})), str(len(rows)), *f1, *words, *foreign, lost, *moved]


def report_time(first_ms: list[float], clean_ms: list[float]) -> None:
    """Print what the first pass costs."""
    first, clean = average(first_ms) or 0.0, average(clean_ms) or 0.0
    print(f"\nFirst pass: {first:.1f} ms a page, {share(first, clean)} of cleaning it ({clean:.1f} ms).")


if __name__ == "__main__":
    main()
