/* What a page says of itself in <title>, <meta>, <link>, <base>, <html> and scripts that hold data: `parsing._read_head`. */

#include "reader_page.h"

/* ── attributes ──────────────────────────────────────────────────────────────────────────── */

/* Return what a tag says by an attribute, as it is written; .at NULL: it has none. */
static Text said_by(Text tag, const char *wanted)
{
    const char *end = tag.at + tag.size, *at = tag.at + 1 + tag_name(tag).size;
    while (is_blank(at[0]) && !is_mark(at[1], IS_BLANK | IS_END)) {
        Text name, value;
        at++;
        next_attribute(&at, end, &name, &value);
        if (is_equal(name, wanted)) {
            return value;
        }
    }
    return (Text){NULL, 0};
}

/* Return what a tag means by an attribute, "" where it has none; .at NULL: no memory. */
static Text meant_by(const Whole *whole, Text tag, const char *wanted)
{
    Text said = said_by(tag, wanted);
    return said.size ? from_unescaped(&whole->page->arena, said) : NO_CHARS;
}

static PyObject *lower_str(Text text)
{
    PyObject *str = text.at ? str_of(text) : NULL, *low = str ? PyObject_CallMethod(str, "lower", NULL) : NULL;
    Py_XDECREF(str);
    return low;
}

static PyObject *str_meant(const Whole *whole, Text tag, const char *wanted)
{
    Text text = meant_by(whole, tag, wanted);
    return text.at ? str_of(text) : NULL;
}

/* Append a named tuple of these fields, which are taken, to a list. */
static int add_note(const Whole *whole, PyObject *list, PyObject *type, PyObject *const *fields, int count)
{
    if (PyList_Size(list) >= whole->page->reader->max_notes) {
        for (int at = 0; at < count; at++) {
            Py_XDECREF(fields[at]);
        }
        return DECLINED;
    }
    PyObject *note = made(whole->page->reader, type, packed(fields, count));
    int failed = note ? PyList_Append(list, note) : -1;
    Py_XDECREF(note);
    return failed;
}

/* ── notes ───────────────────────────────────────────────────────────────────────────────── */

static int note_meta_once(Whole *whole, Text tag)
{
    static const char *const names[] = {"property", "name", "itemprop", "http-equiv"};
    Page *page = whole->page;
    if (++whole->meta_count > page->reader->max_notes) {
        return DECLINED;
    }
    Text content = meant_by(whole, tag, "content");
    content = content.at && content.size == 0 ? meant_by(whole, tag, "value") : content;
    page->scratch.size = 0;
    if (content.at == NULL || collapse(page, content, &page->scratch) < 0) {
        return -1;
    }
    for (int at = 0; page->scratch.size && at < 4; at++) {
        Text name = meant_by(whole, tag, names[at]);
        if (name.at != NULL && name.size == 0) {
            continue;
        }
        PyObject *fields[] = {name.at ? lower_str(stripped(name)) : NULL, str_of(of_buffer(&page->scratch))};
        int done = add_note(whole, whole->metas, page->reader->meta, fields, 2);
        if (done) {
            return done;
        }
    }
    return 0;
}

/* Two selectors find one with both attributes, each for itself. */
static int note_meta(Whole *whole, Text tag)
{
    int done = said_by(tag, "content").at ? note_meta_once(whole, tag) : 0;
    return !done && said_by(tag, "value").at ? note_meta_once(whole, tag) : done;
}

static int note_link(Whole *whole, Text tag)
{
    if (said_by(tag, "rel").at == NULL || said_by(tag, "href").at == NULL) {
        return 0;
    }
    PyObject *fields[] = {lower_str(meant_by(whole, tag, "rel")), str_meant(whole, tag, "href"),
                          str_meant(whole, tag, "hreflang"), str_meant(whole, tag, "type")};
    return add_note(whole, whole->links, whole->page->reader->head_link, fields, 4);
}

/* Return whether a text holds a word in small letters, in letters of either case. */
static bool holds_any_case(Text text, const char *word)
{
    for (; text.size; text = behind(text, 1)) {
        if (lower(text.at[0]) == word[0] && starts_with_any_case(text, word)) {
            return true;
        }
    }
    return false;
}

