"""What the package is called where it is installed from; the import and the command are `harvester`."""

from typing import Final

DISTRIBUTION: Final = "article-harvester"  # "harvester" on the package index is another project's code


def install_extra(extra: str) -> str:
    """Return the command that installs what an extra needs.

    >>> install_extra("parquet")
    "pip install 'article-harvester[parquet]'"
    """
    return f"pip install '{DISTRIBUTION}[{extra}]'"
