/* Short walks over a judged page that Python would take step by step: the containers around one, the lines with a
   link that may lead to an account, the days in a form for machines, the lines with a moment, the lines that are a label,
   the lines that may be a byline. Their interpreted forms are in `metadata/lookup/`: `page_index.py`,
   `forum_threads.py`, `date_order.py`, `datelines.py` and `regions.py` say what they are for. */

#include <string.h>

#include "records.h"
#include "texts.h"

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
        PyObject *parent = item_of(PyTuple_GetItem(elements, element), ELEMENT_PARENT);
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

/* Whether an address or a class may be one of an account. Letters beyond ASCII may be small or capital forms of others. */
static bool may_be_account(Text text)
{
    for (; text.size; text = behind(text, 1)) {
        const char *word = lower(text.at[0]) == 'u'   ? "user"
                           : lower(text.at[0]) == 'm' ? "member"
                           : lower(text.at[0]) == 'p' ? "profile"
                           : text.at[0] == '/'        ? "/u/"
                                                      : NULL;
        if ((unsigned char)text.at[0] >= 0x80 || (word && starts_with_any_case(text, word)))
            return true;
    }
    return false;
}

/* 1 where an inline element may lead to an account, or be called a user's name; -1 with an exception. */
static int may_name_account(PyObject *span)
{
    PyObject *told = item_of(span, SPAN_HREF);
    Py_ssize_t length = told ? PyUnicode_GetLength(told) : -1;
    if (length == 0)
        length = (told = item_of(span, SPAN_CLASSES)) ? PyUnicode_GetLength(told) : -1;
    if (length <= 0)
        return (int)length;
    Text text = utf8_of(told);
    if (text.at)
        return may_be_account(text);
    PyErr_Clear(); /* half a surrogate pair */
    return 1;
}

/* 1 where `asks` says yes of an inline element of a block; -1 with an exception. */
static int any_span(PyObject *block, int (*asks)(PyObject *span))
{
    PyObject *spans = item_of(block, BLOCK_SPANS);
    Py_ssize_t count = spans ? PyTuple_Size(spans) : -1;
    int found = count < 0 ? -1 : 0;
    for (Py_ssize_t i = 0; !found && i < count; i++)
        found = asks(PyTuple_GetItem(spans, i));
    return found;
}

static int is_account_line(PyObject *block, Py_ssize_t longest)
{
    PyObject *text = item_of(block, BLOCK_TEXT);
    Py_ssize_t length = text ? PyUnicode_GetLength(text) : -1;
    if (length < 0 || length > longest)
        return length < 0 ? -1 : 0;
    return any_span(block, may_name_account);
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

/* ── moments ─────────────────────────────────────────────────────────────────────────────────── */

/* Adds what the inline elements of a block give in a form for machines; -1 with an exception. */
static int add_moments(PyObject *found, PyObject *block)
{
    PyObject *spans = item_of(block, BLOCK_SPANS);
    Py_ssize_t count = spans ? PyTuple_Size(spans) : -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *moment = item_of(PyTuple_GetItem(spans, i), SPAN_DATETIME);
        Py_ssize_t length = moment ? PyUnicode_GetLength(moment) : -1;
        if (length < 0 || (length && PyList_Append(found, moment) < 0))
            return -1;
    }
    return count < 0 ? -1 : 0;
}

PyDoc_STRVAR(moments_doc, "moments(blocks, /)\n--\n\n"
                          "Return the `datetime` of all inline elements that have one, in reading order.");

static PyObject *moments(PyObject *module, PyObject *blocks)
{
    (void)module;
    if (!PyTuple_Check(blocks)) {
        PyErr_SetString(PyExc_TypeError, "wants a tuple of blocks");
        return NULL;
    }
    PyObject *found = PyList_New(0);
    Py_ssize_t count = PyTuple_Size(blocks);
    for (Py_ssize_t i = 0; found && i < count; i++)
        if (add_moments(found, PyTuple_GetItem(blocks, i)) < 0)
            Py_CLEAR(found);
    return found;
}

/* 1 where an inline element is a <time>, or has an attribute that may be a moment; -1 with an exception. */
static int may_be_time(PyObject *span)
{
    static const int fields[] = {SPAN_ITEMPROP, SPAN_DATETIME, SPAN_HINTS};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        PyObject *told = item_of(span, fields[i]);
        Py_ssize_t length = told ? PyUnicode_GetLength(told) : -1;
        if (length)
            return length < 0 ? -1 : 1;
    }
    PyObject *tag = item_of(span, SPAN_TAG);
    if (tag && PyUnicode_Check(tag))
        return PyUnicode_CompareWithASCIIString(tag, "time") == 0;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "wants a tag");
    return -1;
}

