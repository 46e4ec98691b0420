/* The numbers of a page's blocks (outline/block_numbers.py has the interpreted form, and says what each is).

   Which characters count for what stands in a table that Python makes, a word of bits for each character of the basic
   plane: both forms go by the same. */

#include "blocks.h"
#include "characters.h"
#include "records.h"

/* Words of a text that make it prose: by themselves, and where it ends as a sentence does (text.py). */
#define PROSE_WORDS 12
#define SENTENCE_WORDS 6
#define LETTERS_A_WORD 2

struct counts {
    int64_t chars, cjk, spaces, commas, stops, digits, capitals, lines, letters, words;
    uint32_t marks, first, last;
};

/* ── text ─────────────────────────────────────────────────────────────────────────────────────── */

/* Returns the character at `*at`, and moves behind it. Python wrote the UTF-8, so that it is sound; lone surrogates, as
   broken pages have, are three bytes as all of their range. */
static uint32_t next_character(const uint8_t *text, Py_ssize_t size, Py_ssize_t *at)
{
    uint32_t first = text[(*at)++];
    int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t character = more ? first & (0x3Fu >> more) : first;
    for (; more && *at < size; more--)
        character = character << 6 | (text[(*at)++] & 0x3F);
    return character;
}

/* Counts one character, given its own traits and those of its neighbours: before the text stands a blank, behind it
   nothing. */
static void count_character(struct counts *counts, uint32_t before, uint32_t own, uint32_t behind, int is_last)
{
    counts->cjk += (own & CJK) != 0;
    counts->spaces += (own & SPACE) != 0;
    counts->lines += (own & LINE) != 0;
    counts->commas += (own & COMMA) != 0;
    counts->digits += (own & DIGIT) != 0;
    counts->stops += (own & WIDE_STOP) || ((own & STOP) && (is_last || (behind & CLOSING)));
    counts->capitals += (own & CAPITAL) && (before & OPENING) && (behind & WORD);
    counts->letters += (own & LETTER) != 0;
    counts->words += !(own & (BLANK | LETTER)) && (before & (BLANK | LETTER));
    counts->marks |= own >> MARKS_FROM;
}

/* Whether a character counts as one and as nothing else: small letters inside a word, four of five characters. */
static int is_plain(uint32_t before, uint32_t own)
{
    return !(own & ~(uint32_t)(SMALL | WORD)) && !(before & (BLANK | LETTER));
}

static struct counts count_text(const uint8_t *text, Py_ssize_t size, const uint32_t *table)
{
    struct counts counts = {0};
    uint32_t before = BLANK | OPENING, own = 0;
    for (Py_ssize_t at = 0; at < size; counts.chars++) {
        uint32_t character = next_character(text, size, &at);
        uint32_t behind = table[character < TABLE_SIZE ? character : BEYOND];
        if (!counts.chars) {
            counts.first = own = behind;
            continue;
        }
        if (!is_plain(before, own))
            count_character(&counts, before, own, behind, 0);
        before = own;
        own = behind;
    }
    if (size)
        count_character(&counts, before, own, 0, 1);
    counts.last = own;
    return counts;
}

/* Counts a `str`; -1 with an exception where it is none. */
static int count_string(PyObject *string, const uint32_t *table, struct counts *counts)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(string, &size);
    if (text) {
        *counts = count_text((const uint8_t *)text, size, table);
        return 0;
    }
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
        return -1;
    PyErr_Clear();
    PyObject *bytes = PyUnicode_AsEncodedString(string, "utf-8", "surrogatepass");
    if (!bytes)
        return -1;
    *counts = count_text((const uint8_t *)PyBytes_AsString(bytes), PyBytes_Size(bytes), table);
    Py_DECREF(bytes);
    return 0;
}

int64_t integer_of(PyObject *tuple, Py_ssize_t field)
{
    PyObject *value = PyTuple_GetItem(tuple, field);
    if (!value)
        return -1;
    return value == Py_None ? 0 : PyLong_AsLongLong(value);
}

/* ── blocks ───────────────────────────────────────────────────────────────────────────────────── */

static int reads_as_prose(const struct counts *counts, int64_t linked)
{
    int64_t factor = counts->letters * 3 > counts->chars ? LETTERS_A_WORD : 1;
    int64_t units = counts->letters + counts->words;
    if (linked * 2 > counts->chars)
        return 0;
    return units >= PROSE_WORDS * factor || (units >= SENTENCE_WORDS * factor && (counts->last & CLOSES));
}

