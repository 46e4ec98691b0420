/* A page's markup as the parser would write it down, made without the parser: of pages that can be written front to back.

   The rules are those of the HTML standard (13.2). Whatever needs a tree is BENT, and so is what is rare and long to tell:
   elements that move (text in tables, formatting elements around blocks), templates, formulas, framesets, ruby, markup in
   drawings. Then nothing comes out, and the parser is asked. Interpreted, it always is.

   A tag opens an element on a stack, or ends some of it; both only add to the end of what is written. What is BENT is
   always noticed before it is passed, so that what comes out is what the parser writes, to the byte; but for comments
   behind the body, which nobody reads. */

#include "straight.h"

/* ── drawings ────────────────────────────────────────────────────────────────────────────── */

/* What drawings hold; others are left to the parser. */
static const char *const DRAWN[] = {
    "svg", "g", "path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "defs", "symbol", "stop", "mask",
    "text", "tspan", "pattern", "filter", "marker", "title", "desc", "style", "image", "animate", "metadata", "a", "switch",
    "linearGradient", "radialGradient", "clipPath", "textPath", "animateTransform", "animateMotion", "feBlend",
    "feColorMatrix", "feComponentTransfer", "feComposite", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR",
    "feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology", "feOffset", "feTile", "feTurbulence",
};

/* In these another element is HTML again, or none to the reader. */
static bool is_text_alone(const TagName *tag)
{
    return is_equal(tag->name, "title") || is_equal(tag->name, "desc") || is_equal(tag->name, "style");
}

static bool is_drawing(const Straight *page)
{
    return page->depth > 0 && (page->stack[page->depth - 1].kind == SVG_KIND || page->stack[page->depth - 1].kind == FOREIGN);
}

static int start_in_drawing(Straight *page)
{
    const TagName *around = current(page);
    size_t at = 0, count = sizeof DRAWN / sizeof *DRAWN;
    while (at < count && !is_in_small(page->name.name, DRAWN[at])) {
        at++;
    }
    if (at == count || is_text_alone(around)) {
        return BENT;
    }
    memcpy(page->tag_text + 1, DRAWN[at], (size_t)page->name.name.size);
    page->name = (TagName){-1, FOREIGN, 0, page->name.name};
    int done = push(page);
    return done || !page->is_self_closing ? done : pop(page);
}

static int end_in_drawing(Straight *page)
{
    const TagName *open = current(page);
    for (Py_ssize_t at = 0; at < open->name.size; at++) {
        if (page->name.name.size != open->name.size || lower(open->name.at[at]) != page->name.name.at[at]) {
            return BENT;
        }
    }
    return pop(page);
}

/* ── tags ────────────────────────────────────────────────────────────────────────────────── */

static int imply(Straight *page, const char *tag, Mode mode)
{
    int done = push_implied(page, tag);
    page->mode = mode;
    return done ? done : AGAIN;
}

static int leave_head(Straight *page, int then)
{
    page->head_end = page->out;
    int done = pop(page);
    page->mode = AFTER_HEAD;
    return done ? done : then;
}

static int open_in(Straight *page, Mode mode)
{
    page->mode = mode;
    return push(page);
}

static int start_in_head(Straight *page)
{
    switch (page->name.kind) {
    case META_KIND:
        return write_out(page, page->tag);
    case TITLE_KIND:
        return write_raw(page, false);
    case RAW_HEAD:
        return write_raw(page, true);
    case NOSCRIPT_KIND:
        return open_in(page, IN_HEAD_NOSCRIPT);
    case HEAD_TAG:
        return 0;
    case TEMPLATE_KIND:
        return open_template(page);
    case HTML_TAG: case ODD_TAG:
        return BENT;
    default:
        return leave_head(page, AGAIN);
    }
}

static int start_in_head_noscript(Straight *page)
{
    if (page->name.kind == META_KIND && !is_equal(page->name.name, "base")) {
        return write_out(page, page->tag);
    }
    if (page->name.kind == RAW_HEAD && !is_equal(page->name.name, "script")) {
        return write_raw(page, true);
    }
    if (page->name.kind == NOSCRIPT_KIND || page->name.kind == HEAD_TAG || page->name.kind == HTML_TAG) {
        return BENT;
    }
    page->mode = IN_HEAD; /* a picture or the like ends it, and the head */
    int done = pop(page);
    return done ? done : AGAIN;
}

enum { MOST_BEHIND_HEAD = 4096 };

