/* Inline elements of a block, each with the stretch of the block's visible characters that it holds: the half of
   `structure/inlines.py` that walks over the markup. */

#include "reader_inlines.h"

#include <stdlib.h>

enum {
    LOOKED_BACK = 20, /* tags before the first text: as there */
    TAIL = 40,        /* tags behind the last */
    MAX_TOKENS = 1 << 30,
};

/* ── tokens ──────────────────────────────────────────────────────────────────────────────── */

static Text text_in(const Inlines *inlines, int place)
{
    return text_of_token(inlines->tokens, place);
}

/* Return the name in a start or end tag; "" for a comment. */
static Text tag_of(Text token)
{
    const char *blank = memchr(token.at, ' ', (size_t)token.size);
    Py_ssize_t end = blank ? blank - token.at : token.size - 1;
    Text name = {token.at + 1, end > 1 ? end - 1 : 0};
    if (name.size && name.at[0] == '!') {
        return NO_CHARS;
    }
    return name.size && name.at[0] == '/' ? behind(name, 1) : name;
}

static uint32_t sets_of_tag(const Inlines *inlines, Text tag)
{
    int64_t sets = find_name(&inlines->reader->tags, tag, hash_of(tag));
    return sets < 0 ? 0 : (uint32_t)sets;
}

static bool has_dash(Text tag)
{
    return tag.size && memchr(tag.at, '-', (size_t)tag.size) != NULL;
}

static bool is_block(const Inlines *inlines, Text tag)
{
    return (sets_of_tag(inlines, tag) & BLOCK) || has_dash(tag);
}

static bool is_same(Text one, Text other)
{
    return one.size == other.size && memcmp(one.at, other.at, (size_t)one.size) == 0;
}

/* ── elements ────────────────────────────────────────────────────────────────────────────── */

static int leave_inline(Inlines *inlines)
{
    Stretch *all = grown(inlines->found, &inlines->found_room, inlines->found_count + 1, sizeof(Stretch));
    if (all == NULL) {
        return -1;
    }
    inlines->found = all;
    Stretch left = inlines->stack[--inlines->depth];
    left.end = inlines->chars;
    left.depth = inlines->depth;
    all[inlines->found_count++] = left;
    return 0;
}

static int enter_inline(Inlines *inlines, Text tag, int place)
{
    Stretch *stack = grown(inlines->stack, &inlines->stack_room, inlines->depth + 1, sizeof(Stretch));
    if (stack == NULL) {
        return -1;
    }
    inlines->stack = stack;
    stack[inlines->depth++] = (Stretch){.tag = tag, .place = place, .start = inlines->chars};
    return sets_of_tag(inlines, tag) & VOID_TAGS ? leave_inline(inlines) : 0;
}

