/* The inline elements of a block: what `reader_inlines.c` finds, and `reader_marks.c` makes marks of. */

#ifndef HARVESTER_NATIVE_READER_INLINES_H
#define HARVESTER_NATIVE_READER_INLINES_H

#include "reader.h"

/* An element, open or closed; counted in visible characters. */
typedef struct {
    Text tag;
    int place;
    Py_ssize_t start, end, depth;
} Stretch;

typedef struct {
    const Reader *reader;
    PyObject *tokens;
    int token_count;
    int *spots;
    Py_ssize_t spot_count, spot_room;
    Buffer text;
    Py_ssize_t chars;
    Stretch *found, *stack;
    Py_ssize_t found_count, found_room, depth, stack_room;
} Inlines;

typedef enum { DONE, DECLINED, FAILED } Result;

Inlines inlines_over(const Reader *reader, PyObject *tokens); /* borrowed */
/* Find the inline elements of the run of some places of texts, in the order of the markup, and its visible characters;
   those around it are sought back to `bound`. May be called again for other runs of the same tokens. */
Result find_inlines(Inlines *inlines, PyObject *spots, int bound);
void free_inlines(Inlines *inlines);

#endif
