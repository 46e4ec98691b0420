/* What characters count as: the table of outline/block_numbers.py, a word of bits for each of the basic plane. */

#ifndef HARVESTER_NATIVE_CHARACTERS_H
#define HARVESTER_NATIVE_CHARACTERS_H

#define TABLE_SIZE 65536
/* Pictures, of which none is a letter or a digit. */
#define FIRST_PICTOGRAPH 0x1F300
#define LAST_PICTOGRAPH 0x1FAFF
#define BEYOND 0xFFFF  /* what characters beyond the basic plane count as */

/* Bits of the table, in the order of `TRAITS`. */
enum {
    CJK = 1 << 0,
    SPACE = 1 << 1,
    LINE = 1 << 2,
    COMMA = 1 << 3,
    STOP = 1 << 4,
    WIDE_STOP = 1 << 5,
    CLOSING = 1 << 6,
    OPENING = 1 << 7,
    CLOSES = 1 << 8, /* ends a sentence */
    DIGIT = 1 << 9,
    CAPITAL = 1 << 10,
    SMALL = 1 << 11,
    WORD = 1 << 12,
    COLON = 1 << 13,
    BLANK = 1 << 14,
    LETTER = 1 << 15, /* of a script that writes no blanks: each counts as a word */
    MARKS_FROM = 16
};

#endif
