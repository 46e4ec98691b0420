/* Builds the automaton in which the literals of a language stand (Aho and Corasick, "Efficient string matching", 1975).

   Bytes that no literal tells apart are of one class: a capital ASCII letter is that of the small one, any digit that of
   "0", and all that is in no literal is of class 0. */

#include "literal_index.h"

#define MAX_NODES 65535    /* a node is a number of 16 bits */
#define MAX_GROUPS 8       /* of a pattern: a bit each */

void free_automaton(struct automaton *automaton)
{
    PyMem_Free(automaton->next);
    PyMem_Free(automaton->shorter);
    PyMem_Free(automaton->first);
    PyMem_Free(automaton->tells);
    PyMem_Free(automaton->found);
    PyMem_Free(automaton->required);
    PyMem_Free(automaton->met);
    PyMem_Free(automaton->touched);
    PyMem_Free(automaton);
}

/* ── what Python hands over: of each pattern a tuple of groups, of each group a tuple of literals ── */

/* Calls `use` for each literal; -1 with an exception where something is not as said, or `use` gives -1. */
static int for_literals(PyObject *patterns, struct automaton *automaton,
                        int (*use)(struct automaton *, Py_ssize_t pattern, int group, const char *text, Py_ssize_t size))
{
    for (Py_ssize_t pattern = 0; pattern < PyTuple_Size(patterns); pattern++) {
        PyObject *groups = PyTuple_GetItem(patterns, pattern);
        Py_ssize_t count = groups ? PyTuple_Size(groups) : -1;
        if (count < 0)
            return -1;
        if (count > MAX_GROUPS) {
            PyErr_SetString(PyExc_ValueError, "a pattern has too many groups");
            return -1;
        }
        for (int group = 0; group < (int)count; group++) {
            PyObject *literals = PyTuple_GetItem(groups, group);
            Py_ssize_t many = literals ? PyTuple_Size(literals) : -1;
            if (many < 0)
                return -1;
            for (Py_ssize_t at = 0; at < many; at++) {
                char *text;
                Py_ssize_t size;
                if (PyBytes_AsStringAndSize(PyTuple_GetItem(literals, at), &text, &size) < 0 ||
                    use(automaton, pattern, group, text, size) < 0)
                    return -1;
            }
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

static uint8_t folded(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (uint8_t)(byte + 'a' - 'A');
    return byte >= '0' && byte <= '9' ? '0' : byte;
}

/* Counts what will be needed, and numbers the classes of the bytes met. */
static int count_literal(struct automaton *automaton, Py_ssize_t pattern, int group, const char *text, Py_ssize_t size)
{
    for (Py_ssize_t at = 0; at < size; at++) {
        uint8_t byte = folded((uint8_t)text[at]);
        if (!automaton->class_of[byte])
            automaton->class_of[byte] = (uint8_t)automaton->classes++;
    }
    automaton->nodes += size;
    automaton->found_count++;
    automaton->required[pattern] |= (uint8_t)(1u << group);
    if (!size || automaton->classes == BYTES || automaton->nodes > MAX_NODES) {
        PyErr_SetString(PyExc_ValueError, "an empty literal, or too many of them");
        return -1;
    }
    return 0;
}

/* Adds the nodes of a literal, and what it tells. */
static int add_literal(struct automaton *automaton, Py_ssize_t pattern, int group, const char *text, Py_ssize_t size)
{
    node_t node = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        node_t *next = &automaton->next[node * automaton->classes + automaton->class_of[(uint8_t)text[at]]];
        if (!*next)
            *next = (node_t)automaton->nodes++;
        node = *next;
    }
    struct found *told = &automaton->found[automaton->found_count];
    *told = (struct found){automaton->first[node], (int32_t)pattern, (uint8_t)(1u << group)};
    automaton->first[node] = (int32_t)automaton->found_count++;
    return 0;
}

/* ── building ─────────────────────────────────────────────────────────────────────────────────── */

static int reserve(struct automaton *automaton)
{
    size_t nodes = (size_t)automaton->nodes;
    automaton->next = PyMem_Calloc(nodes * (size_t)automaton->classes, sizeof(node_t));
    automaton->shorter = PyMem_Calloc(nodes, sizeof(node_t));
    automaton->first = PyMem_Malloc(nodes * sizeof(int32_t));
    automaton->found = PyMem_Calloc((size_t)automaton->found_count + 1, sizeof(struct found));
    if (!automaton->next || !automaton->shorter || !automaton->first || !automaton->found)
        return -1;
    for (size_t node = 0; node < nodes; node++)
        automaton->first[node] = -1;
    return 0;
}

/* Makes what was reserved as small as what is used: literals share how they begin. */
static void shrink(struct automaton *automaton)
{
    size_t nodes = (size_t)automaton->nodes;
    void *next = PyMem_Realloc(automaton->next, nodes * (size_t)automaton->classes * sizeof(node_t));
    automaton->next = next ? next : automaton->next;
    void *shorter = PyMem_Realloc(automaton->shorter, nodes * sizeof(node_t));
    automaton->shorter = shorter ? shorter : automaton->shorter;
    void *first = PyMem_Realloc(automaton->first, nodes * sizeof(int32_t));
    automaton->first = first ? first : automaton->first;
}

/* Leads every byte on from every node: where a literal does not go on, to the longest end of it that one begins with.
   Nodes are taken breadth first, so that shorter ends are known before longer ones. */
static int connect(struct automaton *automaton)
{
    int classes = automaton->classes;
    node_t *queue = PyMem_Calloc((size_t)automaton->nodes * 2, sizeof(node_t));
    if (!queue)
        return -1;
    node_t *end_of = queue + automaton->nodes; /* of each node, the longest end of it that a literal begins with */
    Py_ssize_t last = 0;
    queue[last++] = 0;
    for (Py_ssize_t at = 0; at < last; at++) {
        node_t node = queue[at], end = end_of[node];
        for (int class = 0; class < classes; class++) {
            node_t *next = &automaton->next[node * classes + class];
            node_t beyond = node ? automaton->next[end * classes + class] : 0;
            if (!*next) {
                *next = beyond;
                continue;
            }
            end_of[*next] = beyond;
            automaton->shorter[*next] = automaton->first[beyond] >= 0 ? beyond : automaton->shorter[beyond];
            queue[last++] = *next;
        }
    }
    PyMem_Free(queue);
    return 0;
}

static int fill_tells(struct automaton *automaton)
{
    automaton->tells = PyMem_Malloc((size_t)automaton->nodes);
    for (Py_ssize_t node = 0; automaton->tells && node < automaton->nodes; node++)
        automaton->tells[node] = automaton->first[node] >= 0 || automaton->shorter[node];
    return automaton->tells ? 0 : -1;
}

static void fill_classes(struct automaton *automaton)
{
    for (int byte = 0; byte < BYTES; byte++)
        automaton->class_of[byte] = automaton->class_of[folded((uint8_t)byte)];
}

int build_automaton(struct automaton *automaton, PyObject *patterns)
{
    size_t count = (size_t)PyTuple_Size(patterns);
    automaton->patterns = (Py_ssize_t)count;
    automaton->required = PyMem_Calloc(count + 1, 1);
    automaton->met = PyMem_Calloc(count + 1, 1);
    automaton->touched = PyMem_Calloc(count + 1, sizeof(int32_t));
    if (!automaton->required || !automaton->met || !automaton->touched)
        goto no_memory;
    automaton->classes = automaton->nodes = 1; /* class 0, and the node of nothing read */
    if (for_literals(patterns, automaton, count_literal) < 0)
        return -1;
    fill_classes(automaton);
    if (reserve(automaton) < 0)
        goto no_memory;
    automaton->nodes = 1;
    automaton->found_count = 0;
    if (for_literals(patterns, automaton, add_literal) < 0)
        return -1;
    shrink(automaton);
    if (connect(automaton) < 0 || fill_tells(automaton) < 0)
        goto no_memory;
    return 0;
no_memory:
    PyErr_NoMemory();
    return -1;
}
