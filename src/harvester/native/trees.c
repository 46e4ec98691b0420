/* The trees of the classifiers (content/trees.py has the interpreted form, and says how a leaf is found by masks).

   Rows are taken sixteen at a time, so that each test is one comparison of a vector: the loops over lanes have a length
   that the compiler knows, and it makes vector code of them. The one row of a page is taken alone, in a quarter of the
   time that four lanes took. Sums run over the trees in their order, as numpy's do. */

#include "buffers.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 16       /* rows at once */
#define ONE_LANE 1     /* where there are no more */
#define MAX_LEAVES 32  /* bits of a mask */
#define MOST_FEATURES 1000000 /* of a row, twice in columns of 32 bits */

enum { COLUMNS, LIMITS, MASKS, STARTS, LEAVES, PARTS };

struct forest {
    Py_buffer parts[PARTS];  /* held as long as the forest */
    const int32_t *columns;  /* of each node: that of the values; behind those, that of the values with -inf for NaN */
    const float *limits;     /* a row goes left where its value is at most this */
    const uint32_t *masks;   /* leaves that remain when the test fails */
    Py_ssize_t nodes;
    const int32_t *starts;   /* first node of each tree */
    const float *leaves;     /* trees x MAX_LEAVES; added as doubles. Half the memory: they are met in no cache */
    Py_ssize_t trees;
    Py_ssize_t features;     /* of a row */
};

static int is_sound(const struct forest *forest)
{
    int is_outside = 0;
    for (Py_ssize_t node = 0; node < forest->nodes; node++)
        is_outside |= (forest->columns[node] < 0) | (forest->columns[node] >= 2 * forest->features);
    if (is_outside)
        return 0;
    int32_t before = 0;
    for (Py_ssize_t tree = 0; tree < forest->trees; tree++) {
        if (forest->starts[tree] < before || forest->starts[tree] > forest->nodes)
            return 0;
        before = forest->starts[tree];
    }
    return 1;
}

#define NO_SIGN INT32_C(0x7fffffff)
#define INFINITE INT32_C(0x7f800000) /* what is more is NaN */

/* Writes -inf for each of LANES values that is NaN, else the value: by their bits, of which compilers make vector code. */
static void fill_lanes(const float *values, float *filled)
{
    int32_t bits[LANES];
    memcpy(bits, values, sizeof bits);
    for (int lane = 0; lane < LANES; lane++) {
        int32_t nan = -((bits[lane] & NO_SIGN) > INFINITE); /* all bits, or none */
        bits[lane] = (bits[lane] & ~nan) | (nan & (INFINITE | ~NO_SIGN));
    }
    memcpy(filled, bits, sizeof bits);
}

static void fill_values(const float *values, Py_ssize_t lanes, float *filled)
{
    if (lanes == LANES)
        fill_lanes(values, filled);
    else
        for (Py_ssize_t lane = 0; lane < lanes; lane++)
            filled[lane] = isnan(values[lane]) ? -INFINITY : values[lane];
}

/* Copies `count` rows from `first` on into `values`: features x lanes, then the same with -inf for NaN. */
static void load_rows(const Py_buffer *rows, Py_ssize_t first, Py_ssize_t count, Py_ssize_t lanes, float *values)
{
    Py_ssize_t features = rows->shape[1];
    int is_close = rows->strides[0] == sizeof *values; /* the rows of a feature are one behind the other */
    if (count < lanes)
        memset(values, 0, (size_t)(features * lanes) * sizeof *values);
    for (Py_ssize_t feature = 0; feature < features; feature++) {
        const char *from = (const char *)rows->buf + first * rows->strides[0] + feature * rows->strides[1];
        float *to = values + feature * lanes;
        if (is_close && count == LANES)
            memcpy(to, from, LANES * sizeof *to); /* of a size that the compiler knows: no call */
        else if (is_close)
            memcpy(to, from, (size_t)count * sizeof *to);
        for (Py_ssize_t lane = 0; !is_close && lane < count; lane++, from += rows->strides[0])
            memcpy(to + lane, from, sizeof *to);
        fill_values(to, lanes, to + features * lanes);
    }
}

/* Narrows `remaining`, a mask a row, to the leaf of each row in one tree: its lowest bit. */
#define DEFINE_FIND_LEAVES(name, lanes, target)                                                                      \
    target static void name(const struct forest *forest, Py_ssize_t node, Py_ssize_t end, const float *values,       \
                            uint32_t *remaining)                                                                     \
    {                                                                                                                \
        uint32_t left[lanes];                                                                                        \
        for (int lane = 0; lane < (lanes); lane++)                                                                   \
            left[lane] = UINT32_MAX;                                                                                 \
        for (; node < end; node++) {                                                                                 \
            const float *tested = values + (Py_ssize_t)forest->columns[node] * (lanes);                              \
            float limit = forest->limits[node];                                                                      \
            uint32_t mask = forest->masks[node];                                                                     \
            for (int lane = 0; lane < (lanes); lane++)                                                               \
                left[lane] &= tested[lane] <= limit ? UINT32_MAX : mask;                                             \
        }                                                                                                            \
        memcpy(remaining, left, sizeof left);                                                                        \
    }

