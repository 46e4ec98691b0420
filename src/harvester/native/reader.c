/* `_core.Reader`: takes the vocabulary of the interpreted reader once, and reads one body a call.

   A Reader owns references to what the vocabulary holds. A call owns one Page, which is freed before it returns; what
   it hands back are new Python objects alone. */

#include "markup_rules.h"
#include "straight.h"

#include <limits.h>

/* ── one page ────────────────────────────────────────────────────────────────────────────── */

/* Return a page's markup, a str or its bytes; .at NULL: with an exception, or what UTF-8 cannot write, and over half
   a gigabyte: places are numbers of 32 bits, and there are two for each token. */
Text markup_of(PyObject *html)
{
    Text text = {NULL, 0};
    if (!PyBytes_Check(html)) {
        text = utf8_of(html);
    } else if (PyBytes_AsStringAndSize(html, (char **)&text.at, &text.size) < 0) {
        text.at = NULL;
    }
    if (text.at != NULL && text.size <= INT_MAX / 4) {
        return text;
    }
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
    }
    return (Text){NULL, 0};
}

/* Count the characters of the page's text: refuse too many, and find how many sentences may be cut out at once. */
static int measure(Page *page)
{
    Py_ssize_t all = 0, seen = 0;
    for (int place = 0; place < place_count(page); place += 2) {
        Text text = text_at(page, place), shown = stripped(text);
        Py_ssize_t chars = chars_of(shown);
        seen += chars;
        all += chars + chars_of((Text){text.at, shown.at - text.at}) + chars_of(behind(text, shown.at - text.at + shown.size));
    }
    if (page->is_bounded && all > page->reader->max_chars) {
        PyErr_SetObject(page->reader->too_many, page->reader->says_chars);
        return -1;
    }
    page->most_prose = page->cut_of ? (Py_ssize_t)(0.15 * (double)seen) : 0;
    return 0;
}

void free_page(Page *page)
{
    for (Py_ssize_t at = 0; at < page->run.span_count; at++) {
        Py_DECREF(page->run.spans[at]);
    }
    for (Py_ssize_t at = 0; at < page->owned_count; at++) {
        Py_DECREF(page->owned[at]);
    }
    void *all[] = {
        page->owned, page->tokens, page->tags, page->names, page->tag_ids.slots, page->name_ids.slots,
        page->link_ids.slots, page->scratch.at, page->other.at, page->elements, page->blocks, page->images, page->tools,
        page->stack, page->run.text.at, page->run.pieces, page->run.spots, page->run.spans, page->run.links,
        page->open_links, page->links, page->linked, page->tables, page->row.at, page->body.at,
    };
    for (size_t at = 0; at < sizeof(all) / sizeof(all[0]); at++) {
        PyMem_Free(all[at]);
    }
    free_arena(&page->arena);
    Py_XDECREF(page->rules);
}

PyObject *read_tokens(Page *page)
{
    return measure(page) == 0 && walk(page) == 0 ? parts_of(page) : NULL;
}

static PyObject *read_body(Page *page)
{
    page->rules = PyDict_New();
    return page->rules && split_markup(page) == 0 ? read_tokens(page) : NULL;
}

/* ── the type ────────────────────────────────────────────────────────────────────────────── */

PyDoc_STRVAR(READ_DOC, "read(html, cut_of, reveal_hidden, is_bounded, marked, known_cuts=None, /)\n--\n\n"
                       "Return the BodyParts of a body's markup, as BodyReader(split_markup(html), ...).read().\n\n"
                       "`known_cuts`: the tags, and the Places, of elements that `cut_of` is asked about alone, and what it said by\n"
                       "both; else it is asked about all. None: the markup holds what UTF-8 cannot write, or more than half a\n"
                       "gigabyte; read it interpreted.");

static PyObject *reader_read(PyObject *self, PyObject *arguments)
{
    PyObject *html, *cut_of, *marked, *cut_tags = NULL, *cut_places = NULL, *known = NULL;
    int reveal_hidden, is_bounded;
    if (!PyArg_ParseTuple(arguments, "UOppO|(OOO!):read", &html, &cut_of, &reveal_hidden, &is_bounded, &marked, &cut_tags,
                          &cut_places, &PyDict_Type, &known)) {
        return NULL;
    }
    Text text = markup_of(html);
    if (text.at == NULL) {
        return PyErr_Occurred() ? NULL : shared(Py_None);
    }
    bool has_marks = marked != Py_None && PyDict_Size(marked) > 0;
    if (PyErr_Occurred()) {
        return NULL;
    }
    Page page = {
        .reader = (const Reader *)self,
        .html = text,
        .cut_of = cut_of == Py_None ? NULL : cut_of,
        .marked = has_marks ? marked : NULL,
        .cut_tags = cut_tags,
        .cut_places = cut_places && is_places(cut_places) ? cut_places : NULL,
        .known_cuts = cut_places && is_places(cut_places) ? known : NULL,
        .reveal_hidden = reveal_hidden,
        .is_bounded = is_bounded,
        .container = -1,
    };
    PyObject *parts = read_body(&page);
    free_page(&page);
    return parts;
}

