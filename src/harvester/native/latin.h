/* A table of what becomes of Latin letters and marks of print: Python makes it, so that Unicode is asked once. */

#ifndef HARVESTER_NATIVE_LATIN_H
#define HARVESTER_NATIVE_LATIN_H

/* Of each code a row: how many bytes become of it, and these; UNKNOWN: more than there is room for. The codes up to LATIN,
   then the marks of print. */
enum { ROW = 4, LATIN = 0x250, PRINT = 0x2000, PRINT_END = 0x2060, ROWS = LATIN + PRINT_END - PRINT, UNKNOWN = 0xff };

/* A table of what becomes of texts has rows of Cyrillic letters behind these. */
enum { CYRILLIC = 0x400, CYRILLIC_END = 0x530, TABLE_ROWS = ROWS + CYRILLIC_END - CYRILLIC };

/* The row of the character at `at`, and how many bytes the character has; -1: it has none. UTF-8 from Python is sound. */
static inline int row_of(const unsigned char *at, int *bytes)
{
    if (at[0] < 0x80) {
        *bytes = 1;
        return at[0];
    }
    if (at[0] < 0xe0) {
        int code = (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        *bytes = 2;
        return code < LATIN ? code : -1;
    }
    if (at[0] < 0xf0) {
        int code = (at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f);
        *bytes = 3;
        return code >= PRINT && code < PRINT_END ? LATIN + code - PRINT : -1;
    }
    return -1;
}

#endif
