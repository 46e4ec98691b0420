"""Datatrove on lines of JSON with whole pages as texts: extract with Trafilatura, write lines of JSON.

`python benchmarks/reclean_datatrove.py LINES OUTPUT WORKERS`, in an environment that datatrove is installed in.
"""

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter


def main() -> None:
    lines, output, workers = sys.argv[1:]
    LocalPipelineExecutor(
        pipeline=[JsonlReader(lines), Trafilatura(timeout=60), JsonlWriter(output, compression=None)],
        tasks=int(workers),
        workers=int(workers),
        logging_dir=f"{output}-log",
    ).run()


if __name__ == "__main__":
    main()