/* What belongs into the head and comes late is written at its end, before the blanks behind it. */
static int start_late(Straight *page)
{
    char behind[MOST_BEHIND_HEAD], *start = page->out;
    size_t size = (size_t)(page->out - page->head_end);
    int done = size > MOST_BEHIND_HEAD ? BENT : page->name.kind == META_KIND ? write_out(page, page->tag)
               : write_raw(page, page->name.kind == RAW_HEAD);
    if (done) {
        return done;
    }
    char *to = start - size;
    memcpy(behind, to, size);
    memmove(to, start, (size_t)(page->out - start));
    page->head_end = page->out - size;
    memcpy(page->out - size, behind, size);
    return 0;
}

static int imply_body(Straight *page)
{
    int done = imply(page, "<body>", IN_BODY);
    page->body_end = page->out - 1;
    return done;
}

static int start_in_template(Straight *page)
{
    switch (page->name.kind) {
    case META_KIND: case RAW_HEAD: case TITLE_KIND: case TEMPLATE_KIND:
        return start_in_body(page);
    case GROUP_TAG: case TR_KIND: case CELL_TAG: case CAPTION_TAG: case COLGROUP_TAG: case COL_TAG:
        return BENT;
    default:
        page->mode = IN_BODY;
        return AGAIN;
    }
}

static int start_after_head(Straight *page)
{
    switch (page->name.kind) {
    case BODY_KIND:
        return open_in(page, IN_BODY);
    case HEAD_TAG:
        return 0;
    case META_KIND: case RAW_HEAD: case TITLE_KIND:
        return start_late(page);
    case HTML_TAG: case TEMPLATE_KIND: case ODD_TAG:
        return BENT;
    default:
        return imply_body(page);
    }
}

static int start_by_mode(Straight *page)
{
    int done;
    switch (page->mode) {
    case BEFORE_HTML:
        return page->name.kind == HTML_TAG ? open_in(page, BEFORE_HEAD) : imply(page, "<html>", BEFORE_HEAD);
    case BEFORE_HEAD:
        if (page->name.kind == HTML_TAG) {
            return BENT;
        }
        return page->name.kind == HEAD_TAG ? open_in(page, IN_HEAD) : imply(page, "<head>", IN_HEAD);
    case IN_HEAD:
        return start_in_head(page);
    case IN_HEAD_NOSCRIPT:
        return start_in_head_noscript(page);
    case AFTER_HEAD:
        return start_after_head(page);
    case IN_TEMPLATE:
        return start_in_template(page);
    case AFTER_BODY: case AFTER_ALL:
        page->mode = IN_BODY;
        return AGAIN;
    default:
        done = start_in_table(page);
        return done == AS_IN_BODY ? start_in_body(page) : done;
    }
}

static bool opens_page(const TagName *name)
{
    return name->kind == HEAD_TAG || name->kind == BODY_KIND || name->kind == HTML_TAG || name->kind == ODD_TAG
           || is_equal(name->name, "br");
}

static int end_by_mode(Straight *page)
{
    int done;
    if (page->name.kind == TEMPLATE_KIND && page->mode < AFTER_BODY) {
        return close_template(page);
    }
    switch (page->mode) {
    case BEFORE_HTML: case BEFORE_HEAD: case AFTER_HEAD:
        return opens_page(&page->name) ? BENT : 0;
    case IN_HEAD:
        return page->name.kind == HEAD_TAG ? leave_head(page, 0) : opens_page(&page->name) ? BENT : 0;
    case IN_TEMPLATE:
        return 0;
    case IN_HEAD_NOSCRIPT:
        if (page->name.kind != NOSCRIPT_KIND) {
            return opens_page(&page->name) ? BENT : 0;
        }
        page->mode = IN_HEAD;
        return pop(page);
    case AFTER_BODY: case AFTER_ALL:
        page->mode = page->mode == AFTER_BODY && page->name.kind == HTML_TAG ? AFTER_ALL : IN_BODY;
        return page->mode == IN_BODY ? AGAIN : 0;
    default:
        done = end_in_table(page);
        return done == AS_IN_BODY ? end_in_body(page) : done;
    }
}

/* Read the tag at `page->at`, from behind its "<" on. */
static int meet_straight_tag(Straight *page)
{
    bool is_end = *page->at == '/';
    page->at += is_end;
    page->is_foreign = is_drawing(page);
    int done = read_straight_tag(page);
    if (!done && page->is_foreign) {
        return is_end ? end_in_drawing(page) : start_in_drawing(page);
    }
    do {
        done = done == BENT ? done : is_end ? end_by_mode(page) : start_by_mode(page);
    } while (done == AGAIN);
    return done;
}

