/* The rows of the block classifier from its columns: means over the blocks around each block, its neighbours' own
   values, and all of it in single precision (content/features/neighbourhood_features.py has the interpreted form). */

#include "feature_columns.h"

#include <math.h>

static const int WINDOWED[] = {
    F_CHARS, F_PROSE, F_LINK_SHARE, F_ENDS_SENTENCE, F_ROLES, F_ROLES + BLOCK_ROLES - 1, F_WORDING, F_COMMAS, F_PLACED,
    F_NEAR_BODY, F_TWINS,
};
static const int NEIGHBOURED[] = {
    F_CHARS, F_LINK_SHARE, F_PROSE_SHARE, F_ENDS_SENTENCE, F_ROLES, F_ROLES + 2, F_LEVEL, F_WORDING, F_STOPS, F_PLACED,
};
#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* Blocks before and behind each block that a window takes in; its divisor, 0: as many as it has. */
struct window {
    Py_ssize_t before, behind;
    int with_own;
    double divisor;
};

static const struct window WINDOWS[] = {{3, 3, 1, 0.0}, {8, 8, 1, 0.0}, {20, 20, 1, 0.0}, {8, 0, 0, 8.0}, {0, 8, 0, 8.0}};
static const Py_ssize_t STEPS[] = {-2, -1, 1, 2};
#define BEFORE 3 /* the window whose mean of prose stands for the prose before a block: the two have one name */
#define FEATURES (OWN_COLUMNS + LENGTH(WINDOWED) * LENGTH(WINDOWS) - 1 + LENGTH(NEIGHBOURED) * LENGTH(STEPS))

/* The blocks that have a row. */
typedef struct {
    const int64_t *at;
    Py_ssize_t count;
} Rows;

static void write_means(const double *sums, Py_ssize_t count, const struct window *window, Rows of, float *to)
{
    for (Py_ssize_t row = 0; row < of.count; row++) {
        Py_ssize_t at = of.at[row];
        Py_ssize_t low = at > window->before ? at - window->before : 0;
        Py_ssize_t high = at + 1 + window->behind < count ? at + 1 + window->behind : count;
        if (!window->with_own) {
            low = window->before ? low : at + 1;
            high = window->before ? at : high;
        }
        double width = window->divisor != 0.0 ? window->divisor : (double)(high > low ? high - low : 1);
        to[row] = (float)((sums[high] - sums[low]) / width);
    }
}

/* Writes the means of one column in all windows; `to` is where that of the first window is. */
static void write_windows(const double *column, Py_ssize_t count, int number, double *sums, Rows of, float *rows)
{
    float *to = rows + OWN_COLUMNS * of.count;
    sums[0] = 0.0;
    for (Py_ssize_t at = 0; at < count; at++)
        sums[at + 1] = at ? sums[at] + column[at] : column[at];
    for (int window = 0; window < LENGTH(WINDOWS); window++) {
        int is_named_twice = WINDOWED[number] == F_PROSE && window == BEFORE;
        int row = window * LENGTH(WINDOWED) + number - (window > BEFORE || (window == BEFORE && number > 1));
        float *means = is_named_twice ? rows + F_PROSE_BEFORE * of.count : to + row * of.count;
        write_means(sums, count, &WINDOWS[window], of, means);
    }
}

static void write_neighbours(const double *column, Py_ssize_t count, Py_ssize_t step, Rows of, float *to)
{
    for (Py_ssize_t row = 0; row < of.count; row++) {
        Py_ssize_t at = of.at[row] + step;
        to[row] = at >= 0 && at < count ? (float)column[at] : NAN;
    }
}

static int write_features(const double *columns, Py_ssize_t count, Rows of, float *rows)
{
    double *sums = PyMem_Calloc((size_t)count + 1, sizeof(double));
    if (!sums)
        return -1;
    for (int number = 0; number < OWN_COLUMNS; number++)
        for (Py_ssize_t row = 0; row < of.count; row++)
            rows[number * of.count + row] = (float)columns[number * count + of.at[row]];
    for (int number = 0; number < LENGTH(WINDOWED); number++)
        write_windows(columns + WINDOWED[number] * count, count, number, sums, of, rows);
    float *to = rows + (FEATURES - LENGTH(NEIGHBOURED) * LENGTH(STEPS)) * of.count;
    for (int step = 0; step < LENGTH(STEPS); step++)
        for (int number = 0; number < LENGTH(NEIGHBOURED); number++, to += of.count)
            write_neighbours(columns + NEIGHBOURED[number] * count, count, STEPS[step], of, to);
    PyMem_Free(sums);
    return 0;
}

static PyObject *write_feature_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {
        {"columns", "d", 8, 2, READ}, {"at", "lq", 8, 1, READ}, {"rows", "f", 4, 2, WRITE}};
    Py_buffer views[3];
    (void)module;
    if (!has_arguments(count, 3) || take_buffers(arguments, WANTED, 3, views) < 0)
        return NULL;
    Py_ssize_t blocks = views[0].shape[1];
    Rows of = {views[1].buf, views[1].shape[0]};
    int fits = views[0].shape[0] == OWN_COLUMNS && views[2].shape[0] == FEATURES && views[2].shape[1] == of.count &&
               are_within(of.at, of.count, 0, blocks);
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "columns and rows do not fit each other");
    int is_done = fits && write_features(views[0].buf, blocks, of, views[2].buf) == 0;
    if (fits && !is_done)
        PyErr_NoMemory();
    release_buffers(views, 3);
    return is_done ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef functions[] = {
    {"write_feature_rows", (PyCFunction)(void (*)(void))write_feature_rows, METH_FASTCALL,
     "write_feature_rows(columns, at, rows)\n\n"
     "Write to `rows`, features x blocks `at`, the columns (of all blocks) and what comes of them."},
    {NULL, NULL, 0, NULL},
};

int add_feature_rows(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
