/* Which patterns a line may fit, by the literals that they require (rules/literals.py says how those are found).

   A line is folded once, and read once for each index asked, whatever the number of its literals: at each place the
   filter of literal_index.c is asked, which mostly says that no literal begins there. */

#include "literal_index.h"
#include "sixteen.h"

#include <string.h>

#define START 0x02         /* stands before a line */
#define END 0x03           /* and behind it */
#define SHORT_LINE 1000    /* bytes, up to which a line is folded on the stack */
#define AFTER (START_BYTES + BEHIND_BYTES) /* bytes of 0 behind a line: all that one look at a place may read */
#define MAX_INDEXES 128    /* asked at once: more than there are languages */
#define CAPSULE "harvester.native.literals"

/* ── reading lines ────────────────────────────────────────────────────────────────────────────── */

/* One index while a line is read. */
struct reading {
    struct literals *literals;
    Py_ssize_t touched; /* patterns; behind the line, those that it may fit */
    int begins_words;   /* only literals that begin a word are asked for, and those that begin beyond ASCII */
};

static void note(struct reading *reading, int32_t pattern, uint8_t group)
{
    struct literals *literals = reading->literals;
    if (!literals->met[pattern])
        literals->touched[reading->touched++] = pattern;
    literals->met[pattern] |= group;
}

/* Notes what the literals of one or two bytes tell that stand at `at`. */
static void read_shorts(struct reading *reading, int32_t found, const uint8_t *at)
{
    for (; found != NOTHING; found = reading->literals->found[found].next) {
        const struct short_literal *told = &reading->literals->found[found];
        if (told->size == 1 || told->second == at[1])
            note(reading, told->pattern, told->group);
    }
}

/* Notes what the longer ones tell that begin at `at`; AFTER of 0 stand behind the line, whose `end` none is beyond. */
static void read_literals(struct reading *reading, uint32_t bytes, uint32_t hash, const uint8_t *at, const uint8_t *end)
{
    const struct literals *literals = reading->literals;
    const struct beginning *place = place_of_beginning(literals, bytes, hash);
    const struct long_literal *told = literals->longs + place->first, *last = told + place->count;
    uint64_t behind;
    memcpy(&behind, at + START_BYTES, sizeof behind);
    for (; told < last; told++) {
        Py_ssize_t rest = told->size - START_BYTES - BEHIND_BYTES;
        if ((behind & told->asked) != told->behind || told->size > end - at)
            continue;
        if (rest <= 0 || memcmp(at + told->size - rest, literals->texts + told->rest, (size_t)rest) == 0)
            note(reading, told->pattern, told->group);
    }
}

/* Reads a line, folded and between its marks, with one index; AFTER of 0 follow. */
static void read_folded(struct reading *reading, const uint8_t *line, Py_ssize_t size)
{
    const struct literals *literals = reading->literals;
    int has_shorts = literals->has_shorts;
    uint32_t bytes = beginning_at(line) << 8; /* as of the place before it: each place adds its third byte */
    for (const uint8_t *at = line; at < line + size; at++) {
        bytes = bytes >> 8 | (uint32_t)at[START_BYTES - 1] << 16;
        uint32_t hash = hash_of_beginning(bytes);
        if (has_shorts && literals->short_filter[at[0]] & bit_of_byte(at[1]))
            read_shorts(reading, literals->shorts[at[0]], at);
        if (may_begin_literal(literals, hash, at[START_BYTES]))
            read_literals(reading, bytes, hash, at, line + size);
    }
}

/* Notes the longer literals that begin at `at`. */
static void read_place(struct reading *reading, const uint8_t *at, const uint8_t *end)
{
    uint32_t bytes = beginning_at(at), hash = hash_of_beginning(bytes);
    if (may_begin_literal(reading->literals, hash, at[START_BYTES]))
        read_literals(reading, bytes, hash, at, end);
}

