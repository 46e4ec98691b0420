/* Patterns of lines as programs: line_program.c makes them of RE2's syntax, line_match.c runs them.

   Both know the characters of native/latin.h alone, by their rows; a pattern or a line of others is left to RE2. */

#ifndef HARVESTER_NATIVE_LINE_PROGRAM_H
#define HARVESTER_NATIVE_LINE_PROGRAM_H

#include "common.h"
#include "latin.h"

#include <stdint.h>

enum { SET_WORDS = (ROWS + 31) / 32, MAX_STEPS = 4000, MAX_SETS = 64 };

/* What a step asks of the next character, or of the place where it is. */
enum op { FOLDED, WRITTEN, IN_SET, IN_SET_WRITTEN, ANY, AT_START, AT_END, AT_BORDER, EITHER, GO, NEVER, FITS };

struct step {
    uint8_t op;
    uint16_t value; /* a row, a set, or the step to go to: of EITHER beside the next one */
};

/* What is known of the rows: that of the letter which stands for it in any case, and what Unicode calls it. */
struct letters {
    uint16_t folded[ROWS];
    uint8_t kinds[ROWS]; /* bits: LETTER_KIND ... */
};

enum { LETTER_KIND = 1, CAPITAL_KIND = 2, SMALL_KIND = 4, NUMBER_KIND = 8 };

struct program {
    const struct letters *letters;
    PyObject *kept; /* holds the letters */
    struct step *steps;
    uint32_t (*sets)[SET_WORDS];
    int step_count, step_room, set_count;
};

/* Makes the program of a pattern; 0 where it is of a form not known here, or there is no memory. */
int write_program(struct program *program, const char *pattern, Py_ssize_t size);

static inline int is_in_set(const uint32_t *set, int row)
{
    return set[row / 32] >> (row % 32) & 1;
}

static inline int is_word_row(int row)
{
    return (row >= '0' && row <= '9') || (row >= 'a' && row <= 'z') || (row >= 'A' && row <= 'Z') || row == '_';
}

#endif
