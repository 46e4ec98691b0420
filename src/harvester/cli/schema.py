"""`harvester schema`: the format of an article, for machines."""

import sys

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of an article.

    \b
    Example:
      harvester schema > article.schema.json
    """
    from harvester.store.json_schema import article_schema  # noqa: PLC0415

    sys.stdout.buffer.write(article_schema())
