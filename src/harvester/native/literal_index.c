/* Builds the index of the literals of a language: a table of their first three bytes, and those that begin so in a row.

   Most places of a line begin no literal, and a filter of 16 kilobytes says so: it stays in the processor's nearest
   cache while the literals, which are asked now and then, do not. */

#include "literal_index.h"
#include "sixteen.h"

#define MAX_GROUPS 8 /* of a pattern: a bit each */
#define MAX_BYTES 100000000 /* of all literals */

void free_literals(struct literals *literals)
{
    PyMem_Free(literals->beginnings);
    PyMem_Free(literals->longs);
    PyMem_Free(literals->found);
    PyMem_Free(literals->texts);
    PyMem_Free(literals->required);
    PyMem_Free(literals->met);
    PyMem_Free(literals->touched);
    PyMem_Free(literals);
}

/* ── what Python hands over: of each pattern a tuple of groups, of each group a tuple of literals ── */

typedef int (*Use)(struct literals *, Py_ssize_t pattern, int group, const uint8_t *text, Py_ssize_t size);

/* Calls `use` for each literal of a group; -1 with an exception where something is not as said, or `use` gives -1. */
static int for_group(PyObject *group, struct literals *literals, Py_ssize_t pattern, int number, Use use)
{
    Py_ssize_t many = group ? PyTuple_Size(group) : -1;
    for (Py_ssize_t at = 0; at < many; at++) {
        char *text;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(group, at), &text, &size) < 0 ||
            use(literals, pattern, number, (const uint8_t *)text, size) < 0)
            return -1;
    }
    return many < 0 ? -1 : 0;
}

