/* The rows of the numbers of blocks and containers: what outline/ calls them. */

#ifndef HARVESTER_NATIVE_BLOCKS_H
#define HARVESTER_NATIVE_BLOCKS_H

#include "buffers.h"

#include <stdint.h>

/* Rows of the numbers of blocks, in the order of `BlockNumbers`. */
enum {
    B_ELEMENT, B_CHARS, B_LINKED, B_STRONG, B_LEVEL, B_SPANS, B_ANCHORS, B_ROLE, B_CUT, B_PROSE, B_CJK, B_SPACES,
    B_COMMAS, B_STOPS, B_DIGITS, B_CAPITALS, B_LINES, B_MARKS, B_FIRST_SMALL, B_LAST_END, B_LAST_COLON, BLOCK_ROWS
};

/* Rows of the numbers of containers, in the order of `ContainerNumbers`. */
enum { C_PARENT, C_DEPTH, C_FIRST, C_END, C_LARGER, C_PROSE, C_CHARS, C_LINKED, C_CODE, CONTAINER_ROWS };

/* Returns an integer of a tuple, 0 for None; -1 with an exception where it is neither. */
int64_t integer_of(PyObject *tuple, Py_ssize_t field);

#endif
