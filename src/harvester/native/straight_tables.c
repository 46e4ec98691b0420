/* What tags do to tables that are open (HTML standard, 13.2.6.4.9 to 13.2.6.4.15). Text and elements between cells, which
   stand before the table in the parser's tree, are BENT.

   AGAIN: the tag is to be read by the rules of the mode that is on now; AS_IN_BODY: as elsewhere. */

#include "straight.h"

/* Return where the innermost element of a kind is open in the innermost table, or that table; -1: it is not. */
static int depth_in_table(const Straight *page, int kind, const TagName *name)
{
    for (int at = page->depth - 1; at >= 0; at--) {
        const TagName *open = page->stack + at;
        if (name != NULL ? is_one_name(open, name) : open->kind == kind) {
            return at;
        }
        if (open->kind == TABLE_KIND || open->kind == TEMPLATE_KIND || open->kind == HTML_TAG) {
            return -1;
        }
    }
    return -1;
}

/* Close what is open inside the innermost element of a kind. */
static int clear_to(Straight *page, int kind)
{
    int depth = depth_in_table(page, kind, NULL);
    return depth < 0 ? BENT : pop_until(page, depth + 1);
}

/* Close the innermost element of a kind, and go on in a mode. */
static int close_part(Straight *page, int kind, Mode mode)
{
    int depth = depth_in_table(page, kind, NULL);
    page->mode = mode;
    return depth < 0 ? BENT : pop_until(page, depth);
}

static Mode mode_within(const Straight *page)
{
    for (int at = page->depth - 1; at >= 0; at--) {
        switch (page->stack[at].kind) {
        case CELL_TAG: return IN_CELL;
        case TR_KIND: return IN_ROW;
        case GROUP_TAG: return IN_GROUP;
        case CAPTION_TAG: return IN_CAPTION;
        case COLGROUP_TAG: return IN_COLUMNS;
        case TABLE_KIND: return IN_TABLE;
        case TEMPLATE_KIND: return IN_BODY;
        default: break;
        }
    }
    return IN_BODY;
}

static int close_table(Straight *page)
{
    int done = close_part(page, TABLE_KIND, IN_BODY);
    page->mode = mode_within(page);
    return done;
}

/* Close a cell or caption, and what formatting elements were open in it. */
static int close_box(Straight *page, int kind, Mode mode)
{
    int done = imply_ends(page, NULL);
    done = done ? done : close_part(page, kind, mode);
    drop_to_marker(page);
    return done;
}

static int open_box(Straight *page, int around, Mode mode)
{
    int done = clear_to(page, around);
    page->mode = mode;
    done = done ? done : push(page);
    return done ? done : add_marker(page);
}

static int open_part(Straight *page, int around, Mode mode)
{
    int done = clear_to(page, around);
    page->mode = mode;
    return done ? done : push(page);
}

static int imply_part(Straight *page, int around, const char *tag, Mode mode)
{
    int done = clear_to(page, around);
    page->mode = mode;
    done = done ? done : push_implied(page, tag);
    return done ? done : AGAIN;
}

static int again(int done)
{
    return done ? done : AGAIN;
}

static bool is_part(int kind)
{
    return kind >= GROUP_TAG && kind <= COL_TAG;
}

/* ── start tags ──────────────────────────────────────────────────────────────────────────── */

/* A form between cells holds nothing, and is the page's form until one ends. */
static int start_form_between(Straight *page)
{
    if (page->form >= 0 || page->template_count) {
        return page->template_count ? BENT : 0;
    }
    page->form = FORM_OF_TABLE;
    return write_out(page, page->tag) || write_out(page, (Text){"</form>", 7}) ? BENT : 0;
}

static int start_between(Straight *page)
{
    switch (page->name.kind) {
    case CAPTION_TAG:
        return open_box(page, TABLE_KIND, IN_CAPTION);
    case COLGROUP_TAG:
        return open_part(page, TABLE_KIND, IN_COLUMNS);
    case COL_TAG:
        return imply_part(page, TABLE_KIND, "<colgroup>", IN_COLUMNS);
    case GROUP_TAG:
        return open_part(page, TABLE_KIND, IN_GROUP);
    case CELL_TAG: case TR_KIND:
        return imply_part(page, TABLE_KIND, "<tbody>", IN_GROUP);
    case TABLE_KIND:
        return again(close_table(page));
    case RAW_HEAD:
        return is_equal(page->name.name, "noframes") ? BENT : write_raw(page, true);
    case INPUT_TAG:
        return page->is_hidden_input ? write_out(page, page->tag) : BENT;
    case FORM_TAG:
        return start_form_between(page);
    default:
        return BENT;
    }
}

