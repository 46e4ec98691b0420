/* Which patterns a line may fit, by the literals that they require (rules/literals.py says how those are found).

   The literals of a language stand in one automaton (Aho and Corasick, "Efficient string matching", 1975): a line is
   read once, byte by byte, whatever their number. Bytes that no literal tells apart are of one class: a capital ASCII
   letter is that of the small one, any digit that of "0", and all that is in no literal is of class 0. */

#include "common.h"

#include <stdint.h>
#include <string.h>

#define BYTES 256
#define START 0x02         /* stands before a line */
#define END 0x03           /* and behind it */
#define MAX_NODES 65535    /* a node is a number of 16 bits */
#define MAX_GROUPS 8       /* of a pattern: a bit each */
#define CAPSULE "harvester.native.literals"

typedef uint16_t node_t;

struct found {             /* what a literal tells: the node that it ends at leads to a chain of these */
    int32_t next;          /* -1: none */
    int32_t pattern;
    uint8_t group;         /* one bit */
};

struct automaton {
    uint8_t class_of[BYTES];
    int classes;
    Py_ssize_t nodes;
    node_t *next;          /* nodes x classes: where a byte of the class leads to */
    node_t *shorter;       /* of each node, that of the longest end of it that is a literal, too; 0: none */
    int32_t *first;        /* of each node, what the literal that ends there tells first; -1: it ends none */
    struct found *found;
    Py_ssize_t found_count;
    Py_ssize_t patterns;
    uint8_t *required;     /* groups of each pattern */
    uint8_t *met;          /* those met in the line that is being read; 0 between two lines */
    int32_t *touched;      /* the patterns of which some are */
};

static void free_automaton(struct automaton *automaton)
{
    PyMem_Free(automaton->next);
    PyMem_Free(automaton->shorter);
    PyMem_Free(automaton->first);
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

static void fill_classes(struct automaton *automaton)
{
    for (int byte = 0; byte < BYTES; byte++)
        automaton->class_of[byte] = automaton->class_of[folded((uint8_t)byte)];
}

/* Builds the automaton of `patterns`; -1 with an exception where it cannot. */
static int build(struct automaton *automaton, PyObject *patterns)
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
    if (connect(automaton) < 0)
        goto no_memory;
    return 0;
no_memory:
    PyErr_NoMemory();
    return -1;
}

/* ── reading lines ────────────────────────────────────────────────────────────────────────────── */

/* Notes what the literals tell that end at `node`; returns how many patterns are touched now. */
static Py_ssize_t note(struct automaton *automaton, node_t node, Py_ssize_t touched)
{
    for (; node; node = automaton->shorter[node]) {
        for (int32_t at = automaton->first[node]; at >= 0; at = automaton->found[at].next) {
            const struct found *told = &automaton->found[at];
            if (!automaton->met[told->pattern])
                automaton->touched[touched++] = told->pattern;
            automaton->met[told->pattern] |= told->group;
        }
    }
    return touched;
}

/* Reads a line; returns how many patterns are touched. */
static Py_ssize_t read_line(struct automaton *automaton, const char *text, Py_ssize_t size)
{
    const uint8_t *class_of = automaton->class_of;
    node_t node = automaton->next[class_of[START]];
    Py_ssize_t touched = note(automaton, node, 0);
    for (Py_ssize_t at = 0; at <= size; at++) {
        uint8_t byte = at < size ? (uint8_t)text[at] : END;
        node = automaton->next[node * automaton->classes + class_of[byte]];
        if (automaton->first[node] >= 0 || automaton->shorter[node])
            touched = note(automaton, node, touched);
    }
    return touched;
}

/* Forgets what was met, and moves to the front of the touched patterns those of which every group is; returns how many.
 */
static Py_ssize_t settle(struct automaton *automaton, Py_ssize_t touched)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < touched; at++) {
        int32_t pattern = automaton->touched[at];
        if (automaton->met[pattern] == automaton->required[pattern])
            automaton->touched[count++] = pattern;
        automaton->met[pattern] = 0;
    }
    return count;
}

static PyObject *list_of(const int32_t *patterns, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t at = 0; list && at < count; at++) {
        PyObject *number = PyLong_FromLong(patterns[at]);
        if (!number || PyList_SetItem(list, at, number) < 0)
            Py_CLEAR(list);
    }
    return list;
}

/* Returns the patterns that a line may fit. To make a list may run a garbage collection, and so anything: another line
   of this thread or another one. By then all that was met is forgotten, and what was found stands elsewhere. */
static PyObject *candidates_in(struct automaton *automaton, const char *text, Py_ssize_t size)
{
    Py_ssize_t count = settle(automaton, read_line(automaton, text, size));
    int32_t *found = PyMem_Malloc((size_t)(count + 1) * sizeof *found);
    if (!found)
        return PyErr_NoMemory();
    memcpy(found, automaton->touched, (size_t)count * sizeof *found);
    PyObject *list = list_of(found, count);
    PyMem_Free(found);
    return list;
}

/* ── what Python calls ────────────────────────────────────────────────────────────────────────── */

static void free_capsule(PyObject *capsule)
{
    struct automaton *automaton = PyCapsule_GetPointer(capsule, CAPSULE);
    if (automaton)
        free_automaton(automaton);
}

static PyObject *index_literals(PyObject *module, PyObject *patterns)
{
    (void)module;
    if (!PyTuple_Check(patterns)) {
        PyErr_SetString(PyExc_TypeError, "wants a tuple, of each pattern a tuple of groups of literals");
        return NULL;
    }
    struct automaton *automaton = PyMem_Calloc(1, sizeof *automaton);
    if (!automaton)
        return PyErr_NoMemory();
    PyObject *capsule = build(automaton, patterns) < 0 ? NULL : PyCapsule_New(automaton, CAPSULE, free_capsule);
    if (!capsule)
        free_automaton(automaton);
    return capsule;
}

static PyObject *candidates(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 2) {
        PyErr_Format(PyExc_TypeError, "wants an index and a line, has %zd arguments", count);
        return NULL;
    }
    struct automaton *automaton = PyCapsule_GetPointer(arguments[0], CAPSULE);
    Py_ssize_t size;
    const char *text = automaton ? PyUnicode_AsUTF8AndSize(arguments[1], &size) : NULL;
    return text ? candidates_in(automaton, text, size) : NULL;
}

static PyMethodDef functions[] = {
    {"index_literals", index_literals, METH_O,
     "index_literals(patterns)\n\nReturn what `candidates` wants: `patterns` has of each a tuple of groups of literals."},
    {"candidates", (PyCFunction)(void (*)(void))candidates, METH_FASTCALL,
     "candidates(index, line)\n\n"
     "Return the numbers of the patterns, in no order, of whose every group a literal stands in `line`, which is case\n"
     "folded but for ASCII. A pattern without groups is none of them."},
    {NULL, NULL, 0, NULL},
};

int add_patterns(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
