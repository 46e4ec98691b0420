/* Which of the words that the classifier of page types knows are on a page (content/page_type_words.py has the
   interpreted form), and what all of them say of its type (content/word_votes.py).

   Texts come in small letters; which characters are letters says the table of outline/block_numbers.py. */

#include "blocks.h"
#include "characters.h"
#include "reader.h"

#include <math.h>

#define CAPSULE "harvester.native.words"

/* The words of one kind, and the column of each. */
typedef struct {
    Names names;
    int32_t *columns;
    Py_ssize_t count;
} WordKind;

typedef struct {
    WordKind *kinds;
    Py_ssize_t count;
    int64_t columns;  /* behind the last of them */
    PyObject *words;  /* what holds the bytes of all words */
} Words;

/* ── what Python hands over: of each kind a tuple of (word, column) ───────────────────────────── */

static void free_words(Words *known)
{
    for (Py_ssize_t at = 0; known->kinds && at < known->count; at++) {
        PyMem_Free(known->kinds[at].names.slots);
        PyMem_Free(known->kinds[at].columns);
    }
    PyMem_Free(known->kinds);
    Py_XDECREF(known->words);
    PyMem_Free(known);
}

static int add_word(Words *known, WordKind *kind, PyObject *pair)
{
    PyObject *bytes;
    int column;
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, "wants pairs of a word and a column");
        return -1;
    }
    if (!PyArg_ParseTuple(pair, "Si", &bytes, &column))
        return -1;
    if (column < 0) {
        PyErr_SetString(PyExc_ValueError, "a column below 0");
        return -1;
    }
    known->columns = column >= known->columns ? column + 1 : known->columns;
    kind->columns[kind->count++] = column;
    Text key = {PyBytes_AsString(bytes), PyBytes_Size(bytes)};
    return add_name(&kind->names, key, hash_of(key), column);
}

static int add_kind(Words *known, WordKind *kind, PyObject *pairs)
{
    if (!PyTuple_Check(pairs)) {
        PyErr_SetString(PyExc_TypeError, "wants of each kind a tuple");
        return -1;
    }
    Py_ssize_t count = PyTuple_Size(pairs);
    kind->columns = PyMem_Calloc((size_t)count + 1, sizeof *kind->columns);
    if (!kind->columns) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at++)
        if (add_word(known, kind, PyTuple_GetItem(pairs, at)) < 0)
            return -1;
    return 0;
}

static int fill(Words *known, PyObject *kinds)
{
    known->words = Py_NewRef(kinds);
    known->count = PyTuple_Size(kinds);
    known->kinds = PyMem_Calloc((size_t)known->count + 1, sizeof *known->kinds);
    if (!known->kinds) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; at < known->count; at++)
        if (add_kind(known, &known->kinds[at], PyTuple_GetItem(kinds, at)) < 0)
            return -1;
    return 0;
}

static void free_capsule(PyObject *capsule)
{
    Words *known = PyCapsule_GetPointer(capsule, CAPSULE);
    if (known)
        free_words(known);
}

static PyObject *index_words(PyObject *module, PyObject *kinds)
{
    (void)module;
    if (!PyTuple_Check(kinds)) {
        PyErr_SetString(PyExc_TypeError, "wants a tuple, of each kind a tuple of words with their columns");
        return NULL;
    }
    Words *known = PyMem_Calloc(1, sizeof *known);
    if (!known)
        return PyErr_NoMemory();
    PyObject *capsule = fill(known, kinds) < 0 ? NULL : PyCapsule_New(known, CAPSULE, free_capsule);
    if (!capsule)
        free_words(known);
    return capsule;
}

/* ── marking ──────────────────────────────────────────────────────────────────────────────────── */

/* Marks the words between blanks. */
static void mark_text(const WordKind *kind, Text text, float *row)
{
    const char *at = text.at, *end = at + text.size;
    while (at < end) {
        const char *word = at;
        while (at < end && *at != ' ')
            at++;
        Text key = {word, at++ - word};
        int64_t column = key.size ? find_name(&kind->names, key, hash_of(key)) : -1;
        if (column >= 0)
            row[column] = 1.0f;
    }
}

/* -1 with an exception where a text is none. */
static int mark_texts(const WordKind *kind, PyObject *texts, float *row)
{
    PyObject *before = NULL; /* neighbours are often one object */
    for (Py_ssize_t at = 0; at < PyTuple_Size(texts); at++) {
        PyObject *text = PyTuple_GetItem(texts, at);
        if (text == before)
            continue;
        Py_ssize_t size;
        const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
        if (!bytes)
            return -1;
        mark_text(kind, (Text){bytes, size}, row);
        before = text;
    }
    return 0;
}

