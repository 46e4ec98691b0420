"""What tests of the store share: articles with all that an article can hold."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "rendering"))
