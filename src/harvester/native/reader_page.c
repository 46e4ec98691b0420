/* A whole page, as the parser wrote it down: the tags of its body, without what is never read as text and with stand-ins
   in the places of what is kept; what its head says is in reader_head.c.

   Interpreted: `dom/parsing.py`, `dom/placeholders.py`, `dom/revealing.py`, `flat_markup.body_html`, which ask the parser's
   tree. Here the tree is written down once, and never looked into. Written-down markup is balanced: tags of one name are
   brackets, but for the content of scripts and the like, which is passed by. What a string cannot tell as surely as the
   tree is DECLINED: drawings with markup in their styles, formulas, readings of characters, nested pictures. */

#include "markup_rules.h"
#include "reader_page.h"

enum { MAX_STANDINS = 2000, MAX_PICTURES = 500, MAX_SOURCES = 32 };

/* ── the body ────────────────────────────────────────────────────────────────────────────── */

static int put(Whole *whole, Text text)
{
    Buffer *body = &whole->page->body;
    if (text.size > body->room - body->size) {
        return DECLINED;
    }
    memcpy(body->at + body->size, text.at, (size_t)text.size);
    body->size += text.size;
    return 0;
}

/* Write down what is kept before `at`; go on from `next`. */
static int keep_until(Whole *whole, const char *at, const char *next)
{
    const char *from = whole->kept_from;
    whole->kept_from = next;
    return whole->in_body ? put(whole, (Text){from, at - from}) : 0;
}

/* Take note of a tag that is kept as it is; it is written down with the text around it. */
static int keep_tag(Whole *whole, Text tag)
{
    if (!whole->in_body || whole->unseen) {
        return 0;
    }
    return add_token(whole->page, tag, whole->page->body.size + (tag.at - whole->kept_from));
}

/* Put a new reference to a tag in the place of what was left out; what is before it was written. */
static int put_tag(Whole *whole, PyObject *str)
{
    Text tag = utf8_of(owned(whole->page, str));
    if (tag.at == NULL) {
        return -1;
    }
    Py_ssize_t start = whole->page->body.size;
    int done = put(whole, tag);
    return done ? done : add_token(whole->page, tag, start);
}

/* ── stand-ins and pictures ──────────────────────────────────────────────────────────────── */

/* Put what stands for an embed in its place: `placeholders.embed_standin`. */
static int put_standin(Whole *whole, Text tag, Text content)
{
    PyObject *token = str_of(tag), *inside = token ? str_of(content) : NULL, *standin = NULL;
    if (inside != NULL) {
        standin = PyObject_CallFunctionObjArgs(whole->page->reader->embed_standin, token, inside, NULL);
    }
    Py_XDECREF(token);
    Py_XDECREF(inside);
    if (standin == NULL || standin == Py_None) {
        Py_XDECREF(standin);
        return standin == NULL ? -1 : DECLINED;
    }
    if (!is_true(shared(standin))) {
        Py_DECREF(standin);
        return 0;
    }
    return put_tag(whole, standin);
}

typedef struct {
    Text image; /* .at NULL: none */
    Text sources[MAX_SOURCES];
    int source_count;
} Picture;

/* Read what is in a <picture>, from behind its start tag on. */
static int look_into(const Whole *whole, Picture *picture)
{
    Scan scan = whole->scan;
    const char *at = whole->at;
    while ((at = memchr(at, '<', (size_t)(scan.end - at))) != NULL) {
        const char *end = end_of_tag(at, &scan);
        if (end == NULL) {
            return DECLINED;
        }
        Text tag = {at, end - at}, name = tag_name(tag);
        at = end;
        if (tag.at[1] == '/' && is_equal(name, "picture")) {
            return 0;
        }
        uint32_t sets = tag.at[1] == '/' || tag.at[1] == '!' ? 0 : page_sets(whole, name);
        if (sets & (ODD_TAGS | RAW_TAGS | PICTURE_TAG | SVG_TAG | TEMPLATE_TAG)) {
            return DECLINED;
        }
        if (tag.at[1] == '/' || tag.at[1] == '!') {
            continue;
        }
        if (picture->image.at == NULL && is_equal(name, "img")) {
            picture->image = tag;
        } else if (is_equal(name, "source")) {
            if (picture->source_count == MAX_SOURCES) {
                return DECLINED;
            }
            picture->sources[picture->source_count++] = tag;
        }
    }
    return DECLINED;
}

