/* What the head of a page, its data and its other blocks say of a block, for the block classifier: whether they repeat
   it (`twins_of`, `matches` and `flags_of` of content/features/page_features.py), and what rules have taken out. */

#include "feature_columns.h"
#include "latin.h"
#include "reader.h"
#include "records.h"

enum {
    START_CHARS = 240,  /* of a text, that are folded */
    PREFIX_CHARS = 60,  /* of what they become: enough to know it again */
    LEAST_IN_BODY = 31, /* of them, that tell in the text of the whole body */
    ROOM = START_CHARS * (ROW - 1),
    GRAM = 8,
    HEAD_BITS = 12,
    BODY_BITS = 18,
};

/* A text, folded, in which the prefixes are looked for: most are seen by a few of their bytes to be no part of it. */
typedef struct {
    PyObject *str;   /* NULL: the head has none */
    int bits;
    uint64_t *grams; /* a bit for each eight bytes of the text, one behind the other, by their hash */
} Said;

typedef struct {
    PyObject *blocks, *elements, *placed, *flags;
    Said title, described, body;
    PyObject *fold; /* asked for texts with characters that the table does not know */
    const unsigned char *table;
    const int64_t *numbers;
    int64_t heading;
    double *columns;
    Py_ssize_t count;
} Told;

static double *column_of(const Told *told, int column)
{
    return told->columns + column * told->count;
}

static Text text_in(PyObject *tuple, Py_ssize_t at, Py_ssize_t field, Py_ssize_t fields)
{
    PyObject *row = PyTuple_GetItem(tuple, at);
    if (PyTuple_Check(row) && PyTuple_Size(row) == fields)
        return utf8_of(PyTuple_GetItem(row, field));
    PyErr_SetString(PyExc_TypeError, "wants blocks and elements");
    return (Text){NULL, 0};
}

/* ── what is repeated ────────────────────────────────────────────────────────────────────────── */

/* Adds what becomes of a character, as much of it as there is room for; returns how many bytes. */
static Py_ssize_t add_folded(const unsigned char *became, char *folded, Py_ssize_t *chars)
{
    Py_ssize_t written = 0;
    for (int byte = 0; byte < (became[0] & (ROW - 1)); byte++) {
        *chars += (became[1 + byte] & 0xc0) != 0x80;
        if (*chars <= PREFIX_CHARS)
            folded[written++] = (char)became[1 + byte];
    }
    return written;
}

/* Whether the table knows all of the next `count` characters. */
static int are_known(const unsigned char *at, const unsigned char *end, int count)
{
    for (int bytes; at < end && count > 0; count--, at += bytes)
        if (row_of(at, &bytes) < 0)
            return 0;
    return 1;
}

/* Writes the start of a text, folded; returns how many bytes, -1 where the table does not know a character of it. */
static Py_ssize_t fold_start(const unsigned char *table, Text text, char *folded)
{
    const unsigned char *at = (const unsigned char *)text.at, *end = at + text.size;
    Py_ssize_t written = 0, chars = 0;
    int count = 0;
    for (int bytes; at < end && count < START_CHARS && chars < PREFIX_CHARS; count++, at += bytes) {
        int row = row_of(at, &bytes);
        if (row < 0)
            return -1;
        written += add_folded(table + ROW * row, folded + written, &chars);
    }
    return are_known(at, end, START_CHARS - count) ? written : -1;
}

/* Writes the start of a text, folded by Python; returns how many bytes, -1 with an exception. */
static Py_ssize_t fold_by_python(const Told *told, Py_ssize_t at, char *folded)
{
    PyObject *text = PyTuple_GetItem(PyTuple_GetItem(told->blocks, at), BLOCK_TEXT);
    PyObject *start = PySequence_GetSlice(text, 0, START_CHARS);
    PyObject *whole = start ? PyObject_CallFunctionObjArgs(told->fold, start, NULL) : NULL;
    PyObject *prefix = whole ? PySequence_GetSlice(whole, 0, PREFIX_CHARS) : NULL;
    Text found = utf8_of(prefix);
    if (found.at)
        memcpy(folded, found.at, (size_t)found.size); /* as many characters have room, four bytes each */
    Py_XDECREF(start);
    Py_XDECREF(whole);
    Py_XDECREF(prefix);
    return found.at ? found.size : -1;
}

/* Writes the prefix of a block to the room; .at NULL with an exception. */
static Text prefix_of(const Told *told, Py_ssize_t at, char *room)
{
    Text text = text_in(told->blocks, at, BLOCK_TEXT, BLOCK_FIELDS), prefix = {NULL, 0};
    if (text.at == NULL)
        return prefix;
    prefix.size = fold_start(told->table, text, room);
    if (prefix.size < 0)
        prefix.size = fold_by_python(told, at, room);
    prefix.at = prefix.size < 0 ? NULL : room;
    return prefix;
}

