/* The elements that are open, and the formatting elements among them (HTML standard, 13.2.4), which are opened again where
   others ended them. */

#include "straight.h"

/* ── what is open ────────────────────────────────────────────────────────────────────────── */

/* Close the innermost element. */
int pop(Straight *page)
{
    const TagName *tag = current(page);
    if (page->out_end - page->out < tag->name.size + 3) {
        return BENT;
    }
    *page->out++ = '<';
    *page->out++ = '/';
    memcpy(page->out, tag->name.at, (size_t)tag->name.size);
    page->out += tag->name.size;
    *page->out++ = '>';
    page->select_count -= tag->kind == SELECT_TAG;
    page->depth--;
    for (int at = page->format_count - 1; at >= 0; at--) {
        if (page->formats[at].depth == page->depth) {
            page->formats[at].depth = LOST;
        }
    }
    return 0;
}

/* Close all elements from that at `depth` on. */
int pop_until(Straight *page, int depth)
{
    int done = 0;
    while (!done && page->depth > depth) {
        done = pop(page);
    }
    return done;
}

/* Write down the start tag that was read, and open its element. */
int push(Straight *page)
{
    const char *start = page->out;
    int done = write_out(page, page->tag);
    if (done || page->depth == MOST_DEEP) {
        return BENT;
    }
    page->name.name.at = start + 1;
    page->stack[page->depth++] = page->name;
    page->select_count += page->name.kind == SELECT_TAG;
    return 0;
}

/* Open an element that no tag asked for; the tag that was read stays what it is. */
int push_implied(Straight *page, const char *tag)
{
    Text kept = page->tag;
    TagName name = page->name;
    page->tag = (Text){tag, (Py_ssize_t)strlen(tag)};
    name_tag(page, (Text){tag + 1, page->tag.size - 2});
    int done = push(page);
    page->tag = kept;
    page->name = name;
    return done;
}

int imply_ends(Straight *page, const TagName *but)
{
    int done = 0;
    while (!done && current(page)->flags & IMPLIED && (but == NULL || !is_one_name(current(page), but))) {
        done = pop(page);
    }
    return done;
}

/* Return where an element of a kind (or, with `name`, that one) is open in scope; -1: it is not. */
int depth_in(const Straight *page, int kind, const TagName *name, int more)
{
    for (int at = page->depth - 1; at >= 0; at--) {
        const TagName *open = page->stack + at;
        if (name != NULL ? is_one_name(open, name) : open->kind == kind) {
            return at;
        }
        if (open->flags & SCOPE || (more == ITEMS_END && open->flags & LIST_SCOPE)
            || (more == BUTTONS_END && open->kind == BUTTON_KIND)) {
            return -1;
        }
    }
    return -1;
}

int depth_in_scope(const Straight *page, int kind, const TagName *name)
{
    return depth_in(page, kind, name, 0);
}

int end_element(Straight *page, int depth, const TagName *but)
{
    int done = imply_ends(page, but);
    return done ? done : pop_until(page, depth);
}

int end_paragraph(Straight *page)
{
    int depth = depth_in(page, P_TAG, NULL, BUTTONS_END);
    return depth < 0 ? 0 : end_element(page, depth, page->stack + depth);
}

/* ── formatting elements ─────────────────────────────────────────────────────────────────── */

static void drop_format(Straight *page, int at)
{
    memmove(page->formats + at, page->formats + at + 1, (size_t)(page->format_count - at - 1) * sizeof(Format));
    page->format_count--;
}

/* Take note of the element that was opened last; three of a kind are enough. */
int add_format(Straight *page, Text text)
{
    int alike = 0, first = -1;
    for (int at = page->format_count - 1; at >= 0 && page->formats[at].tag.kind != MARKER; at--) {
        const Format *format = page->formats + at;
        if (format->text.size == text.size && memcmp(format->text.at, text.at, (size_t)text.size) == 0) {
            alike++;
            first = at;
        }
    }
    if (alike >= 3) {
        drop_format(page, first);
    }
    if (page->format_count == MOST_FORMATTING) {
        return BENT;
    }
    page->formats[page->format_count++] = (Format){*current(page), text, page->depth - 1};
    return 0;
}

int add_marker(Straight *page)
{
    if (page->format_count == MOST_FORMATTING) {
        return BENT;
    }
    page->formats[page->format_count++] = (Format){{-1, MARKER, 0, NO_CHARS}, NO_CHARS, LOST};
    return 0;
}

void drop_to_marker(Straight *page)
{
    while (page->format_count > 0 && page->formats[--page->format_count].tag.kind != MARKER) {
    }
}

/* Open the formatting elements again that were closed by the end of another one. */
int reopen_formats(Straight *page)
{
    int at = page->format_count;
    while (at > 0 && page->formats[at - 1].tag.kind != MARKER && page->formats[at - 1].depth == LOST) {
        at--;
    }
    for (; at < page->format_count; at++) {
        Format *format = page->formats + at;
        const char *start = page->out;
        if (page->depth == MOST_DEEP || write_out(page, format->text)) {
            return BENT;
        }
        format->text.at = start;
        format->tag.name.at = start + 1;
        format->depth = page->depth;
        page->stack[page->depth++] = format->tag;
    }
    return 0;
}

bool has_lost_formats(const Straight *page)
{
    return page->format_count > 0 && page->formats[page->format_count - 1].depth == LOST
           && page->formats[page->format_count - 1].tag.kind != MARKER;
}

/* Close the element of a name that no special one is open in. */
int end_ordinary(Straight *page)
{
    TagName name = page->name;
    for (int at = page->depth - 1; at >= 0; at--) {
        if (is_one_name(page->stack + at, &name)) {
            return end_element(page, at, &name);
        }
        if (page->stack[at].flags & SPECIAL) {
            return 0;
        }
    }
    return 0;
}

/* The adoption agency, as far as nothing has to move. */
int end_format(Straight *page)
{
    TagName name = page->name;
    int at = page->format_count - 1;
    for (; at >= 0 && !is_one_name(&page->formats[at].tag, &name); at--) {
        if (page->formats[at].tag.kind == MARKER) {
            at = 0;
        }
    }
    int depth = at < 0 ? LOST : page->formats[at].depth;
    if (is_one_name(current(page), &name) && depth != page->depth - 1) {
        bool is_listed = false;
        for (int other = 0; other < page->format_count; other++) {
            is_listed = is_listed || page->formats[other].depth == page->depth - 1;
        }
        if (!is_listed) {
            return pop(page);
        }
    }
    if (at < 0) {
        return end_ordinary(page);
    }
    if (depth == LOST) {
        drop_format(page, at);
        return 0;
    }
    for (int above = page->depth - 1; above > depth; above--) {
        if (page->stack[above].flags & SPECIAL) {
            return BENT;
        }
    }
    int done = pop_until(page, depth);
    drop_format(page, at);
    return done;
}