PyDoc_STRVAR(timed_lines_doc,
             "timed_lines(blocks, indices, /)\n--\n\n"
             "Return those of the indices whose block has an inline element that is a <time>, or an attribute that may\n"
             "be a moment.");

static PyObject *timed_lines(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *blocks, *indices, *found;
    if (!PyArg_ParseTuple(args, "O!O!:timed_lines", &PyTuple_Type, &blocks, &PyTuple_Type, &indices) ||
        !(found = PyList_New(0)))
        return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_Size(indices); i++) {
        PyObject *number = PyTuple_GetItem(indices, i);
        Py_ssize_t index = PyLong_AsSsize_t(number);
        int is_one = PyErr_Occurred() ? -1 : any_span(PyTuple_GetItem(blocks, index), may_be_time);
        if (is_one < 0 || (is_one && PyList_Append(found, number) < 0)) {
            Py_DECREF(found);
            return NULL;
        }
    }
    return found;
}

/* ── labels ──────────────────────────────────────────────────────────────────────────────────── */

#define MAX_LABEL 256 /* bytes of a line that may be looked up */

/* Whether a byte is one of the edges; those of UTF-8 beyond ASCII are none of ASCII. */
static int is_edge(char byte, const char *edges, Py_ssize_t size) { return memchr(edges, byte, (size_t)size) != NULL; }

/* 1 where a line of ASCII without its edges, in small letters, is one of the words, and of any other line; -1 with an
   exception. */
static int may_be_word(PyObject *text, const char *edges, Py_ssize_t edges_size, PyObject *words)
{
    char small[MAX_LABEL];
    Py_ssize_t size, start = 0;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (bytes == NULL) {
        PyErr_Clear(); /* half a surrogate pair */
        return 1;
    }
    for (Py_ssize_t at = 0; at < size; at++)
        if ((unsigned char)bytes[at] >= 0x80)
            return 1;
    while (start < size && is_edge(bytes[start], edges, edges_size))
        start++;
    while (size > start && is_edge(bytes[size - 1], edges, edges_size))
        size--;
    for (Py_ssize_t at = start; at < size; at++) /* at most `longest`, which the caller has compared */
        small[at - start] = bytes[at] >= 'A' && bytes[at] <= 'Z' ? (char)(bytes[at] | 0x20) : bytes[at];
    PyObject *word = PyUnicode_FromStringAndSize(small, size - start);
    int found = word ? PySet_Contains(words, word) : -1;
    Py_XDECREF(word);
    return found;
}

PyDoc_STRVAR(lines_among_doc,
             "lines_among(blocks, start, longest, edges, words, /)\n--\n\n"
             "Return the indices from `start` on of the blocks of at most `longest` characters, no more than 256, that\n"
             "are one of `words`, in small letters and without `edges`; and of those that hold more than ASCII.");

static PyObject *lines_among(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *blocks, *words, *found;
    Py_ssize_t start, longest, edges_size;
    const char *edges;
    if (!PyArg_ParseTuple(args, "O!nns#O!:lines_among", &PyTuple_Type, &blocks, &start, &longest, &edges, &edges_size,
                          &PyFrozenSet_Type, &words))
        return NULL;
    if (start < 0 || longest > MAX_LABEL) {
        PyErr_SetString(PyExc_ValueError, "wants a start that is there, and lines of at most 256 characters");
        return NULL;
    }
    if (!(found = PyList_New(0)))
        return NULL;
    Py_ssize_t count = PyTuple_Size(blocks);
    for (Py_ssize_t i = start; i < count; i++) {
        PyObject *text = item_of(PyTuple_GetItem(blocks, i), BLOCK_TEXT);
        Py_ssize_t length = text ? PyUnicode_GetLength(text) : -1;
        int is_one = length < 0 ? -1 : length > longest ? 0 : may_be_word(text, edges, edges_size, words);
        if (is_one < 0 || (is_one && append_number(found, i) < 0)) {
            Py_DECREF(found);
            return NULL;
        }
    }
    return found;
}

/* ── lines ───────────────────────────────────────────────────────────────────────────────────── */

/* What a verdict says of a block: it is body, it is a line of the article's own, or its place is to be asked. */
enum { BODY = 0, OWN = 1, ASK = 2 };

