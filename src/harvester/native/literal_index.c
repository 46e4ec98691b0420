/* Builds the index of the literals of a language: a table of their first three bytes, and what follows those as a tree.

   Most places of a line begin no literal, and a filter of four kilobytes says so: it stays in the processor's nearest
   cache while the tree, which is asked now and then, does not. */

#include "literal_index.h"
#include "sixteen.h"

#define MAX_GROUPS 8 /* of a pattern: a bit each */
#define MAX_LITERALS 1000000

void free_literals(struct literals *literals)
{
    PyMem_Free(literals->beginnings);
    PyMem_Free(literals->nodes);
    PyMem_Free(literals->found);
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

/* Counts what will be needed at most. */
static int count_literal(struct literals *literals, Py_ssize_t pattern, int group, const uint8_t *text, Py_ssize_t size)
{
    (void)text;
    if (size <= 0 || size > MAX_LITERALS - literals->node_count) {
        PyErr_SetString(PyExc_ValueError, "an empty literal, or too many of them");
        return -1;
    }
    literals->node_count += (int32_t)size;
    literals->found_count++;
    literals->required[pattern] |= (uint8_t)(1u << group);
    return 0;
}

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

static int32_t new_node(struct literals *literals, uint8_t byte, int32_t beside)
{
    literals->nodes[literals->node_count] = (struct node){NOTHING, beside, NOTHING, byte};
    return literals->node_count++;
}

/* Returns the node of the first bytes of a literal; `behind`: what may stand behind them. */
static int32_t first_node(struct literals *literals, const uint8_t *text, uint64_t behind)
{
    uint32_t bytes = beginning_at(text), hash = hash_of_beginning(bytes), bit = hash >> (32 - FILTER_BITS);
    struct beginning *place = place_of_beginning(literals, bytes, hash);
    if (place->node == NOTHING) {
        *place = (struct beginning){bytes, new_node(literals, text[START_BYTES - 1], NOTHING), 0};
        literals->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
    place->behind |= behind;
    return place->node;
}

static int32_t child_of(struct literals *literals, int32_t node, uint8_t byte)
{
    int32_t child = literals->nodes[node].child;
    while (child != NOTHING && literals->nodes[child].byte != byte)
        child = literals->nodes[child].beside;
    if (child == NOTHING)
        literals->nodes[node].child = child = new_node(literals, byte, literals->nodes[node].child);
    return child;
}

static int add_literal(struct literals *literals, Py_ssize_t pattern, int group, const uint8_t *text, Py_ssize_t size)
{
    uint8_t start[START_BYTES] = {0};
    for (Py_ssize_t at = 0; at < size && at < START_BYTES; at++)
        start[at] = folded_byte(text[at]);
    int32_t *chain = &literals->shorts[start[0]];
    if (size >= START_BYTES) {
        uint64_t behind = size == START_BYTES ? UINT64_MAX : bit_of_byte(folded_byte(text[START_BYTES]));
        int32_t node = first_node(literals, start, behind);
        for (Py_ssize_t at = START_BYTES; at < size; at++)
            node = child_of(literals, node, folded_byte(text[at]));
        chain = &literals->nodes[node].found;
    } else {
        literals->short_filter[start[0]] |= size == 1 ? UINT64_MAX : bit_of_byte(start[1]);
        literals->has_shorts = 1;
    }
    literals->found[literals->found_count] = (struct found){
        *chain, (int32_t)pattern, (uint8_t)(1u << group), (uint8_t)(size < START_BYTES ? size : 0), start[1]};
    *chain = literals->found_count++;
    return 0;
}

/* Makes room for as many as were counted; -1 where there is none. */
static int reserve(struct literals *literals)
{
    uint32_t places = 64;
    while (places < 2 * (uint32_t)literals->found_count)
        places *= 2;
    literals->mask = places - 1;
    literals->beginnings = PyMem_Malloc(places * sizeof *literals->beginnings);
    literals->nodes = PyMem_Malloc(((size_t)literals->node_count + 1) * sizeof *literals->nodes);
    literals->found = PyMem_Malloc(((size_t)literals->found_count + 1) * sizeof *literals->found);
    if (!literals->beginnings || !literals->nodes || !literals->found)
        return -1;
    for (uint32_t at = 0; at < places; at++)
        literals->beginnings[at] = (struct beginning){0, NOTHING, 0};
    for (int byte = 0; byte < BYTES; byte++)
        literals->shorts[byte] = NOTHING;
    literals->node_count = literals->found_count = 0;
    return 0;
}

/* Makes what was reserved as small as what is used: literals share how they begin. */
static void shrink(struct literals *literals)
{
    void *nodes = PyMem_Realloc(literals->nodes, ((size_t)literals->node_count + 1) * sizeof *literals->nodes);
    literals->nodes = nodes ? nodes : literals->nodes;
}

int build_literals(struct literals *literals, PyObject *patterns)
{
    size_t count = (size_t)PyTuple_Size(patterns);
    literals->patterns = (Py_ssize_t)count;
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
    if (for_literals(patterns, literals, add_literal) < 0)
        return -1;
    shrink(literals);
    return 0;
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
