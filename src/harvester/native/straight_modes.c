/* What tags and text do by where in the page they stand: before its body, in it, in drawings, behind it (HTML standard,
   13.2.6.4.2 to 13.2.6.4.6, 13.2.6.5). */

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

bool is_drawing(const Straight *page)
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

/* An end tag ends the innermost element of its name in the drawing, with what is open in that. */
static int end_in_drawing(Straight *page)
{
    Text small = page->name.name;
    for (int depth = page->depth - 1; depth >= 0; depth--) {
        const TagName *open = page->stack + depth;
        if (open->kind != SVG_KIND && open->kind != FOREIGN) {
            return BENT;
        }
        Py_ssize_t at = 0;
        while (at < small.size && at < open->name.size && lower(open->name.at[at]) == small.at[at]) {
            at++;
        }
        if (at == small.size && at == open->name.size) {
            return pop_until(page, depth);
        }
    }
    return BENT;
}

/* A second <html> adds what it says to the first: one that says nothing adds nothing. */
int meet_second_html(const Straight *page)
{
    return page->tag.size == (Py_ssize_t)strlen("<html>") ? 0 : BENT;
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
    case HTML_TAG:
        return meet_second_html(page);
    case ODD_TAG:
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
    case HTML_TAG:
        return meet_second_html(page);
    case TEMPLATE_KIND: case ODD_TAG:
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
            return meet_second_html(page);
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
        if (page->name.kind == HTML_TAG) {
            return meet_second_html(page);
        }
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
        page->is_typed = true; /* also what nothing comes of ends the time of doctypes */
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
int meet_straight_tag(Straight *page)
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

Text behind_html_blanks(Text text)
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
    if (may_refer_to_blank(said) || page->mode == IN_HEAD_NOSCRIPT) {
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

int meet_text(Straight *page, Text text)
{
    Text said;
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
        said = behind_html_blanks(text);
        if (may_refer_to_blank(said)) {
            return BENT;
        }
        page->mode = said.size ? IN_BODY : page->mode;
        break;
    default:
        break;
    }
    return reopen_formats(page) ? BENT : write_text(page, text);
}
