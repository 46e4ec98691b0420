/* One walk over a page's markup: `walk.BodyReader`. Functions that return an int return -1 with an exception. */

#include "reader.h"

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
    return sets & VOID_TAGS ? place : end_of(page, place, tag);
}

/* ── entering ────────────────────────────────────────────────────────────────────────────── */

/* Open an element inside a listing: a box is a line of it, not a block. */
static int enter_listing(Page *page, Tag *tag, int place)
{
    uint32_t sets = sets_of(page, tag);
    if (tag->is_line_number) {
        return sets & VOID_TAGS ? place : end_of(page, place, tag);
    }
    bool is_box = tag->is_border && !(sets & CELLS);
    if ((is_box || tag->is_code_line) && begin_line(page) < 0) {
        return -1;
    }
    return !(sets & VOID_TAGS) && open_inline(page, tag, is_box) < 0 ? -1 : place;
}

/* Return where a cell ends that holds the numbers of the lines of a listing beside it; 0 for others. */
static int end_of_numbers(Page *page, const Tag *tag, int place)
{
    if (!tag->is_line_number || page->cells_in_vain > MAX_SURVEYS_IN_VAIN) {
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
    page->cells_in_vain += says > 0;
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
        int opened = opens(page, tag, place);
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
    if (end == place && (sets & VOID_TAGS) && leave(page) < 0) {
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

enum { MIN_ARTICLE_CHARS = 1200, MIN_ARTICLE_BLOCKS = 4 };

/* Take from the blocks the characters of links that hold a whole article: `runaway_links.release_links`. */
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
