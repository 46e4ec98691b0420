/* The tables of markup_rules.c: read once by place_tables.c, never changed. */

#ifndef HARVESTER_NATIVE_PLACE_TABLES_H
#define HARVESTER_NATIVE_PLACE_TABLES_H

#include <string.h>

#include "markup_rules.h"

enum {
    MOST_KINDS = 256,
    FILTER_LETTERS = 4, /* of a word, by which most are seen to begin no phrase */
    FILTER_BITS = 15,
};

/* What one phrase means. */
typedef struct {
    Py_ssize_t words, rank;
    PyObject *hit;
    bool is_other;
} Place;

/* How many bytes of the next word may stand behind a head, before a star. */
typedef struct {
    Py_ssize_t *sizes;
    Py_ssize_t count;
} Starred;

typedef struct {
    PyObject_HEAD
    PyObject *kept; /* copies of the tables: nobody else changes them */
    Names exact, prefixes, heads; /* phrase -> group; phrase without its star -> group; "cookie " -> starred */
    uint64_t filter[(1 << FILTER_BITS) / 64]; /* a bit for the first letters of each phrase */
    uint16_t stars[1 << FILTER_BITS];         /* of those letters: `size_bit` of each phrase of one word and a star */
    uint16_t short_stars;                     /* bit n: a phrase is n letters and a star, fewer than FILTER_LETTERS */
    Place *places;
    Py_ssize_t *groups; /* first place of each group, and the end */
    Starred *starred;
    Py_ssize_t place_count, place_room, group_count, group_room, head_count, head_room;
} Places;

/* Fill a new `Places`, which is 0; -1 where the tables are not whole, also without an exception. */
int read_places(Places *places, PyObject *exact, PyObject *prefixes, PyObject *heads);

/* A bit for a size in bytes; large ones share one. */
static inline uint16_t size_bit(Py_ssize_t size)
{
    return (uint16_t)(1u << (size < 15 ? size : 15));
}

/* The bit of the filter for the first letters of a word, `most` of them. */
static inline size_t bit_of(Text word, Py_ssize_t most)
{
    uint32_t letters = 0;
    memcpy(&letters, word.at, (size_t)(word.size < most ? word.size : most));
    return letters * 0x9e3779b1u >> (32 - FILTER_BITS);
}

#endif