static size_t gram_at(const char *at, int bits)
{
    uint64_t gram;
    memcpy(&gram, at, GRAM);
    return (size_t)(gram * 0x9e3779b97f4a7c15u >> (64 - bits));
}

/* Takes a text, and notes its grams; -1 with an exception. */
static int take_said(Said *said, PyObject *text, int bits)
{
    if (text == Py_None)
        return 0;
    Text bytes = utf8_of(text);
    said->grams = bytes.at ? PyMem_Calloc(((size_t)1 << bits) / 64, sizeof *said->grams) : NULL;
    said->bits = bits;
    said->str = text;
    if (said->grams == NULL) {
        if (bytes.at)
            PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; at + GRAM <= bytes.size; at++) {
        size_t bit = gram_at(bytes.at + at, bits);
        said->grams[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
    return 0;
}

/* Whether a text holds the prefix; -1 with an exception. */
static int holds(const Said *said, Text prefix)
{
    for (Py_ssize_t at = 0; at + GRAM <= prefix.size; at++) {
        size_t bit = gram_at(prefix.at + at, said->bits);
        if (!(said->grams[bit / 64] >> (bit % 64) & 1))
            return 0;
    }
    /* `contains` would compare most of it at each place of a hostile text that repeats one letter. */
    PyObject *part = str_of(prefix);
    int found = part ? PyUnicode_Contains(said->str, part) : -1;
    Py_XDECREF(part);
    return found;
}

/* -1 with an exception. */
static int write_match(const Told *told, Py_ssize_t at, Text prefix)
{
    const Said *title = &told->title, *described = &told->described, *body = &told->body;
    int in_title = prefix.size ? holds(title, prefix) : 0;
    int in_description = in_title < 0 ? -1 : described->str ? holds(described, prefix) : 0;
    int is_long = body->str && chars_of(prefix) >= LEAST_IN_BODY;
    int in_body = in_description < 0 ? -1 : is_long ? holds(body, prefix) : 0;
    column_of(told, F_IN_TITLE)[at] = in_title;
    column_of(told, F_IN_DESCRIPTION)[at] = in_description;
    column_of(told, F_IN_DATA_BODY)[at] = body->str ? in_body : Py_NAN;
    return in_body < 0 ? -1 : 0;
}

/* -1 with an exception. */
static int write_matches(const Told *told)
{
    char room[ROOM];
    for (Py_ssize_t at = 0; at < told->count; at++) {
        Text prefix = prefix_of(told, at, room);
        if (prefix.at == NULL || write_match(told, at, prefix) < 0)
            return -1;
    }
    return 0;
}

/* Numbers the texts, and counts how often each stands on the page. */
static int count_texts(const Told *told, Names *texts, int64_t *number, int64_t *often)
{
    for (Py_ssize_t at = 0; at < told->count; at++) {
        Text text = text_in(told->blocks, at, BLOCK_TEXT, BLOCK_FIELDS);
        if (text.at == NULL)
            return -1;
        uint64_t hash = hash_of(text);
        number[at] = find_name(texts, text, hash);
        if (number[at] < 0) {
            number[at] = (int64_t)texts->count;
            if (add_name(texts, text, hash, number[at]) < 0)
                return -1;
        }
        often[number[at]]++;
    }
    return 0;
}

static int write_twins(const Told *told)
{
    Names texts = {0};
    int64_t *number = PyMem_Calloc(2 * (size_t)told->count + 1, sizeof *number), *often = number + told->count;
    int is_done = number && count_texts(told, &texts, number, often) == 0;
    if (!number)
        PyErr_NoMemory();
    for (Py_ssize_t at = 0; is_done && at < told->count; at++)
        column_of(told, F_TWINS)[at] = (double)(often[number[at]] - 1);
    PyMem_Free(texts.slots);
    PyMem_Free(number);
    return is_done ? 0 : -1;
}

/* ── what rules and the page say ─────────────────────────────────────────────────────────────── */

static int write_placed(const Told *told)
{
    double *to = column_of(told, F_PLACED);
    PyObject *each = PyObject_GetIter(told->placed), *item;
    for (Py_ssize_t at = 0; at < told->count; at++)
        to[at] = 0.0;
    while (each && (item = PyIter_Next(each))) {
        Py_ssize_t at = PyLong_AsSsize_t(item);
        Py_DECREF(item);
        if (at >= 0 && at < told->count)
            to[at] = 1.0;
    }
    Py_XDECREF(each);
    return PyErr_Occurred() ? -1 : 0;
}

/* Returns how many elements are articles by their tag; -1 with an exception. */
static Py_ssize_t count_articles(const Told *told)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t at = 0; at < PyTuple_Size(told->elements); at++) {
        Text tag = text_in(told->elements, at, ELEMENT_TAG, ELEMENT_FIELDS);
        if (tag.at == NULL)
            return -1;
        found += is_equal(tag, "article");
    }
    return found;
}

