/* The marks of one article's blocks while they are read: `reader_marks.c` finds, `reader_marks_made.c` makes them. */

#ifndef HARVESTER_NATIVE_READER_MARKS_H
#define HARVESTER_NATIVE_READER_MARKS_H

#include "reader_inlines.h"
#include "records.h"

/* What a start tag means: kind, url, title, rel, value. A mark: kind, start, end, and the others. */
enum { MEANING_KIND, MEANING_FIELDS = 5, MARK_FIELDS = 7 };
enum { OWN_FIELDS = 5, MOST_FIELDS = 32 }; /* of a text's block: the first are its own, the others what nothing is said by */

typedef struct {
    Py_ssize_t start, end, depth, number;
    PyObject *meaning; /* borrowed from `known` */
} Stretched;

typedef struct {
    const Reader *reader;
    PyObject *says, *type, *strong, *wrappers, *block, *fields; /* borrowed */
    PyObject *known; /* dict: start tag -> what `says` said of it */
    Py_ssize_t most_marks, most_looks, looks;
    newfunc make_object;
    PyObject *names[MARK_FIELDS];
    PyObject *markup, *spots; /* of the last block; borrowed from it */
    PyObject *tokens, *elements, *places;
    Inlines inlines;
    bool is_declined, is_left; /* the run, all blocks: to Python */
    Py_ssize_t run_from, from_byte, from_char; /* the first block of the run; where the next may begin in it */
    signed char *wraps;                        /* of each element: whether an inline one is around all of it; -1: not known */
    Py_ssize_t element_count;
    Buffer wanted;
    int *at; /* of each visible character of a text: where it is, in code points */
    Py_ssize_t visible, at_room, chars;
    Py_ssize_t *borders, border_room; /* to find a text in its run */
    Stretched *found;
    Py_ssize_t count, room;
} PageMarks;

int name_fields(PageMarks *marks); /* of a mark; to be given back by `forget_fields` */
void forget_fields(PageMarks *marks);
PyObject *marks_made(PageMarks *marks, bool is_heading); /* of what was found: a new tuple */
PyObject *text_block_made(const PageMarks *marks, PyObject *text, PyObject *block, PyObject *own); /* new */

#endif