static PyObject *filled(const Whole *whole, const Picture *picture)
{
    PyObject *image = str_of(picture->image), *sources = image ? PyList_New(picture->source_count) : NULL, *tag = NULL;
    for (int at = 0; sources != NULL && at < picture->source_count; at++) {
        PyObject *source = str_of(picture->sources[at]);
        if (source == NULL) {
            Py_CLEAR(sources);
        } else {
            PyList_SetItem(sources, at, source);
        }
    }
    if (sources != NULL) {
        tag = PyObject_CallFunctionObjArgs(whole->page->reader->filled_image, image, sources, NULL);
    }
    Py_XDECREF(image);
    Py_XDECREF(sources);
    return tag;
}

/* Find the <img> of a <picture> that is to be given an address: `revealing.filled_image`. */
static int fill_picture(Whole *whole)
{
    Picture picture = {.image = {NULL, 0}};
    int odd = look_into(whole, &picture);
    if (odd || picture.image.at == NULL || picture.source_count == 0) {
        return odd;
    }
    int has = has_address(whole->page, picture.image);
    if (has) {
        return has < 0 ? -1 : 0;
    }
    PyObject *tag = filled(whole, &picture);
    if (tag == NULL || tag == Py_None) {
        Py_XDECREF(tag);
        return tag == NULL ? -1 : 0;
    }
    if (!is_true(shared(tag))) {
        Py_DECREF(tag);
        return DECLINED;
    }
    whole->image = picture.image.at;
    whole->filled = owned(whole->page, tag);
    return whole->filled ? 0 : -1;
}

/* ── tags ────────────────────────────────────────────────────────────────────────────────── */

/* Return where the content of a script or the like ends, at its end tag; NULL: the markup does not say it surely. */
static const char *end_of_raw(const Whole *whole, Text name)
{
    const char *end = whole->scan.end;
    bool is_commented = false;
    for (const char *at = whole->at; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        Text left = {at, end - at};
        bool is_end = left.size > name.size + 2 && at[1] == '/' && memcmp(at + 2, name.at, (size_t)name.size) == 0
                      && is_mark(at[2 + name.size], IS_BLANK | IS_SLASH | IS_END);
        if (is_end) {
            return at[2 + name.size] == '>' ? at : NULL;
        }
        is_commented = is_commented || starts_with(left, "<!--");
        /* In drawings they hold markup; a script in a comment in a script does not end it. */
        if (whole->foreign || (is_commented && starts_with_any_case(left, "<script"))) {
            return NULL;
        }
    }
    return NULL;
}

/* Leave out an element from its start tag on. */
static int leave_out(Whole *whole, Text tag, Text name, uint32_t sets)
{
    if (whole->unseen) {
        whole->unseen += !(sets & VOID_TAG) && is_same(name, whole->unseen_name);
        return 0;
    }
    int done = keep_until(whole, tag.at, whole->at);
    if (done || sets & VOID_TAG) {
        return done || !whole->in_body || !(sets & EMBED_TAGS) ? done : put_standin(whole, tag, NO_CHARS);
    }
    whole->unseen = 1;
    whole->unseen_name = name;
    whole->embed = sets & EMBED_TAGS && whole->in_body ? tag : NO_CHARS;
    return 0;
}

static int begin_body(Whole *whole, Text tag)
{
    if (whole->in_body || whole->unseen || whole->templates) {
        return DECLINED;
    }
    whole->in_body = true;
    whole->kept_from = tag.at;
    return keep_tag(whole, tag);
}

/* Take note of tags that are few, or bounded. */
static int count_tag(Whole *whole, Text tag, uint32_t sets)
{
    if (sets & ODD_TAGS || (whole->foreign && sets & (NOTE_TAGS | TEMPLATE_TAG))) {
        return DECLINED; /* a template of a drawing hides nothing */
    }
    whole->foreign += (sets & SVG_TAG) != 0;
    whole->templates += (sets & TEMPLATE_TAG) != 0;
    if (sets & EMBED_TAGS && ++whole->embeds > MAX_STANDINS) {
        return DECLINED;
    }
    if (sets & FIGURE_TAG && is_item(whole, tag)) {
        return DECLINED;
    }
    if (!(sets & PICTURE_TAG) || !whole->fills || whole->unseen) {
        return 0;
    }
    return ++whole->pictures > MAX_PICTURES ? DECLINED : fill_picture(whole);
}

