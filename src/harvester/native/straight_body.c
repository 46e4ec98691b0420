/* What tags in a body do (HTML standard, 13.2.6.4.7). */

#include "straight.h"

/* ── start tags ──────────────────────────────────────────────────────────────────────────── */

static int insert_void(Straight *page)
{
    return write_out(page, page->tag);
}

/* Open the element that was read, whose tag stays what it is while others are closed. */
static int insert(Straight *page, bool reopens)
{
    int done = reopens ? reopen_formats(page) : 0;
    return done ? done : push(page);
}

static int insert_format(Straight *page)
{
    int done = reopen_formats(page);
    const char *start = page->out;
    if (is_equal(page->name.name, "nobr") && depth_in_scope(page, 0, &page->name) >= 0) {
        return BENT; /* it ends the one that is open */
    }
    done = done ? done : push(page);
    return done ? done : add_format(page, (Text){start, page->tag.size});
}

static int insert_link(Straight *page)
{
    for (int at = page->format_count - 1; at >= 0 && page->formats[at].tag.kind != MARKER; at--) {
        if (page->formats[at].tag.kind != A_TAG) {
            continue;
        }
        int count = page->format_count, done = end_format(page);
        if (done || page->format_count == count) {
            return BENT;
        }
        break;
    }
    return insert_format(page);
}

/* An item ends the one before it, unless it is inside something else. */
static int insert_item(Straight *page, int kind)
{
    int done = 0;
    for (int at = page->depth - 1; at >= 0; at--) {
        const TagName *open = page->stack + at;
        if (open->kind == kind) {
            TagName name = *open;
            done = end_element(page, at, &name);
            break;
        }
        if (open->flags & SPECIAL && open->kind != P_TAG && !is_equal(open->name, "address")
            && !is_equal(open->name, "div")) {
            break;
        }
    }
    done = done ? done : end_paragraph(page);
    return done ? done : push(page);
}

/* Pass the end of line that an element's text begins with; BENT: one may be written as a reference, or
   stand behind what is nothing. */
static int pass_newline(Straight *page)
{
    Text left = {page->at, page->end - page->at};
    if (may_refer_to_blank(left) || starts_with(left, "</>")) {
        return BENT;
    }
    page->at += starts_with(left, "\r\n") ? 2 : starts_with(left, "\n") || starts_with(left, "\r");
    return 0;
}

static int insert_block(Straight *page)
{
    int done = end_paragraph(page);
    if (!done && page->name.kind == HEADING_TAG && current(page)->kind == HEADING_TAG) {
        done = pop(page);
    }
    done = done ? done : push(page);
    return done || page->name.kind != PRE_TAG ? done : pass_newline(page);
}

static int insert_form(Straight *page)
{
    if (page->form >= 0 || page->template_count) {
        return page->template_count ? BENT : 0;
    }
    int done = end_paragraph(page);
    page->form = page->depth;
    return done ? done : push(page);
}

static int insert_button(Straight *page)
{
    int depth = depth_in_scope(page, BUTTON_KIND, NULL), done = depth < 0 ? 0 : end_element(page, depth, NULL);
    return done ? done : insert(page, true);
}

/* Return whether a comment ends before the tag at `at`; what was looked through for its end is not looked through again. */
static bool ends_comment(const char **comment, const char *at)
{
    bool is_ended = contains((Text){*comment, at - *comment}, (Text){"-->", 3});
    *comment = is_ended ? NULL : at;
    return is_ended;
}

