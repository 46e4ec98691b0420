"""What tests of the training share: where its modules stand."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
for folder in ("benchmarks", "training"):
    sys.path.insert(0, str(ROOT / folder))