PyDoc_STRVAR(PAGE_DOC, "page(html, cut_of, is_bounded, known_cuts, fills, /)\n--\n\n"
                       "Return what a page's head says, and the BodyParts of its body: title, language, base, metas, links, scripts,\n"
                       "parts. `html` is all of <html>, as the parser wrote it down; `fills`: images of pictures may be given an\n"
                       "address. None: read it by its tree.");

static PyObject *reader_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PyObject *vocabulary;
    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O:Reader", &vocabulary)) {
        return NULL;
    }
    Reader *reader = (Reader *)PyType_GenericAlloc(type, 0);
    if (reader == NULL) {
        return NULL;
    }
    reader->kept = PyList_New(0);
    reader->strings = reader->kept ? strings_type() : NULL; /* which it keeps itself */
    if (reader->strings == NULL || read_vocabulary(reader, vocabulary) < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "the vocabulary is not whole");
        }
        Py_DECREF(reader);
        return NULL;
    }
    return (PyObject *)reader;
}

static void reader_free(PyObject *self)
{
    Reader *reader = (Reader *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(reader->tags.slots);
    PyMem_Free(reader->classes.slots);
    PyMem_Free(reader->attributes.slots);
    PyMem_Free(reader->sought.slots);
    PyMem_Free(reader->page_tags.slots);
    PyMem_Free(reader->tag_rules.slots);
    PyMem_Free(reader->references.slots);
    PyMem_Free(reader->reference_texts);
    Py_XDECREF(reader->kept);
    Py_XDECREF(reader->strings);
    PyObject_Free(self);
    Py_DECREF(type);
}

PyDoc_STRVAR(INLINES_DOC, "inlines(tokens, spots, bound, type, /)\n--\n\n"
                          "Return the inline elements of the run whose texts are at `spots`, each as a named tuple of `type`, and its\n"
                          "visible characters. Those around it are sought back to `bound`, its container's place.\n\n"
                          "None: it holds what only Python reads; see `structure.inlines`.");

PyDoc_STRVAR(MARKS_DOC, "marks(settled, says, terms, /)\n--\n\n"
                        "Return each settled paragraph and heading as the article has it, of other blocks the marks, a tuple; None\n"
                        "for one, or for all, that Python is to read.\n\n"
                        "`says` is asked once for each start tag; see `structure.page_marks`.");

PyDoc_STRVAR(WRITTEN_DOC, "written(html, /)\n--\n\n"
                          "Return a page's <html>, of bytes in UTF-8, as the parser writes it down, without comments behind the body.\n\n"
                          "None: ask the parser.");

static PyMethodDef METHODS[] = {
    {"read", reader_read, METH_VARARGS, READ_DOC},
    {"inlines", inlines_in, METH_VARARGS, INLINES_DOC},
    {"marks", marks_in, METH_VARARGS, MARKS_DOC},
    {"page", page_in, METH_VARARGS, PAGE_DOC},
    {"met", reader_met, METH_O, "met(html, /)\n--\n\nReturn which of the sought names begin a tag in a page's bytes, as a set."},
    {"written", straight_page, METH_O, WRITTEN_DOC},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_doc, "Reader(vocabulary)\n--\n\nReads bodies; `harvester.dom.compiled_reader` says what the vocabulary holds."},
    {Py_tp_new, reader_new},
    {Py_tp_dealloc, reader_free},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

static PyType_Spec SPEC = {
    .name = "harvester.native._core.Reader",
    .basicsize = sizeof(Reader),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};

/* Seed the hashes by what Python seeds its own: PYTHONHASHSEED rules both. */
static int seed_by_python(void)
{
    PyObject *word = PyUnicode_FromString("harvester");
    Py_hash_t secret = word ? PyObject_Hash(word) : -1;
    Py_XDECREF(word);
    if (secret == -1 && PyErr_Occurred()) {
        return -1;
    }
    seed_hashes((uint64_t)secret);
    return 0;
}

int add_reader(PyObject *module)
{
    PyObject *type = seed_by_python() < 0 ? NULL : PyType_FromSpec(&SPEC);
    int failed = type ? PyModule_AddObjectRef(module, "Reader", type) : -1;
    Py_XDECREF(type);
    return failed;
}