/* Comparisons and masks alone, which no processor rounds: where it has wider vectors, the same in half of the steps. */
#if defined(__x86_64__) && defined(__GNUC__)
#define WIDE __attribute__((target("avx2")))
#define has_wide_vectors() __builtin_cpu_supports("avx2")
#else
#define WIDE
#define has_wide_vectors() 0
#endif
#define ANY_PROCESSOR

typedef void (*FindLeaves)(const struct forest *, Py_ssize_t, Py_ssize_t, const float *, uint32_t *);

DEFINE_FIND_LEAVES(find_leaves, LANES, ANY_PROCESSOR)
DEFINE_FIND_LEAVES(find_leaves_wide, LANES, WIDE)
DEFINE_FIND_LEAVES(find_one_leaf, ONE_LANE, ANY_PROCESSOR)

static Py_ssize_t lanes_for(Py_ssize_t rows)
{
    return rows > ONE_LANE ? LANES : ONE_LANE;
}

static FindLeaves finder_for(Py_ssize_t lanes)
{
    if (lanes == ONE_LANE)
        return find_one_leaf;
    return has_wide_vectors() ? find_leaves_wide : find_leaves;
}

/* Returns the place of the lowest bit; where the compiler knows no instruction for that, a product with a de Bruijn
   sequence moves it into the top five. */
static inline size_t lowest_bit(uint32_t mask)
{
    mask |= UINT32_C(1) << (MAX_LEAVES - 1); /* a broken model may leave none */
#if defined(__GNUC__)
    return (size_t)__builtin_ctz(mask);
#else
    static const uint8_t PLACES[MAX_LEAVES] = {0,  1,  28, 2,  29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4,  8,
                                               31, 27, 13, 23, 21, 19, 16, 7, 26, 12, 18, 6,  11, 5,  10, 9};
    return PLACES[(uint32_t)((mask & (~mask + 1)) * UINT32_C(0x077CB531)) >> 27];
#endif
}

static inline void add_leaf(const float *leaves, const uint32_t *remaining, Py_ssize_t lane, double *sums)
{
    sums[lane] += (double)leaves[lowest_bit(remaining[lane])];
}

/* Four lanes a turn: most steps of a turn would be its own. */
static inline void add_leaves(const float *leaves, const uint32_t *remaining, Py_ssize_t count, double *sums)
{
    Py_ssize_t lane = 0;
    for (; lane + 4 <= count; lane += 4) {
        add_leaf(leaves, remaining, lane, sums);
        add_leaf(leaves, remaining, lane + 1, sums);
        add_leaf(leaves, remaining, lane + 2, sums);
        add_leaf(leaves, remaining, lane + 3, sums);
    }
    for (; lane < count; lane++)
        add_leaf(leaves, remaining, lane, sums);
}

/* Adds the leaves that all trees give the first `count` rows of `values` to `sums`: groups x LANES; tree number i adds to
   those of group i % groups. */
static void sum_leaves_of(const struct forest *forest, const float *values, Py_ssize_t lanes, Py_ssize_t count,
                          double *sums, Py_ssize_t groups)
{
    uint32_t remaining[LANES];
    FindLeaves find = finder_for(lanes);
    for (Py_ssize_t tree = 0; tree < forest->trees; tree++) {
        Py_ssize_t end = tree + 1 < forest->trees ? forest->starts[tree + 1] : forest->nodes;
        const float *leaves = forest->leaves + tree * MAX_LEAVES;
        double *own = sums + tree % groups * LANES;
        find(forest, forest->starts[tree], end, values, remaining);
        add_leaves(leaves, remaining, count, own);
    }
}

/* Writes the sums of all rows to `out`: groups x rows; -1 where there is no memory. */
static int sum_rows(const struct forest *forest, const Py_buffer *rows, Py_ssize_t groups, double *out)
{
    Py_ssize_t count = rows->shape[0];
    Py_ssize_t widest = lanes_for(count);
    float *values = PyMem_Calloc((size_t)((forest->features + 1) * widest) * 2, sizeof(float));
    double *sums = PyMem_Calloc((size_t)groups * LANES, sizeof(double));
    for (Py_ssize_t first = 0; values && sums && first < count; first += LANES) {
        Py_ssize_t taken = count - first < LANES ? count - first : LANES, lanes = lanes_for(taken);
        load_rows(rows, first, taken, lanes, values);
        memset(sums, 0, (size_t)groups * LANES * sizeof(double));
        sum_leaves_of(forest, values, lanes, taken, sums, groups);
        for (Py_ssize_t group = 0; group < groups; group++)
            memcpy(out + group * count + first, sums + group * LANES, (size_t)taken * sizeof(double));
    }
    int is_done = values && sums;
    PyMem_Free(values);
    PyMem_Free(sums);
    return is_done ? 0 : -1;
}

