/* The text between two block borders as it comes in: `text_runs.py`, `block_writer.py`. */

#include "reader.h"

enum { MAX_SPAN_CHARS = 400 };

/* ── pieces ──────────────────────────────────────────────────────────────────────────────── */

int add_piece(Page *page, Text text)
{
    Run *run = &page->run;
    Py_ssize_t *pieces = grown(run->pieces, &run->piece_room, run->piece_count + 1, sizeof(Py_ssize_t));
    if (pieces == NULL) {
        return -1;
    }
    run->pieces = pieces;
    pieces[run->piece_count++] = run->text.size;
    return append(&run->text, text);
}

/* Append the pieces of a run without their line breaks. */
int on_one_line(Page *page, Text pieces, Buffer *out)
{
    if (pieces.size && memchr(pieces.at, BREAK, (size_t)pieces.size) != NULL) {
        page->other.size = 0;
        if (append(&page->other, pieces) < 0) {
            return -1;
        }
        for (char *at = page->other.at, *end = at + page->other.size; at < end; at++) {
            *at = *at == BREAK ? ' ' : *at;
        }
        pieces = of_buffer(&page->other);
    }
    return collapse(page, pieces, out);
}

static int add_spot(Page *page)
{
    Run *run = &page->run;
    int *spots = grown(run->spots, &run->spot_room, run->spot_count + 1, sizeof(int));
    if (spots == NULL) {
        return -1;
    }
    run->spots = spots;
    spots[run->spot_count++] = page->place;
    return 0;
}

static int count_link(Page *page, Py_ssize_t chars)
{
    Run *run = &page->run;
    Link *link = page->links + page->open_links[page->open_link_count - 1];
    run->link_chars += chars;
    if (link->run != run->number) {
        Linked *links = grown(run->links, &run->link_room, run->link_count + 1, sizeof(Linked));
        if (links == NULL) {
            return -1;
        }
        run->links = links;
        link->run = run->number;
        link->slot = run->link_count++;
        links[link->slot] = (Linked){.link = (int)(link - page->links)};
    }
    run->links[link->slot].chars += chars;
    return 0;
}

/* ── text ────────────────────────────────────────────────────────────────────────────────── */

/* As `text._UNSPACED`: between these a line feed is no blank. */
static bool is_unspaced(uint32_t c)
{
    return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3000 && c <= 0x312f) || (c >= 0x3400 && c <= 0x4dbf)
           || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xffef);
}

static bool may_be_wrapped(Text text)
{
    if (memchr(text.at, '\n', (size_t)text.size) == NULL || is_ascii(text)) {
        return false;
    }
    for (const char *at = text.at, *end = at + text.size; at < end;) {
        if (is_unspaced(char_at(&at))) {
            return true;
        }
    }
    return false;
}

/* Return the text without line feeds between two CJK characters; .at NULL with an exception. */
static Text unwrapped(Page *page, Text text)
{
    if (!may_be_wrapped(text)) {
        return text;
    }
    PyObject *str = str_of(text);
    PyObject *joined = str ? PyObject_CallFunctionObjArgs(page->reader->unwrap_cjk, str, NULL) : NULL;
    Py_XDECREF(str);
    return utf8_of(owned(page, joined));
}

/* Return whether the text begins with the indent of a new paragraph: as `block_writer._INDENT`. */
static bool is_indented(Text text)
{
    static const char *const indents[] = {
        "\xe3\x80\x80\xe3\x80\x80",
        "\xe2\x80\x83\xe2\x80\x83",
        "\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0",
        "\xc2\xa0 \xc2\xa0 ",
        "\xe3\x80\x80\xc2\xa0",
    };
    while (text.size && (*text.at == '\r' || *text.at == '\n' || *text.at == '\t' || *text.at == ' ')) {
        text = (Text){text.at + 1, text.size - 1};
    }
    for (size_t at = 0; at < sizeof(indents) / sizeof(indents[0]); at++) {
        if (starts_with(text, indents[at])) {
            return true;
        }
    }
    return false;
}

