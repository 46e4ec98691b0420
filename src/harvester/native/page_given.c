/* What is read from the text of each block, its spans and the images, for the sums of a page (`_given` of
   content/page_sums.py): images, sums of money, years, times and questions. */

#include "blocks.h"
#include "characters.h"
#include "reader.h"

#define MAX_LABEL_CHARS 60

enum { PICTURES, PRICES, YEARS, TIMES, QUESTIONS, GIVEN };
enum { IMAGE_FIELDS = 7, IMAGE_BLOCK = 5 };
enum { BLOCK_TEXT = 1, BLOCK_SPANS = 7, BLOCK_FIELDS = 11 };

/* The characters of a label, and what each counts as. */
typedef struct {
    uint32_t characters[MAX_LABEL_CHARS], traits[MAX_LABEL_CHARS];
    int count;
} Label;

/* Returns 0 where only Python knows what a character is. */
static int read_label(Text text, const uint32_t *table, Label *label)
{
    const char *at = text.at, *end = at + text.size;
    label->count = 0;
    while (at < end && label->count < MAX_LABEL_CHARS) {
        uint32_t character = char_at(&at);
        if (character >= TABLE_SIZE && (character < FIRST_PICTOGRAPH || character > LAST_PICTOGRAPH))
            return 0;
        label->characters[label->count] = character;
        label->traits[label->count++] = character < TABLE_SIZE ? table[character] : 0;
    }
    return 1;
}

static int is_digit(const Label *label, int at)
{
    return at >= 0 && at < label->count && (label->traits[at] & DIGIT);
}

static int is_sign_before(uint32_t character)
{
    return character == '$' || character == 0x20AC || character == 0xA3 || character == 0xA5 || character == 0x20B9 ||
           character == 0x20BD || character == 0x20A9;
}

static int is_code(const Label *label, int at)
{
    static const char CODES[][4] = {"EUR", "USD", "GBP", "CHF", "PLN", "SEK", "NOK", "DKK"};
    if (at + 3 > label->count)
        return 0;
    int is_word = at + 3 < label->count && ((label->traits[at + 3] & WORD) || label->characters[at + 3] == '_');
    for (size_t code = 0; !is_word && code < sizeof CODES / sizeof *CODES; code++)
        if (label->characters[at] == (uint32_t)CODES[code][0] && label->characters[at + 1] == (uint32_t)CODES[code][1] &&
            label->characters[at + 2] == (uint32_t)CODES[code][2])
            return 1;
    return 0;
}

/* Returns the place behind `at`, and behind one blank if there is one. */
static int behind_blank(const Label *label, int at)
{
    return at + 1 < label->count && (label->traits[at + 1] & BLANK) ? at + 2 : at + 1;
}

static int has_price(const Label *label)
{
    for (int at = 0; at < label->count; at++) {
        int next = behind_blank(label, at);
        if (is_sign_before(label->characters[at]) && is_digit(label, next))
            return 1;
        if (!is_digit(label, at) || next >= label->count)
            continue;
        if ((label->characters[next] != '$' && is_sign_before(label->characters[next])) || is_code(label, next))
            return 1;
    }
    return 0;
}

static int has_year(const Label *label)
{
    for (int at = 0; at + 3 < label->count; at++) {
        uint32_t first = label->characters[at], second = label->characters[at + 1];
        int begins = (first == '1' && second == '9') || (first == '2' && second == '0');
        if (begins && !is_digit(label, at - 1) && is_digit(label, at + 2) && is_digit(label, at + 3) &&
            !is_digit(label, at + 4))
            return 1;
    }
    return 0;
}

/* Returns whether a block has a span of that tag. */
static int has_span(PyObject *spans, PyObject *tag)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(spans); at++) {
        PyObject *own = PyTuple_GetItem(PyTuple_GetItem(spans, at), 0);
        if (own == tag || (own && PyUnicode_Compare(own, tag) == 0))
            return 1;
    }
    return 0;
}

static int is_question(Text text)
{
    return (text.size >= 1 && text.at[text.size - 1] == '?') ||
           (text.size >= 3 && memcmp(text.at + text.size - 3, "\xEF\xBC\x9F", 3) == 0);
}