/* Write an element whose content is text, to its end tag. */
int write_raw(Straight *page, bool is_plain)
{
    TagName name = page->name;
    int done = push(page);
    if (done) {
        return done;
    }
    name = *current(page);
    if (name.kind == TEXTAREA_TAG && pass_newline(page)) {
        return BENT;
    }
    const char *from = page->at, *at = from, *after = from, *comment = NULL;
    for (;; at++) {
        at = at < page->end ? memchr(at, '<', (size_t)(page->end - at)) : NULL;
        if (at == NULL || page->end - at < name.name.size + 3) {
            return BENT;
        }
        Text left = {at, page->end - at};
        if (starts_with(left, "<!--") && (comment == NULL || ends_comment(&comment, at))) {
            comment = at + 2; /* its own dashes may end it */
        }
        if (comment != NULL && name.kind == RAW_HEAD && starts_with_any_case(left, "<script") && !ends_comment(&comment, at)) {
            return BENT; /* a script in the comment of a script has an end of its own */
        }
        after = at + 2 + name.name.size;
        bool is_end = at[1] == '/' && starts_with_any_case(behind(left, 2), TAG_RULES[name.number].name);
        if (is_end && is_mark(*after, IS_BLANK | IS_SLASH | IS_END)) {
            break;
        }
    }
    while (after < page->end && is_blank(*after)) {
        after++;
    }
    if (after == page->end || *after != '>') {
        return BENT;
    }
    page->at = after + 1;
    done = is_plain ? write_lines(page, (Text){from, at - from}) : write_text(page, (Text){from, at - from});
    return done ? done : pop(page);
}

static int insert_table(Straight *page)
{
    if (depth_in(page, P_TAG, NULL, BUTTONS_END) >= 0 && !page->knows_quirks) {
        return BENT;
    }
    int done = end_paragraph(page);
    page->mode = IN_TABLE;
    return done ? done : push(page);
}

/* In a <select>, where nothing else is read here: an option ends the one before it, a group that and the group. */
static int insert_option(Straight *page)
{
    bool is_group = is_equal(page->name.name, "optgroup");
    int done = 0;
    if (current(page)->kind != SELECT_TAG && current(page)->kind != OPTION_TAG) {
        return BENT;
    }
    if (is_equal(current(page)->name, "option")) {
        done = pop(page);
    }
    if (!done && is_group && is_equal(current(page)->name, "optgroup")) {
        done = pop(page);
    }
    return done ? done : push(page);
}

/* An <image> is an <img>. */
static int insert_image(Straight *page)
{
    int done = reopen_formats(page);
    return done || write_out(page, (Text){"<img", 4}) ? BENT : write_out(page, behind(page->tag, (Py_ssize_t)strlen("<image")));
}

int open_template(Straight *page)
{
    if (page->template_count == MOST_TEMPLATES || push(page) || add_marker(page)) {
        return BENT;
    }
    page->modes[page->template_count++] = page->mode;
    page->mode = IN_TEMPLATE;
    return 0;
}

int close_template(Straight *page)
{
    if (page->template_count == 0) {
        return 0;
    }
    int depth = page->depth - 1;
    while (page->stack[depth].kind != TEMPLATE_KIND) {
        depth--;
    }
    page->mode = page->modes[--page->template_count];
    int done = pop_until(page, depth);
    drop_to_marker(page);
    return done;
}

/* A body that no tag had asked for gets the attributes of the tag that comes late. */
static int meet_second_body(Straight *page)
{
    Text said = {page->tag.at + 5, page->tag.size - 6};
    if (said.size == 0 || page->template_count) {
        return 0;
    }
    if (page->body_end == NULL || page->body_attributes.size) {
        return BENT;
    }
    /* They are kept at the end of the room of tags. */
    page->tag_room_end -= said.size;
    if (page->tag_room_end - page->tag_text < page->tag.size) {
        return BENT;
    }
    page->body_attributes = (Text){memcpy(page->tag_room_end, said.at, (size_t)said.size), said.size};
    return 0;
}