static int note_script(Whole *whole, Text tag, Text content)
{
    const Reader *reader = whole->page->reader;
    if (holds_any_case(tag, "gist.github.com/") || holds_any_case(tag, "math/tex")) {
        return DECLINED;
    }
    Text type = meant_by(whole, tag, "type"), id = meant_by(whole, tag, "id");
    if (type.at == NULL || id.at == NULL) {
        return -1;
    }
    bool is_data = !is_ascii(type) || holds_any_case(type, "json");
    for (int at = 0; at < reader->data_id_count; at++) {
        is_data = is_data || is_same(id, reader->data_ids[at]);
    }
    if (!is_data) {
        return 0;
    }
    if (!is_ascii(type)) {
        return DECLINED; /* letters that become "json" in small ones */
    }
    PyObject *fields[] = {lower_str(type), str_of(id), str_of(content)};
    return add_note(whole, whole->scripts, reader->script, fields, 3);
}

/* Keep the title in the head, else the first one. */
static int note_title(Whole *whole)
{
    if (whole->foreign || whole->templates) {
        whole->has_drawn_title = whole->has_drawn_title || !whole->templates;
        return 0;
    }
    if (whole->has_head_title || (whole->title.at != NULL && !whole->in_head)) {
        return 0;
    }
    const char *end = memchr(whole->at, '<', (size_t)(whole->scan.end - whole->at));
    if (end == NULL || !starts_with((Text){end, whole->scan.end - end}, "</title>")) {
        return DECLINED;
    }
    whole->title = (Text){whole->at, end - whole->at};
    whole->has_head_title = whole->in_head;
    return 0;
}

static int note_root(Whole *whole, Text tag)
{
    if (whole->lang.at != NULL) {
        return DECLINED; /* there is one <html> */
    }
    whole->lang = meant_by(whole, tag, "lang");
    if (whole->lang.at != NULL && whole->lang.size == 0) {
        whole->lang = meant_by(whole, tag, "xml:lang");
    }
    return whole->lang.at == NULL ? -1 : 0;
}

/* Take note of what a start tag says of the page; `content` is that of a script. Return 0, DECLINED, or -1. */
int note_tag(Whole *whole, Text tag, uint32_t sets, Text content)
{
    if (sets & ROOT_TAG) {
        return note_root(whole, tag);
    }
    if (sets & TITLE_TAG) {
        return note_title(whole);
    }
    if (whole->templates) {
        return 0;
    }
    if (sets & META_TAG) {
        return note_meta(whole, tag);
    }
    if (sets & LINK_TAG) {
        return note_link(whole, tag);
    }
    if (sets & SCRIPT_TAG) {
        return note_script(whole, tag, content);
    }
    if (whole->base.at == NULL && said_by(tag, "href").at != NULL) {
        whole->base = meant_by(whole, tag, "href");
        return whole->base.at ? 0 : -1;
    }
    return 0;
}

/* ── what is asked of a few tags ─────────────────────────────────────────────────────────── */

bool is_item(const Whole *whole, Text figure)
{
    const Reader *reader = whole->page->reader;
    for (int at = 0; at < reader->item_count; at++) {
        if (contains(figure, reader->items[at])) {
            return true;
        }
    }
    return false;
}

/* ── the head ────────────────────────────────────────────────────────────────────────────── */

int begin_head(Whole *whole)
{
    whole->in_head = true;
    whole->metas = owned(whole->page, PyList_New(0));
    whole->links = owned(whole->page, PyList_New(0));
    whole->scripts = owned(whole->page, PyList_New(0));
    return whole->metas && whole->links && whole->scripts ? 0 : -1;
}

static PyObject *str_or_none(Text text)
{
    return text.size ? str_of(text) : shared(Py_None);
}

static PyObject *title_of(Whole *whole)
{
    Page *page = whole->page;
    Text title = whole->title.at ? from_unescaped(&page->arena, whole->title) : NO_CHARS;
    page->scratch.size = 0;
    if (title.at == NULL || collapse(page, title, &page->scratch) < 0) {
        return NULL;
    }
    return str_or_none(of_buffer(&page->scratch));
}

/* Return a new tuple: title, language, base, metas, links, scripts, and the body's parts, which are taken; NULL where it is. */
PyObject *head_of(Whole *whole, PyObject *parts)
{
    if (parts == NULL) {
        return NULL;
    }
    PyObject *items[] = {
        title_of(whole),
        str_or_none(whole->lang),
        str_or_none(whole->base),
        PyList_AsTuple(whole->metas),
        PyList_AsTuple(whole->links),
        PyList_AsTuple(whole->scripts),
        parts,
    };
    return packed(items, 7);
}
