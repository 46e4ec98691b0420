"""The first articles of a run, written by several threads at once, end no process."""

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "fixtures" / "html" / "poem--verse-and-address-lines.html"

# A thread that met what another one had half made ended the process: so each try begins with types that are new.
WRITING = """
import sys, threading
from pathlib import Path
import harvester
from harvester.store import sparse_json
sys.setswitchinterval(1e-6)
article = harvester.clean(Path(sys.argv[1]))
for _ in range(100):
    sparse_json._article_struct.cache_clear()
    sparse_json._sparse_struct.cache_clear()
    threads = [threading.Thread(target=sparse_json.sparse_article, args=(article,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_several_threads_write_the_first_articles_of_a_run() -> None:
    command = [sys.executable, "-X", "faulthandler", "-c", WRITING, str(PAGE)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.stderr, run.returncode) == ("", 0)  # of a process that ended, first where each thread was
