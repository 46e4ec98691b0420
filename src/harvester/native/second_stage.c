/* The columns of the second stage at each block, when the first has said something of all (content/second_stage.py has
   the interpreted form, and says what each is).

   As in features.c, what a logarithm is of is written; and sums that numpy adds up in an order of its own come from
   there. */

#include "blocks.h"

#include <math.h>

#define SURE 0.8
#define LONG_CHARS 100
#define CHOSEN 0.5
#define SMALLEST 1e-9 /* stands for nothing where something is divided by it */
#define FAR 20        /* containers */
#define STEPS 3       /* neighbours on each side */
#define WINDOWS 3
#define AROUND 4      /* a block's own element, and three containers around */
#define GROUPS (AROUND + 1)
#define TRUNKS 3

enum {
    S_FIRST,
    S_NEIGHBOURS,
    S_WITHIN = S_NEIGHBOURS + 2 * STEPS,
    S_SHARE_BEFORE = S_WITHIN + WINDOWS, S_SHARE_AFTER,
    S_GROUPS, /* of each: mean, weight, share */
    S_OF_ROLE = S_GROUPS + 3 * GROUPS,
    S_FROM_FIRST_SURE, S_FROM_LAST_SURE, S_PAGE_MEAN, S_PAGE_CHOSEN, S_PAGE_F1,
    S_TRUNKS, /* of each: in, beyond, size, levels */
    S_BELOW = S_TRUNKS + 4 * TRUNKS,
    COLUMNS
};

struct look {
    const int64_t *blocks;     /* BLOCK_ROWS x block_count */
    Py_ssize_t block_count;
    const int64_t *containers; /* CONTAINER_ROWS x places; the last place is for blocks without element */
    Py_ssize_t places;
    const int64_t *at;         /* the blocks that are looked at */
    const int64_t *alike;      /* the group of each */
    const double *first;       /* what the first stage says of each */
    const double *weights;
    const double *leaning;     /* weights of those that the first stage chose */
    double *columns;           /* COLUMNS x count */
    Py_ssize_t count;
    double mean, f1, leaning_sum; /* of the page */
    int64_t heading;           /* the role of headings */
    double *sums, *totals;     /* scratch, for a group each, an element each, or a block each and one more */
    int64_t *sizes;
};

static double *column_of(const struct look *look, int column)
{
    return look->columns + column * look->count;
}

static int64_t number_of(const struct look *look, int row, Py_ssize_t place)
{
    return look->blocks[row * look->block_count + look->at[place]];
}

static const int64_t *places_of(const struct look *look, int row)
{
    return look->containers + row * look->places;
}

static double some(double number)
{
    return number > SMALLEST ? number : SMALLEST;
}

static void fill_column(const struct look *look, int column, double value)
{
    for (Py_ssize_t place = 0; place < look->count; place++)
        column_of(look, column)[place] = value;
}

/* ── neighbours ───────────────────────────────────────────────────────────────────────────────── */

static void write_neighbours(const struct look *look)
{
    static const Py_ssize_t DISTANCES[2 * STEPS] = {-3, -2, -1, 1, 2, 3};
    for (int step = 0; step < 2 * STEPS; step++)
        for (Py_ssize_t place = 0; place < look->count; place++) {
            Py_ssize_t other = place + DISTANCES[step];
            column_of(look, S_NEIGHBOURS + step)[place] = other >= 0 && other < look->count ? look->first[other] : NAN;
        }
}

static void write_windows(const struct look *look)
{
    static const Py_ssize_t WIDTHS[WINDOWS] = {3, 8, 20};
    double *sums = look->sums, *totals = look->totals;
    sums[0] = totals[0] = 0.0;
    for (Py_ssize_t place = 0; place < look->count; place++) {
        sums[place + 1] = sums[place] + look->first[place] * look->weights[place];
        totals[place + 1] = totals[place] + look->weights[place];
    }
    double whole = some(sums[look->count]);
    for (Py_ssize_t place = 0; place < look->count; place++) {
        for (int window = 0; window < WINDOWS; window++) {
            Py_ssize_t low = place > WIDTHS[window] ? place - WIDTHS[window] : 0;
            Py_ssize_t high = place + WIDTHS[window] + 1 < look->count ? place + WIDTHS[window] + 1 : look->count;
            column_of(look, S_WITHIN + window)[place] = (sums[high] - sums[low]) / some(totals[high] - totals[low]);
        }
        column_of(look, S_SHARE_BEFORE)[place] = sums[place] / whole;
        column_of(look, S_SHARE_AFTER)[place] = (sums[look->count] - sums[place + 1]) / whole;
    }
}

