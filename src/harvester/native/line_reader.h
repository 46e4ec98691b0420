/* What line_program.c and line_sets.c share: a pattern while it is read. */

#ifndef HARVESTER_NATIVE_LINE_READER_H
#define HARVESTER_NATIVE_LINE_READER_H

#include "line_program.h"

#include <string.h>

enum { NO_ROW = -1 };

typedef const unsigned char *Place;

struct reader {
    struct program *program;
    int any_case, depth;
};

uint32_t code_at(Place at, int *bytes);
int row_of_code(uint32_t code);

/* Whether these characters, which have no row, are in stretches of which none is another case of one that has: all but
   the Greek mu, the capital sharp s, the signs of Kelvin and Angstrom, and letters of phonetic script. */
int are_strange(uint32_t first, uint32_t last);

/* Returns 0 where there is no room. */
int write_step(struct reader *reader, enum op op, int value);

/* Write a set: "\d", "\p{L}" (`at` is behind the p), what stands between square brackets; 0 where it is not known here. */
int write_named(struct reader *reader, char name);
int write_kind(struct reader *reader, Place at, Place end);
int write_class(struct reader *reader, Place at, Place end);

#endif
