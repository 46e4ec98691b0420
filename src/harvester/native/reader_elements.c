/* Elements that are opened and left on the way: the middle of `walk.BodyReader`, and what `block_writer.py` notes of them. */

#include "reader.h"

enum { MAX_TABLES_DEEP = 8 };

static int number_of(const Page *page, const Tag *tag)
{
    return (int)(tag - page->tags);
}

/* ── elements ────────────────────────────────────────────────────────────────────────────── */

/* Return what being inside a tag means, given what its container meant: `block_roles.shape_inside`. */
static Shape shape_inside(Shape shape, uint32_t sets, int index)
{
    if (HEADING_LEVEL(sets)) {
        shape.role = HEADING;
        for (shape.level = 1; !(HEADING_LEVEL(sets) & 1 << (shape.level - 1));) {
            shape.level++;
        }
    } else if (sets & ITEMS) {
        shape.role = LIST_ITEM;
        shape.level = shape.lists > 1 ? shape.lists : 1;
        shape.item = index;
    } else if (sets & (QUOTES | CAPTIONS | CONTROLS | PREFORMATTED | FRESH)) {
        shape.role = sets & QUOTES          ? QUOTE
                     : sets & CAPTIONS      ? CAPTION
                     : sets & CONTROLS      ? CONTROL
                     : sets & PREFORMATTED  ? CODE
                                            : PARAGRAPH;
        shape.level = 0;
        shape.item = shape.role == PARAGRAPH ? -1 : shape.item;
    }
    shape.lists += (sets & LISTS) != 0;
    return shape;
}

static int note_rules(Page *page, const Tag *tag, int index)
{
    ElementRow *row = page->elements + index;
    if (tag->rules != NULL) {
        PyObject *key = PyLong_FromLong(index);
        int failed = key == NULL || PyDict_SetItem(page->rules, key, tag->rules) < 0;
        Py_XDECREF(key);
        if (failed) {
            return -1;
        }
    }
    row->is_ruled = tag->rules != NULL || (row->parent >= 0 && page->elements[row->parent].is_ruled);
    return 0;
}

/* Return the index of a new element in the container. */
int add_element(Page *page, const Tag *tag, int place)
{
    if (page->is_bounded && page->element_count >= page->reader->max_elements) {
        PyErr_SetObject(page->reader->too_many, page->reader->says_elements);
        return -1;
    }
    ElementRow *rows = grown(page->elements, &page->element_room, page->element_count + 1, sizeof(ElementRow));
    if (rows == NULL) {
        return -1;
    }
    page->elements = rows;
    int index = (int)page->element_count++, parent = page->container;
    Shape shape = shape_here(page);
    if (parent >= 0) {
        shape = shape_inside(shape, sets_of(page, tag), index);
    }
    rows[index] = (ElementRow){.tag = number_of(page, tag), .parent = parent, .place = place, .shape = shape};
    page->container = index;
    return page->marked != NULL && note_rules(page, tag, index) < 0 ? -1 : index;
}

/* Give inline elements that turn out to hold blocks their place in the tree; they are those opened last. */
int index_inlines(Page *page)
{
    for (Open *opened = page->stack + page->depth - page->bare_inlines; opened < page->stack + page->depth; opened++) {
        if (opened->element < 0) {
            opened->element = add_element(page, page->tags + opened->tag, opened->place);
            if (opened->element < 0) {
                return -1;
            }
        }
    }
    page->bare_inlines = 0;
    return 0;
}

static int push(Page *page, Open opened)
{
    Open *stack = grown(page->stack, &page->stack_room, page->depth + 1, sizeof(Open));
    if (stack == NULL) {
        return -1;
    }
    page->stack = stack;
    stack[page->depth++] = opened;
    return 0;
}

/* ── blocks ──────────────────────────────────────────────────────────────────────────────── */

/* Return whether a table is one of data. */
static int asks_for_rows(Page *page, Tag *tag, int place)
{
    if (page->table_count >= MAX_TABLES_DEEP) {
        return 0; /* a look into each of thousands of nested tables would be quadratic */
    }
    const Text *said = attribute(tag, ROLE);
    PyObject *role = str_of(said ? *said : NO_CHARS), *tokens = role ? token_list(page) : NULL;
    PyObject *content = tokens ? PySequence_GetSlice(tokens, place, end_of(page, place, tag)) : NULL;
    PyObject *answer =
        content ? PyObject_CallFunctionObjArgs(page->reader->is_data_table, role, content, NULL) : NULL;
    Py_XDECREF(role);
    Py_XDECREF(content);
    return is_true(answer);
}

