/* The literals of the patterns of one language: literal_index.c builds the index, regex_sets.c reads lines. */

#ifndef HARVESTER_NATIVE_LITERAL_INDEX_H
#define HARVESTER_NATIVE_LITERAL_INDEX_H

#include "common.h"

#include <stdint.h>
#include <string.h>

enum { BYTES = 256, START_BYTES = 3, FILTER_BITS = 15, NOTHING = -1 };

struct found {        /* what a literal tells; a node, or a byte, leads to a chain of these */
    int32_t next;     /* NOTHING: no more */
    int32_t pattern;
    uint8_t group;    /* one bit */
    uint8_t size, second; /* of a literal shorter than START_BYTES: its bytes, and the last of two */
};

struct node {         /* a literal, or the beginning of some, of START_BYTES and more */
    int32_t child;    /* the first of those that are a byte longer; NOTHING: there is none */
    int32_t beside;   /* the next of those that begin as it does */
    int32_t found;
    uint8_t byte;     /* its last one */
};

struct beginning {    /* START_BYTES, and the node that they are */
    uint32_t bytes;
    int32_t node;     /* NOTHING: the place is free */
    uint64_t behind;  /* the bytes that may stand behind it; all of them where a literal ends here */
};

struct literals {
    uint64_t filter[(1 << FILTER_BITS) / 64]; /* a bit for each beginning, by its hash: most of a line begins nothing */
    uint64_t short_filter[BYTES];             /* of those that are shorter, by their first byte: what may be their second */
    int32_t shorts[BYTES];                    /* what those tell */
    int has_shorts;                           /* whether there are any */
    struct beginning *beginnings;
    uint32_t mask;                            /* places of `beginnings` but one: a power of two, less one */
    struct node *nodes;
    struct found *found;
    int32_t node_count, found_count;
    Py_ssize_t patterns;
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

static inline int may_begin_literal(const struct literals *literals, uint32_t hash)
{
    uint32_t bit = hash >> (32 - FILTER_BITS);
    return literals->filter[bit / 64] >> (bit % 64) & 1;
}

/* A bit for a byte that may stand behind others: small letters have one each. */
static inline uint64_t bit_of_byte(uint8_t byte)
{
    return UINT64_C(1) << (byte % 64);
}

/* Returns the place of a beginning among `beginnings`: its own, or the free one that would be. */
static inline struct beginning *place_of_beginning(const struct literals *literals, uint32_t bytes, uint32_t hash)
{
    uint32_t at = (hash ^ hash >> 15) & literals->mask;
    while (literals->beginnings[at].node != NOTHING && literals->beginnings[at].bytes != bytes)
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