/* What the caller gives, borrowed for the call. */
struct terms {
    PyObject *removed_type, *kept_type; /* of verdicts */
    PyObject *text, *code;              /* a part and a role */
    PyObject *byline, *metadata;        /* a kind, and the kinds of the article's own lines */
    Py_ssize_t longest;                 /* of a line, in characters */
    PyObject *part_name, *kind_name;    /* of attributes; owned for the call */
};

/* Of a block that a rule removed; -1 with an exception. */
static int told_of_removed(const struct terms *terms, PyObject *verdict, int is_body)
{
    PyObject *kind = PyObject_GetAttr(verdict, terms->kind_name);
    int is_byline = kind ? PyObject_RichCompareBool(kind, terms->byline, Py_EQ) : -1;
    int is_own = is_byline ? 0 : PySet_Contains(terms->metadata, kind);
    Py_XDECREF(kind);
    if (is_byline < 0 || is_own < 0)
        return -1;
    return is_byline || is_body ? BODY : is_own ? OWN : ASK;
}

static int told_of(const struct terms *terms, PyObject *block)
{
    PyObject *role = item_of(block, BLOCK_ROLE), *text = role ? PyTuple_GetItem(block, BLOCK_TEXT) : NULL;
    PyObject *verdict = text ? PyTuple_GetItem(block, BLOCK_VERDICT) : NULL;
    Py_ssize_t length = verdict ? PyUnicode_GetLength(text) : -1;
    if (length < 0)
        return -1;
    int is_body = length > terms->longest || role == terms->code;
    if ((PyObject *)Py_TYPE(verdict) == terms->removed_type)
        return told_of_removed(terms, verdict, is_body);
    if ((PyObject *)Py_TYPE(verdict) != terms->kept_type)
        return is_body ? BODY : ASK;
    PyObject *part = PyObject_GetAttr(verdict, terms->part_name);
    int told = part == NULL ? -1 : part == terms->text && length > terms->longest ? BODY : OWN;
    Py_XDECREF(part);
    return told;
}

/* Writes what is told of each block; -1 with an exception. */
static int tell(const struct terms *terms, PyObject *blocks, PyObject *indices, char *told)
{
    Py_ssize_t count = PyTuple_Size(indices);
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GetItem(indices, i));
        int one = PyErr_Occurred() ? -1 : told_of(terms, PyTuple_GetItem(blocks, index));
        if (one < 0)
            return -1;
        told[i] = (char)one;
    }
    return 0;
}

PyDoc_STRVAR(told_lines_doc,
             "told_lines(blocks, indices, Removed, Kept, text, code, byline, metadata, longest, /)\n--\n\n"
             "Return a byte for each index: 0 of a block that is body, or yielded before; 1 of a line of the article's\n"
             "own; 2 of one whose place is to be asked.");

static PyObject *told_lines(PyObject *module, PyObject *args)
{
    (void)module;
    struct terms terms;
    PyObject *blocks, *indices;
    if (!PyArg_ParseTuple(args, "O!O!OOOOOOn:told_lines", &PyTuple_Type, &blocks, &PyTuple_Type, &indices,
                          &terms.removed_type, &terms.kept_type, &terms.text, &terms.code, &terms.byline,
                          &terms.metadata, &terms.longest))
        return NULL;
    terms.part_name = PyUnicode_InternFromString("part");
    terms.kind_name = PyUnicode_InternFromString("kind");
    PyObject *told = terms.part_name && terms.kind_name ? PyBytes_FromStringAndSize(NULL, PyTuple_Size(indices)) : NULL;
    if (told && tell(&terms, blocks, indices, PyBytes_AsString(told)) < 0)
        Py_CLEAR(told);
    Py_XDECREF(terms.part_name);
    Py_XDECREF(terms.kind_name);
    return told;
}

static PyMethodDef methods[] = {
    {"told_lines", told_lines, METH_VARARGS, told_lines_doc},
    {"moments", moments, METH_O, moments_doc},
    {"timed_lines", timed_lines, METH_VARARGS, timed_lines_doc},
    {"lines_among", lines_among, METH_VARARGS, lines_among_doc},
    {"path", path, METH_VARARGS, path_doc},
    {"account_lines", account_lines, METH_VARARGS, account_lines_doc},
    {NULL, NULL, 0, NULL},
};

int add_page_places(PyObject *module) { return PyModule_AddFunctions(module, methods); }
