"""What the round trips share: articles of pages that are spread over all corpora."""

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from corpora import Sample, samples, there
from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Article, Page


def chosen_articles(description: str) -> Iterator[tuple[Sample, Article]]:
    """Yield as many articles as the command line asks for, of each n-th page; pages without one are passed over."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("corpora", type=Path, help="folder of corpora")
    parser.add_argument("--pages", type=int, default=200, help="how many pages, spread over all (default 200)")
    options = parser.parse_args()
    names = there(options.corpora)
    every = max(1, sum(1 for _ in samples(options.corpora, names)) // options.pages)
    return islice(_articles(samples(options.corpora, names, every)), options.pages)


def _articles(chosen: Iterator[Sample]) -> Iterator[tuple[Sample, Article]]:
    for sample in chosen:
        try:
            article, _ = clean_page(Page(url=sample.url, body=sample.body()))
        except HarvesterError:
            continue
        yield sample, article
