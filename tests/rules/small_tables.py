"""A small set of tables, written where a test wants it."""

from pathlib import Path


def tables(folder: Path, kinds: str, **languages: str) -> Path:
    """Write a small set of tables and return its folder."""
    (folder / "languages").mkdir()
    (folder / "boilerplate.toml").write_text(kinds, encoding="utf-8")
    for name, text in languages.items():
        (folder / "languages" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


KIND_ROW = """
[share_bar]
group = "social"
disposition = "drop"
looks = "links"
keeps = []
max_chars = 40
inside = "alone"
tail = true
places = ["share {bar,box}"]
drop_places = ['<p class="share-bar">']
keep_places = []
"""
