/* The literals of the patterns of one language: literal_index.c builds the index, regex_sets.c reads lines. */

#ifndef HARVESTER_NATIVE_LITERAL_INDEX_H
#define HARVESTER_NATIVE_LITERAL_INDEX_H

#include "common.h"

#include <stdint.h>
#include <string.h>

enum { BYTES = 256, START_BYTES = 3, BEHIND_BYTES = 8, FILTER_BITS = 11, NOTHING = -1 };

struct short_literal { /* of less than START_BYTES; a byte leads to a chain of these */
    int32_t next;      /* NOTHING: no more */
    int32_t pattern;
    uint8_t group;     /* one bit */
    uint8_t size, second; /* its bytes, and the last of two */
};

struct long_literal {  /* the others; those that begin alike stand side by side */
    uint64_t behind;   /* the bytes behind the first ones, as they stand in memory, 0 for those that it lacks */
    uint64_t asked;    /* all bits of the bytes that it has there */
    int32_t size;
    int32_t rest;      /* where in `texts` those behind stand */
    int32_t pattern;
    uint8_t group;     /* one bit */
};

struct beginning {    /* START_BYTES */
    uint32_t bytes;
    int32_t first;    /* of the literals that begin so */
    int32_t count;    /* of those; 0: the place is free */
};

struct literals {
    uint64_t filter[1 << FILTER_BITS];        /* by the hash of a beginning, the bytes that may stand behind such */
    uint64_t short_filter[BYTES];             /* of those that are shorter, by their first byte: what may be their second */
    int32_t shorts[BYTES];                    /* what those tell */
    int has_shorts;                           /* whether there are any */
    struct beginning *beginnings;
    uint32_t mask;                            /* places of `beginnings` but one: a power of two, less one */
    struct long_literal *longs;
    struct short_literal *found;
    uint8_t *texts;
    int32_t long_count, short_count, text_size;
    uint8_t *required; /* groups of each pattern */
    uint8_t *met;      /* those met in the line that is being read; 0 between two lines */
    int32_t *touched;  /* the patterns of which some are */
};

/* Builds the index of `patterns`, a tuple, in one that is all 0; -1 with an exception where it cannot. */
int build_literals(struct literals *literals, PyObject *patterns);
void free_literals(struct literals *literals);

static inline uint32_t beginning_at(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
}

static inline uint32_t hash_of_beginning(uint32_t bytes)
{
    return bytes * UINT32_C(0x9e3779b1);
}

/* A bit for a byte that may stand behind others: small letters have one each. */
static inline uint64_t bit_of_byte(uint8_t byte)
{
    return UINT64_C(1) << (byte % 64);
}

/* Whether a literal may begin with START_BYTES of this hash, and `behind` stand behind them: at most places none does. */
static inline int may_begin_literal(const struct literals *literals, uint32_t hash, uint8_t behind)
{
    return (literals->filter[hash >> (32 - FILTER_BITS)] & bit_of_byte(behind)) != 0;
}

/* Returns the place of a beginning among `beginnings`: its own, or the free one that would be. */
static inline struct beginning *place_of_beginning(const struct literals *literals, uint32_t bytes, uint32_t hash)
{
    uint32_t at = (hash ^ hash >> 15) & literals->mask;
    while (literals->beginnings[at].count && literals->beginnings[at].bytes != bytes)
        at = (at + 1) & literals->mask;
    return &literals->beginnings[at];
}

/* A capital ASCII letter counts as the small one, any digit as "0". */
static inline uint8_t folded_byte(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (uint8_t)(byte + 'a' - 'A');
    return byte >= '0' && byte <= '9' ? '0' : byte;
}

/* Writes each byte as `folded_byte` has it. */
void fold_bytes(uint8_t *folded, const char *text, Py_ssize_t size);

#endif