/* ── what Python holds ────────────────────────────────────────────────────────────────────────── */

#define CAPSULE "harvester.forest"

static void free_forest(struct forest *forest)
{
    release_buffers(forest->parts, PARTS);
    PyMem_Free(forest);
}

static void free_capsule(PyObject *capsule)
{
    struct forest *forest = PyCapsule_GetPointer(capsule, CAPSULE);
    if (forest)
        free_forest(forest);
}

/* Takes the numbers from their arrays; 0 where they do not fit each other. */
static int read_parts(struct forest *forest)
{
    const Py_buffer *parts = forest->parts;
    forest->columns = parts[COLUMNS].buf;
    forest->limits = parts[LIMITS].buf;
    forest->masks = parts[MASKS].buf;
    forest->nodes = parts[COLUMNS].shape[0];
    forest->starts = parts[STARTS].buf;
    forest->leaves = parts[LEAVES].buf;
    forest->trees = parts[STARTS].shape[0];
    return parts[LIMITS].shape[0] == forest->nodes && parts[MASKS].shape[0] == forest->nodes &&
           parts[LEAVES].shape[0] == forest->trees && parts[LEAVES].shape[1] == MAX_LEAVES && is_sound(forest);
}

static PyObject *index_trees(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[PARTS] = {
        [COLUMNS] = {"columns", "il", 4, 1, READ}, [LIMITS] = {"limits", "f", 4, 1, READ},
        [MASKS] = {"masks", "IL", 4, 1, READ},     [STARTS] = {"starts", "il", 4, 1, READ},
        [LEAVES] = {"leaves", "f", 4, 2, READ},
    };
    (void)module;
    Py_ssize_t features = has_arguments(count, PARTS + 1) ? PyLong_AsSsize_t(arguments[PARTS]) : -1;
    if (PyErr_Occurred())
        return NULL;
    struct forest *forest = PyMem_Calloc(1, sizeof *forest);
    if (!forest)
        return PyErr_NoMemory();
    if (take_buffers(arguments, WANTED, PARTS, forest->parts) < 0) {
        PyMem_Free(forest);
        return NULL;
    }
    forest->features = features;
    PyObject *capsule = NULL;
    if (features >= 0 && features <= MOST_FEATURES && read_parts(forest))
        capsule = PyCapsule_New(forest, CAPSULE, free_capsule);
    else
        PyErr_SetString(PyExc_ValueError, "the parts of the trees do not fit each other");
    if (!capsule)
        free_forest(forest);
    return capsule;
}

enum { ROWS, SUMS, VIEWS };

static PyObject *sum_leaves(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[VIEWS] = {
        [ROWS] = {"rows", "f", 4, 2, PyBUF_FORMAT | PyBUF_STRIDES},
        [SUMS] = {"sums", "d", 8, 2, WRITE},
    };
    (void)module;
    if (!has_arguments(count, VIEWS + 1))
        return NULL;
    const struct forest *forest = PyCapsule_GetPointer(arguments[0], CAPSULE);
    Py_buffer views[VIEWS];
    if (!forest || take_buffers(arguments + 1, WANTED, VIEWS, views) < 0)
        return NULL;
    Py_ssize_t groups = views[SUMS].shape[0];
    int fits = groups > 0 && views[ROWS].shape[1] == forest->features && views[SUMS].shape[1] == views[ROWS].shape[0];
    int is_done = fits && sum_rows(forest, &views[ROWS], groups, views[SUMS].buf) == 0;
    release_buffers(views, VIEWS);
    if (is_done)
        return Py_NewRef(Py_None);
    if (fits)
        return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, "trees, rows and sums do not fit each other");
    return NULL;
}

static PyMethodDef functions[] = {
    {"index_trees", (PyCFunction)(void (*)(void))index_trees, METH_FASTCALL,
     "index_trees(columns, limits, masks, starts, leaves, features)\n\n"
     "Return what `sum_leaves` wants: the trees, looked through once, for rows of so many features."},
    {"sum_leaves", (PyCFunction)(void (*)(void))sum_leaves, METH_FASTCALL,
     "sum_leaves(trees, rows, sums)\n\n"
     "Write to `sums` (groups x rows) what the trees give each row; tree number i adds to group i % groups."},
    {NULL, NULL, 0, NULL},
};

int add_trees(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
