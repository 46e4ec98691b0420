/* The named tuples of models/document.py as this room sees them: the places of their fields, and numbers about them. */

#ifndef HARVESTER_NATIVE_RECORDS_H
#define HARVESTER_NATIVE_RECORDS_H

#include "common.h"

enum {
    ELEMENT_PARENT, ELEMENT_TAG, ELEMENT_ID, ELEMENT_CLASSES, ELEMENT_ITEMPROP, ELEMENT_ROLE, ELEMENT_LABEL, ELEMENT_HINTS,
    ELEMENT_LANG, ELEMENT_HREF, ELEMENT_FIELDS,
};
enum {
    SPAN_TAG, SPAN_TEXT, SPAN_HREF, SPAN_REL, SPAN_CLASSES, SPAN_ITEMPROP, SPAN_DATETIME, SPAN_HINTS, SPAN_FIELDS,
};
enum {
    BLOCK_ROLE, BLOCK_TEXT, BLOCK_LEVEL, BLOCK_LINK_CHARS, BLOCK_LANG, BLOCK_PATH, BLOCK_ELEMENT, BLOCK_SPANS,
    BLOCK_STRONG_CHARS, BLOCK_VERDICT, BLOCK_TRACE, BLOCK_FIELDS,
};

/* Returns -1 with an exception. */
static inline int append_number(PyObject *list, Py_ssize_t number)
{
    PyObject *value = PyLong_FromSsize_t(number);
    int failed = value == NULL || PyList_Append(list, value) < 0;
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

#endif
