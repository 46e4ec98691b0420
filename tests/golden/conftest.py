"""What golden and truth tests share: the module that writes what they compare with."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))
