/* The literals of the patterns of one language, as one automaton: literal_index.c builds it, patterns.c reads lines. */

#ifndef HARVESTER_NATIVE_LITERAL_INDEX_H
#define HARVESTER_NATIVE_LITERAL_INDEX_H

#include "common.h"

#include <stdint.h>

#define BYTES 256

typedef uint16_t node_t;

struct found {             /* what a literal tells: the node that it ends at leads to a chain of these */
    int32_t next;          /* -1: none */
    int32_t pattern;
    uint8_t group;         /* one bit */
};

struct automaton {
    uint8_t class_of[BYTES];
    int classes;
    Py_ssize_t nodes;
    node_t *next;          /* nodes x classes: where a byte of the class leads to */
    node_t *shorter;       /* of each node, that of the longest end of it that is a literal, too; 0: none */
    int32_t *first;        /* of each node, what the literal that ends there tells first; -1: it ends none */
    uint8_t *tells;        /* 1 for each node at which a literal ends, or has one that ends there: few, asked at each byte */
    struct found *found;
    Py_ssize_t found_count;
    Py_ssize_t patterns;
    uint8_t *required;     /* groups of each pattern */
    uint8_t *met;          /* those met in the line that is being read; 0 between two lines */
    int32_t *touched;      /* the patterns of which some are */
};

/* Builds the automaton of `patterns`, a tuple, in one that is all 0; -1 with an exception where it cannot. */
int build_automaton(struct automaton *automaton, PyObject *patterns);
void free_automaton(struct automaton *automaton);

#endif
