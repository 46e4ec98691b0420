/* Which patterns a line may fit, by the literals that they require (rules/literals.py says how those are found).

   The literals of a language stand in one automaton (literal_index.c): a line is read once, byte by byte, whatever their
   number. */

#include "literal_index.h"

#include <string.h>

#define START 0x02         /* stands before a line */
#define END 0x03           /* and behind it */
#define MAX_INDEXES 128    /* asked at once: more than there are languages */
#define CAPSULE "harvester.native.literals"

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

/* One automaton while a line is read. */
struct reading {
    struct automaton *automaton;
    Py_ssize_t touched; /* patterns; behind the line, those that it may fit */
    node_t node;
};

static void read_byte(struct reading *reading, uint8_t byte)
{
    struct automaton *automaton = reading->automaton;
    reading->node = automaton->next[reading->node * automaton->classes + automaton->class_of[byte]];
    if (automaton->tells[reading->node])
        reading->touched = note(automaton, reading->node, reading->touched);
}

/* Reads a line with all automatons at once: each step waits for memory, and they do so together. */
static void read_line(struct reading *readings, Py_ssize_t count, const char *text, Py_ssize_t size)
{
    for (Py_ssize_t at = -1; at <= size; at++) {
        uint8_t byte = at < 0 ? START : at < size ? (uint8_t)text[at] : END;
        for (Py_ssize_t number = 0; number < count; number++)
            read_byte(&readings[number], byte);
    }
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

/* Reads a line and writes to `readings` how many patterns of each it may fit; returns how many those are. */
static Py_ssize_t settle_all(struct reading *readings, Py_ssize_t count, const char *text, Py_ssize_t size)
{
    Py_ssize_t all = 0;
    read_line(readings, count, text, size);
    for (Py_ssize_t number = 0; number < count; number++) {
        readings[number].touched = settle(readings[number].automaton, readings[number].touched);
        all += readings[number].touched;
    }
    return all;
}

/* Copies what was found, one automaton behind the other. To make a list may run a garbage collection, and so anything:
   another line of this thread or another one. By then all that was met is forgotten, and what was found stands here. */
static int32_t *kept_apart(const struct reading *readings, Py_ssize_t count, Py_ssize_t all)
{
    int32_t *found = PyMem_Malloc((size_t)(all + 1) * sizeof *found), *to = found;
    for (Py_ssize_t number = 0; found && number < count; number++) {
        memcpy(to, readings[number].automaton->touched, (size_t)readings[number].touched * sizeof *found);
        to += readings[number].touched;
    }
    return found;
}

static PyObject *candidates_in(struct automaton *automaton, const char *text, Py_ssize_t size)
{
    struct reading reading = {automaton, 0, 0};
    Py_ssize_t all = settle_all(&reading, 1, text, size);
    int32_t *found = kept_apart(&reading, 1, all);
    PyObject *list = found ? list_of(found, all) : PyErr_NoMemory();
    PyMem_Free(found);
    return list;
}

/* Returns a list of lists, None where there is no candidate. */
static PyObject *candidates_in_all(struct reading *readings, Py_ssize_t count, const char *text, Py_ssize_t size)
{
    Py_ssize_t all = settle_all(readings, count, text, size), at = 0;
    if (!all)
        return Py_NewRef(Py_None);
    int32_t *found = kept_apart(readings, count, all);
    PyObject *lists = found ? PyList_New(count) : PyErr_NoMemory();
    for (Py_ssize_t number = 0; lists && number < count; at += readings[number++].touched) {
        PyObject *list = list_of(found + at, readings[number].touched);
        if (!list || PyList_SetItem(lists, number, list) < 0)
            Py_CLEAR(lists);
    }
    PyMem_Free(found);
    return lists;
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
    PyObject *capsule = build_automaton(automaton, patterns) < 0 ? NULL : PyCapsule_New(automaton, CAPSULE, free_capsule);
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

/* Writes the automatons of a tuple of capsules; -1 with an exception. */
static int take_indexes(PyObject *indexes, Py_ssize_t count, struct reading *readings)
{
    for (Py_ssize_t number = 0; number < count; number++) {
        readings[number] = (struct reading){PyCapsule_GetPointer(PyTuple_GetItem(indexes, number), CAPSULE), 0, 0};
        if (!readings[number].automaton)
            return -1;
    }
    return 0;
}

static PyObject *candidates_of_all(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 2 || !PyTuple_Check(arguments[0]) || PyTuple_Size(arguments[0]) > MAX_INDEXES) {
        PyErr_Format(PyExc_TypeError, "wants a tuple of up to %d indexes and a line", MAX_INDEXES);
        return NULL;
    }
    struct reading readings[MAX_INDEXES];
    Py_ssize_t size, indexes = PyTuple_Size(arguments[0]);
    const char *text = PyUnicode_AsUTF8AndSize(arguments[1], &size);
    if (!text || take_indexes(arguments[0], indexes, readings) < 0)
        return NULL;
    return candidates_in_all(readings, indexes, text, size);
}

static PyMethodDef functions[] = {
    {"index_literals", index_literals, METH_O,
     "index_literals(patterns)\n\nReturn what `candidates` wants: `patterns` has of each a tuple of groups of literals."},
    {"candidates", (PyCFunction)(void (*)(void))candidates, METH_FASTCALL,
     "candidates(index, line)\n\n"
     "Return the numbers of the patterns, in no order, of whose every group a literal stands in `line`, which is case\n"
     "folded but for ASCII. A pattern without groups is none of them."},
    {"candidates_of_all", (PyCFunction)(void (*)(void))candidates_of_all, METH_FASTCALL,
     "candidates_of_all(indexes, line)\n\n"
     "Return a list of what `candidates` returns for each index of a tuple; None where all of them are empty."},
    {NULL, NULL, 0, NULL},
};

int add_patterns(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
