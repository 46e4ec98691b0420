"""What tests of renderings share: where the reader of Markdown stands that the benchmark uses, too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))