/* Returns how many spans are links; -1 with an exception. */
static int64_t anchors_among(PyObject *spans, PyObject *anchor)
{
    int64_t found = 0;
    for (Py_ssize_t at = 0, count = PyTuple_Size(spans); at < count; at++) {
        PyObject *span = PyTuple_GetItem(spans, at);
        PyObject *tag = span ? PyTuple_GetItem(span, SPAN_TAG) : NULL;
        int is_anchor = tag ? PyObject_RichCompareBool(tag, anchor, Py_EQ) : -1;
        if (is_anchor < 0)
            return -1;
        found += is_anchor;
    }
    return PyErr_Occurred() ? -1 : found;
}

static int64_t role_among(PyObject *role, PyObject *roles)
{
    for (Py_ssize_t at = 0, count = PyTuple_Size(roles); at < count; at++)
        if (PyTuple_GetItem(roles, at) == role)
            return at;
    PyErr_SetString(PyExc_ValueError, "a block has a role that no block of a page has");
    return -1;
}

struct asked {
    PyObject *roles;        /* of pages, as objects: each is one */
    uint64_t prose_roles;   /* a bit each: those that may read as prose */
    PyObject *anchor;       /* "a" */
    const uint32_t *table;
};

/* Writes the numbers of a block to its column, whose rows are `step` apart; -1 with an exception. */
static int read_block(PyObject *block, const struct asked *asked, int64_t *column, Py_ssize_t step)
{
    if (!PyTuple_Check(block) || PyTuple_Size(block) <= BLOCK_VERDICT) {
        PyErr_SetString(PyExc_TypeError, "wants blocks");
        return -1;
    }
    PyObject *spans = PyTuple_GetItem(block, BLOCK_SPANS);
    int is_cut = PyTuple_GetItem(block, BLOCK_VERDICT) != Py_None;
    struct counts counts;
    if (count_string(PyTuple_GetItem(block, BLOCK_TEXT), asked->table, &counts) < 0)
        return -1;
    int64_t linked = integer_of(block, BLOCK_LINK_CHARS), role = role_among(PyTuple_GetItem(block, BLOCK_ROLE), asked->roles);
    if (role < 0)
        return -1;
    column[B_ELEMENT * step] = integer_of(block, BLOCK_ELEMENT);
    column[B_CHARS * step] = counts.chars;
    column[B_LINKED * step] = linked;
    column[B_STRONG * step] = integer_of(block, BLOCK_STRONG_CHARS);
    column[B_LEVEL * step] = integer_of(block, BLOCK_LEVEL);
    column[B_SPANS * step] = PyTuple_Size(spans);
    column[B_ANCHORS * step] = anchors_among(spans, asked->anchor);
    column[B_ROLE * step] = role;
    column[B_CUT * step] = is_cut;
    int is_prose = !is_cut && (asked->prose_roles >> role & 1) && reads_as_prose(&counts, linked);
    column[B_PROSE * step] = is_prose ? counts.chars : 0;
    if (is_cut) /* it shows no text */
        counts = (struct counts){0};
    column[B_CJK * step] = counts.cjk;
    column[B_SPACES * step] = counts.spaces;
    column[B_COMMAS * step] = counts.commas;
    column[B_STOPS * step] = counts.stops;
    column[B_DIGITS * step] = counts.digits;
    column[B_CAPITALS * step] = counts.capitals;
    column[B_LINES * step] = counts.lines;
    column[B_MARKS * step] = counts.marks;
    column[B_FIRST_SMALL * step] = (counts.first & SMALL) != 0;
    column[B_LAST_END * step] = (counts.last & CLOSES) != 0;
    column[B_LAST_COLON * step] = (counts.last & COLON) != 0;
    return PyErr_Occurred() ? -1 : 0;
}

/* Notes which of the roles may read as prose; -1 with an exception. */
static int ask_for_prose(struct asked *asked, PyObject *prose_roles)
{
    if (PyTuple_Size(asked->roles) > 64) {
        PyErr_SetString(PyExc_ValueError, "wants 64 roles at most");
        return -1;
    }
    for (Py_ssize_t at = 0; at < PyTuple_Size(asked->roles); at++) {
        int has = PySequence_Contains(prose_roles, PyTuple_GetItem(asked->roles, at));
        if (has < 0)
            return -1;
        asked->prose_roles |= (uint64_t)has << at;
    }
    return 0;
}

