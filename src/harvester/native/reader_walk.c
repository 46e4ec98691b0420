/* One walk over a page's markup: `walk.BodyReader`. Functions that return an int return -1 with an exception. */

#include "reader.h"

enum {
    MAX_TABLES_DEEP = 8,
    MAX_PHRASE_TAGS = 20,
    MAX_SURVEYS_IN_VAIN = 64,
    PANEL_PROSE = 80, /* of the paragraph before a panel, and of the panel */
    PANEL_NEAR = 4,
    PANEL_LEVELS = 2,
};

static uint32_t sets_of(const Page *page, const Tag *tag)
{
    return name_of(page, tag)->sets;
}

static uint32_t container_sets(const Page *page)
{
    return page->container >= 0 ? sets_of(page, page->tags + page->elements[page->container].tag) : 0;
}

static int number_of(const Page *page, const Tag *tag)
{
    return (int)(tag - page->tags);
}

static int end_of(const Page *page, int place, const Tag *tag)
{
    return end_of_element(page, place, tag->name);
}

/* ── elements ────────────────────────────────────────────────────────────────────────────── */

/* Return what being inside a tag means, given what its container meant: `shapes.shape_inside`. */
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
static int add_element(Page *page, const Tag *tag, int place)
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
static int index_inlines(Page *page)
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
    PyObject *content = tokens ? PyList_GetSlice(tokens, place, end_of(page, place, tag)) : NULL;
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

static int open_block(Page *page, Tag *tag, bool is_border, int place)
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

static int open_inline(Page *page, Tag *tag, bool is_line)
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

static int leave(Page *page)
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

/* ── pictures ────────────────────────────────────────────────────────────────────────────── */

static int add_image(Page *page, Tag *tag)
{
    ImageSays *says = image_of(page, tag);
    if (says == NULL) {
        return -1;
    }
    if (says->sign.size) {
        return add_text(page, says->sign);
    }
    if (page->image_count >= page->reader->max_images || says->is_never_shown) {
        return 0;
    }
    page->lacks_image = says->url == NULL;
    if (says->url == NULL) {
        return 0;
    }
    ImageRow *images = grown(page->images, &page->image_room, page->image_count + 1, sizeof(ImageRow));
    if (images == NULL) {
        return -1;
    }
    page->images = images;
    images[page->image_count++] = (ImageRow){says, page->container, page->place, page->block_count};
    return 0;
}

