/* A page's markup as the parser would write it down, made without the parser: of pages that can be written front to back.

   The rules are those of the HTML standard (13.2). Whatever needs a tree is BENT, and so is what is rare and long to tell:
   elements that move (text in tables, formatting elements around blocks), templates of parts of tables, formulas, framesets,
   readings of ruby, markup in drawings. Then nothing comes out, and the parser is asked. Interpreted, it always is.

   A tag opens an element on a stack, or ends some of it; both only add to the end of what is written. What is BENT is
   always noticed before it is passed, so that what comes out is what the parser writes, to the byte; but for comments
   behind the body, which nobody reads. */

#include "straight.h"

/* ── comments and the like ───────────────────────────────────────────────────────────────── */

static bool is_written(const Straight *page)
{
    return page->mode != BEFORE_HTML && page->mode != AFTER_BODY && page->mode != AFTER_ALL;
}

static int write_comment(Straight *page, Text says)
{
    if (!is_written(page)) {
        return 0;
    }
    return write_out(page, (Text){"<!--", 4}) || write_lines(page, says) || write_out(page, (Text){"-->", 3});
}

static int meet_comment(Straight *page)
{
    const char *from = page->at + 3, *at = from;
    if (at < page->end && (*at == '>' || (*at == '-' && page->end - at > 1 && at[1] == '>'))) {
        return BENT;
    }
    for (;; at++) {
        at = memchr(at, '-', (size_t)(page->end - at));
        if (at == NULL || page->end - at < 3 || starts_with((Text){at, page->end - at}, "--!>")) {
            return BENT;
        }
        if (at[1] == '-' && at[2] == '>') {
            break;
        }
    }
    page->at = at + 3;
    return write_comment(page, (Text){from, at - from});
}

/* What begins as markup and is none is a comment up to the next ">": "<?xml ...>", "<![if !IE]>", "</ p>". */
static int meet_bogus_comment(Straight *page, const char *from)
{
    const char *end = memchr(from, '>', (size_t)(page->end - from));
    if (end == NULL) {
        return BENT;
    }
    page->at = end + 1;
    return write_comment(page, (Text){from, end - from});
}

/* Return what is behind a value in quotes and blanks; .at NULL where the text begins with none. */
static Text behind_value(Text text)
{
    const char *end = text.size && text.at[0] == '"' ? memchr(text.at + 1, '"', (size_t)(text.size - 1)) : NULL;
    return end ? behind_html_blanks(behind(text, end + 1 - text.at)) : (Text){NULL, 0};
}

/* Return whether a doctype names XHTML 1 and all of it is sound; its file is W3C's, or stands beside the page. */
static bool is_xhtml(Text says)
{
    if (!starts_with_any_case(says, "public \"-//w3c//dtd xhtml 1.")) {
        return false;
    }
    Text file = behind_value(behind(says, (Py_ssize_t)strlen("public ")));
    if (file.size == 0) {
        return file.at != NULL;
    }
    bool is_known = starts_with_any_case(file, "\"http://www.w3.org/") || starts_with_any_case(file, "\"dtd/");
    Text rest = behind_value(file);
    return is_known && rest.at != NULL && rest.size == 0;
}

/* A table ends a paragraph but on pages of the last century. */
static int meet_doctype(Straight *page)
{
    const char *end = memchr(page->at, '>', (size_t)(page->end - page->at));
    if (end == NULL) {
        return BENT;
    }
    if (page->mode != BEFORE_HTML || page->is_typed) { /* one too many */
        page->at = end + 1;
        return 0;
    }
    Text said = behind_html_blanks((Text){page->at + 8, end - page->at - 8});
    if (!starts_with_any_case(said, "html")) {
        return BENT;
    }
    said = behind_html_blanks(behind(said, 4));
    page->is_typed = true;
    page->knows_quirks = said.size == 0 || is_xhtml(said);
    page->at = end + 1;
    return 0;
}

/* ── the page ────────────────────────────────────────────────────────────────────────────── */

static bool begins_markup(const char *at, const char *end)
{
    if (end - at < 2) {
        return false;
    }
    char c = lower(at[1]);
    return (c >= 'a' && c <= 'z') || c == '/' || c == '!' || c == '?';
}