/* Writes what the first stage says of the next block that is no heading; 0 behind the last. */
static void write_below(const struct look *look)
{
    double value = 0.0;
    for (Py_ssize_t place = look->count - 1; place >= 0; place--) {
        column_of(look, S_BELOW)[place] = value;
        if (number_of(look, B_ROLE, place) != look->heading)
            value = look->first[place];
    }
}

/* ── groups ───────────────────────────────────────────────────────────────────────────────────── */

/* Returns the group of the block at a place, counted by `by`: a container around it, its markup, or its role. */
static int64_t group_of(const struct look *look, int by, Py_ssize_t place)
{
    if (by == AROUND)
        return look->alike[place];
    if (by > AROUND)
        return number_of(look, B_ROLE, place);
    int64_t element = number_of(look, B_ELEMENT, place);
    for (int step = 0; step < by; step++)
        element = places_of(look, C_LARGER)[element < 0 ? look->places - 1 : element];
    return element < 0 ? look->places - 1 : element; /* what stands in none is a group, too */
}

static void sum_group(const struct look *look, int by, Py_ssize_t groups)
{
    for (Py_ssize_t group = 0; group < groups; group++)
        look->sums[group] = look->totals[group] = (double)(look->sizes[group] = 0);
    for (Py_ssize_t place = 0; place < look->count; place++) {
        int64_t group = group_of(look, by, place);
        look->sums[group] += look->first[place] * look->weights[place];
        look->totals[group] += look->weights[place];
        look->sizes[group]++;
    }
}

static void write_groups(const struct look *look, Py_ssize_t groups)
{
    for (int by = 0; by < GROUPS; by++) {
        sum_group(look, by, groups);
        double *to = column_of(look, S_GROUPS + 3 * by);
        for (Py_ssize_t place = 0; place < look->count; place++) {
            int64_t group = group_of(look, by, place);
            to[place] = look->sums[group] / some(look->totals[group]);
            to[look->count + place] = look->totals[group];
            to[2 * look->count + place] = (double)look->sizes[group] / (double)look->count;
        }
    }
    sum_group(look, GROUPS, groups);
    for (Py_ssize_t place = 0; place < look->count; place++) {
        int64_t group = group_of(look, GROUPS, place);
        column_of(look, S_OF_ROLE)[place] = look->sums[group] / some(look->totals[group]);
    }
}

/* ── the page ─────────────────────────────────────────────────────────────────────────────────── */

static void write_page(const struct look *look)
{
    double first_sure = NAN, last_sure = NAN, chosen = 0.0;
    for (Py_ssize_t place = 0; place < look->count; place++) {
        chosen += look->first[place] > CHOSEN;
        if (!(look->first[place] > SURE) || number_of(look, B_CHARS, place) <= LONG_CHARS)
            continue;
        first_sure = isnan(first_sure) ? (double)place : first_sure;
        last_sure = (double)place;
    }
    for (Py_ssize_t place = 0; place < look->count; place++) {
        column_of(look, S_FROM_FIRST_SURE)[place] = (double)place - first_sure;
        column_of(look, S_FROM_LAST_SURE)[place] = (double)place - last_sure;
    }
    fill_column(look, S_PAGE_MEAN, look->mean);
    fill_column(look, S_PAGE_CHOSEN, chosen);
    fill_column(look, S_PAGE_F1, look->f1);
}