static int start_in_group(Straight *page)
{
    int kind = page->name.kind;
    if (kind == TR_KIND) {
        return open_part(page, GROUP_TAG, IN_ROW);
    }
    if (kind == CELL_TAG) {
        return imply_part(page, GROUP_TAG, "<tr>", IN_ROW);
    }
    return is_part(kind) ? again(close_part(page, GROUP_TAG, IN_TABLE)) : start_between(page);
}

static int start_in_row(Straight *page)
{
    if (page->name.kind == CELL_TAG) {
        return open_box(page, TR_KIND, IN_CELL);
    }
    return is_part(page->name.kind) ? again(close_part(page, TR_KIND, IN_GROUP)) : start_between(page);
}

int start_in_table(Straight *page)
{
    bool is_of_table = is_part(page->name.kind);
    switch (page->mode) {
    case IN_TABLE:
        return start_between(page);
    case IN_GROUP:
        return start_in_group(page);
    case IN_ROW:
        return start_in_row(page);
    case IN_CELL:
        return is_of_table ? again(close_box(page, CELL_TAG, IN_ROW)) : AS_IN_BODY;
    case IN_CAPTION:
        return is_of_table ? again(close_box(page, CAPTION_TAG, IN_TABLE)) : AS_IN_BODY;
    case IN_COLUMNS:
        if (page->name.kind == COL_TAG) {
            return write_out(page, page->tag);
        }
        return page->name.kind == ODD_TAG || page->name.kind == TEMPLATE_KIND ? BENT : again(close_part(page, COLGROUP_TAG, IN_TABLE));
    default:
        return AS_IN_BODY;
    }
}

/* ── end tags ────────────────────────────────────────────────────────────────────────────── */

static bool is_ignored(int kind)
{
    return is_part(kind) || kind == BODY_KIND || kind == HTML_TAG;
}

/* Whether an end tag ends only what is open in the table, where between its cells nothing is. */
static bool is_of_nothing_between(int kind)
{
    return kind == ORDINARY || kind == BLOCK_TAG || kind == HEADING_TAG || kind == LI_TAG || kind == DD_TAG || kind == PRE_TAG
           || kind == BUTTON_KIND || kind == SELECT_TAG;
}

static int end_between(Straight *page)
{
    int kind = page->name.kind;
    if (kind == TABLE_KIND) {
        return close_table(page);
    }
    if (kind == FORM_TAG && !page->template_count) {
        page->form = -1; /* of those around the table none is in scope */
        return 0;
    }
    return is_ignored(kind) || is_of_nothing_between(kind) ? 0 : BENT;
}

static int end_in_group(Straight *page)
{
    TagName name = page->name;
    if (name.kind == GROUP_TAG) {
        return depth_in_table(page, 0, &name) < 0 ? 0 : close_part(page, GROUP_TAG, IN_TABLE);
    }
    return name.kind == TABLE_KIND ? again(close_part(page, GROUP_TAG, IN_TABLE)) : end_between(page);
}

static int end_in_row(Straight *page)
{
    TagName name = page->name;
    if (name.kind == TR_KIND) {
        return close_part(page, TR_KIND, IN_GROUP);
    }
    if (name.kind == TABLE_KIND || (name.kind == GROUP_TAG && depth_in_table(page, 0, &name) >= 0)) {
        return again(close_part(page, TR_KIND, IN_GROUP));
    }
    return end_between(page);
}

static int end_in_cell(Straight *page)
{
    TagName name = page->name;
    if (name.kind == CELL_TAG) {
        return depth_in_table(page, 0, &name) < 0 ? 0 : close_box(page, CELL_TAG, IN_ROW);
    }
    if (name.kind == TABLE_KIND || name.kind == GROUP_TAG || name.kind == TR_KIND) {
        return depth_in_table(page, 0, &name) < 0 ? 0 : again(close_box(page, CELL_TAG, IN_ROW));
    }
    return is_ignored(name.kind) ? 0 : AS_IN_BODY;
}

static int end_in_caption(Straight *page)
{
    if (page->name.kind == CAPTION_TAG) {
        return close_box(page, CAPTION_TAG, IN_TABLE);
    }
    if (page->name.kind == TABLE_KIND) {
        return again(close_box(page, CAPTION_TAG, IN_TABLE));
    }
    return is_ignored(page->name.kind) ? 0 : AS_IN_BODY;
}

int end_in_table(Straight *page)
{
    switch (page->mode) {
    case IN_TABLE:
        return end_between(page);
    case IN_GROUP:
        return end_in_group(page);
    case IN_ROW:
        return end_in_row(page);
    case IN_CELL:
        return end_in_cell(page);
    case IN_CAPTION:
        return end_in_caption(page);
    case IN_COLUMNS:
        if (page->name.kind == COL_TAG) {
            return 0;
        }
        return page->name.kind == COLGROUP_TAG ? close_part(page, COLGROUP_TAG, IN_TABLE)
                                               : again(close_part(page, COLGROUP_TAG, IN_TABLE));
    default:
        return AS_IN_BODY;
    }
}