int start_in_body(Straight *page)
{
    int done;
    if (page->select_count && page->name.kind != OPTION_TAG && depth_in_scope(page, SELECT_TAG, NULL) >= 0) {
        return BENT;
    }
    switch (page->name.kind) {
    case BLOCK_TAG: case P_TAG: case HEADING_TAG: case PRE_TAG:
        return insert_block(page);
    case LI_TAG: case DD_TAG:
        return insert_item(page, page->name.kind);
    case FORM_TAG:
        return insert_form(page);
    case BUTTON_KIND:
        return insert_button(page);
    case A_TAG:
        return insert_link(page);
    case FORMATTING:
        return insert_format(page);
    case OBJECT_TAG:
        done = insert(page, true);
        return done ? done : add_marker(page);
    case TABLE_KIND:
        return insert_table(page);
    case GROUP_TAG: case TR_KIND: case CELL_TAG: case CAPTION_TAG: case COLGROUP_TAG: case COL_TAG: case HEAD_TAG:
        return 0;
    case VOID_KIND: case INPUT_TAG:
        done = reopen_formats(page);
        return done ? done : insert_void(page);
    case HR_TAG:
        done = end_paragraph(page);
        return done ? done : insert_void(page);
    case BARE_VOID: case META_KIND:
        return insert_void(page);
    case RAW_HEAD: case RAW_BODY:
        return write_raw(page, true);
    case TITLE_KIND: case TEXTAREA_TAG:
        return has_lost_formats(page) ? BENT : write_raw(page, false); /* the parser opens them in there */
    case OPTION_TAG:
        return insert_option(page);
    case SVG_KIND:
        done = insert(page, true);
        return done || !page->is_self_closing ? done : pop(page);
    case TEMPLATE_KIND:
        return open_template(page);
    case BODY_KIND:
        return meet_second_body(page);
    case HTML_TAG:
        return meet_second_html(page);
    case ODD_TAG:
        return is_equal(page->name.name, "image") ? insert_image(page) : BENT;
    default:
        return insert(page, true);
    }
}

/* ── end tags ────────────────────────────────────────────────────────────────────────────── */

static int end_form(Straight *page)
{
    int depth = page->form;
    page->form = -1;
    int open = depth_in_scope(page, FORM_TAG, NULL);
    if (depth < 0 || depth == FORM_OF_TABLE || open < 0) {
        return 0;
    }
    int done = imply_ends(page, NULL);
    return done || open != depth || page->depth != depth + 1 ? BENT : pop(page);
}

static int end_p(Straight *page)
{
    int depth = depth_in(page, P_TAG, NULL, BUTTONS_END);
    if (depth < 0) {
        return write_out(page, (Text){"<p></p>", 7});
    }
    return end_paragraph(page);
}

/* The end of a <br> is another one. */
static int end_break(Straight *page)
{
    return page->select_count || reopen_formats(page) ? BENT : write_out(page, (Text){"<br>", 4});
}

static int end_body(Straight *page)
{
    if (depth_in_scope(page, BODY_KIND, NULL) >= 0) {
        page->mode = page->name.kind == HTML_TAG ? AFTER_ALL : AFTER_BODY;
    }
    return 0;
}

int end_in_body(Straight *page)
{
    TagName name = page->name;
    int depth;
    switch (name.kind) {
    case BLOCK_TAG: case BUTTON_KIND: case PRE_TAG: case SELECT_TAG:
        depth = depth_in_scope(page, 0, &name);
        return depth < 0 ? 0 : end_element(page, depth, NULL);
    case FORM_TAG:
        return page->template_count ? BENT : end_form(page);
    case TEMPLATE_KIND:
        return close_template(page);
    case P_TAG:
        return end_p(page);
    case LI_TAG:
        depth = depth_in(page, LI_TAG, NULL, ITEMS_END);
        return depth < 0 ? 0 : end_element(page, depth, &name);
    case DD_TAG:
        depth = depth_in_scope(page, 0, &name);
        return depth < 0 ? 0 : end_element(page, depth, &name);
    case HEADING_TAG:
        depth = depth_in_scope(page, HEADING_TAG, NULL);
        return depth < 0 ? 0 : end_element(page, depth, NULL);
    case A_TAG: case FORMATTING:
        return end_format(page);
    case OBJECT_TAG:
        depth = depth_in_scope(page, 0, &name);
        if (depth < 0) {
            return 0;
        }
        int done = end_element(page, depth, NULL);
        drop_to_marker(page);
        return done;
    case BODY_KIND: case HTML_TAG:
        return end_body(page);
    case ODD_TAG:
        return is_equal(name.name, "image") ? end_ordinary(page) : BENT;
    case VOID_KIND:
        return is_equal(name.name, "br") ? end_break(page) : end_ordinary(page);
    default:
        return end_ordinary(page);
    }
}