typedef struct {
    PyObject *blocks, *tag; /* of spans that give a time */
    const int64_t *numbers;
    const uint32_t *table;
    int64_t *given;
    Py_ssize_t count;
} Asked;

/* 0 where only Python knows what a character is; -1 with an exception. */
static int read_given_of(const Asked *asked, Py_ssize_t at)
{
    PyObject *block = PyTuple_GetItem(asked->blocks, at);
    if (!PyTuple_Check(block) || PyTuple_Size(block) != BLOCK_FIELDS || !PyTuple_Check(PyTuple_GetItem(block, BLOCK_SPANS))) {
        PyErr_SetString(PyExc_TypeError, "wants blocks");
        return -1;
    }
    Text text;
    text.at = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(block, BLOCK_TEXT), &text.size);
    if (!text.at)
        return -1;
    const int64_t *own = asked->numbers + at;
    int64_t *given = asked->given + at;
    int has_figure = own[B_DIGITS * asked->count] > 0 || own[B_CUT * asked->count] > 0;
    Label label = {.count = 0};
    if (has_figure && own[B_CHARS * asked->count] <= MAX_LABEL_CHARS && !read_label(text, asked->table, &label))
        return 0;
    given[PRICES * asked->count] = has_price(&label);
    given[YEARS * asked->count] = has_year(&label);
    given[TIMES * asked->count] = has_span(PyTuple_GetItem(block, BLOCK_SPANS), asked->tag);
    given[QUESTIONS * asked->count] = is_question(text);
    return PyErr_Occurred() ? -1 : 1;
}

/* Counts the images before each block; one may stand behind the last. -1 with an exception. */
static int count_images(const Asked *asked, PyObject *images)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(images); at++) {
        PyObject *image = PyTuple_GetItem(images, at);
        if (!PyTuple_Check(image) || PyTuple_Size(image) != IMAGE_FIELDS) {
            PyErr_SetString(PyExc_TypeError, "wants images");
            return -1;
        }
        int64_t block = integer_of(image, IMAGE_BLOCK);
        if (block >= 0 && block < asked->count)
            asked->given[PICTURES * asked->count + block]++;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* As `read_given_of`, of all blocks. */
static int read_all(const Asked *asked, PyObject *images)
{
    int is_known = count_images(asked, images) < 0 ? -1 : 1;
    for (Py_ssize_t at = 0; is_known > 0 && at < asked->count; at++)
        is_known = read_given_of(asked, at);
    return is_known;
}

static PyObject *read_given(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {
        {"numbers", "lq", 8, 2, READ}, {"table", "IL", 4, 1, READ}, {"given", "lq", 8, 2, WRITE}};
    Py_buffer views[3];
    (void)module;
    if (!has_arguments(count, 6))
        return NULL;
    if (!PyTuple_Check(arguments[0]) || !PyTuple_Check(arguments[1]) || !PyUnicode_Check(arguments[2])) {
        PyErr_SetString(PyExc_TypeError, "wants tuples of blocks and images, and a tag");
        return NULL;
    }
    if (take_buffers(arguments + 3, WANTED, 3, views) < 0)
        return NULL;
    Asked asked = {arguments[0],    arguments[2],  views[0].buf,
                   views[1].buf, views[2].buf, PyTuple_Size(arguments[0])};
    int is_known = -1;
    if (views[0].shape[0] != BLOCK_ROWS || views[0].shape[1] != asked.count || views[1].shape[0] != TABLE_SIZE ||
        views[2].shape[0] != GIVEN || views[2].shape[1] != asked.count)
        PyErr_SetString(PyExc_ValueError, "blocks, their numbers and what is given do not fit each other");
    else
        is_known = read_all(&asked, arguments[1]);
    release_buffers(views, 3);
    return is_known < 0 ? NULL : PyBool_FromLong(is_known);
}

static PyMethodDef functions[] = {
    {"read_given", (PyCFunction)(void (*)(void))read_given, METH_FASTCALL,
     "read_given(blocks, images, tag, numbers, table, given)\n\n"
     "Write what is given of each block, and return whether that is done: False where only Python knows a character."},
    {NULL, NULL, 0, NULL},
};

int add_page_given(PyObject *module) { return PyModule_AddFunctions(module, functions); }