/* Read the image that stands in a <noscript> for the one that a script puts in its place. */
static int add_late_image(Page *page, int place, int end)
{
    for (int at = place + 1; at < end && at < place_count(page) && page->lacks_image; at += 2) {
        Tag *tag = tag_at(page, at);
        if (starts_with(tag->text, "<img") && add_image(page, tag) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ── what is passed by ───────────────────────────────────────────────────────────────────── */

/* Take note of an element that is not entered; return the place to go on from. */
static int pass_by(Page *page, Tag *tag, int place)
{
    uint32_t sets = sets_of(page, tag);
    if (sets & TAG_BR) {
        return break_line(page) < 0 ? -1 : place;
    }
    if ((sets & TAG_NOSCRIPT) && page->lacks_image && add_late_image(page, place, end_of(page, place, tag)) < 0) {
        return -1;
    }
    if ((sets & IMAGES) && add_image(page, tag) < 0) {
        return -1;
    }
    return sets & VOID ? place : end_of(page, place, tag);
}

/* Return whether a paragraph stands right before what comes next, and beside it: `panels.follows_prose`. */
static bool follows_prose(const Page *page)
{
    Py_ssize_t at = page->block_count - 1, first = page->block_count - PANEL_NEAR;
    while (at >= 0 && at >= first && page->blocks[at].chars < PANEL_PROSE) {
        at--;
    }
    if (at < 0 || at < first) {
        return false;
    }
    int near[PANEL_LEVELS], container = page->container;
    for (int level = 0; level < PANEL_LEVELS; level++) {
        near[level] = container;
        container = container >= 0 ? page->elements[container].parent : -1;
    }
    for (int element = page->blocks[at].element; element > 0; element = page->elements[element].parent) {
        if (element == near[0] || element == near[1]) {
            return true;
        }
    }
    return false;
}

/* Return whether a hidden element is a panel that carries on the text before it, for a reader to open. */
static int goes_on(Page *page, Tag *tag, int place)
{
    if (!tag->is_hidden || !tag->is_border || page->cut_of == NULL) {
        return 0;
    }
    int panel = is_panel(page, tag);
    if (panel <= 0 || page->panels > MAX_SURVEYS_IN_VAIN || !follows_prose(page)) {
        return panel < 0 ? -1 : 0;
    }
    page->panels++;
    Survey survey;
    int found = survey_element(page, place, tag, &survey);
    if (found <= 0) {
        return found;
    }
    Py_ssize_t links = 3 * survey.link_chars;
    free_survey(&survey);
    return survey.prose_chars >= (links > PANEL_PROSE ? links : PANEL_PROSE);
}

/* ── what is cut out ─────────────────────────────────────────────────────────────────────── */

static Text survey_text(const Survey *survey)
{
    return (Text){survey->text.at ? survey->text.at : "", survey->text.size};
}

/* Make a block of an element that was surveyed. */
static int emit_cut(Page *page, Tag *tag, const Survey *survey)
{
    if (index_inlines(page) < 0) {
        return -1;
    }
    int outer = page->container, index = add_element(page, tag, page->place);
    if (index < 0) {
        return -1;
    }
    Text text = survey_text(survey);
    BlockRow block = {
        .role = PARAGRAPH,
        .element = index,
        .chars = chars_of(text),
        .link_chars = survey->link_chars,
        .text = owned(page, str_of(text)),
        .path = path_str(page, index),
        .spans = page->reader->no_tuple,
        .verdict = tag->label,
    };
    page->container = outer;
    return block.text == NULL || block.path == NULL ? -1 : add_block(page, block);
}

/* Cut the element out and return the place behind it; 0: it is to be read. */
static int cut_out(Page *page, Tag *tag, int place)
{
    bool is_ruled = page->container >= 0 && page->elements[page->container].is_ruled;
    if (page->in_row || page->surveys_in_vain > MAX_SURVEYS_IN_VAIN || is_ruled) {
        return 0;
    }
    /* The foot of a card in an article is no site's footer. */
    Py_ssize_t most_prose = tag->cuts_prose && !page->articles ? page->most_prose : 0;
    Survey survey;
    int found = survey_element(page, place, tag, &survey);
    if (found < 0) {
        return -1;
    }
    if (!found || survey.prose_chars > most_prose) {
        page->surveys_in_vain++;
        free_survey(&survey);
        return 0;
    }
    int failed = end_run(page) < 0 || (survey.text.size && emit_cut(page, tag, &survey) < 0);
    free_survey(&survey);
    return failed ? -1 : survey.end;
}

/* ── inline elements that are no part of their sentence ──────────────────────────────────── */

static int says_anything(Page *page, Text text)
{
    for (Py_ssize_t at = 0; at < text.size; at++) {
        char c = text.at[at];
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return 1;
        }
    }
    if (is_ascii(text)) {
        return 0;
    }
    PyObject *str = str_of(text);
    PyObject *answer = str ? PyObject_CallFunctionObjArgs(page->reader->has_alnum, str, NULL) : NULL;
    Py_XDECREF(str);
    return is_true(answer);
}

static int add_tool(Page *page, PyObject *label, const Survey *survey)
{
    Tool *tools = grown(page->tools, &page->tool_room, page->tool_count + 1, sizeof(Tool));
    if (tools == NULL) {
        return -1;
    }
    page->tools = tools;
    PyObject *text = owned(page, str_of(survey_text(survey)));
    tools[page->tool_count++] = (Tool){label, text, survey->link_chars};
    return text == NULL ? -1 : 0;
}

/* Take out a control in a line; return the place behind it; 0: it is a part of its sentence. */
static int take_tool(Page *page, Tag *tag, PyObject *label, bool is_anchor, int place)
{
    Survey survey;
    int found = survey_element(page, place, tag, &survey);
    if (found <= 0) {
        return found;
    }
    /* An anchor around the words of a heading is the heading. */
    int stays = is_anchor ? says_anything(page, survey_text(&survey)) : 0;
    int failed = stays < 0 || (!stays && add_tool(page, label, &survey) < 0);
    free_survey(&survey);
    return failed ? -1 : stays ? 0 : survey.end;
}

/* Return the place behind an inline element that is no part of its sentence; 0: it is one. */
static int end_of_aside(Page *page, Tag *tag, int place)
{
    uint32_t sets = sets_of(page, tag);
    bool runs_on = page->open_link_count || (container_sets(page) & RUNNING);
    if (tag->is_clipped && !(sets & VOID) && runs_on) {
        return end_of(page, place, tag);
    }
    const Text *address = attribute(tag, HREF);
    bool is_anchor = tag->label == NULL && shape_here(page).role == HEADING && (sets & TAG_A) && address != NULL
                     && starts_with(*address, "#");
    PyObject *label = is_anchor ? page->reader->anchor_label : tag->label;
    return label != NULL && !page->in_row ? take_tool(page, tag, label, is_anchor, place) : 0;
}

/* Return whether the text begins with a small letter. */
static int goes_on_small(const Page *page, int place)
{
    Text text = stripped(text_at(page, place));
    if (text.size == 0) {
        return 0;
    }
    const char *next = text.at;
    char_at(&next);
    PyObject *letter = str_of((Text){text.at, next - text.at});
    PyObject *answer = letter ? PyObject_CallMethod(letter, "islower", NULL) : NULL;
    Py_XDECREF(letter);
    return is_true(answer);
}

/* Return whether a custom element is a few words of the sentence that it stands in, and no widget. */
static int is_phrase(Page *page, const Tag *tag, int place)
{
    if (!page->run.line_has_text && !(container_sets(page) & PHRASE_HOLDERS)) {
        return 0;
    }
    int end = place + 2 * MAX_PHRASE_TAGS, count = place_count(page);
    for (int at = place + 1; at < end && at < count; at += 2) {
        Tag *inner = tag_at(page, at);
        if (inner->kind == END && inner->name == tag->name) {
            return tag->label == NULL ? 1 : goes_on_small(page, at + 1);
        }
        if (inner->kind != START) {
            continue;
        }
        if (meet_tag(page, inner) < 0) {
            return -1;
        }
        if (inner->is_border) {
            return name_of(page, inner)->has_dash;
        }
    }
    return 0;
}

/* ── entering ────────────────────────────────────────────────────────────────────────────── */

/* Open an element inside a listing: a box is a line of it, not a block. */
static int enter_listing(Page *page, Tag *tag, int place)
{
    uint32_t sets = sets_of(page, tag);
    if (tag->is_line_number) {
        return sets & VOID ? place : end_of(page, place, tag);
    }
    bool is_box = tag->is_border && !(sets & CELLS);
    if ((is_box || tag->is_code_line) && begin_line(page) < 0) {
        return -1;
    }
    return !(sets & VOID) && open_inline(page, tag, is_box) < 0 ? -1 : place;
}

/* Return where a cell ends that holds the numbers of the lines of a listing beside it; 0 for others. */
static int end_of_numbers(Page *page, const Tag *tag, int place)
{
    if (!tag->is_line_number) {
        return 0;
    }
    int end = end_of(page, place, tag);
    page->scratch.size = 0;
    for (int at = place; at < end; at += 2) {
        if (append(&page->scratch, text_at(page, at)) < 0) {
            return -1;
        }
    }
    PyObject *text = str_of((Text){page->scratch.at ? page->scratch.at : "", page->scratch.size});
    PyObject *answer = text ? PyObject_CallFunctionObjArgs(page->reader->has_alpha, text, NULL) : NULL;
    Py_XDECREF(text);
    int says = is_true(answer);
    return says < 0 ? -1 : says ? 0 : end;
}

/* Open an element that is neither passed by nor in a listing; return the place to go on from. */
static int open_element(Page *page, Tag *tag, int place)
{
    uint32_t sets = sets_of(page, tag);
    bool is_border = tag->is_border, may_be_cut = tag->label != NULL;
    if (name_of(page, tag)->has_dash && tag->rules == NULL) {
        int phrase = is_phrase(page, tag, place);
        if (phrase < 0) {
            return -1;
        }
        is_border = is_border && !phrase;
        may_be_cut = may_be_cut && !phrase;
    }
    /* A <button> in the middle of a sentence is a glossary word or a footnote mark. */
    if (!is_border && !((sets & TAG_BUTTON) && !page->run.has_text)) {
        return open_inline(page, tag, false) < 0 ? -1 : place;
    }
    int end = may_be_cut ? cut_out(page, tag, place) : 0;
    if (end) {
        return end;
    }
    return open_block(page, tag, is_border, place) < 0 ? -1 : place;
}

/* Open the element of a start tag; return the place in the markup to go on from. */
static int enter(Page *page, Tag *tag, int place)
{
    page->place = place - 1;
    if (meet_tag(page, tag) < 0) {
        return -1;
    }
    uint32_t sets = sets_of(page, tag);
    if (tag->is_apart) {
        int opened = goes_on(page, tag, place);
        if (opened <= 0) {
            return opened < 0 ? -1 : pass_by(page, tag, place);
        }
    }
    if (page->listings && !(sets & PREFORMATTED)) {
        return enter_listing(page, tag, place);
    }
    int end = tag->is_border ? 0 : end_of_aside(page, tag, place);
    if (!end && (sets & TAG_TD)) {
        end = end_of_numbers(page, tag, place);
    }
    if (end) {
        return end;
    }
    end = open_element(page, tag, place);
    if (end == place && (sets & VOID) && leave(page) < 0) {
        return -1;
    }
    return end;
}

/* ── the walk ────────────────────────────────────────────────────────────────────────────── */

static int read_text(Page *page, int place)
{
    Text text = text_at(page, place);
    if (text.size == 0) {
        return 0;
    }
    if (is_blank_text(text)) { /* most are the line breaks and indents between tags */
        return add_piece(page, text);
    }
    page->place = place;
    return add_text(page, text);
}

/* Read the tag before `place`; return the place to go on from. */
static int read_tag_before(Page *page, int place)
{
    Tag *tag = tag_at(page, place - 1);
    if (tag->kind == START) {
        return enter(page, tag, place);
    }
    bool closes = tag->kind == END && page->depth && page->tags[page->stack[page->depth - 1].tag].name == tag->name;
    return closes && leave(page) < 0 ? -1 : place;
}

/* Return which tool before `at` has the same label, `at` itself where none has. */
static Py_ssize_t first_alike(const Page *page, Py_ssize_t at)
{
    for (Py_ssize_t before = 0; before < at; before++) {
        int same = PyObject_RichCompareBool(page->tools[before].label, page->tools[at].label, Py_EQ);
        if (same) {
            return same < 0 ? -1 : before;
        }
    }
    return at;
}

/* Make one block of all controls that have the label of the one at `first`. */
static int emit_alike(Page *page, Py_ssize_t first, const Py_ssize_t *alike)
{
    BlockRow block = {.role = PARAGRAPH, .spans = page->reader->no_tuple, .verdict = page->tools[first].label};
    page->scratch.size = 0;
    for (Py_ssize_t at = first; at < page->tool_count; at++) {
        Text text = {NULL, 0};
        if (alike[at] != first) {
            continue;
        }
        text.at = PyUnicode_AsUTF8AndSize(page->tools[at].text, &text.size);
        bool is_next = text.size && page->scratch.size;
        if (text.at == NULL || (is_next && append_char(&page->scratch, '\n') < 0) || append(&page->scratch, text) < 0) {
            return -1;
        }
        block.link_chars += page->tools[at].link_chars;
    }
    if (page->scratch.size == 0) {
        return 0;
    }
    if (page->element_count == 0) {
        PyErr_SetString(PyExc_IndexError, "a control, and no element around it");
        return -1;
    }
    Text text = {page->scratch.at, page->scratch.size};
    block.chars = chars_of(text);
    block.text = owned(page, str_of(text));
    block.path = path_str(page, 0);
    return block.text == NULL || block.path == NULL ? -1 : add_block(page, block);
}

/* Make one block of all controls of a kind that stood in lines, at the end of the page. */
static int emit_tools(Page *page)
{
    Py_ssize_t *alike = taken(&page->arena, (size_t)(page->tool_count + 1) * sizeof(Py_ssize_t));
    if (alike == NULL) {
        return -1;
    }
    for (Py_ssize_t at = 0; at < page->tool_count; at++) {
        alike[at] = first_alike(page, at);
        if (alike[at] < 0) {
            return -1;
        }
    }
    for (Py_ssize_t at = 0; at < page->tool_count; at++) {
        if (alike[at] == at && emit_alike(page, at, alike) < 0) {
            return -1;
        }
    }
    return 0;
}

enum { MIN_ARTICLE_CHARS = 1200, MIN_ARTICLE_BLOCKS = 4 };

/* Take from the blocks the characters of links that hold a whole article: `links.release_links`. */
static void release_links(Page *page)
{
    for (Py_ssize_t at = 0; at < page->linked_count; at++) {
        const Linked *linked = page->linked + at;
        const Link *link = page->links + linked->link;
        if (link->is_released && link->places >= MIN_ARTICLE_BLOCKS && link->chars >= MIN_ARTICLE_CHARS) {
            BlockRow *block = page->blocks + linked->block;
            block->link_chars = block->link_chars > linked->chars ? block->link_chars - linked->chars : 0;
        }
    }
}

int walk(Page *page)
{
    int place = 0, last = place_count(page) - 1;
    while (place <= last) {
        if (read_text(page, place) < 0) {
            return -1;
        }
        if (place == last) {
            break;
        }
        place = read_tag_before(page, place + 2);
        if (place < 0) {
            return -1;
        }
    }
    if (end_run(page) < 0 || emit_tools(page) < 0) {
        return -1;
    }
    release_links(page);
    return 0;
}
