"""Plain text: what is read, and nothing else."""

from whole_articles import an_article

from harvester.rendering.plain_text import render_text


def test_text_is_title_subtitle_and_paragraphs():
    text = render_text(an_article(text="One.\n\nTwo."))
    assert text == "A new pier\n\nAfter ten years\n\nOne.\n\nTwo.\n"
    assert render_text(an_article(title=None, subtitle=None, text="Alone.")) == "Alone.\n"
