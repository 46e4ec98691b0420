"""TEI's own schema for RELAX NG, cut down to the elements that we write: the whole one takes six seconds to read.

`tei_all.rng.gz` is the schema of all of TEI P5 (version 4.3.0) as the TEI Consortium publishes it, under BSD-2 and
CC BY. Taking elements out of it only makes it stricter: what fits the rest fits the whole.
"""

import gzip
from functools import cache
from pathlib import Path

from lxml import etree

_SCHEMA = Path(__file__).with_name("tei_all.rng.gz")
_RNG = "{http://relaxng.org/ns/structure/1.0}"
ELEMENTS = frozenset(
    "TEI teiCorpus teiHeader fileDesc titleStmt title author editor persName orgName publicationStmt publisher "
    "availability licence date p sourceDesc bibl ptr idno encodingDesc appInfo application label profileDesc abstract "
    "langUsage language textClass keywords term text body div head list item quote cit figure graphic figDesc table "
    "row cell note formula code ref hi del add choice abbr expan foreign ruby rb rt lb milestone".split()
)


@cache
def schema() -> etree.RelaxNG:
    """Return the schema of the elements that we write."""
    tree = etree.fromstring(gzip.decompress(_SCHEMA.read_bytes()))
    for element in tree.iter(f"{_RNG}element"):
        name = element.get("name")
        if name is not None and name not in ELEMENTS:
            for child in list(element):
                element.remove(child)
            element.tag = f"{_RNG}notAllowed"
            del element.attrib["name"]
    return etree.RelaxNG(tree)


def faults(document: str) -> list[str]:
    """Return what the schema has against a document; it must be XML."""
    tree = etree.fromstring(document.encode())
    rules = schema()
    return [] if rules.validate(tree) else [error.message for error in rules.error_log]
