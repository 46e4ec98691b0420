"""What the readers of a crawl need, loaded: see `harvester.worker_imports`."""

import harvester.crawl.answer_reading
import harvester.crawl.reader_work
import harvester.worker_imports  # noqa: F401 - their import is what they are imported for
from harvester.urls import check_url

check_url("https://town.example/")  # its parser of URLs is imported when it is first asked for