/* "<?xml ...>" is a comment to the parser; of others some are instructions, and before all else nothing is written of any. */
static int meet_instruction(Straight *page, Text left)
{
    bool is_xml = starts_with_any_case(left, "?xml") && left.size > 4 && is_blank(left.at[4]);
    return is_xml || page->mode == BEFORE_HTML ? meet_bogus_comment(page, left.at) : BENT;
}

/* Read "</" behind which no name stands: a comment; "</>" is nothing. */
static int meet_no_end_tag(Straight *page, Text left)
{
    if (starts_with(left, "/>")) {
        page->at += 2;
        return 0;
    }
    return left.size < 2 ? BENT : meet_bogus_comment(page, left.at + 1);
}

/* Read what is behind a "<" that begins something. */
static int meet_markup(Straight *page)
{
    Text left = {page->at, page->end - page->at};
    if (starts_with(left, "!--")) {
        return meet_comment(page);
    }
    if (starts_with_any_case(left, "!doctype")) {
        return meet_doctype(page);
    }
    if (left.at[0] == '?') {
        return meet_instruction(page, left);
    }
    if (left.at[0] == '!') {
        return starts_with(left, "![CDATA[") && is_drawing(page) ? BENT : meet_bogus_comment(page, left.at + 1);
    }
    if (left.at[0] == '/' && (left.size < 2 || lower(left.at[1]) < 'a' || lower(left.at[1]) > 'z')) {
        return meet_no_end_tag(page, left);
    }
    return meet_straight_tag(page);
}

static int read_straight(Straight *page)
{
    int done = 0;
    while (!done && page->at < page->end) {
        const char *from = page->at, *at = from;
        while ((at = memchr(at, '<', (size_t)(page->end - at))) != NULL && !begins_markup(at, page->end)) {
            at++;
        }
        at = at == NULL ? page->end : at;
        if (at > from) {
            done = meet_text(page, (Text){from, at - from});
        }
        page->at = at + (at < page->end);
        if (!done && at < page->end) {
            done = meet_markup(page);
        }
    }
    return done || page->mode < IN_BODY || page->template_count ? BENT : pop_until(page, 0);
}

static PyObject *written_bytes(const Straight *page, const char *from)
{
    Text late = page->body_attributes;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, page->out - from + late.size);
    if (bytes == NULL) {
        return NULL;
    }
    char *to = PyBytes_AsString(bytes);
    const char *middle = late.size ? page->body_end : from;
    memcpy(to, from, (size_t)(middle - from));
    if (late.size) {
        memcpy(to + (middle - from), late.at, (size_t)late.size);
    }
    memcpy(to + (middle - from) + late.size, middle, (size_t)(page->out - middle));
    return bytes;
}

/* Return a page's <html> as the parser writes it down, new bytes; None: the parser is to be asked. `html`: UTF-8. */
PyObject *straight_page(PyObject *self, PyObject *html)
{
    Text text;
    if (PyBytes_AsStringAndSize(html, (char **)&text.at, &text.size) < 0) {
        return NULL;
    }
    if (memchr(text.at, 0, (size_t)text.size) != NULL || starts_with(text, "\xef\xbb\xbf")) {
        return shared(Py_None);
    }
    size_t room = (size_t)text.size + (size_t)text.size / 2 + 4096;
    Straight *page = PyMem_Malloc(sizeof(Straight));
    char *out = page ? PyMem_Malloc(room) : NULL, *tag = out ? PyMem_Malloc(room) : NULL;
    PyObject *written = NULL;
    if (tag != NULL) {
        *page = (Straight){.reader = (const Reader *)self, .at = text.at, .end = text.at + text.size, .form = -1};
        page->out = out;
        page->out_end = out + room;
        page->tag_text = tag;
        page->tag_room_end = tag + room;
        written = read_straight(page) ? shared(Py_None) : written_bytes(page, out);
    } else {
        PyErr_NoMemory();
    }
    PyMem_Free(tag);
    PyMem_Free(out);
    PyMem_Free(page);
    return written;
}