static double count_h1s(const Told *told)
{
    const int64_t *roles = told->numbers + B_ROLE * told->count, *levels = told->numbers + B_LEVEL * told->count;
    double found = 0.0;
    for (Py_ssize_t at = 0; at < told->count; at++)
        found += roles[at] == told->heading && levels[at] == 1;
    return found;
}

static int write_flags(const Told *told)
{
    double flags[FLAGS];
    Py_ssize_t articles = count_articles(told);
    for (int flag = 0; flag < FLAGS - 2; flag++)
        flags[flag] = PyFloat_AsDouble(PyTuple_GetItem(told->flags, flag));
    if (articles < 0 || PyErr_Occurred())
        return -1;
    flags[FLAGS - 2] = (double)articles;
    flags[FLAGS - 1] = count_h1s(told);
    for (int flag = 0; flag < FLAGS; flag++)
        for (Py_ssize_t at = 0; at < told->count; at++)
            column_of(told, F_FLAGS + flag)[at] = flags[flag];
    return 0;
}

/* ── what Python calls ───────────────────────────────────────────────────────────────────────── */

/* Takes title, descriptions and body; -1 with an exception. */
static int take_all_said(Told *told, PyObject *const *said)
{
    return take_said(&told->title, said[0], HEAD_BITS) < 0 || take_said(&told->described, said[1], HEAD_BITS) < 0 ||
                   take_said(&told->body, said[2], BODY_BITS) < 0
               ? -1
               : 0;
}

static PyObject *write_all(Told *told, PyObject *const *said, Py_ssize_t table_size, const Py_buffer *views)
{
    told->count = PyTuple_Size(told->blocks);
    told->numbers = views[0].buf;
    told->columns = views[1].buf;
    if (table_size != ROW * TABLE_ROWS || PyTuple_Size(told->flags) != FLAGS - 2 || views[0].shape[0] != BLOCK_ROWS ||
        views[0].shape[1] != told->count || views[1].shape[0] != OWN_COLUMNS || views[1].shape[1] != told->count) {
        PyErr_SetString(PyExc_ValueError, "blocks, flags, table and columns do not fit each other");
        return NULL;
    }
    int failed = take_all_said(told, said) < 0 || write_placed(told) < 0 || write_twins(told) < 0 ||
                 write_matches(told) < 0 || write_flags(told) < 0;
    PyMem_Free(told->title.grams);
    PyMem_Free(told->described.grams);
    PyMem_Free(told->body.grams);
    return failed ? NULL : Py_NewRef(Py_None);
}

static PyObject *write_told(PyObject *module, PyObject *arguments)
{
    static const struct wanted WANTED[] = {{"numbers", "lq", 8, 2, READ}, {"columns", "d", 8, 2, WRITE}};
    PyObject *arrays[2], *said[3];
    Told told = {0};
    Py_ssize_t table_size, heading;
    Py_buffer views[2];
    (void)module;
    if (!PyArg_ParseTuple(arguments, "O!O!O(UOO)O!y#OOnO:write_told", &PyTuple_Type, &told.blocks, &PyTuple_Type,
                          &told.elements, &told.placed, &said[0], &said[1], &said[2], &PyTuple_Type,
                          &told.flags, &told.table, &table_size, &told.fold, &arrays[0], &heading, &arrays[1]))
        return NULL;
    if (take_buffers(arrays, WANTED, 2, views) < 0)
        return NULL;
    told.heading = heading;
    PyObject *result = write_all(&told, said, table_size, views);
    release_buffers(views, 2);
    return result;
}

static PyMethodDef functions[] = {
    {"write_told", write_told, METH_VARARGS,
     "write_told(blocks, elements, placed, said, flags, table, fold, numbers, heading, columns)\n\n"
     "Write the columns of what rules have taken out, of twins, of what `said` (title, descriptions, body, folded)\n"
     "repeats, and the flags of the page.\n\nRaises UnicodeEncodeError for half a surrogate pair."},
    {NULL, NULL, 0, NULL},
};

int add_told_blocks(PyObject *module) { return PyModule_AddFunctions(module, functions); }