/* Returns whether a character is a letter; -1: only Python knows. */
static int is_any_letter(uint32_t character, const uint32_t *table)
{
    if (character < TABLE_SIZE)
        return (table[character] & (WORD | DIGIT)) == WORD;
    return character >= FIRST_PICTOGRAPH && character <= LAST_PICTOGRAPH ? 0 : -1;
}

/* Moves `at` behind the next run of letters, which is put into `word`; returns 0 where none follows, -1 where only Python
   knows what a letter is. */
static int next_letters(const char **at, const char *end, const uint32_t *table, Text *word)
{
    const char *first = NULL;
    while (*at < end) {
        const char *here = *at;
        int letter = is_any_letter(char_at(at), table);
        if (letter < 0)
            return -1;
        if (letter && !first)
            first = here;
        if (!letter && first) {
            *word = (Text){first, here - first};
            return 1;
        }
    }
    *word = (Text){first, first ? end - first : 0};
    return first != NULL;
}

/* Returns how many runs of letters a text has, and counts those known in the row; -1: only Python knows. */
static Py_ssize_t count_runs(const WordKind *kind, Text text, const uint32_t *table, float *row)
{
    const char *at = text.at, *end = at + text.size;
    Py_ssize_t runs = 0;
    Text word;
    for (int found; (found = next_letters(&at, end, table, &word)) != 0; runs++) {
        if (found < 0)
            return -1;
        int64_t column = find_name(&kind->names, word, hash_of(word));
        if (column >= 0)
            row[column] += 1.0f;
    }
    return runs;
}

/* Makes of the counts of one kind 1, or their share of `runs` in per cent; `runs` below 0: nothing. */
static void settle(const WordKind *kind, Py_ssize_t runs, int as_shares, float *row)
{
    for (Py_ssize_t at = 0; at < kind->count; at++) {
        float *own = row + kind->columns[at];
        if (*own > 0.0f)
            *own = runs < 0 ? 0.0f : as_shares ? (float)(100.0 * (double)*own / (double)runs) : 1.0f;
    }
}

/* ── what Python calls ────────────────────────────────────────────────────────────────────────── */

/* Returns a kind of an index, given by its number; NULL with an exception. */
static const WordKind *kind_of(PyObject *capsule, PyObject *number, const Py_buffer *row)
{
    const Words *known = PyCapsule_GetPointer(capsule, CAPSULE);
    Py_ssize_t at = known ? PyLong_AsSsize_t(number) : -1;
    if (PyErr_Occurred())
        return NULL;
    if (at < 0 || at >= known->count || row->shape[0] < known->columns) {
        PyErr_SetString(PyExc_ValueError, "no such kind of words, or a row that lacks columns");
        return NULL;
    }
    return &known->kinds[at];
}

static const struct wanted ROW_WANTED = {"row", "f", 4, 1, WRITE}, TABLE_WANTED = {"table", "IL", 4, 1, READ};

static PyObject *mark_words(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Py_buffer row;
    if (!has_arguments(count, 4) || take_buffers(arguments + 3, &ROW_WANTED, 1, &row) < 0)
        return NULL;
    const WordKind *kind = kind_of(arguments[0], arguments[1], &row);
    int is_done = -1;
    if (kind && !PyTuple_Check(arguments[2]))
        PyErr_SetString(PyExc_TypeError, "wants a tuple of texts");
    else if (kind)
        is_done = mark_texts(kind, arguments[2], row.buf);
    release_buffers(&row, 1);
    return is_done < 0 ? NULL : Py_NewRef(Py_None);
}

/* Returns how many runs of letters there are; -2 with an exception, -1: only Python knows. */
static Py_ssize_t count_text(PyObject *const *arguments, const Py_buffer *table, const Py_buffer *row)
{
    Py_ssize_t size;
    const WordKind *kind = kind_of(arguments[0], arguments[1], row);
    const char *text = kind ? PyUnicode_AsUTF8AndSize(arguments[2], &size) : NULL;
    if (kind && !text && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear(); /* half a surrogate pair */
        return -1;
    }
    int as_shares = text ? PyObject_IsTrue(arguments[3]) : -1;
    if (as_shares < 0)
        return -2;
    if (table->shape[0] != TABLE_SIZE) {
        PyErr_SetString(PyExc_ValueError, "the table of characters has another size");
        return -2;
    }
    Py_ssize_t runs = count_runs(kind, (Text){text, size}, table->buf, row->buf);
    settle(kind, runs, as_shares, row->buf);
    return runs;
}

static PyObject *count_words(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Py_buffer table, row;
    if (!has_arguments(count, 6) || take_buffers(arguments + 4, &TABLE_WANTED, 1, &table) < 0)
        return NULL;
    if (take_buffers(arguments + 5, &ROW_WANTED, 1, &row) < 0) {
        release_buffers(&table, 1);
        return NULL;
    }
    Py_ssize_t runs = count_text(arguments, &table, &row);
    release_buffers(&table, 1);
    release_buffers(&row, 1);
    return runs < -1 ? NULL : PyBool_FromLong(runs >= 0);
}