/* Whether a word may begin at `at`: no letter or digit of ASCII stands before it, and it is no blank. */
static int may_begin_word(const uint8_t *at)
{
    int goes_on = (at[-1] >= 'a' && at[-1] <= 'z') || at[-1] == '0';
    return *at >= 0x80 || (!goes_on && *at != ' ');
}

/* As `read_folded`, at the places where a word may begin; of an index without literals of one or two bytes. */
static void read_words(struct reading *reading, const uint8_t *line, Py_ssize_t size)
{
    const uint8_t *at = line + 1, *end = line + size;
#ifdef HAS_BITS_OF_SIXTEEN
    for (Sixteen bytes; at + sizeof bytes <= end; at += sizeof bytes) {
        bytes = sixteen_at(at);
        Sixteen before = sixteen_at(at - 1);
        Sixteen goes_on = ((before >= 'a') & (before <= 'z')) | (before == '0');
        Sixteen begins = (bytes < 0) | ~(goes_on | (bytes == ' '));
        uint64_t halves[2];
        memcpy(halves, &begins, sizeof halves);
        for (int half = 0; half < 2; half++)
            for (uint64_t bits = halves[half] & ONE_A_BYTE; bits; bits &= bits - 1)
                read_place(reading, at + 8 * half + first_byte(bits), end);
    }
#endif
    for (; at < end; at++)
        if (may_begin_word(at))
            read_place(reading, at, end);
}

/* Writes a line between its marks, with AFTER of 0 behind them. */
static void fold_line(uint8_t *line, const char *text, Py_ssize_t size)
{
    line[0] = START;
    fold_bytes(line + 1, text, size);
    line[size + 1] = END;
    memset(line + size + 2, 0, AFTER);
}

/* Returns -1 with an exception. */
static int read_line(struct reading *readings, Py_ssize_t count, const char *text, Py_ssize_t size)
{
    uint8_t room[SHORT_LINE + 2 + AFTER], *line = room;
    if (size > SHORT_LINE && !(line = PyMem_Malloc((size_t)size + 2 + AFTER))) {
        PyErr_NoMemory();
        return -1;
    }
    fold_line(line, text, size);
    for (Py_ssize_t number = 0; number < count; number++)
        if (readings[number].begins_words)
            read_words(&readings[number], line, size + 2);
        else
            read_folded(&readings[number], line, size + 2);
    if (line != room)
        PyMem_Free(line);
    return 0;
}

/* Forgets what was met, and moves to the front of the touched patterns those of which every group is; returns how many.
 */
