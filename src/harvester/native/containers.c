/* The numbers of a page's containers, and what goes up and down their tree (outline/containers.py has the interpreted forms).
   Elements come behind their parents, so that one pass does for any depth. */

#include "blocks.h"
#include "records.h"

struct page {
    const int64_t *blocks; /* BLOCK_ROWS x block_count */
    Py_ssize_t block_count;
    int64_t *containers;   /* CONTAINER_ROWS x (count + 1): the last column is for what stands in none */
    Py_ssize_t count;
    int64_t code;          /* the role of code */
};

static int64_t *row_of(const struct page *page, int row)
{
    return page->containers + row * (page->count + 1);
}

static int read_parents(PyObject *elements, const struct page *page)
{
    int64_t *parents = row_of(page, C_PARENT), *depths = row_of(page, C_DEPTH);
    for (Py_ssize_t at = 0; at < page->count; at++) {
        PyObject *element = PyTuple_GetItem(elements, at);
        parents[at] = element && PyTuple_Check(element) ? integer_of(element, ELEMENT_PARENT) : at;
        if (parents[at] < -1 || parents[at] >= at || PyErr_Occurred()) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "an element stands before its parent");
            return -1;
        }
        depths[at] = parents[at] < 0 ? 0 : depths[parents[at]] + 1;
    }
    parents[page->count] = -1;
    return 0;
}

static int read_own_blocks(const struct page *page)
{
    const int64_t *element = page->blocks + B_ELEMENT * page->block_count;
    int64_t *first = row_of(page, C_FIRST), *end = row_of(page, C_END);
    for (Py_ssize_t at = 0; at < page->block_count; at++) {
        int64_t own = element[at];
        if (own < -1 || own >= page->count) {
            PyErr_SetString(PyExc_ValueError, "a block stands in no element of its page");
            return -1;
        }
        if (own < 0)
            continue;
        int64_t chars = page->blocks[B_CHARS * page->block_count + at];
        if (!end[own])
            first[own] = at;
        end[own] = at + 1;
        row_of(page, C_PROSE)[own] += page->blocks[B_PROSE * page->block_count + at];
        row_of(page, C_CHARS)[own] += chars;
        row_of(page, C_LINKED)[own] += page->blocks[B_LINKED * page->block_count + at];
        row_of(page, C_CODE)[own] += page->blocks[B_ROLE * page->block_count + at] == page->code ? chars : 0;
    }
    return 0;
}

/* Gives all elements what those in them hold: children come behind their parents. */
static void sum_up(const struct page *page)
{
    const int64_t *parents = row_of(page, C_PARENT);
    int64_t *first = row_of(page, C_FIRST), *end = row_of(page, C_END), *larger = row_of(page, C_LARGER);
    for (Py_ssize_t at = page->count - 1; at > 0; at--) {
        int64_t parent = parents[at];
        if (parent < 0 || !end[at])
            continue;
        first[parent] = end[parent] && first[parent] < first[at] ? first[parent] : first[at];
        end[parent] = end[parent] > end[at] ? end[parent] : end[at];
        for (int row = C_PROSE; row <= C_CODE; row++)
            row_of(page, row)[parent] += row_of(page, row)[at];
    }
    larger[page->count] = -1;
    for (Py_ssize_t at = 0; at < page->count; at++) {
        int64_t parent = parents[at];
        int is_same = parent >= 0 && first[parent] == first[at] && end[parent] == end[at];
        larger[at] = is_same ? larger[parent] : parent;
    }
}

static PyObject *read_containers(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {{"blocks", "lq", 8, 2, READ}, {"containers", "lq", 8, 2, WRITE}};
    (void)module;
    if (count != 4 || !PyTuple_Check(arguments[0])) {
        PyErr_SetString(PyExc_TypeError, "wants elements, the role of code, numbers of blocks and of containers");
        return NULL;
    }
    struct page page = {.count = PyTuple_Size(arguments[0]), .code = PyLong_AsLongLong(arguments[1])};
    Py_buffer views[2];
    if (PyErr_Occurred() || take_buffers(arguments + 2, WANTED, 2, views) < 0)
        return NULL;
    page.blocks = views[0].buf;
    page.block_count = views[0].shape[1];
    page.containers = views[1].buf;
    int fits = views[0].shape[0] == BLOCK_ROWS && views[1].shape[0] == CONTAINER_ROWS &&
               views[1].shape[1] == page.count + 1;
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "elements and numbers do not fit each other");
    int is_done = fits && read_parents(arguments[0], &page) == 0 && read_own_blocks(&page) == 0;
    if (is_done)
        sum_up(&page);
    release_buffers(views, 2);
    return is_done ? Py_NewRef(Py_None) : NULL;
}

/* ── up and down the tree ─────────────────────────────────────────────────────────────────────── */

/* Takes parents and one array more, of as many numbers; -1 with an exception. */
static int take_tree(PyObject *const *arguments, Py_ssize_t count, const struct wanted *wanted, Py_buffer *views)
{
    if (!has_arguments(count, 2) || take_buffers(arguments, wanted, 2, views) < 0)
        return -1;
    if (views[0].shape[0] == views[1].shape[0] && go_up(views[0].buf, views[0].shape[0]))
        return 0;
    PyErr_SetString(PyExc_ValueError, "wants the parent of each element, before which it does not stand");
    release_buffers(views, 2);
    return -1;
}

static PyObject *add_to_parents(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {{"parents", "lq", 8, 1, READ}, {"sums", "d", 8, 1, WRITE}};
    Py_buffer views[2];
    (void)module;
    if (take_tree(arguments, count, WANTED, views) < 0)
        return NULL;
    const int64_t *parents = views[0].buf;
    double *sums = views[1].buf;
    for (Py_ssize_t at = views[0].shape[0] - 1; at > 0; at--)
        if (parents[at] >= 0)
            sums[parents[at]] += sums[at];
    release_buffers(views, 2);
    return Py_NewRef(Py_None);
}

static PyObject *inherit(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {{"parents", "lq", 8, 1, READ}, {"values", "lq", 8, 1, WRITE}};
    Py_buffer views[2];
    (void)module;
    if (take_tree(arguments, count, WANTED, views) < 0)
        return NULL;
    const int64_t *parents = views[0].buf;
    int64_t *values = views[1].buf;
    for (Py_ssize_t at = 0; at < views[0].shape[0]; at++)
        if (values[at] < 0 && parents[at] >= 0)
            values[at] = values[parents[at]];
    release_buffers(views, 2);
    return Py_NewRef(Py_None);
}

static PyMethodDef functions[] = {
    {"read_containers", (PyCFunction)(void (*)(void))read_containers, METH_FASTCALL,
     "read_containers(elements, code, blocks, containers)\n\n"
     "Write the numbers of each element to its column of `containers`, which is all 0."},
    {"add_to_parents", (PyCFunction)(void (*)(void))add_to_parents, METH_FASTCALL,
     "add_to_parents(parents, sums)\n\nAdd to each element what those in it hold, the last ones first."},
    {"inherit", (PyCFunction)(void (*)(void))inherit, METH_FASTCALL,
     "inherit(parents, values)\n\nGive each element that has less than 0 the value of its parent."},
    {NULL, NULL, 0, NULL},
};

int add_containers(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
