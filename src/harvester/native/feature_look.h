/* What features.c and feature_surroundings.c look at, and where they write. */

#ifndef HARVESTER_NATIVE_FEATURE_LOOK_H
#define HARVESTER_NATIVE_FEATURE_LOOK_H

#include "feature_columns.h"

struct look {
    const int64_t *blocks;     /* BLOCK_ROWS x count */
    const int64_t *containers; /* CONTAINER_ROWS x places; the last place is for blocks without element */
    const int64_t *alike;      /* a number for each block: its group */
    const int64_t *dated;      /* dated lines before each block, and before the end */
    const double *wordings;    /* count x GROUPS */
    double *columns;           /* OWN_COLUMNS x count */
    Py_ssize_t count, places;
    int64_t headline;          /* block; -1: none */
    int64_t best_first, best_end; /* extent of the container that is worth most */
    int64_t heading;           /* the role of headings */
    int64_t prose;             /* characters of the page */
    int64_t *scratch;          /* `places` and one more */
    double *sums;              /* four rows of `count` */
};

static inline double *column_of(const struct look *look, int column)
{
    return look->columns + column * look->count;
}

static inline const int64_t *numbers_of(const struct look *look, int row)
{
    return look->blocks + row * look->count;
}

static inline const int64_t *places_of(const struct look *look, int row)
{
    return look->containers + row * look->places;
}

/* Returns the place of an element among the containers; that of -1 is the last. */
static inline Py_ssize_t place_of(const struct look *look, int64_t element)
{
    return element < 0 ? look->places - 1 : (Py_ssize_t)element;
}

static inline int64_t at_least_1(int64_t number)
{
    return number > 1 ? number : 1;
}

static inline int64_t size_of(const struct look *look, int64_t element)
{
    return places_of(look, C_END)[element] - places_of(look, C_FIRST)[element];
}

/* Write the columns of what is around each block: containers, the one that is worth most, blocks of like markup, dates. */
void write_surroundings(const struct look *look);

#endif