static int for_literals(PyObject *patterns, struct literals *literals, Use use)
{
    for (Py_ssize_t pattern = 0; pattern < PyTuple_Size(patterns); pattern++) {
        PyObject *groups = PyTuple_GetItem(patterns, pattern);
        Py_ssize_t count = groups ? PyTuple_Size(groups) : -1;
        if (count > MAX_GROUPS)
            PyErr_SetString(PyExc_ValueError, "a pattern has too many groups");
        if (count < 0 || count > MAX_GROUPS)
            return -1;
        for (int group = 0; group < (int)count; group++)
            if (for_group(PyTuple_GetItem(groups, group), literals, pattern, group, use) < 0)
                return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Counts what will be needed. */
static int count_literal(struct literals *literals, Py_ssize_t pattern, int group, const uint8_t *text, Py_ssize_t size)
{
    (void)text;
    if (size <= 0 || size > MAX_BYTES - literals->text_size) {
        PyErr_SetString(PyExc_ValueError, "an empty literal, or too many of them");
        return -1;
    }
    literals->text_size += (int32_t)size;
    *(size < START_BYTES ? &literals->short_count : &literals->long_count) += 1;
    literals->required[pattern] |= (uint8_t)(1u << group);
    return 0;
}

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

/* Returns the place of the beginning of a literal, folded already. */
static struct beginning *own_beginning(const struct literals *literals, const uint8_t *text, uint32_t *hash)
{
    uint32_t bytes = beginning_at(text);
    *hash = hash_of_beginning(bytes);
    struct beginning *place = place_of_beginning(literals, bytes, *hash);
    place->bytes = bytes;
    return place;
}

/* Writes a literal folded behind the other texts, and counts how many begin so. */
static int take_text(struct literals *literals, Py_ssize_t pattern, int group, const uint8_t *text, Py_ssize_t size)
{
    uint32_t hash;
    uint8_t *own = literals->texts + literals->text_size;
    (void)pattern;
    (void)group;
    fold_bytes(own, (const char *)text, size);
    literals->text_size += (int32_t)size;
    if (size >= START_BYTES)
        own_beginning(literals, own, &hash)->count++;
    return 0;
}

static void add_short(struct literals *literals, int32_t pattern, uint8_t group, const uint8_t *own, Py_ssize_t size)
{
    int32_t *chain = &literals->shorts[own[0]];
    literals->short_filter[own[0]] |= size == 1 ? UINT64_MAX : bit_of_byte(own[1]);
    literals->has_shorts = 1;
    literals->found[literals->short_count] = (struct short_literal){*chain, pattern, group, (uint8_t)size, own[size - 1]};
    *chain = literals->short_count++;
}

static int add_literal(struct literals *literals, Py_ssize_t pattern, int group, const uint8_t *text, Py_ssize_t size)
{
    static const uint8_t ALL[BEHIND_BYTES] = {255, 255, 255, 255, 255, 255, 255, 255};
    uint32_t hash;
    const uint8_t *own = literals->texts + literals->text_size;
    uint8_t bit = (uint8_t)(1u << group);
    (void)text;
    literals->text_size += (int32_t)size;
    if (size < START_BYTES) {
        add_short(literals, (int32_t)pattern, bit, own, size);
        return 0;
    }
    struct beginning *place = own_beginning(literals, own, &hash);
    Py_ssize_t behind = size - START_BYTES < BEHIND_BYTES ? size - START_BYTES : BEHIND_BYTES;
    struct long_literal *literal = &literals->longs[--place->first];
    *literal = (struct long_literal){.size = (int32_t)size, .pattern = (int32_t)pattern, .group = bit};
    memcpy(&literal->behind, own + START_BYTES, (size_t)behind);
    memcpy(&literal->asked, ALL, (size_t)behind);
    literal->rest = (int32_t)(own + START_BYTES + behind - literals->texts);
    literals->filter[hash >> (32 - FILTER_BITS)] |= behind ? bit_of_byte(own[START_BYTES]) : UINT64_MAX;
    return 0;
}

/* Makes room for as many as were counted; -1 where there is none. */
static int reserve(struct literals *literals)
{
    uint32_t places = 64;
    while (places < 2 * (uint32_t)literals->long_count)
        places *= 2;
    literals->mask = places - 1;
    literals->beginnings = PyMem_Calloc(places, sizeof *literals->beginnings);
    literals->longs = PyMem_Malloc(((size_t)literals->long_count + 1) * sizeof *literals->longs);
    literals->found = PyMem_Malloc(((size_t)literals->short_count + 1) * sizeof *literals->found);
    literals->texts = PyMem_Malloc((size_t)literals->text_size + 1);
    if (!literals->beginnings || !literals->longs || !literals->found || !literals->texts)
        return -1;
    for (int byte = 0; byte < BYTES; byte++)
        literals->shorts[byte] = NOTHING;
    literals->short_count = literals->text_size = 0;
    return 0;
}

/* Says of each beginning where its literals end: they are written from there on backwards. */
static void part_literals(struct literals *literals)
{
    int32_t end = 0;
    for (uint32_t at = 0; at <= literals->mask; at++)
        literals->beginnings[at].first = end += literals->beginnings[at].count;
    literals->text_size = 0;
}

int build_literals(struct literals *literals, PyObject *patterns)
{
    size_t count = (size_t)PyTuple_Size(patterns);
    literals->required = PyMem_Calloc(count + 1, 1);
    literals->met = PyMem_Calloc(count + 1, 1);
    literals->touched = PyMem_Calloc(count + 1, sizeof *literals->touched);
    int has_room = literals->required && literals->met && literals->touched;
    if (has_room && for_literals(patterns, literals, count_literal) < 0)
        return -1;
    if (!has_room || reserve(literals) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    if (for_literals(patterns, literals, take_text) < 0)
        return -1;
    part_literals(literals);
    return for_literals(patterns, literals, add_literal);
}

void fold_bytes(uint8_t *folded, const char *text, Py_ssize_t size)
{
    Py_ssize_t at = 0;
#ifdef HAS_SIXTEEN
    for (Sixteen bytes; at + (Py_ssize_t)sizeof bytes <= size; at += (Py_ssize_t)sizeof bytes) {
        bytes = small_sixteen(sixteen_at(text + at));
        Sixteen digits = (bytes >= '0') & (bytes <= '9');
        put_sixteen(folded + at, (bytes & ~digits) | ('0' & digits));
    }
#endif
    for (; at < size; at++)
        folded[at] = folded_byte((uint8_t)text[at]);
}
