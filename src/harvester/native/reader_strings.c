/* The tokens of a page as Python sees them: a sequence of strings, each made when it is asked for first, as few are. */

#include "reader.h"

typedef struct {
    PyObject_HEAD
    PyObject *markup;   /* bytes */
    Py_ssize_t count;
    Py_ssize_t *starts; /* of each in the markup, and where the last one ends */
    PyObject **made;    /* NULL: nobody has asked */
} Strings;

static void strings_free(PyObject *self)
{
    Strings *strings = (Strings *)self;
    PyTypeObject *type = Py_TYPE(self);
    for (Py_ssize_t at = 0; strings->made != NULL && at < strings->count; at++) {
        Py_XDECREF(strings->made[at]);
    }
    PyMem_Free(strings->made);
    PyMem_Free(strings->starts);
    Py_XDECREF(strings->markup);
    PyObject_Free(self);
    Py_DECREF(type);
}

static Py_ssize_t strings_count(PyObject *self)
{
    return ((Strings *)self)->count;
}

static Text part_of(const Strings *strings, Py_ssize_t at)
{
    return (Text){PyBytes_AsString(strings->markup) + strings->starts[at], strings->starts[at + 1] - strings->starts[at]};
}

/* Return whether there is such a token; else there is an exception. */
static bool has(const Strings *strings, Py_ssize_t at)
{
    if (at >= 0 && at < strings->count) {
        return true;
    }
    PyErr_SetString(PyExc_IndexError, "no such token");
    return false;
}

static PyObject *string_at(Strings *strings, Py_ssize_t at)
{
    if (!has(strings, at)) {
        return NULL;
    }
    if (strings->made[at] == NULL) {
        strings->made[at] = str_of(part_of(strings, at));
    }
    return strings->made[at];
}

static PyObject *strings_item(PyObject *self, Py_ssize_t at)
{
    return Py_XNewRef(string_at((Strings *)self, at));
}

static PyObject *strings_slice(PyObject *self, PyObject *slice)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t count = PySlice_AdjustIndices(strings_count(self), &start, &stop, step);
    PyObject *list = PyList_New(count);
    for (Py_ssize_t at = 0; list != NULL && at < count; at++) {
        PyObject *item = strings_item(self, start + at * step);
        if (item == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SetItem(list, at, item);
        }
    }
    return list;
}

static PyObject *strings_asked(PyObject *self, PyObject *key)
{
    if (PySlice_Check(key)) {
        return strings_slice(self, key);
    }
    Py_ssize_t at = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (at == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return strings_item(self, at < 0 ? at + strings_count(self) : at);
}

static PyType_Slot SLOTS[] = {
    {Py_tp_doc, "The tokens of a page, text at even places, tags and comments at odd ones; to be read only."},
    {Py_tp_dealloc, strings_free},
    {Py_sq_length, strings_count},
    {Py_sq_item, strings_item},
    {Py_mp_length, strings_count},
    {Py_mp_subscript, strings_asked},
    {0, NULL},
};

static PyType_Spec SPEC = {
    .name = "harvester.native._core.TokenStrings",
    .basicsize = sizeof(Strings),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = SLOTS,
};

PyObject *strings_type(void)
{
    return PyType_FromSpec(&SPEC);
}

static bool are_strings(PyObject *tokens)
{
    return PyType_GetSlot(Py_TYPE(tokens), Py_tp_dealloc) == (void *)strings_free;
}

PyObject *strings_of(const Page *page)
{
    Py_ssize_t count = place_count(page);
    Strings *strings = (Strings *)PyType_GenericAlloc((PyTypeObject *)page->reader->strings, 0);
    if (strings == NULL) {
        return NULL;
    }
    strings->markup = PyBytes_FromStringAndSize(page->html.at, page->html.size);
    strings->starts = PyMem_Malloc(((size_t)count + 1) * sizeof *strings->starts);
    strings->made = PyMem_Calloc((size_t)count + 1, sizeof *strings->made);
    if (strings->markup == NULL || strings->starts == NULL || strings->made == NULL) {
        Py_DECREF(strings);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    strings->count = count;
    for (int place = 0; place < count; place++) {
        const Token *token = page->tokens + place / 2;
        strings->starts[place] = place % 2 ? token->start : text_at(page, place).at - page->html.at;
    }
    strings->starts[count] = page->html.size;
    return (PyObject *)strings;
}

/* ── tokens in either form ───────────────────────────────────────────────────────────────── */

Py_ssize_t count_of_tokens(PyObject *tokens)
{
    if (PyList_Check(tokens)) {
        return PyList_Size(tokens);
    }
    if (are_strings(tokens)) {
        return strings_count(tokens);
    }
    PyErr_SetString(PyExc_TypeError, "wants the tokens of a page");
    return -1;
}

PyObject *token_at(PyObject *tokens, Py_ssize_t at)
{
    return PyList_Check(tokens) ? PyList_GetItem(tokens, at) : string_at((Strings *)tokens, at);
}

Text text_of_token(PyObject *tokens, Py_ssize_t at)
{
    if (PyList_Check(tokens)) {
        return utf8_of(PyList_GetItem(tokens, at));
    }
    const Strings *strings = (const Strings *)tokens;
    return has(strings, at) ? part_of(strings, at) : (Text){NULL, 0};
}