/* Enter the inline elements that are open before the first text, inside its container: `markup_tokens.enclosing`. */
static int enter_around(Inlines *inlines, int bound)
{
    Text closed[LOOKED_BACK], tags[LOOKED_BACK];
    int places[LOOKED_BACK], closed_count = 0, count = 0, first = inlines->spots[0];
    bound = bound > first - 2 * LOOKED_BACK ? bound : first - 2 * LOOKED_BACK;
    for (int at = first - 1; at > bound && at >= 0; at -= 2) {
        Text token = text_in(inlines, at), tag = token.at ? tag_of(token) : token;
        if (token.at == NULL) {
            return -1;
        }
        if ((sets_of_tag(inlines, tag) & BLOCK) && !has_dash(tag)) {
            break;
        }
        if (starts_with(token, "</")) {
            closed[closed_count++] = tag;
        } else if (closed_count && is_same(closed[closed_count - 1], tag)) {
            closed_count--;
        } else if (tag.size) {
            tags[count] = tag;
            places[count++] = at;
        }
    }
    while (count-- > 0) {
        if (enter_inline(inlines, tags[count], places[count]) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ── the walk ────────────────────────────────────────────────────────────────────────────── */

static Result take_tag(Inlines *inlines, Text token, int place)
{
    Text tag = tag_of(token);
    if (token.size > 1 && token.at[1] == '/') {
        Text closes = {token.at + 2, token.size - 3};
        bool is_open = inlines->depth && is_same(inlines->stack[inlines->depth - 1].tag, closes);
        return is_open && leave_inline(inlines) < 0 ? FAILED : DONE;
    }
    return enter_inline(inlines, tag, place) < 0 ? FAILED : DONE;
}

static bool ends_block(const Inlines *inlines, Text token)
{
    Text tag = tag_of(token);
    return (sets_of_tag(inlines, tag) & TAG_BR) || is_block(inlines, tag);
}

static Result take_text(Inlines *inlines, Text token)
{
    Py_ssize_t chars = append_visible(&inlines->text, token);
    if (chars < 0) {
        return PyErr_Occurred() ? FAILED : DECLINED;
    }
    inlines->chars += chars;
    return DONE;
}

/* Walk from the first text to the end of the block, or not far behind its last text. */
static Result go_over(Inlines *inlines)
{
    int last = inlines->spots[inlines->spot_count - 1], end = last + 2 * TAIL;
    Py_ssize_t spot = 0;
    for (int at = inlines->spots[0]; at < end && at < inlines->token_count; at++) {
        bool is_text = at % 2 == 0, is_spot = spot < inlines->spot_count && inlines->spots[spot] == at;
        if (is_text && !is_spot) {
            continue;
        }
        Text token = text_in(inlines, at);
        if (token.at == NULL || (is_spot && !is_text)) {
            return token.at ? DECLINED : FAILED; /* an image that stands for a character */
        }
        if (!is_text && token.size > 1 && token.at[1] == '!') {
            continue;
        }
        if (at > last && ends_block(inlines, token)) {
            break;
        }
        Result taken_in = is_text ? take_text(inlines, token) : take_tag(inlines, token, at);
        if (taken_in != DONE) {
            return taken_in;
        }
        spot += is_spot;
    }
    while (inlines->depth) {
        if (leave_inline(inlines) < 0) {
            return FAILED;
        }
    }
    return DONE;
}

/* ── what comes out ──────────────────────────────────────────────────────────────────────── */

static PyObject *stretch_of(const Inlines *inlines, const Stretch *found, PyObject *type)
{
    PyObject *items[] = {
        str_of(found->tag),
        PyLong_FromLong(found->place),
        PyLong_FromSsize_t(found->start),
        PyLong_FromSsize_t(found->end),
        PyLong_FromSsize_t(found->depth),
    };
    return made(inlines->reader, type, packed(items, 5));
}

/* Return a new tuple: the elements in their order, and the visible characters. */
static PyObject *result_of(Inlines *inlines, PyObject *type)
{
    PyObject *list = PyList_New(inlines->found_count);
    for (Py_ssize_t at = 0; list != NULL && at < inlines->found_count; at++) {
        PyObject *stretch = stretch_of(inlines, inlines->found + at, type);
        if (stretch == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SetItem(list, at, stretch);
        }
    }
    PyObject *items[] = {list, list ? str_of(of_buffer(&inlines->text)) : NULL};
    return packed(items, 2);
}

/* Read the places of the pieces of text, which rise. */
static Result read_spots(Inlines *inlines, PyObject *spots)
{
    inlines->spot_count = PyList_Size(spots);
    int *room = grown(inlines->spots, &inlines->spot_room, inlines->spot_count + 1, sizeof(int));
    if (room == NULL) {
        return FAILED;
    }
    inlines->spots = room;
    int before = -1;
    for (Py_ssize_t at = 0; at < inlines->spot_count; at++) {
        long spot = PyLong_AsLong(PyList_GetItem(spots, at));
        if (PyErr_Occurred()) {
            return FAILED;
        }
        if (spot <= before || spot >= inlines->token_count) {
            return DECLINED;
        }
        before = inlines->spots[at] = (int)spot;
    }
    return inlines->spot_count ? DONE : DECLINED;
}

/* Return whether a run is one text between two borders of blocks, as most are. */
static int is_bare(const Inlines *inlines)
{
    int behind_it = inlines->spots[0] + 1;
    if (inlines->spot_count > 1 || inlines->depth || inlines->found_count) {
        return 0;
    }
    if (behind_it >= inlines->token_count) {
        return 1;
    }
    Text token = text_in(inlines, behind_it);
    return token.at ? is_block(inlines, tag_of(token)) : -1;
}

static int by_place(const void *one, const void *other)
{
    int a = ((const Stretch *)one)->place, b = ((const Stretch *)other)->place;
    return (a > b) - (a < b);
}

Result find_inlines(Inlines *inlines, PyObject *spots, int bound)
{
    inlines->chars = inlines->text.size = inlines->found_count = inlines->depth = 0;
    Result result = read_spots(inlines, spots);
    if (result != DONE) {
        return result;
    }
    int bare = enter_around(inlines, bound) < 0 ? -1 : is_bare(inlines);
    result = bare < 0 ? FAILED : bare ? DONE : go_over(inlines);
    if (inlines->found_count) {
        qsort(inlines->found, (size_t)inlines->found_count, sizeof(Stretch), by_place);
    } else {
        inlines->text.size = 0;
    }
    return result;
}

Inlines inlines_over(const Reader *reader, PyObject *tokens)
{
    Py_ssize_t count = count_of_tokens(tokens);
    return (Inlines){.reader = reader, .tokens = tokens, .token_count = count < MAX_TOKENS ? (int)count : MAX_TOKENS};
}

void free_inlines(Inlines *inlines)
{
    PyMem_Free(inlines->spots);
    PyMem_Free(inlines->text.at);
    PyMem_Free(inlines->found);
    PyMem_Free(inlines->stack);
}

PyObject *inlines_in(PyObject *self, PyObject *arguments)
{
    PyObject *tokens, *spots, *type;
    int bound;
    if (!PyArg_ParseTuple(arguments, "OO!iO!:inlines", &tokens, &PyList_Type, &spots, &bound, &PyType_Type, &type)
        || count_of_tokens(tokens) < 0) {
        return NULL;
    }
    Inlines inlines = inlines_over((const Reader *)self, tokens);
    Result result = find_inlines(&inlines, spots, bound);
    PyObject *found = result == DONE ? result_of(&inlines, type) : NULL;
    if (result != DONE && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        result = DECLINED;
    }
    free_inlines(&inlines);
    return result == DECLINED ? shared(Py_None) : found;
}