/* ── votes ────────────────────────────────────────────────────────────────────────────────────── */

enum { KINDS, WEIGHTS, BASE, ROW_THERE, SCORES, VOTE_VIEWS };

static const struct wanted VOTES_WANTED[VOTE_VIEWS] = {
    [KINDS] = {"kinds", "lq", 8, 1, READ},    [WEIGHTS] = {"table", "f", 4, 2, READ},
    [BASE] = {"base", "d", 8, 1, READ},       [ROW_THERE] = {"row", "f", 4, 1, READ},
    [SCORES] = {"scores", "d", 8, 1, WRITE},
};

#define MOST_TYPES 64

/* Returns the first place from `at` on that is not 0: of thousands of words a page has some dozen. */
static Py_ssize_t next_there(const float *row, Py_ssize_t at, Py_ssize_t end)
{
    for (uint64_t bits[2]; at + 4 <= end; at += 4) {
        memcpy(bits, row + at, sizeof bits);
        if (bits[0] | bits[1])
            break;
    }
    while (at < end && row[at] == 0.0f)
        at++;
    return at;
}

/* Writes what the words of a row say of each type. Sums run over all words before a difference is taken, as numpy's do. */
static void write_scores(const Py_buffer *views)
{
    const int64_t *kinds = views[KINDS].buf;
    const float *row = views[ROW_THERE].buf;
    const double *base = views[BASE].buf;
    double up_to[MOST_TYPES + 1] = {0}, before[MOST_TYPES + 1] = {0}, votes[MOST_TYPES] = {0}, *scores = views[SCORES].buf;
    Py_ssize_t types = views[BASE].shape[0], words = views[WEIGHTS].shape[0];
    int is_any = 0;
    Py_ssize_t at = 0;
    for (Py_ssize_t kind = 0; kind + 1 < views[KINDS].shape[0]; kind++) {
        Py_ssize_t end = kinds[kind + 1] < words ? (Py_ssize_t)kinds[kind + 1] : words;
        while ((at = next_there(row, at, end)) < end) {
            const float *own = (const float *)views[WEIGHTS].buf + at++ * (types + 1);
            for (Py_ssize_t type = 0; type <= types; type++)
                up_to[type] += (double)own[type];
        }
        double square = up_to[types] - before[types];
        for (Py_ssize_t type = 0; square > 0.0 && type < types; type++) {
            double vote = (up_to[type] - before[type]) / sqrt(square);
            votes[type] = is_any ? votes[type] + vote : vote;
        }
        is_any |= square > 0.0;
        memcpy(before, up_to, sizeof before);
    }
    for (Py_ssize_t type = 0; type < types; type++)
        scores[type] = base[type] + votes[type];
}

static PyObject *sum_votes(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Py_buffer views[VOTE_VIEWS];
    if (!has_arguments(count, VOTE_VIEWS) || take_buffers(arguments, VOTES_WANTED, VOTE_VIEWS, views) < 0)
        return NULL;
    Py_ssize_t types = views[BASE].shape[0], words = views[WEIGHTS].shape[0];
    int fits = types <= MOST_TYPES && views[WEIGHTS].shape[1] == types + 1 && views[SCORES].shape[0] == types &&
               views[ROW_THERE].shape[0] == words && views[KINDS].shape[0] > 0 &&
               *(const int64_t *)views[KINDS].buf == 0;
    if (fits)
        write_scores(views);
    else
        PyErr_SetString(PyExc_ValueError, "words, types and scores do not fit each other");
    release_buffers(views, VOTE_VIEWS);
    return fits ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef functions[] = {
    {"index_words", index_words, METH_O,
     "index_words(kinds)\n\nReturn what the others want: of each kind, the words (bytes), each with its column."},
    {"mark_words", (PyCFunction)(void (*)(void))mark_words, METH_FASTCALL,
     "mark_words(index, kind, texts, row)\n\nWrite 1 for each known word between the blanks of the texts."},
    {"count_words", (PyCFunction)(void (*)(void))count_words, METH_FASTCALL,
     "count_words(index, kind, text, as_shares, table, row)\n\n"
     "Write for each known run of letters of a text 1, or its share of all in per cent; return whether that is done:\n"
     "False where only Python knows what a letter is."},
    {"sum_votes", (PyCFunction)(void (*)(void))sum_votes, METH_FASTCALL,
     "sum_votes(kinds, table, base, row, scores)\n\nWrite what the words of a row (above 0) say of each type."},
    {NULL, NULL, 0, NULL},
};

int add_page_words(PyObject *module) { return PyModule_AddFunctions(module, functions); }