static int read_all_blocks(PyObject *blocks, PyObject *prose_roles, struct asked *asked, const Py_buffer *views)
{
    Py_ssize_t count = PyTuple_Size(blocks);
    if (count < 0 || ask_for_prose(asked, prose_roles) < 0)
        return -1;
    if (views[0].shape[0] != TABLE_SIZE || views[1].shape[0] != BLOCK_ROWS || views[1].shape[1] != count) {
        PyErr_SetString(PyExc_ValueError, "blocks, table and numbers do not fit each other");
        return -1;
    }
    asked->table = views[0].buf;
    for (Py_ssize_t at = 0; at < count; at++)
        if (read_block(PyTuple_GetItem(blocks, at), asked, (int64_t *)views[1].buf + at, count) < 0)
            return -1;
    return 0;
}

static PyObject *read_blocks(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {{"table", "IL", 4, 1, READ}, {"numbers", "lq", 8, 2, WRITE}};
    (void)module;
    if (count != 5 || !PyTuple_Check(arguments[0]) || !PyTuple_Check(arguments[1])) {
        PyErr_SetString(PyExc_TypeError, "wants blocks, roles, roles of prose, table and numbers");
        return NULL;
    }
    Py_buffer views[2];
    if (take_buffers(arguments + 3, WANTED, 2, views) < 0)
        return NULL;
    struct asked asked = {.roles = arguments[1], .anchor = PyUnicode_FromString("a")};
    int is_done = asked.anchor && read_all_blocks(arguments[0], arguments[2], &asked, views) == 0;
    Py_XDECREF(asked.anchor);
    release_buffers(views, 2);
    return is_done ? Py_NewRef(Py_None) : NULL;
}

/* Returns the characters of a block that reads as prose, else 0; -1 with an exception. */
static int64_t prose_of(PyObject *block, const struct asked *asked)
{
    if (!PyTuple_Check(block) || PyTuple_Size(block) <= BLOCK_VERDICT) {
        PyErr_SetString(PyExc_TypeError, "wants blocks");
        return -1;
    }
    struct counts counts;
    int64_t role = role_among(PyTuple_GetItem(block, BLOCK_ROLE), asked->roles);
    if (role < 0)
        return -1;
    if (PyTuple_GetItem(block, BLOCK_VERDICT) != Py_None || !(asked->prose_roles >> role & 1))
        return 0;
    int64_t linked = integer_of(block, BLOCK_LINK_CHARS);
    if (PyErr_Occurred() || count_string(PyTuple_GetItem(block, BLOCK_TEXT), asked->table, &counts) < 0)
        return -1;
    return reads_as_prose(&counts, linked) ? counts.chars : 0;
}

static PyObject *prose_up_to(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {{"table", "IL", 4, 1, READ}};
    (void)module;
    if (count != 5 || !PyTuple_Check(arguments[0]) || !PyTuple_Check(arguments[1])) {
        PyErr_SetString(PyExc_TypeError, "wants blocks, roles, roles of prose, table and how many are enough");
        return NULL;
    }
    int64_t enough = PyLong_AsLongLong(arguments[4]), prose = 0, found = 0;
    struct asked asked = {.roles = arguments[1]};
    Py_buffer view;
    if (PyErr_Occurred() || ask_for_prose(&asked, arguments[2]) < 0 || take_buffers(arguments + 3, WANTED, 1, &view) < 0)
        return NULL;
    asked.table = view.buf;
    if (view.shape[0] != TABLE_SIZE) {
        PyErr_SetString(PyExc_ValueError, "the table has another size");
        found = -1;
    }
    for (Py_ssize_t at = 0; found >= 0 && prose < enough && at < PyTuple_Size(arguments[0]); at++) {
        found = prose_of(PyTuple_GetItem(arguments[0], at), &asked);
        prose += found;
    }
    release_buffers(&view, 1);
    return found < 0 ? NULL : PyLong_FromLongLong(prose);
}

static PyMethodDef functions[] = {
    {"prose_up_to", (PyCFunction)(void (*)(void))prose_up_to, METH_FASTCALL,
     "prose_up_to(blocks, roles, prose_roles, table, enough)\n\nReturn the characters of prose, up to enough or more."},
    {"read_blocks", (PyCFunction)(void (*)(void))read_blocks, METH_FASTCALL,
     "read_blocks(blocks, roles, prose_roles, table, numbers)\n\nWrite the numbers of each block to its column."},
    {NULL, NULL, 0, NULL},
};

int add_blocks(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