/* ── text ────────────────────────────────────────────────────────────────────────────────── */

static Text behind_html_blanks(Text text)
{
    while (text.size && is_blank(text.at[0])) {
        text = behind(text, 1);
    }
    return text;
}

/* Write the blanks that a text begins with, and open the body for what is behind them. */
static int text_before_body(Straight *page, Text text)
{
    Text said = behind_html_blanks(text);
    if (page->mode >= IN_HEAD && write_lines(page, (Text){text.at, text.size - said.size})) {
        return BENT;
    }
    if (said.size == 0) {
        return 0;
    }
    if (starts_with(said, "&") || page->mode == IN_HEAD_NOSCRIPT) {
        return BENT;
    }
    if (page->mode == BEFORE_HTML && imply(page, "<html>", BEFORE_HEAD) == BENT) {
        return BENT;
    }
    if (page->mode == BEFORE_HEAD && imply(page, "<head>", IN_HEAD) == BENT) {
        return BENT;
    }
    if ((page->mode == IN_HEAD && leave_head(page, 0)) || imply_body(page) == BENT) {
        return BENT;
    }
    return reopen_formats(page) ? BENT : write_text(page, said);
}

static int meet_text(Straight *page, Text text)
{
    if (is_drawing(page)) {
        bool is_style = is_equal(current(page)->name, "style");
        return !is_style ? write_text(page, text) : memchr(text.at, '&', (size_t)text.size) ? BENT : write_lines(page, text);
    }
    switch (page->mode) {
    case BEFORE_HTML: case BEFORE_HEAD: case IN_HEAD: case IN_HEAD_NOSCRIPT: case AFTER_HEAD:
        return text_before_body(page, text);
    case IN_TABLE: case IN_GROUP: case IN_ROW: case IN_COLUMNS:
        return behind_html_blanks(text).size ? BENT : write_lines(page, text);
    case AFTER_BODY: case AFTER_ALL:
        if (behind_html_blanks(text).size) {
            page->mode = IN_BODY;
        }
        break;
    default:
        break;
    }
    return reopen_formats(page) ? BENT : write_text(page, text);
}

/* ── comments and the like ───────────────────────────────────────────────────────────────── */

static bool is_written(const Straight *page)
{
    return page->mode != BEFORE_HTML && page->mode != AFTER_BODY && page->mode != AFTER_ALL;
}

static int meet_comment(Straight *page)
{
    const char *from = page->at + 3, *at = from;
    if (at < page->end && (*at == '>' || (*at == '-' && page->end - at > 1 && at[1] == '>'))) {
        return BENT;
    }
    for (;; at++) {
        at = memchr(at, '-', (size_t)(page->end - at));
        if (at == NULL || page->end - at < 4 || memcmp(at, "--!>", 4) == 0) {
            return BENT;
        }
        if (at[1] == '-' && at[2] == '>') {
            break;
        }
    }
    page->at = at + 3;
    if (!is_written(page)) {
        return 0;
    }
    return write_out(page, (Text){"<!--", 4}) || write_lines(page, (Text){from, at - from})
           || write_out(page, (Text){"-->", 3});
}

/* A table ends a paragraph but on pages of the last century. */
static int meet_doctype(Straight *page)
{
    static const char xhtml[] = "public \"-//w3c//dtd xhtml 1.";
    const char *end = memchr(page->at, '>', (size_t)(page->end - page->at));
    if (end == NULL || (page->mode != BEFORE_HTML && page->mode != IN_BODY)) {
        return BENT;
    }
    if (page->mode == IN_BODY || page->is_typed) { /* one too many */
        page->at = end + 1;
        return 0;
    }
    Text said = behind_html_blanks((Text){page->at + 8, end - page->at - 8});
    if (!starts_with_any_case(said, "html")) {
        return BENT;
    }
    said = behind_html_blanks(behind(said, 4));
    page->is_typed = true;
    page->knows_quirks = said.size == 0 || (starts_with_any_case(said, xhtml) && !contains(said, (Text){"ibm", 3}));
    page->at = end + 1;
    return 0;
}

/* "<?xml ...>" before all else is a comment to the parser. */
static int meet_instruction(Straight *page)
{
    const char *end = memchr(page->at, '>', (size_t)(page->end - page->at));
    if (page->mode != BEFORE_HTML || end == NULL) {
        return BENT;
    }
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
        return meet_instruction(page);
    }
    if (left.at[0] == '!' || (left.at[0] == '/' && (left.size < 2 || lower(left.at[1]) < 'a' || lower(left.at[1]) > 'z'))) {
        return BENT;
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