/* Sums up in `sums` the weight of what the first stage chose, in each element. */
static void sum_elements(const struct look *look)
{
    const int64_t *parents = places_of(look, C_PARENT);
    for (Py_ssize_t at = 0; at < look->places; at++)
        look->sums[at] = 0.0;
    for (Py_ssize_t place = 0; place < look->count; place++)
        if (number_of(look, B_ELEMENT, place) >= 0)
            look->sums[number_of(look, B_ELEMENT, place)] += look->leaning[place];
    for (Py_ssize_t at = look->places - 1; at > 0; at--)
        if (parents[at] >= 0)
            look->sums[parents[at]] += look->sums[at];
}

/* Returns the deepest element with at least so much weight, the first of several; -1: none. */
static int64_t innermost(const struct look *look, double least)
{
    const int64_t *depths = places_of(look, C_DEPTH);
    int64_t found = -1;
    for (Py_ssize_t at = 0; at < look->places - 1; at++)
        if (look->sums[at] >= least && (found < 0 || depths[at] > depths[found]))
            found = at;
    return found;
}

/* Writes to `sizes` how many containers up from the trunk the first stands that holds each element, too; -1: none. */
static void count_levels(const struct look *look, int64_t trunk)
{
    const int64_t *parents = places_of(look, C_PARENT);
    int64_t level = 0;
    for (Py_ssize_t at = 0; at < look->places; at++)
        look->sizes[at] = -1;
    for (int64_t at = trunk; at >= 0; at = parents[at])
        look->sizes[at] = level++;
    for (Py_ssize_t at = 0; at < look->places; at++)
        if (look->sizes[at] < 0 && parents[at] >= 0)
            look->sizes[at] = look->sizes[parents[at]];
}

static void write_trunk(const struct look *look, int64_t trunk, double *to)
{
    int64_t first = trunk < 0 ? 0 : places_of(look, C_FIRST)[trunk];
    int64_t end = trunk < 0 ? look->block_count : places_of(look, C_END)[trunk];
    count_levels(look, trunk);
    for (Py_ssize_t place = 0; place < look->count; place++) {
        int64_t at = look->at[place], element = number_of(look, B_ELEMENT, place);
        int64_t behind = at - end + 1 > 0 ? at - end + 1 : 0, before = first - at > 0 ? first - at : 0;
        int64_t level = look->sizes[element < 0 ? look->places - 1 : element];
        to[place] = trunk < 0 || (at >= first && at < end);
        to[look->count + place] = (double)(behind - before);
        to[2 * look->count + place] = (double)(end - first) / (double)(look->block_count > 1 ? look->block_count : 1);
        to[3 * look->count + place] = (double)(level >= 0 ? level : FAR);
    }
}

static void write_trunks(const struct look *look)
{
    static const double SHARES[TRUNKS] = {0.5, 0.7, 0.9};
    sum_elements(look);
    for (int trunk = 0; trunk < TRUNKS; trunk++)
        write_trunk(look, innermost(look, SHARES[trunk] * some(look->leaning_sum)),
                    column_of(look, S_TRUNKS + 4 * trunk));
}

/* ── all of them ──────────────────────────────────────────────────────────────────────────────── */

static int is_sound(const struct look *look)
{
    if (!go_up(places_of(look, C_PARENT), look->places) || !go_up(places_of(look, C_LARGER), look->places) ||
        !are_within(look->at, look->count, 0, look->block_count) ||
        !are_within(look->alike, look->count, 0, look->count))
        return 0;
    for (Py_ssize_t place = 0; place < look->count; place++) {
        int64_t element = number_of(look, B_ELEMENT, place), role = number_of(look, B_ROLE, place);
        if (element < -1 || element >= look->places - 1 || role < 0 || role >= BLOCK_ROWS)
            return 0;
    }
    return 1;
}