static int open_table(Page *page, Tag *tag, int place)
{
    int by_rows = asks_for_rows(page, tag, place);
    bool *tables = by_rows < 0 ? NULL : grown(page->tables, &page->table_room, page->table_count + 1, sizeof(bool));
    if (tables == NULL) {
        return -1;
    }
    page->tables = tables;
    tables[page->table_count++] = by_rows;
    return 0;
}

static void open_row(Page *page)
{
    page->in_row = true;
    page->row_says = false;
    page->cell_count = page->row.size = 0;
}

/* A border of a block was reached; inside a row of a data table it is a blank. */
static int cross_border(Page *page, bool is_row)
{
    if (page->in_row && !is_row) {
        return add_piece(page, (Text){" ", 1});
    }
    return page->run.piece_count ? end_run(page) : 0;
}

int open_block(Page *page, Tag *tag, bool is_border, int place)
{
    uint32_t sets = sets_of(page, tag);
    if (cross_border(page, sets & TAG_TR) < 0 || index_inlines(page) < 0) {
        return -1;
    }
    int index = add_element(page, tag, page->place);
    Open opened = {.tag = number_of(page, tag), .element = index, .place = page->place, .run = page->run.number,
                   .start = -1, .is_border = is_border};
    if (index < 0 || push(page, opened) < 0) {
        return -1;
    }
    page->kept_lines += tag->keeps_lines;
    page->listings += (sets & PREFORMATTED) != 0;
    page->articles += (sets & ARTICLES) != 0;
    if (sets & TAG_TABLE) {
        return open_table(page, tag, place);
    }
    if ((sets & TAG_TR) && page->table_count && page->tables[page->table_count - 1]) {
        open_row(page);
    }
    return 0;
}

static int open_link(Page *page, Tag *tag)
{
    int link = link_of(page, tag);
    int *links = link < 0 ? NULL : grown(page->open_links, &page->open_link_room, page->open_link_count + 1, sizeof(int));
    if (links == NULL) {
        return -1;
    }
    page->open_links = links;
    links[page->open_link_count++] = link;
    return 0;
}

int open_inline(Page *page, Tag *tag, bool is_line)
{
    Open opened = {.tag = number_of(page, tag), .element = -1, .place = page->place, .run = page->run.number,
                   .start = tag->is_telling ? page->run.piece_count : -1, .chars = page->run.chars,
                   .is_line = is_line};
    if (push(page, opened) < 0) {
        return -1;
    }
    page->bare_inlines++;
    page->kept_lines += tag->keeps_lines;
    page->strong += (sets_of(page, tag) & STRONG) != 0;
    return tag->is_link ? open_link(page, tag) : 0;
}

/* ── leaving ─────────────────────────────────────────────────────────────────────────────── */

static int leave_block(Page *page, uint32_t sets)
{
    if ((sets & TAG_TABLE) && page->table_count) {
        page->table_count--;
    }
    page->listings -= (sets & PREFORMATTED) != 0;
    page->articles -= (sets & ARTICLES) != 0;
    if (page->in_row && (sets & CELLS)) {
        return close_cell(page);
    }
    if (page->in_row && (sets & TAG_TR)) {
        return close_row(page);
    }
    return cross_border(page, false);
}

static int leave_inline(Page *page, const Open *opened)
{
    const Tag *tag = page->tags + opened->tag;
    if (tag->is_link) {
        page->open_link_count--;
    }
    if (opened->is_line && begin_line(page) < 0) {
        return -1;
    }
    page->strong -= (sets_of(page, tag) & STRONG) != 0;
    return opened->start >= 0 && opened->run == page->run.number ? add_span(page, opened) : 0;
}

int leave(Page *page)
{
    Open opened = page->stack[--page->depth];
    const Tag *tag = page->tags + opened.tag;
    page->kept_lines -= tag->keeps_lines;
    if (!opened.is_border) {
        if (leave_inline(page, &opened) < 0) {
            return -1;
        }
        if (opened.element < 0) {
            page->bare_inlines--;
            return 0;
        }
    }
    if (leave_block(page, sets_of(page, tag)) < 0) {
        return -1;
    }
    page->container = page->elements[opened.element].parent;
    return 0;
}
