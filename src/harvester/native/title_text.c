/* How much two titles have in common, by their pairs of letters: metadata/lookup/title_text.py, for ASCII. */

#include <stdint.h>
#include <string.h>

#include "common.h"

enum { PAIRS = 128 * 128, WORDS = PAIRS / 64 };

/* Marks the pairs of a text and returns how many distinct ones it has; -1 where it is not ASCII. */
static Py_ssize_t mark_pairs(const char *text, Py_ssize_t size, uint64_t *pairs)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        if ((unsigned char)text[at] >= 0x80)
            return -1;
        if (!at)
            continue;
        unsigned pair = (unsigned)text[at - 1] << 7 | (unsigned)text[at];
        uint64_t bit = (uint64_t)1 << (pair & 63);
        count += !(pairs[pair >> 6] & bit);
        pairs[pair >> 6] |= bit;
    }
    return count;
}

static Py_ssize_t count_shared(const char *text, Py_ssize_t size, uint64_t *pairs)
{
    Py_ssize_t shared = 0;
    for (Py_ssize_t at = 1; at < size; at++) {
        unsigned pair = (unsigned)text[at - 1] << 7 | (unsigned)text[at];
        uint64_t bit = (uint64_t)1 << (pair & 63);
        shared += (pairs[pair >> 6] & bit) != 0;
        pairs[pair >> 6] &= ~bit;
    }
    return shared;
}

PyDoc_STRVAR(doc, "shared_pairs(a, b, /)\n--\n\n"
                  "Return the share of the distinct pairs of letters that two texts have in common, 0 to 1 (Dice's coefficient).\n\n"
                  "None where one is not ASCII. Raises UnicodeEncodeError for half a surrogate pair.");

static PyObject *shared_pairs(PyObject *module, PyObject *args)
{
    (void)module;
    const char *first, *second;
    Py_ssize_t first_size, second_size;
    if (!PyArg_ParseTuple(args, "s#s#:shared_pairs", &first, &first_size, &second, &second_size))
        return NULL;
    uint64_t pairs[WORDS] = {0}, others[WORDS] = {0};
    Py_ssize_t own = mark_pairs(first, first_size, pairs), other = mark_pairs(second, second_size, others);
    if (own < 0 || other < 0)
        return Py_NewRef(Py_None);
    if (!own || !other)
        return PyFloat_FromDouble(0.0);
    return PyFloat_FromDouble(2.0 * (double)count_shared(second, second_size, pairs) / (double)(own + other));
}

static PyMethodDef functions[] = {
    {"shared_pairs", shared_pairs, METH_VARARGS, doc},
    {NULL, NULL, 0, NULL},
};

int add_likeness(PyObject *module) { return PyModule_AddFunctions(module, functions); }
