/* From the stretches that inline elements hold to the marks of a text: `structure/text_marks.py`, "over a text". */

#include "reader_marks.h"

#include <stdlib.h>

enum { LOOKED_AT = 8, CROSSED = 16 }; /* marks before one that may be of its meaning, that it may cross: as there */

static const char *const FIELDS[MARK_FIELDS] = {"kind", "start", "end", "url", "title", "rel", "value"};

int name_fields(PageMarks *marks)
{
    void *make_object = PyType_GetSlot(&PyBaseObject_Type, Py_tp_new);
    memcpy(&marks->make_object, &make_object, sizeof(make_object)); /* ISO C knows no cast to a function */
    for (int at = 0; at < MARK_FIELDS; at++) {
        marks->names[at] = PyUnicode_InternFromString(FIELDS[at]);
        if (marks->names[at] == NULL) {
            return -1;
        }
    }
    Py_ssize_t count = PyTuple_Size(marks->fields);
    if (PyType_Check(marks->type) && PyType_Check(marks->block) && count >= OWN_FIELDS && count <= MOST_FIELDS) {
        return 0;
    }
    PyErr_SetString(PyExc_TypeError, "wants types of marks and blocks, and the fields of these");
    return -1;
}

void forget_fields(PageMarks *marks)
{
    for (int at = 0; at < MARK_FIELDS; at++) {
        Py_CLEAR(marks->names[at]);
    }
}

static int by_stretch(const void *first, const void *second)
{
    const Stretched *one = first, *other = second;
    if (one->start != other->start) {
        return one->start < other->start ? -1 : 1;
    }
    if (one->end != other->end) {
        return one->end > other->end ? -1 : 1;
    }
    if (one->depth != other->depth) {
        return one->depth < other->depth ? -1 : 1;
    }
    return (one->number > other->number) - (one->number < other->number);
}

static bool crosses(const Stretched *one, const Stretched *other)
{
    return (one->start < other->start && other->start < one->end && one->end < other->end)
           || (other->start < one->start && one->start < other->end && other->end < one->end);
}

/* Return which of the last marks kept has the meaning of one; -1: none; -2: an exception. */
static Py_ssize_t same_before(const PageMarks *marks, Py_ssize_t kept, const Stretched *one)
{
    for (Py_ssize_t at = kept - 1; at >= 0 && at >= kept - LOOKED_AT; at--) {
        PyObject *meaning = marks->found[at].meaning;
        int is_same = meaning == one->meaning ? 1 : PyObject_RichCompareBool(meaning, one->meaning, Py_EQ);
        if (is_same) {
            return is_same < 0 ? -2 : at;
        }
    }
    return -1;
}

/* Drop marks inside one of the same meaning, and join equal neighbours. */
static int settle_marks(PageMarks *marks)
{
    Py_ssize_t kept = 0;
    if (marks->count > 1) {
        qsort(marks->found, (size_t)marks->count, sizeof(Stretched), by_stretch);
    }
    for (Py_ssize_t at = 0; at < marks->count; at++) {
        Stretched one = marks->found[at];
        Py_ssize_t same = same_before(marks, kept, &one);
        if (same == -2) {
            return -1;
        }
        bool is_kept = same < 0 || one.start > marks->found[same].end;
        if (!is_kept && one.end > marks->found[same].end) {
            Stretched joined = marks->found[same];
            joined.end = one.end;
            for (Py_ssize_t other = same > CROSSED ? same - CROSSED : 0; other < kept; other++) {
                is_kept = is_kept || crosses(&joined, marks->found + other);
            }
            if (!is_kept) {
                marks->found[same] = joined;
            }
        }
        if (is_kept) {
            marks->found[kept++] = one;
        }
    }
    marks->count = kept < marks->most_marks ? kept : marks->most_marks;
    return 0;
}

/* Turn visible characters into places of the text; those behind the longer ones that begin where they do. */
static void place_marks(PageMarks *marks)
{
    for (Py_ssize_t at = 0; at < marks->count; at++) {
        Stretched one = marks->found[at];
        one.start = marks->at[one.start];
        one.end = marks->at[one.end - 1] + 1;
        Py_ssize_t to = at;
        for (; to > 0; to--) {
            const Stretched *before = marks->found + to - 1;
            if (before->start < one.start || (before->start == one.start && before->end >= one.end)) {
                break;
            }
            marks->found[to] = *before;
        }
        marks->found[to] = one;
    }
}

/* Return a new value of a frozen dataclass, its fields set one by one: nobody else may set them. */
static PyObject *filled(const PageMarks *marks, PyObject *type, PyObject *const *names, PyObject *const *values, int count)
{
    PyObject *made = marks->make_object((PyTypeObject *)type, marks->reader->no_tuple, NULL);
    int failed = made == NULL;
    for (int at = 0; !failed && at < count; at++) {
        failed = values[at] == NULL || PyObject_GenericSetAttr(made, names[at], values[at]) < 0;
    }
    if (failed) {
        Py_CLEAR(made);
    }
    return made;
}

static PyObject *mark_of(const PageMarks *marks, const Stretched *one)
{
    PyObject *values[MARK_FIELDS] = {
        PyTuple_GetItem(one->meaning, MEANING_KIND),
        PyLong_FromSsize_t(one->start),
        PyLong_FromSsize_t(one->end),
    };
    for (int at = 3; at < MARK_FIELDS; at++) {
        values[at] = PyTuple_GetItem(one->meaning, at - 2); /* behind the kind */
    }
    PyObject *mark = filled(marks, marks->type, marks->names, values, MARK_FIELDS);
    Py_XDECREF(values[1]);
    Py_XDECREF(values[2]);
    return mark;
}

PyObject *text_block_made(const PageMarks *marks, PyObject *text, PyObject *block, PyObject *own)
{
    PyObject *names[MOST_FIELDS], *values[MOST_FIELDS] = {
        PyTuple_GetItem(block, BLOCK_ROLE), text, PyTuple_GetItem(block, BLOCK_LEVEL), PyTuple_GetItem(block, BLOCK_LANG), own,
    };
    int count = (int)PyTuple_Size(marks->fields);
    for (int at = 0; at < count; at++) {
        PyObject *field = PyTuple_GetItem(marks->fields, at);
        names[at] = field ? PyTuple_GetItem(field, 0) : NULL;
        values[at] = at < OWN_FIELDS ? values[at] : names[at] ? PyTuple_GetItem(field, 1) : NULL;
        if (names[at] == NULL) {
            return NULL;
        }
    }
    return filled(marks, marks->block, names, values, count);
}

PyObject *marks_made(PageMarks *marks, bool is_heading)
{
    if (settle_marks(marks) < 0) {
        return NULL;
    }
    place_marks(marks);
    Py_ssize_t kept = 0;
    for (Py_ssize_t at = 0; at < marks->count; at++) {
        const Stretched *one = marks->found + at;
        bool is_whole = one->start == 0 && one->end == marks->chars;
        if (!(is_heading && is_whole && PyTuple_GetItem(one->meaning, MEANING_KIND) == marks->strong)) {
            marks->found[kept++] = *one;
        }
    }
    PyObject *tuple = PyTuple_New(kept);
    for (Py_ssize_t at = 0; tuple != NULL && at < kept; at++) {
        PyObject *mark = mark_of(marks, marks->found + at);
        if (mark == NULL) {
            Py_CLEAR(tuple);
        } else {
            PyTuple_SetItem(tuple, at, mark);
        }
    }
    return tuple;
}
