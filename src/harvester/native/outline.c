/* Short lines with a date or a time: `is_dated` of text.py, for all blocks of a page at once. */

#include "blocks.h"
#include "characters.h"
#include "reader.h"
#include "records.h"

enum { MAX_DATE_LINE = 100 };

/* The characters of a line, and whether each is a digit; behind its end none is. */
typedef struct {
    uint32_t characters[MAX_DATE_LINE + 5];
    char digits[MAX_DATE_LINE + 5];
    int count;
} Line;

/* Returns 1 where a line was read, 0 where it is too long, -1 where only Python knows what a character is. */
static int read_line(Text text, const uint32_t *table, Line *line)
{
    const char *at = text.at, *end = at + text.size;
    memset(line, 0, sizeof *line);
    while (at < end) {
        if (line->count == MAX_DATE_LINE)
            return 0;
        uint32_t character = char_at(&at);
        if (character >= TABLE_SIZE && (character < FIRST_PICTOGRAPH || character > LAST_PICTOGRAPH))
            return -1;
        line->characters[line->count] = character;
        line->digits[line->count++] = character < TABLE_SIZE && (table[character] & DIGIT);
    }
    return 1;
}

static int parts_dates(uint32_t character)
{
    return character == '.' || character == '/' || character == '-';
}

/* Whether a time stands around a digit: "9:15". */
static int is_time(const Line *line, int at)
{
    const uint32_t *characters = line->characters + at;
    return characters[1] == ':' && characters[2] >= '0' && characters[2] <= '5' && line->digits[at + 3];
}

/* Whether a day in figures does: "4.3.2024". */
static int is_day(const Line *line, int at)
{
    if (!parts_dates(line->characters[at + 1]) || !line->digits[at + 2])
        return 0;
    int second = line->digits[at + 3] ? at + 4 : at + 3;
    return parts_dates(line->characters[second]) && line->digits[second + 1] && line->digits[second + 2];
}

/* Whether a year begins there: "1987". */
static int is_year(const Line *line, int at)
{
    uint32_t first = line->characters[at], second = line->characters[at + 1];
    int is_century = (first == '1' && second == '9') || (first == '2' && second == '0');
    return is_century && !(at && line->digits[at - 1]) && line->digits[at + 2] && line->digits[at + 3] &&
           !line->digits[at + 4];
}

static int is_dated(const Line *line)
{
    for (int at = 0; at < line->count; at++)
        if (line->digits[at] && (is_time(line, at) || is_day(line, at) || is_year(line, at)))
            return 1;
    return 0;
}

/* Returns whether a block is dated; -1 where only Python knows, or with an exception. */
static int block_is_dated(PyObject *block, const uint32_t *table)
{
    Line line;
    Text text = {NULL, 0};
    if (!PyTuple_Check(block) || PyTuple_Size(block) != BLOCK_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants blocks");
        return -1;
    }
    text.at = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(block, BLOCK_TEXT), &text.size);
    int is_read = text.at ? read_line(text, table, &line) : -1;
    return is_read > 0 ? is_dated(&line) : is_read;
}

/* Returns 1 where all was counted, else 0, with an exception or without. */
static int count_dated(PyObject *blocks, const int64_t *numbers, const uint32_t *table, int64_t *before)
{
    Py_ssize_t count = PyTuple_Size(blocks);
    before[0] = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        /* of what was cut out, no digits are counted */
        int may_be = numbers[B_DIGITS * count + at] > 0 || numbers[B_CUT * count + at] > 0;
        int found = may_be ? block_is_dated(PyTuple_GetItem(blocks, at), table) : 0;
        if (found < 0)
            return 0;
        before[at + 1] = before[at] + found;
    }
    return 1;
}

static PyObject *dated_before(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {
        {"numbers", "lq", 8, 2, READ}, {"table", "IL", 4, 1, READ}, {"before", "lq", 8, 1, WRITE}};
    Py_buffer views[3];
    (void)module;
    if (!has_arguments(count, 4))
        return NULL;
    if (!PyTuple_Check(arguments[0]))
        return PyErr_Format(PyExc_TypeError, "wants a tuple of blocks");
    if (take_buffers(arguments + 1, WANTED, 3, views) < 0)
        return NULL;
    Py_ssize_t blocks = PyTuple_Size(arguments[0]);
    int fits = views[0].shape[0] == BLOCK_ROWS && views[0].shape[1] == blocks && views[1].shape[0] == TABLE_SIZE &&
               views[2].shape[0] == blocks + 1;
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "blocks, numbers and table do not fit each other");
    int is_done = fits && count_dated(arguments[0], views[0].buf, views[1].buf, views[2].buf);
    release_buffers(views, 3);
    return PyErr_Occurred() ? NULL : PyBool_FromLong(is_done);
}

static PyMethodDef functions[] = {
    {"dated_before", (PyCFunction)(void (*)(void))dated_before, METH_FASTCALL,
     "dated_before(blocks, numbers, table, before)\n\n"
     "Write how many short lines with a date stand before each block, and before the end. Returns False where it does\n"
     "not know a character. Raises UnicodeEncodeError for half a surrogate pair."},
    {NULL, NULL, 0, NULL},
};

int add_dated_lines(PyObject *module) { return PyModule_AddFunctions(module, functions); }