/* Add text that is unescaped and unwrapped. */
static int add_seen(Page *page, Text text)
{
    Run *run = &page->run;
    if (add_piece(page, text) < 0 || add_spot(page) < 0) {
        return -1;
    }
    Py_ssize_t chars = chars_of(stripped(text));
    run->has_text = run->line_has_text = true;
    run->chars += chars;
    run->strong_chars += page->strong ? chars : 0;
    return page->open_link_count ? count_link(page, chars) : 0;
}

static int add_unkept(Page *page, Text text)
{
    if (!page->listings) {
        text = unwrapped(page, text);
        if (text.at == NULL) {
            return -1;
        }
        if (page->run.has_text && !page->run.line_has_text && is_indented(text) && flush(page) < 0) {
            return -1;
        }
    }
    return add_seen(page, text);
}

/* Add text whose line feeds are line breaks. */
static int add_lines(Page *page, Text text)
{
    for (bool is_first = true;; is_first = false) {
        const char *feed = text.size ? memchr(text.at, '\n', (size_t)text.size) : NULL;
        Text line = {text.at, feed ? feed - text.at : text.size};
        if (!is_first && break_line(page) < 0) {
            return -1;
        }
        if (!is_blank_text(line)) {
            line = from_unescaped(&page->arena, line);
            if (line.at == NULL || add_unkept(page, line) < 0) {
                return -1;
            }
        }
        if (feed == NULL) {
            return 0;
        }
        text = (Text){feed + 1, text.size - (feed + 1 - text.at)};
    }
}

int add_text(Page *page, Text text)
{
    text = from_unescaped(&page->arena, text);
    if (text.at == NULL) {
        return -1;
    }
    if (page->kept_lines && !page->listings && memchr(text.at, '\n', (size_t)text.size) != NULL) {
        return add_lines(page, text);
    }
    return add_unkept(page, text);
}

int break_line(Page *page)
{
    Run *run = &page->run;
    if (page->in_row) {
        return add_piece(page, (Text){" ", 1});
    }
    if (run->has_text && !run->line_has_text && shape_here(page).role != CODE) {
        return flush(page); /* a second <br>: a new paragraph */
    }
    if (run->has_text) {
        run->line_has_text = false;
        return add_piece(page, (Text){"\0", 1});
    }
    return 0;
}

/* Begin another line of a listing. */
int begin_line(Page *page)
{
    const Run *run = &page->run;
    char last = run->text.size ? run->text.at[run->text.size - 1] : '\n';
    return run->has_text && last != '\n' && last != BREAK ? add_piece(page, (Text){"\n", 1}) : 0;
}

/* ── spans ───────────────────────────────────────────────────────────────────────────────── */

static PyObject *made_span(Page *page, Tag *tag, PyObject *text)
{
    PyObject **said = span_of(page, tag), *fields = said ? PyTuple_New(8) : NULL;
    for (int at = 0; fields != NULL && at < 8; at++) {
        PyTuple_SetItem(fields, at, shared(at == 1 ? text : said[at]));
    }
    return made(page->reader, page->reader->span, fields);
}

int add_span(Page *page, const Open *opened)
{
    Run *run = &page->run;
    Py_ssize_t limit = page->reader->max_raw_span;
    bool is_long = run->chars - opened->chars > limit || run->piece_count - opened->start > limit;
    if (is_long || run->span_count >= page->reader->max_spans) {
        return 0;
    }
    Py_ssize_t start = opened->start < run->piece_count ? run->pieces[opened->start] : run->text.size;
    page->scratch.size = 0;
    Text pieces = {run->text.at ? run->text.at + start : "", run->text.size - start};
    if (on_one_line(page, pieces, &page->scratch) < 0) {
        return -1;
    }
    Text text = of_buffer(&page->scratch);
    if (chars_of(text) > MAX_SPAN_CHARS) {
        return 0;
    }
    PyObject **spans = grown(run->spans, &run->span_room, run->span_count + 1, sizeof(PyObject *));
    if (spans == NULL) {
        return -1;
    }
    run->spans = spans;
    PyObject *str = str_of(text), *span = str ? made_span(page, page->tags + opened->tag, str) : NULL;
    Py_XDECREF(str);
    if (span == NULL) {
        return -1;
    }
    spans[run->span_count++] = span;
    return 0;
}
