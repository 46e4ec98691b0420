/* The container whose blocks are worth most (content/prose_container.py has the interpreted form). */

#include "blocks.h"

#define LABEL_COST 25
#define LINK_COST 40

static int64_t worth_of(const int64_t *own, Py_ssize_t count, int64_t heading)
{
    int64_t links = own[B_LINKED * count];
    if (own[B_PROSE * count])
        return own[B_PROSE * count] - links;
    if (own[B_ROLE * count] == heading && !links)
        return 0;
    return links * 2 > own[B_CHARS * count] ? -LINK_COST : -LABEL_COST;
}

/* Adds up in `sums`, which is 0, what each place is worth; returns the first of the best ones, -1: none is worth a thing. */
static Py_ssize_t find_best(const Py_buffer *views, int64_t heading, int64_t *sums)
{
    Py_ssize_t count = views[0].shape[1], places = views[1].shape[1], best = 0;
    const int64_t *blocks = views[0].buf, *elements = blocks + B_ELEMENT * count;
    const int64_t *parents = (const int64_t *)views[1].buf + C_PARENT * places;
    const unsigned char *standing = views[2].buf;
    for (Py_ssize_t at = 0; at < count; at++)
        if (standing[at] && elements[at] >= 0)
            sums[elements[at]] += worth_of(blocks + at, count, heading);
    for (Py_ssize_t at = places - 2; at > 0; at--)
        if (parents[at] >= 0)
            sums[parents[at]] += sums[at];
    for (Py_ssize_t at = 1; at < places - 1; at++)
        best = sums[at] > sums[best] ? at : best;
    return sums[best] > 0 ? best : -1;
}

static PyObject *worth_most(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {
        {"blocks", "lq", 8, 2, READ}, {"containers", "lq", 8, 2, READ}, {"standing", "?", 1, 1, READ}};
    Py_buffer views[3];
    (void)module;
    if (!has_arguments(count, 4))
        return NULL;
    int64_t heading = PyLong_AsLongLong(arguments[3]);
    if (PyErr_Occurred() || take_buffers(arguments, WANTED, 3, views) < 0)
        return NULL;
    Py_ssize_t blocks = views[0].shape[1], places = views[1].shape[1];
    int64_t *sums = PyMem_Calloc((size_t)places + 1, sizeof *sums);
    PyObject *found = NULL;
    if (!sums)
        PyErr_NoMemory();
    else if (views[0].shape[0] != BLOCK_ROWS || views[1].shape[0] != CONTAINER_ROWS || places < 1 ||
             views[2].shape[0] != blocks ||
             !are_within((const int64_t *)views[0].buf + B_ELEMENT * blocks, blocks, -1, places - 1) ||
             !go_up((const int64_t *)views[1].buf + C_PARENT * places, places))
        PyErr_SetString(PyExc_ValueError, "blocks, containers and what stands do not fit each other");
    else
        found = PyLong_FromSsize_t(find_best(views, heading, sums));
    PyMem_Free(sums);
    release_buffers(views, 3);
    return found;
}

static PyMethodDef functions[] = {
    {"worth_most", (PyCFunction)(void (*)(void))worth_most, METH_FASTCALL,
     "worth_most(blocks, containers, standing, heading)\n\n"
     "Return the element whose `standing` blocks are worth most together; -1 where none is worth anything."},
    {NULL, NULL, 0, NULL},
};

int add_prose_container(PyObject *module) { return PyModule_AddFunctions(module, functions); }
