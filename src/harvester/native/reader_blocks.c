/* Blocks made of runs of text, with their paths: `block_roles.py`, and the half of `block_writer.py` that makes blocks. */

#include "reader.h"

enum { MAX_PATH_CHARS = 240 };
#define PATH_SIGN " > "
#define PATH_CUT "\xe2\x80\xa6 > "

/* ── paths and shapes ────────────────────────────────────────────────────────────────────── */

Shape shape_here(const Page *page)
{
    return page->container >= 0 ? page->elements[page->container].shape : (Shape){PARAGRAPH, 0, -1, 0};
}

static const char *sign_in(const char *at, const char *end)
{
    for (; end - at >= 3; at++) {
        if (memcmp(at, PATH_SIGN, 3) == 0) {
            return at;
        }
    }
    return NULL;
}

static Text first_chars(Text text, Py_ssize_t count)
{
    const char *at = text.at, *end = text.at + text.size;
    while (at < end && count-- > 0) {
        char_at(&at);
    }
    return (Text){text.at, at - text.at};
}

/* Return the tags down to an element of `tag`; of many only the innermost ones: `block_roles.path_below`. */
static Text path_below(Page *page, Text above, Text tag)
{
    const char *end = above.at + above.size;
    Text cut = NO_CHARS;
    tag = first_chars(tag, MAX_PATH_CHARS);
    if (chars_of(above) > MAX_PATH_CHARS) {
        const char *first = sign_in(above.at, end), *second = first ? sign_in(first + 3, end) : NULL;
        if (second != NULL) {
            above = (Text){second + 3, end - second - 3};
            cut = (Text){PATH_CUT, sizeof(PATH_CUT) - 1};
        }
    }
    Text sign = above.size + cut.size ? (Text){PATH_SIGN, 3} : NO_CHARS;
    Text parts[] = {cut, above, sign, tag};
    Py_ssize_t size = 0;
    char *path = taken(&page->arena, (size_t)(cut.size + above.size + sign.size + tag.size));
    for (int at = 0; path != NULL && at < 4; at++) {
        memcpy(path + size, parts[at].at, (size_t)parts[at].size);
        size += parts[at].size;
    }
    return (Text){path, size};
}

/* Return the path of an element: of few are they asked for, and then those above are told as well. */
static Text path_of(Page *page, int element)
{
    int *way = NULL, top = element;
    Py_ssize_t depth = 0, room = 0;
    while (top >= 0 && page->elements[top].path.at == NULL) {
        int *longer = grown(way, &room, depth + 1, sizeof(int));
        if (longer == NULL) {
            PyMem_Free(way);
            return (Text){NULL, 0};
        }
        way = longer;
        way[depth++] = top;
        top = page->elements[top].parent;
    }
    Text path = top >= 0 ? page->elements[top].path : NO_CHARS;
    while (depth > 0 && path.at != NULL) {
        ElementRow *row = page->elements + way[--depth];
        path = row->parent < 0 ? NO_CHARS : path_below(page, path, name_of(page, page->tags + row->tag)->text);
        row->path = path;
    }
    PyMem_Free(way);
    return path;
}

PyObject *path_str(Page *page, int element)
{
    Text path = path_of(page, element);
    return path.at == NULL ? NULL : owned(page, str_of(path));
}

/* ── blocks ──────────────────────────────────────────────────────────────────────────────── */

int add_block(Page *page, BlockRow block)
{
    if (page->is_bounded && page->block_count >= page->reader->max_blocks) {
        PyErr_SetObject(page->reader->too_many, page->reader->says_blocks);
        return -1;
    }
    BlockRow *blocks = grown(page->blocks, &page->block_room, page->block_count + 1, sizeof(BlockRow));
    if (blocks == NULL) {
        return -1;
    }
    page->blocks = blocks;
    blocks[page->block_count++] = block;
    return 0;
}

static void begin_run(Run *run)
{
    for (Py_ssize_t at = 0; at < run->span_count; at++) {
        Py_DECREF(run->spans[at]);
    }
    clear_pieces(run);
    run->number++;
    run->spot_count = run->span_count = run->link_count = 0;
    run->chars = run->link_chars = run->strong_chars = 0;
    run->has_text = run->line_has_text = false;
}

static PyObject *spans_tuple(Page *page)
{
    Run *run = &page->run;
    if (run->span_count == 0) {
        return page->reader->no_tuple;
    }
    PyObject *spans = owned(page, PyTuple_New(run->span_count));
    for (Py_ssize_t at = 0; spans != NULL && at < run->span_count; at++) {
        PyTuple_SetItem(spans, at, shared(run->spans[at]));
    }
    return spans;
}

static PyObject *spots_list(Page *page)
{
    const Run *run = &page->run;
    PyObject *spots = owned(page, PyList_New(run->spot_count));
    for (Py_ssize_t at = 0; spots != NULL && at < run->spot_count; at++) {
        PyObject *spot = PyLong_FromLong(run->spots[at]);
        if (spot == NULL) {
            return NULL;
        }
        PyList_SetItem(spots, at, spot);
    }
    return spots;
}

