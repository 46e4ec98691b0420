"""What tests of the native room share: where the benchmarks stand, which hold the pages and what is compared."""

import os
import sys
from pathlib import Path

import pytest

from harvester.native import CORE, WHY_INTERPRETED

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture
def compiled():
    """The compiled module; a test that asks for it is skipped where there is none, but not in our own checks."""
    if CORE is None and os.environ.get("HARVESTER_BUILD") != "strict":
        pytest.skip(f"interpreted: {WHY_INTERPRETED}")
    assert CORE is not None, WHY_INTERPRETED
    return CORE
