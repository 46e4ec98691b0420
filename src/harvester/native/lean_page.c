/* A page without what its scripts, styles and drawings hold, which is half of most pages and none of what is read.

   `dom/compiled_reader.py` says how it is used. Where the tokenizer here takes for a script what is none to the parser,
   the mark that stands for its content does not come back as the content of one, and the page is read as it came. */

#include "page_scan.h"

enum { WORTH_BYTES = 64 };

typedef struct {
    const char *from, *to;
} Stretch;

typedef struct {
    Stretch *items;
    Py_ssize_t count, room, bytes;
} Stretches;

static int leave_out(Stretches *stretches, const char *from, const char *to)
{
    if (stretches->count == stretches->room) {
        Py_ssize_t room = 2 * stretches->room + 64;
        Stretch *items = PyMem_Realloc(stretches->items, (size_t)room * sizeof(Stretch));
        if (items == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        stretches->items = items;
        stretches->room = room;
    }
    stretches->items[stretches->count++] = (Stretch){from, to};
    stretches->bytes += to - from;
    return 0;
}

static int holds(const char *at, const char *end, const char *word)
{
    for (; at < end; at++)
        if (stands(at, end, word))
            return 1;
    return 0;
}

/* Whether the start tag of a script may say that it holds data, which is read. */
static int may_hold_data(const char *at, const char *end)
{
    return memchr(at, '&', (size_t)(end - at)) != NULL || holds(at, end, "json") || holds(at, end, "math")
           || holds(at, end, "next") || holds(at, end, "nuxt");
}

/* To the end tag of an element whose content is text; `end` where there is none, or where it may be one of a script in a
   comment in a script, which ends nothing. */
static const char *to_end(const char *at, const char *end, const char *name)
{
    size_t size = strlen(name);
    int is_commented = 0;
    while ((at = next(at, end, '<')) < end) {
        const char *behind = at + 2 + size;
        if (end - at > 3 && memcmp(at, "<!--", 4) == 0)
            is_commented = 1;
        if (is_commented && stands(at + 1, end, "script"))
            return end;
        if (behind < end && at[1] == '/' && stands(at + 2, end, name)
            && is_mark(*behind, IS_BLANK | IS_SLASH | IS_END))
            return at;
        at++;
    }
    return end;
}

/* ── drawings ── */

/* Elements of SVG that hold no others than these; none ends a drawing before its end tag, as those of HTML do, or holds
   what is read as HTML. */
static const char *const DRAWN[] = {
    "svg", "g", "path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "defs", "symbol", "style",
    "stop", "lineargradient", "radialgradient", "clippath", "mask", "text", "tspan", "pattern", "filter", "animate",
};

enum { MOST_DEEP = 32 };

typedef struct {
    const char *names[MOST_DEEP]; /* of the elements that are open */
    int depth;
} Drawing;

/* The name in DRAWN that stands at `at`; NULL for all others. */
static const char *drawn_name(const char *at, const char *end)
{
    for (size_t number = 0; number < sizeof DRAWN / sizeof *DRAWN; number++) {
        const char *behind = at + strlen(DRAWN[number]);
        if (behind < end && is_mark(*behind, IS_BLANK | IS_SLASH | IS_END) && stands(at, end, DRAWN[number]))
            return DRAWN[number];
    }
    return NULL;
}

static int is_of_name(char c) { return is_alnum(c) || c == '-' || c == '_' || c == ':'; }

/* Over a start tag from behind its name on, all of whose attributes have quoted values; NULL for others. `seen`: how far
   a value was looked for. */
static const char *over_plain_tag(const char *at, const char *end, int *is_empty, const char **seen)
{
    for (;;) {
        while (at < end && is_blank(*at))
            at++;
        *is_empty = end - at >= 2 && at[0] == '/' && at[1] == '>';
        if (at < end && (*at == '>' || *is_empty))
            return at + 1 + *is_empty;
        const char *name = at;
        while (at < end && is_of_name(*at))
            at++;
        if (at == name || end - at < 2 || at[0] != '=' || (at[1] != '"' && at[1] != '\''))
            return NULL;
        *seen = at = next(at + 2, end, at[1]);
        if (at == end)
            return NULL;
        at++;
    }
}

/* Take a tag of a drawing, from behind its "<" on; return the place behind it, NULL where the drawing is no plain one. */
static const char *take_drawn(const char *at, const char *end, Drawing *drawing, const char **seen)
{
    int closes = *at == '/', is_empty;
    const char *name = drawn_name(at + closes, end);
    if (name == NULL || drawing->depth == MOST_DEEP)
        return NULL;
    at += closes + strlen(name);
    if (closes)
        return *at == '>' && drawing->depth && drawing->names[--drawing->depth] == name ? at + 1 : NULL;
    at = over_plain_tag(at, end, &is_empty, seen);
    if (at != NULL && !is_empty)
        drawing->names[drawing->depth++] = name;
    return at;
}

/* To the end tag of the drawing whose start tag's name ends at `at`, with where its content begins; NULL: it is left.
   `seen`: how far was looked. What begins before there is not looked into: values that hold drawings would be gone over
   for each of them. */
static const char *end_of_drawing(const char *at, const char *end, const char **from, const char **seen)
{
    int is_empty;
    Drawing drawing = {.names = {DRAWN[0]}, .depth = 1};
    if (at < *seen)
        return NULL;
    at = *from = over_plain_tag(at, end, &is_empty, seen);
    while (at != NULL && !is_empty && (at = next(at, end, '<')) < end - 1) {
        const char *tag = *seen = at;
        at = take_drawn(at + 1, end, &drawing, seen);
        if (at != NULL && drawing.depth == 0)
            return tag;
    }
    return NULL;
}

/* ── the page ── */

/* Find what scripts, styles and drawings hold, but for scripts and styles in drawings, where it is markup. Of other tags
   only the last one is gone over, and only where one of these seems to stand in it: in a value, as pictures are written. */
static int find_stretches(const char *at, const char *end, Stretches *found)
{
    int drawings = 0;
    const char *before = NULL; /* the name of the last other tag */
    const char *seen = at;     /* up to here was looked for the end of a drawing */
    while ((at = next(at, end, '<')) < end) {
        at++;
        if (at == end)
            break;
        if (end - at >= 3 && memcmp(at, "!--", 3) == 0) {
            at = to_comment_end(at + 3, end);
            continue;
        }
        int closes = *at == '/';
        const char *name = at + closes;
        if (name == end || !is_letter(*name))
            continue;
        int is_drawing = stands(name, end, "svg");
        const char *raw = raw_name(at, end);
        if (!is_drawing && raw == NULL) {
            before = name;
            continue;
        }
        const char *from = before ? over_tag(before, end, end - before) : at;
        before = NULL;
        if (from > at) {
            at = from;
            continue;
        }
        if (is_drawing) {
            const char *content, *last = closes || drawings ? NULL : end_of_drawing(name + 3, end, &content, &seen);
            if (last != NULL && last - content >= WORTH_BYTES && leave_out(found, content, last) < 0)
                return -1;
            drawings += last ? 0 : closes ? -(drawings > 0) : 1;
            before = last ? NULL : name;
            at = last ? last + 1 : name;
            continue;
        }
        from = over_tag(name, end, end - at);
        if (drawings) {
            at = from;
            continue;
        }
        int is_script = strcmp(raw, "script") == 0;
        at = to_end(from, end, raw);
        if (at == end)
            break;
        if (at - from >= WORTH_BYTES && (is_script ? !may_hold_data(name, from) : strcmp(raw, "style") == 0)
            && leave_out(found, from, at) < 0)
            return -1;
    }
    return 0;
}

static PyObject *without(const char *at, const char *end, const Stretches *stretches, const char *mark, Py_ssize_t size)
{
    PyObject *lean = PyBytes_FromStringAndSize(NULL, end - at - stretches->bytes + stretches->count * size);
    char *to = lean ? PyBytes_AsString(lean) : NULL;
    if (to == NULL)
        return NULL;
    for (Py_ssize_t number = 0; number < stretches->count; number++) {
        const Stretch *left = stretches->items + number;
        memcpy(to, at, (size_t)(left->from - at));
        to += left->from - at;
        memcpy(to, mark, (size_t)size);
        to += size;
        at = left->to;
    }
    memcpy(to, at, (size_t)(end - at));
    return lean;
}

PyDoc_STRVAR(lean_page_doc,
             "lean_page(html, mark, /)\n--\n\n"
             "Return a page's UTF-8 with `mark` in the place of what its scripts, styles and drawings hold, and how many.");

static PyObject *lean_page(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *html;
    const char *mark;
    char *text;
    Py_ssize_t size, mark_size;
    Stretches found = {NULL, 0, 0, 0};
    if (!PyArg_ParseTuple(args, "Sy#:lean_page", &html, &mark, &mark_size)
        || PyBytes_AsStringAndSize(html, &text, &size) < 0)
        return NULL;
    PyObject *lean = NULL;
    if (find_stretches(text, text + size, &found) == 0)
        lean = found.count ? without(text, text + size, &found, mark, mark_size) : Py_NewRef(html);
    PyMem_Free(found.items);
    return lean ? Py_BuildValue("(Nn)", lean, found.count) : NULL;
}

static PyMethodDef methods[] = {
    {"lean_page", lean_page, METH_VARARGS, lean_page_doc},
    {NULL, NULL, 0, NULL},
};

int add_lean_page(PyObject *module) { return PyModule_AddFunctions(module, methods); }