static int write_all(struct look *look)
{
    Py_ssize_t groups = look->places > look->count + 1 ? look->places : look->count + 1;
    groups = groups > BLOCK_ROWS ? groups : BLOCK_ROWS; /* roles, too */
    look->sums = PyMem_Calloc((size_t)groups, sizeof(double));
    look->totals = PyMem_Calloc((size_t)groups, sizeof(double));
    look->sizes = PyMem_Calloc((size_t)groups, sizeof(int64_t));
    int is_possible = look->sums && look->totals && look->sizes;
    if (is_possible) {
        for (Py_ssize_t place = 0; place < look->count; place++)
            column_of(look, S_FIRST)[place] = look->first[place];
        write_neighbours(look);
        write_windows(look);
        write_groups(look, groups);
        write_page(look);
        write_trunks(look);
        write_below(look);
    }
    PyMem_Free(look->sums);
    PyMem_Free(look->totals);
    PyMem_Free(look->sizes);
    return is_possible ? 0 : -1;
}

enum { BLOCKS, CONTAINERS, AT, ALIKE, V_FIRST, WEIGHTS, LEANING, V_COLUMNS, VIEWS };
enum { MEAN = VIEWS, F1, LEANING_SUM, HEADING, ARGUMENTS };

static const struct wanted WANTED[VIEWS] = {
    [BLOCKS] = {"blocks", "lq", 8, 2, READ}, [CONTAINERS] = {"containers", "lq", 8, 2, READ},
    [AT] = {"at", "lq", 8, 1, READ},         [ALIKE] = {"alike", "lq", 8, 1, READ},
    [V_FIRST] = {"first", "d", 8, 1, READ},  [WEIGHTS] = {"weights", "d", 8, 1, READ},
    [LEANING] = {"leaning", "d", 8, 1, READ}, [V_COLUMNS] = {"columns", "d", 8, 2, WRITE},
};

static int fit(const Py_buffer *views)
{
    Py_ssize_t count = views[AT].shape[0];
    return views[BLOCKS].shape[0] == BLOCK_ROWS && views[CONTAINERS].shape[0] == CONTAINER_ROWS &&
           views[CONTAINERS].shape[1] > 0 && views[ALIKE].shape[0] == count && views[V_FIRST].shape[0] == count &&
           views[WEIGHTS].shape[0] == count && views[LEANING].shape[0] == count &&
           views[V_COLUMNS].shape[0] == COLUMNS && views[V_COLUMNS].shape[1] == count;
}

static PyObject *write_views(const Py_buffer *views, struct look *look)
{
    look->blocks = views[BLOCKS].buf;
    look->block_count = views[BLOCKS].shape[1];
    look->containers = views[CONTAINERS].buf;
    look->places = views[CONTAINERS].shape[1];
    look->at = views[AT].buf;
    look->count = views[AT].shape[0];
    look->alike = views[ALIKE].buf;
    look->first = views[V_FIRST].buf;
    look->weights = views[WEIGHTS].buf;
    look->leaning = views[LEANING].buf;
    look->columns = views[V_COLUMNS].buf;
    if (!fit(views) || !is_sound(look)) {
        PyErr_SetString(PyExc_ValueError, "the numbers of blocks and containers, and the columns, do not fit each other");
        return NULL;
    }
    return write_all(look) < 0 ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static PyObject *write_second_stage(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!has_arguments(count, ARGUMENTS))
        return NULL;
    struct look look = {
        .mean = PyFloat_AsDouble(arguments[MEAN]),
        .f1 = PyFloat_AsDouble(arguments[F1]),
        .leaning_sum = PyFloat_AsDouble(arguments[LEANING_SUM]),
        .heading = PyLong_AsLongLong(arguments[HEADING]),
    };
    Py_buffer views[VIEWS];
    if (PyErr_Occurred() || take_buffers(arguments, WANTED, VIEWS, views) < 0)
        return NULL;
    PyObject *result = write_views(views, &look);
    release_buffers(views, VIEWS);
    return result;
}

static PyMethodDef functions[] = {
    {"write_second_stage", (PyCFunction)(void (*)(void))write_second_stage, METH_FASTCALL,
     "write_second_stage(blocks, containers, at, alike, first, weights, leaning, columns, mean, f1, leaning_sum, heading)"
     "\n\nWrite the columns (columns x blocks looked at); for a logarithm, what it is of."},
    {NULL, NULL, 0, NULL},
};

int add_second_stage(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
