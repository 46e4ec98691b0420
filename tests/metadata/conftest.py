"""What tests of metadata share: where the table of languages stands, which a document has, too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))