static Py_ssize_t settle(struct literals *literals, Py_ssize_t touched)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < touched; at++) {
        int32_t pattern = literals->touched[at];
        if (literals->met[pattern] == literals->required[pattern])
            literals->touched[count++] = pattern;
        literals->met[pattern] = 0;
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

/* Reads a line and writes to `readings` how many patterns of each it may fit; returns how many those are, -1 with an
   exception. */
static Py_ssize_t settle_all(struct reading *readings, Py_ssize_t count, const char *text, Py_ssize_t size)
{
    Py_ssize_t all = 0;
    if (read_line(readings, count, text, size) < 0)
        return -1;
    for (Py_ssize_t number = 0; number < count; number++) {
        readings[number].touched = settle(readings[number].literals, readings[number].touched);
        all += readings[number].touched;
    }
    return all;
}

/* Copies what was found, one index behind the other. To make a list may run a garbage collection, and so anything:
   another line of this thread or another one. By then all that was met is forgotten, and what was found stands here. */
static int32_t *kept_apart(const struct reading *readings, Py_ssize_t count, Py_ssize_t all)
{
    int32_t *found = PyMem_Malloc((size_t)(all + 1) * sizeof *found), *to = found;
    for (Py_ssize_t number = 0; found && number < count; number++) {
        memcpy(to, readings[number].literals->touched, (size_t)readings[number].touched * sizeof *found);
        to += readings[number].touched;
    }
    return found;
}

static PyObject *candidates_in(struct literals *literals, const char *text, Py_ssize_t size, int begins_words)
{
    struct reading reading = {literals, 0, begins_words};
    Py_ssize_t all = settle_all(&reading, 1, text, size);
    if (all < 0)
        return NULL;
    int32_t *found = kept_apart(&reading, 1, all);
    PyObject *list = found ? list_of(found, all) : PyErr_NoMemory();
    PyMem_Free(found);
    return list;
}

/* Returns a list of lists, None where there is no candidate. */
static PyObject *candidates_in_line(struct reading *readings, Py_ssize_t count, const char *text, Py_ssize_t size)
{
    for (Py_ssize_t number = 0; number < count; number++)
        readings[number].touched = 0;
    Py_ssize_t all = settle_all(readings, count, text, size), at = 0;
    if (all <= 0)
        return all < 0 ? NULL : Py_NewRef(Py_None);
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
    struct literals *literals = PyCapsule_GetPointer(capsule, CAPSULE);
    if (literals)
        free_literals(literals);
}

static PyObject *index_literals(PyObject *module, PyObject *patterns)
{
    (void)module;
    if (!PyTuple_Check(patterns)) {
        PyErr_SetString(PyExc_TypeError, "wants a tuple, of each pattern a tuple of groups of literals");
        return NULL;
    }
    struct literals *literals = PyMem_Calloc(1, sizeof *literals);
    if (!literals)
        return PyErr_NoMemory();
    PyObject *capsule = build_literals(literals, patterns) < 0 ? NULL : PyCapsule_New(literals, CAPSULE, free_capsule);
    if (!capsule)
        free_literals(literals);
    return capsule;
}

static PyObject *candidates(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 2) {
        PyErr_Format(PyExc_TypeError, "wants an index and a line, has %zd arguments", count);
        return NULL;
    }
    struct literals *literals = PyCapsule_GetPointer(arguments[0], CAPSULE);
    Py_ssize_t size;
    const char *text = literals ? PyUnicode_AsUTF8AndSize(arguments[1], &size) : NULL;
    return text ? candidates_in(literals, text, size, 0) : NULL;
}

PyDoc_STRVAR(beginnings_doc, "beginnings(index, data, /)\n--\n\n"
                             "Return the literals that begin a word of a text in UTF-8, and a few more.\n\n"
                             "Those that begin beyond ASCII may stand anywhere.");

static PyObject *beginnings(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    char *text;
    Py_ssize_t size;
    if (count != 2) {
        PyErr_Format(PyExc_TypeError, "wants an index and bytes, has %zd arguments", count);
        return NULL;
    }
    struct literals *literals = PyCapsule_GetPointer(arguments[0], CAPSULE);
    if (!literals || PyBytes_AsStringAndSize(arguments[1], &text, &size) < 0)
        return NULL;
    return candidates_in(literals, text, size, !literals->has_shorts);
}

/* The set of the words with the numbers `found`; NULL with an exception. */
static PyObject *set_of(PyObject *words, const int32_t *found, Py_ssize_t count)
{
    PyObject *set = PyFrozenSet_New(NULL);
    for (Py_ssize_t at = 0; set && at < count; at++) {
        PyObject *word = PyTuple_GetItem(words, found[at]);
        if (!word || PySet_Add(set, word) < 0)
            Py_CLEAR(set);
    }
    return set;
}

/* Those of `words`, one for each pattern, that a text holds, as `candidates` says. */
static PyObject *words_in(struct literals *literals, PyObject *words, const char *text, Py_ssize_t size)
{
    struct reading reading = {literals, 0, 0};
    Py_ssize_t all = settle_all(&reading, 1, text, size);
    if (all < 0)
        return NULL;
    int32_t *found = kept_apart(&reading, 1, all);
    PyObject *set = found ? set_of(words, found, all) : PyErr_NoMemory();
    PyMem_Free(found);
    return set;
}

