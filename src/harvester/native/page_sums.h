/* What page_sums.c asks of others. */

#ifndef HARVESTER_NATIVE_PAGE_SUMS_H
#define HARVESTER_NATIVE_PAGE_SUMS_H

#include "blocks.h"

#define GIVEN 5 /* traits that more than counts tell: images, prices, years, times, questions */

/* How many links there are, how many lead to a place on the page, and to a telephone or a mailbox. */
enum { LINKS_ALL, LINKS_HERE, LINKS_CONTACT, LINKS };

/* A page, as far as what is given of its blocks is read from it; borrowed. */
typedef struct {
    PyObject *blocks, *images; /* tuples */
    PyObject *tag;             /* of spans that give a time */
    const int64_t *numbers;    /* BLOCK_ROWS x blocks */
    const uint32_t *table;     /* of characters */
} GivenOf;

/* Writes what is given of each block (GIVEN x blocks) and adds up the links, all 0 before; 0 where only Python knows what
   a character is, -1 with an exception. */
int read_given(const GivenOf *of, int64_t *given, int64_t *links);

/* Writes a number for each container, the same for those of like names in like containers; -1: it holds no block. Those
   are CONTAINER_ROWS x (elements and one), and were found sound. -1 with an exception. */
int group_containers(PyObject *elements, const int64_t *containers, int64_t *groups);

#endif