/* Note down how many characters of the block that comes next stand in which links. */
static int note_links(Page *page)
{
    const Run *run = &page->run;
    Py_ssize_t count = page->linked_count + run->link_count;
    Linked *linked = grown(page->linked, &page->linked_room, count, sizeof(Linked));
    if (linked == NULL) {
        return -1;
    }
    page->linked = linked;
    for (Py_ssize_t at = 0; at < run->link_count; at++) {
        Linked one = run->links[at];
        page->links[one.link].places++;
        page->links[one.link].chars += one.chars;
        linked[page->linked_count++] = (Linked){one.link, page->block_count, one.chars};
    }
    return 0;
}

static Py_ssize_t least(Py_ssize_t one, Py_ssize_t other)
{
    return one < other ? one : other;
}

/* Make a block of the run; `text` is what it says. */
static int emit(Page *page, Text text, int role, int level)
{
    Run *run = &page->run;
    if (!is_blank_text(text)) {
        Py_ssize_t chars = chars_of(text);
        BlockRow block = {
            .role = role,
            .level = level,
            .element = page->container,
            .chars = chars,
            .link_chars = least(run->link_chars, chars),
            .strong_chars = least(run->strong_chars, chars),
            .text = owned(page, str_of(text)),
            .path = page->container >= 0 ? path_str(page, page->container) : page->reader->empty,
            .spans = spans_tuple(page),
            .spots = spots_list(page),
        };
        bool is_whole = block.text && block.path && block.spans && block.spots;
        if (!is_whole || note_links(page) < 0 || add_block(page, block) < 0) {
            return -1;
        }
    }
    begin_run(run);
    return 0;
}

static int settle_code(Page *page, int level)
{
    PyObject *pieces = str_of(of_buffer(&page->run.text));
    PyObject *code = pieces ? PyObject_CallFunctionObjArgs(page->reader->settle_code, pieces, NULL) : NULL;
    Text text = utf8_of(code);
    int failed = text.at == NULL ? -1 : emit(page, text, CODE, level);
    Py_XDECREF(pieces);
    Py_XDECREF(code);
    return failed;
}

/* Write the run as lines, one for each <br>, to `out`. */
static int settle_lines(Page *page, Buffer *out)
{
    Text left = of_buffer(&page->run.text);
    out->size = 0;
    for (;;) {
        const char *stop = left.size ? memchr(left.at, BREAK, (size_t)left.size) : NULL;
        Text line = {left.at, stop ? stop - left.at : left.size};
        Py_ssize_t before = out->size;
        if ((before && append_char(out, '\n') < 0) || collapse(page, line, out) < 0) {
            return -1;
        }
        if (out->size == before + (before > 0)) {
            out->size = before; /* the line is empty */
        }
        if (stop == NULL) {
            return 0;
        }
        left = (Text){stop + 1, left.size - (stop + 1 - left.at)};
    }
}

/* Make a block of the run of text. */
int flush(Page *page)
{
    Shape shape = shape_here(page);
    if (shape.role == CODE) {
        return settle_code(page, shape.level);
    }
    if (shape.role == LIST_ITEM) {
        /* Only the first run of an item carries its mark; the others are paragraphs of it. */
        ElementRow *item = page->elements + shape.item;
        if (item->is_begun) {
            shape.role = PARAGRAPH;
            shape.level = 0;
        }
        item->is_begun = true;
    }
    if (settle_lines(page, &page->scratch) < 0) {
        return -1;
    }
    return emit(page, of_buffer(&page->scratch), shape.role, shape.level);
}

int end_run(Page *page)
{
    if (page->run.has_text) {
        return flush(page);
    }
    clear_pieces(&page->run);
    page->run.number++;
    return 0;
}

/* ── rows of data tables ─────────────────────────────────────────────────────────────────── */

/* Add what the run holds to the row; an empty cell is one, too. */
static int add_cell(Page *page, bool is_stray)
{
    Py_ssize_t before = page->row.size;
    bool is_first = page->cell_count == 0;
    if (!is_first && append(&page->row, (Text){" | ", 3}) < 0) {
        return -1;
    }
    Py_ssize_t start = page->row.size;
    if (on_one_line(page, of_buffer(&page->run.text), &page->row) < 0) {
        return -1;
    }
    bool is_empty = page->row.size == start;
    if (is_empty && is_stray) {
        page->row.size = before;
        return 0;
    }
    page->row_says = page->row_says || !is_empty;
    page->cell_count++;
    return 0;
}

int close_cell(Page *page)
{
    if (page->in_row) {
        if (add_cell(page, false) < 0) {
            return -1;
        }
        clear_pieces(&page->run);
    }
    return 0;
}

int close_row(Page *page)
{
    if (add_cell(page, true) < 0) {
        return -1;
    }
    page->in_row = false;
    return emit(page, page->row_says ? of_buffer(&page->row) : NO_CHARS, TABLE, 0);
}