static PyObject *held(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 5 || !PyTuple_Check(arguments[1]) || !PyUnicode_Check(arguments[4])) {
        PyErr_SetString(PyExc_TypeError, "wants an index, a tuple of words, a set, a function and a text");
        return NULL;
    }
    struct literals *literals = PyCapsule_GetPointer(arguments[0], CAPSULE);
    if (!literals)
        return NULL;
    Py_ssize_t size;
    PyObject *small = NULL, *set = NULL;
    const char *text = PyUnicode_AsUTF8AndSize(arguments[4], &size);
    if (text && size > PyUnicode_GetLength(arguments[4])) {
        small = PyObject_CallFunctionObjArgs(arguments[3], arguments[4], NULL);
        text = small ? PyUnicode_AsUTF8AndSize(small, &size) : NULL;
    }
    if (text)
        set = words_in(literals, arguments[1], text, size);
    else if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        set = Py_NewRef(arguments[2]);
    }
    Py_XDECREF(small);
    return set;
}

/* Writes the indexes of a tuple of capsules; -1 with an exception. */
static int take_indexes(PyObject *indexes, Py_ssize_t count, struct reading *readings)
{
    for (Py_ssize_t number = 0; number < count; number++) {
        readings[number] = (struct reading){PyCapsule_GetPointer(PyTuple_GetItem(indexes, number), CAPSULE), 0, 0};
        if (!readings[number].literals)
            return -1;
    }
    return 0;
}

/* Returns what is found in each line of a tuple. */
static PyObject *candidates_in_all(struct reading *readings, Py_ssize_t count, PyObject *lines)
{
    PyObject *all = PyList_New(PyTuple_Size(lines));
    for (Py_ssize_t at = 0; all && at < PyTuple_Size(lines); at++) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(lines, at), &size);
        PyObject *own = text ? candidates_in_line(readings, count, text, size) : NULL;
        if (!own || PyList_SetItem(all, at, own) < 0)
            Py_CLEAR(all);
    }
    return all;
}

static PyObject *candidates_of_all(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 2 || !PyTuple_Check(arguments[0]) || PyTuple_Size(arguments[0]) > MAX_INDEXES ||
        !PyTuple_Check(arguments[1])) {
        PyErr_Format(PyExc_TypeError, "wants a tuple of up to %d indexes and one of lines", MAX_INDEXES);
        return NULL;
    }
    struct reading readings[MAX_INDEXES];
    Py_ssize_t indexes = PyTuple_Size(arguments[0]);
    return take_indexes(arguments[0], indexes, readings) < 0 ? NULL
                                                             : candidates_in_all(readings, indexes, arguments[1]);
}

static PyMethodDef functions[] = {
    {"index_literals", index_literals, METH_O,
     "index_literals(patterns)\n\nReturn what `candidates` wants: `patterns` has of each a tuple of groups of literals."},
    {"candidates", (PyCFunction)(void (*)(void))candidates, METH_FASTCALL,
     "candidates(index, line)\n\n"
     "Return the numbers of the patterns, in no order, of whose every group a literal stands in `line`, which is case\n"
     "folded but for ASCII. A pattern without groups is none of them."},
    {"beginnings", (PyCFunction)(void (*)(void))beginnings, METH_FASTCALL, beginnings_doc},
    {"held", (PyCFunction)(void (*)(void))held, METH_FASTCALL,
     "held(index, words, everything, small, text)\n\n"
     "Return the set of those of `words`, one for each pattern, of which `candidates` gives the numbers; `small` makes\n"
     "small letters of a text that is not ASCII. `everything` of one with half a surrogate pair."},
    {"candidates_of_all", (PyCFunction)(void (*)(void))candidates_of_all, METH_FASTCALL,
     "candidates_of_all(indexes, lines)\n\n"
     "Return for each line of a tuple a list of what `candidates` returns for each index of a tuple; None where all of\n"
     "them are empty."},
    {NULL, NULL, 0, NULL},
};

int add_patterns(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
