"""What the readers of a crawl need, loaded: see `harvester.worker_imports`."""

import harvester.crawl.answer_reading
import harvester.crawl.reader_work
import harvester.worker_imports  # noqa: F401 - their import is what they are imported for