static int meet_start(Whole *whole, Text tag)
{
    Text name = tag_name(tag);
    uint32_t sets = page_sets(whole, name);
    if (tag.at == whole->image && !whole->unseen) {
        int done = keep_until(whole, tag.at, whole->at);
        return done ? done : put_tag(whole, shared(whole->filled));
    }
    if (sets == 0) {
        return keep_tag(whole, tag);
    }
    if (starts_with(tag, whole->page->reader->standin.at)) {
        return DECLINED; /* the page's own, which is none */
    }
    const char *start = whole->at;
    int done = count_tag(whole, tag, sets);
    if (!done && sets & RAW_TAGS) {
        whole->at = end_of_raw(whole, name);
        done = whole->at == NULL ? DECLINED : 0;
    }
    if (!done && sets & (NOTE_TAGS | TITLE_TAG | ROOT_TAG)) {
        done = note_tag(whole, tag, sets, (Text){start, whole->at - start});
    }
    if (done || sets & BODY_TAG) {
        return done ? done : begin_body(whole, tag);
    }
    return sets & UNSEEN_TAGS ? leave_out(whole, tag, name, sets) : keep_tag(whole, tag);
}

/* Leave an element that was left out. */
static int leave_unseen(Whole *whole, Text tag)
{
    Text embed = whole->embed;
    if (--whole->unseen) {
        return 0;
    }
    whole->kept_from = whole->at;
    whole->embed = NO_CHARS;
    if (embed.size == 0) {
        return 0;
    }
    const char *content = embed.at + embed.size;
    return put_standin(whole, embed, (Text){content, tag.at - content});
}

static int meet_end(Whole *whole, Text tag)
{
    Text name = tag_name(tag);
    uint32_t sets = page_sets(whole, name);
    whole->foreign -= (sets & SVG_TAG) != 0;
    whole->templates -= (sets & TEMPLATE_TAG) != 0;
    whole->in_head = whole->in_head && !is_equal(name, "head");
    if (whole->unseen) {
        return is_same(name, whole->unseen_name) ? leave_unseen(whole, tag) : 0;
    }
    int done = keep_tag(whole, tag);
    whole->is_over = (sets & BODY_TAG) != 0;
    return !done && whole->is_over ? keep_until(whole, whole->at, whole->at) : done;
}

static int meet(Whole *whole, Text tag)
{
    if (tag.at[1] == '!') {
        return keep_tag(whole, tag);
    }
    return tag.at[1] == '/' ? meet_end(whole, tag) : meet_start(whole, tag);
}

/* Read the page's tags; return 0, DECLINED, or -1 with an exception. */
static int read_whole(Whole *whole)
{
    int done = 0;
    while (done == 0 && !whole->is_over) {
        const char *at = memchr(whole->at, '<', (size_t)(whole->scan.end - whole->at));
        const char *end = at ? end_of_tag(at, &whole->scan) : NULL;
        if (end == NULL) {
            return DECLINED;
        }
        whole->at = end;
        done = meet(whole, (Text){at, end - at});
    }
    return done ? done : match_ends(whole->page);
}

/* ── a page ──────────────────────────────────────────────────────────────────────────────── */

/* Read a page with its head; None: it is to be read by its tree. */
static PyObject *read_page(Page *page, bool fills)
{
    const char *start = page->html.at, *end = start + page->html.size;
    Whole whole = {
        .page = page,
        .scan = {.start = start, .end = end, .no_quote = end, .no_comment_end = end, .name_end = start},
        .at = start,
        .fills = fills,
        .unseen_name = NO_CHARS,
        .embed = NO_CHARS,
    };
    page->rules = PyDict_New();
    /* What stands for an embed may be longer than the embed; where it is by more than a page may be, the tree is read. */
    page->body.room = 2 * page->html.size + 4096;
    page->body.at = PyMem_Malloc((size_t)page->body.room);
    if (page->rules == NULL || page->body.at == NULL || begin_head(&whole) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    int done = read_whole(&whole);
    if (done < 0) {
        return NULL;
    }
    if (done || (whole.has_drawn_title && !whole.has_head_title)) {
        return shared(Py_None);
    }
    page->html = of_buffer(&page->body);
    return head_of(&whole, read_tokens(page));
}

PyObject *page_in(PyObject *self, PyObject *arguments)
{
    PyObject *html, *cut_of, *cut_tags, *cut_places, *known;
    int is_bounded, fills;
    if (!PyArg_ParseTuple(arguments, "OOp(OOO!)p:page", &html, &cut_of, &is_bounded, &cut_tags, &cut_places, &PyDict_Type, &known,
                          &fills)) {
        return NULL;
    }
    Text text = markup_of(html);
    if (text.at == NULL) {
        return PyErr_Occurred() ? NULL : shared(Py_None);
    }
    Page page = {
        .reader = (const Reader *)self,
        .html = text,
        .cut_of = cut_of == Py_None ? NULL : cut_of,
        .cut_tags = cut_tags,
        .cut_places = is_places(cut_places) ? cut_places : NULL,
        .known_cuts = is_places(cut_places) ? known : NULL,
        .is_bounded = is_bounded,
        .container = -1,
    };
    PyObject *found = read_page(&page, fills);
    free_page(&page);
    return found;
}
