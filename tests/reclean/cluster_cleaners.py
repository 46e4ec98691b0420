"""Cleaners for workers of a cluster: they write down what they are given, and misbehave where a page says so."""

import itertools
import os
import time
from pathlib import Path

from harvester.errors import NoArticle
from harvester.reclean.run import clean_saved

NOTES = "HARVESTER_TEST_NOTES"  # folder, in the environment of the workers
NAME = "HARVESTER_TEST_WORKER"


def clean_nothing(saved, memory=None, site=None):
    if b"STUCK IN C" in saved.page.body:
        sum(itertools.repeat(0))  # never comes back to Python, so that no signal handler runs
    raise NoArticle("the page", "not_article", "is none")


def clean_noting(saved, memory=None, site=None):
    """Clean; a page that says so is held, and one that is cleaned again."""
    notes = Path(os.environ[NOTES])
    page = saved.page.url or saved.page.body.partition(b"<title>")[2].partition(b"<")[0].decode()
    with (notes / "begun").open("a+") as file:
        file.seek(0)
        is_again = f"{page} " in file.read()
        file.write(f"{page} {os.environ[NAME]}\n")
    if b"HOLD" in saved.page.body:
        (notes / "holder.new").write_text(os.environ[NAME])
        (notes / "holder.new").rename(notes / "holder")  # at once: who waits for it reads it
    if is_again or b"HOLD" in saved.page.body:
        while not (notes / "go").exists():
            time.sleep(0.01)
    return clean_saved(saved, memory, site=site)
