"""Files and folders that hold many saved pages: web archives, lines of JSON, packed folders, caches of crawlers."""

from harvester.archive.formats.container_reader import is_seekable, read_entries
from harvester.archive.formats.detection import container_form, named_form

__all__ = ["container_form", "is_seekable", "named_form", "read_entries"]
