/* Short walks over a judged page that Python would take step by step: the containers around one, and the lines with a
   link that may lead to an account. Their interpreted forms are `metadata/lookup/page_index.py` and
   `metadata/lookup/forum_threads.py`, which say what they are for. */

#include <string.h>

#include "common.h"

/* Places in an Element, in a Block and in a Span. */
enum { PARENT = 0 };
enum { TEXT = 1, SPANS = 7 };
enum { HREF = 2, CLASSES = 4 };

static int append_number(PyObject *list, Py_ssize_t number)
{
    PyObject *value = PyLong_FromSsize_t(number);
    int failed = value == NULL || PyList_Append(list, value) < 0;
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

/* Sets an exception where `of` is no tuple. */
static PyObject *item_of(PyObject *of, Py_ssize_t at)
{
    if (of && PyTuple_Check(of))
        return PyTuple_GetItem(of, at);
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "wants tuples");
    return NULL;
}

/* ── containers ──────────────────────────────────────────────────────────────────────────────── */

PyDoc_STRVAR(path_doc, "path(elements, element, longest, /)\n--\n\n"
                       "Return the indices of the containers of `element`, itself first, outwards; at most `longest`.");

static PyObject *path(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *elements, *found;
    Py_ssize_t element, longest;
    if (!PyArg_ParseTuple(args, "O!nn:path", &PyTuple_Type, &elements, &element, &longest) || !(found = PyList_New(0)))
        return NULL;
    Py_ssize_t count = PyTuple_Size(elements);
    for (Py_ssize_t i = 0; i < longest && element >= 0 && element < count; i++) {
        PyObject *parent = item_of(PyTuple_GetItem(elements, element), PARENT);
        Py_ssize_t next = parent ? PyLong_AsSsize_t(parent) : -1;
        if (PyErr_Occurred() || append_number(found, element) < 0) {
            Py_DECREF(found);
            return NULL;
        }
        element = next < element ? next : -1; /* else the tree is broken; parents stand before their children */
    }
    return found;
}

/* ── accounts ────────────────────────────────────────────────────────────────────────────────── */

static int begins_with(const char *text, const char *word)
{
    for (; *word; text++, word++)
        if ((*text | 0x20) != *word) /* small letters; a 0 at the end of the text is none */
            return 0;
    return 1;
}

/* Whether an address or a class, which ends with a 0, may be one of an account. Letters beyond ASCII may be small or
   capital forms of others. */
static int may_be_account(const char *text, Py_ssize_t size)
{
    for (Py_ssize_t at = 0; at < size; at++) {
        const char *here = text + at;
        if (*here < 0) /* `char` has a sign: building.py */
            return 1;
        switch (*here | 0x20) {
        case 'u':
            if (begins_with(here, "user"))
                return 1;
            break;
        case 'm':
            if (begins_with(here, "member"))
                return 1;
            break;
        case 'p':
            if (begins_with(here, "profile"))
                return 1;
            break;
        case '/':
            if (here[0] == '/' && (here[1] | 0x20) == 'u' && here[2] == '/')
                return 1;
        }
    }
    return 0;
}

/* 1 where an inline element may lead to an account, or be called a user's name; -1 with an exception. */
static int may_name_account(PyObject *span)
{
    PyObject *told = item_of(span, HREF);
    Py_ssize_t size, length = told ? PyUnicode_GetLength(told) : -1;
    if (length == 0)
        length = (told = item_of(span, CLASSES)) ? PyUnicode_GetLength(told) : -1;
    if (length <= 0)
        return (int)length;
    const char *text = PyUnicode_AsUTF8AndSize(told, &size);
    if (text)
        return may_be_account(text, size);
    PyErr_Clear(); /* half a surrogate pair */
    return 1;
}

static int is_account_line(PyObject *block, Py_ssize_t longest)
{
    PyObject *text = item_of(block, TEXT), *spans = text ? item_of(block, SPANS) : NULL;
    Py_ssize_t length = spans ? PyUnicode_GetLength(text) : -1;
    if (length < 0 || length > longest)
        return length < 0 ? -1 : 0;
    Py_ssize_t count = PyTuple_Size(spans);
    int found = count < 0 ? -1 : 0;
    for (Py_ssize_t i = 0; !found && i < count; i++)
        found = may_name_account(PyTuple_GetItem(spans, i));
    return found;
}

PyDoc_STRVAR(account_lines_doc,
             "account_lines(blocks, start, end, longest, /)\n--\n\n"
             "Return the indices from `start` on, before `end`, of the blocks of at most `longest` characters with an\n"
             "inline element that may lead to an account.");

static PyObject *account_lines(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *blocks, *found;
    Py_ssize_t start, end, longest;
    if (!PyArg_ParseTuple(args, "O!nnn:account_lines", &PyTuple_Type, &blocks, &start, &end, &longest) ||
        !(found = PyList_New(0)))
        return NULL;
    Py_ssize_t count = PyTuple_Size(blocks);
    for (Py_ssize_t i = start < 0 ? 0 : start; i < end && i < count; i++) {
        int is_one = is_account_line(PyTuple_GetItem(blocks, i), longest);
        if (is_one < 0 || (is_one && append_number(found, i) < 0)) {
            Py_DECREF(found);
            return NULL;
        }
    }
    return found;
}

static PyMethodDef methods[] = {
    {"path", path, METH_VARARGS, path_doc},
    {"account_lines", account_lines, METH_VARARGS, account_lines_doc},
    {NULL, NULL, 0, NULL},
};

int add_page_places(PyObject *module) { return PyModule_AddFunctions(module, methods); }
