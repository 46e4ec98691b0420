/* The marks of all blocks of an article: `structure/page_marks.py` asks, `structure/text_marks.py` and `inlines.py` say
   what each is and why. A block that holds what only Python reads comes back as None, with all blocks of its run: where
   in a run a block is depends on those before it. */

#include "reader_marks.h"

/* Fields of `Settled`, structure/assembly.py. */
enum { SETTLED_TEXT, SETTLED_PARTS };
enum { CHARS_A_LOOK = 500 }; /* of a run in which a block is not found: as there */
/* Of `Trace`, models/document.py. */
enum { TRACE_MARKUP, TRACE_SPOTS, TRACE_ELEMENT };

/* ── where a block is ────────────────────────────────────────────────────────────────────── */

static void leave_markup(PageMarks *marks)
{
    free_inlines(&marks->inlines);
    PyMem_Free(marks->wraps);
    marks->wraps = NULL;
    marks->inlines = (Inlines){0};
    marks->markup = marks->spots = NULL;
    Py_CLEAR(marks->tokens);
    Py_CLEAR(marks->elements);
    Py_CLEAR(marks->places);
}

static int enter_markup(PageMarks *marks, PyObject *markup)
{
    leave_markup(marks);
    marks->tokens = PyObject_GetAttrString(markup, "tokens");
    marks->elements = marks->tokens ? PyObject_GetAttrString(markup, "elements") : NULL;
    marks->places = marks->elements ? PyObject_GetAttrString(markup, "places") : NULL;
    if (marks->places == NULL) {
        return -1;
    }
    if (count_of_tokens(marks->tokens) < 0) {
        return -1;
    }
    if (!PyList_Check(marks->elements) || !PyList_Check(marks->places)) {
        PyErr_SetString(PyExc_TypeError, "wants markup of lists");
        return -1;
    }
    marks->element_count = PyList_Size(marks->elements);
    marks->wraps = PyMem_Malloc((size_t)marks->element_count + 1);
    if (marks->wraps == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(marks->wraps, -1, (size_t)marks->element_count + 1);
    marks->inlines = inlines_over(marks->reader, marks->tokens);
    marks->markup = markup;
    return 0;
}

static Py_ssize_t parent_of(const PageMarks *marks, Py_ssize_t element)
{
    PyObject *row = PyList_GetItem(marks->elements, element);
    PyObject *parent = row && PyTuple_Check(row) ? PyTuple_GetItem(row, ELEMENT_PARENT) : NULL;
    Py_ssize_t number = parent ? PyLong_AsSsize_t(parent) : -1;
    return number < element ? number : -1; /* parents stand before their children */
}

/* Whether an inline element holds a whole container; -1: an exception. */
static int is_wrapped(PageMarks *marks, Py_ssize_t element)
{
    Py_ssize_t top = element;
    int wraps = 0;
    for (; top >= 0 && marks->wraps[top] < 0; top = parent_of(marks, top)) {
        PyObject *row = PyList_GetItem(marks->elements, top), *tag = row ? PyTuple_GetItem(row, ELEMENT_TAG) : NULL;
        wraps = tag ? PySet_Contains(marks->wrappers, tag) : -1;
        if (wraps) {
            break;
        }
    }
    if (wraps < 0 || PyErr_Occurred()) {
        return -1;
    }
    wraps = wraps || (top >= 0 && marks->wraps[top] == 1);
    for (Py_ssize_t at = element; at >= 0 && at != top; at = parent_of(marks, at)) {
        marks->wraps[at] = (signed char)wraps;
    }
    if (top >= 0) {
        marks->wraps[top] = (signed char)wraps;
    }
    return PyErr_Occurred() ? -1 : wraps;
}

/* ── the stretches of a block ────────────────────────────────────────────────────────────── */

/* Read the visible characters of a text, and where each is. */
static int read_visible(PageMarks *marks, Text text)
{
    marks->wanted.size = marks->visible = marks->chars = 0;
    int *places = grown(marks->at, &marks->at_room, text.size + 1, sizeof(int));
    char *room = places ? grown(marks->wanted.at, &marks->wanted.room, text.size + 1, 1) : NULL;
    marks->at = places ? places : marks->at;
    if (room == NULL) {
        return -1;
    }
    marks->wanted.at = room;
    for (const char *at = text.at, *end = text.at + text.size; at < end; marks->chars++) {
        const char *from = at;
        if (!is_space(char_at(&at))) {
            memcpy(room + marks->wanted.size, from, (size_t)(at - from));
            marks->wanted.size += at - from;
            marks->at[marks->visible++] = (int)marks->chars;
        }
    }
    return 0;
}

/* Return where a part, not "", is found in a text first; -1: it is not there; -2: an exception. After Knuth, Morris and
   Pratt: `borders` says how much of the part that was met is its beginning again, so that no byte is gone back to. */
static Py_ssize_t found_in(PageMarks *marks, Text text, Text part)
{
    if (text.size >= part.size && memcmp(text.at, part.at, (size_t)part.size) == 0) {
        return 0; /* as most are */
    }
    Py_ssize_t *borders = grown(marks->borders, &marks->border_room, part.size, sizeof(Py_ssize_t)), met = 0;
    if (borders == NULL) {
        return -2;
    }
    marks->borders = borders;
    borders[0] = 0;
    for (Py_ssize_t at = 1; at < part.size; at++) {
        while (met && part.at[at] != part.at[met]) {
            met = borders[met - 1];
        }
        borders[at] = met += part.at[at] == part.at[met];
    }
    met = 0;
    for (Py_ssize_t at = 0; at < text.size; at++) {
        while (met && text.at[at] != part.at[met]) {
            met = borders[met - 1];
        }
        met += text.at[at] == part.at[met];
        if (met == part.size) {
            return at + 1 - met;
        }
    }
    return -1;
}

/* Return how many visible characters of the run are before the block; -1: it is not there; -2: an exception. */
static Py_ssize_t offset_in_run(PageMarks *marks)
{
    Text run = of_buffer(&marks->inlines.text), wanted = of_buffer(&marks->wanted);
    if (run.size == wanted.size && memcmp(run.at, wanted.at, (size_t)run.size) == 0) {
        return 0;
    }
    Text rest = behind(run, marks->from_byte);
    Py_ssize_t at = found_in(marks, rest, wanted);
    marks->looks += marks->inlines.found_count + (at < 0 ? marks->inlines.chars / CHARS_A_LOOK : 0);
    marks->is_left = marks->looks > marks->most_looks; /* only there is said where reading ends */
    if (at < 0) {
        return at;
    }
    Py_ssize_t offset = marks->from_char + chars_of((Text){rest.at, at});
    marks->from_byte += at + wanted.size;
    marks->from_char = offset + marks->visible;
    return offset;
}

/* Return what a start tag means, a tuple, borrowed; NULL: an exception. */
static PyObject *meaning_of(PageMarks *marks, int place)
{
    PyObject *token = token_at(marks->tokens, place);
    PyObject *meaning = token ? PyDict_GetItemWithError(marks->known, token) : NULL;
    if (meaning == NULL && token != NULL && !PyErr_Occurred()) {
        meaning = PyObject_CallFunctionObjArgs(marks->says, token, NULL);
        int failed = meaning == NULL || PyDict_SetItem(marks->known, token, meaning) < 0;
        Py_XDECREF(meaning);
        return failed ? NULL : meaning;
    }
    return meaning;
}

static Result take_stretch(PageMarks *marks, Stretched one, int place, bool is_heading)
{
    one.meaning = meaning_of(marks, place);
    if (one.meaning == NULL || !PyTuple_Check(one.meaning)) {
        return one.meaning ? DECLINED : FAILED;
    }
    if (PyTuple_Size(one.meaning) < MEANING_FIELDS || one.start >= one.end) {
        return DONE;
    }
    if (is_heading && one.end - one.start >= marks->visible && PyTuple_GetItem(one.meaning, MEANING_KIND) == marks->strong) {
        return DONE; /* all of it is strong by itself */
    }
    Stretched *found = grown(marks->found, &marks->room, marks->count + 1, sizeof(Stretched));
    if (found == NULL) {
        return FAILED;
    }
    marks->found = found;
    one.number = marks->count;
    found[marks->count++] = one;
    return DONE;
}

static Result take_stretches(PageMarks *marks, Py_ssize_t offset, bool is_heading)
{
    Result result = DONE;
    for (Py_ssize_t at = 0; result == DONE && at < marks->inlines.found_count; at++) {
        const Stretch *one = marks->inlines.found + at;
        if (one->start > offset + marks->visible || one->end < offset) {
            continue;
        }
        Py_ssize_t start = one->start - offset, end = one->end - offset;
        start = start > 0 ? start : 0;
        end = end < marks->visible ? end : marks->visible;
        result = take_stretch(marks, (Stretched){start, end, one->depth, 0, NULL}, one->place, is_heading);
    }
    return result;
}

/* ── all blocks ──────────────────────────────────────────────────────────────────────────── */

/* Leave all blocks of the run, up to one, to Python. */
static int decline_run(PageMarks *marks, PyObject *results, Py_ssize_t number)
{
    marks->is_declined = true;
    int failed = 0;
    for (Py_ssize_t at = marks->run_from; !failed && at <= number; at++) {
        failed = PyList_SetItem(results, at, Py_NewRef(Py_None)) < 0;
    }
    return failed ? -1 : 0;
}

/* Begin the run of a block, where it is another than that of the block before. */
static int enter_run(PageMarks *marks, PyObject *trace, PyObject *spots, Py_ssize_t number)
{
    if (spots == marks->spots) {
        return 0;
    }
    Py_ssize_t element = PyLong_AsSsize_t(PyTuple_GetItem(trace, TRACE_ELEMENT));
    PyObject *place = element >= 0 ? PyList_GetItem(marks->places, element) : NULL;
    int bound = place ? (int)PyLong_AsLong(place) : -1;
    if (PyErr_Occurred()) {
        return -1;
    }
    Result result = find_inlines(&marks->inlines, spots, bound);
    if (result == FAILED) {
        if (!PyErr_Occurred() || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return -1;
        }
        PyErr_Clear();
    }
    marks->spots = spots;
    marks->run_from = number;
    marks->from_byte = marks->from_char = 0;
    marks->is_declined = result != DONE;
    return 0;
}

/* Find what there is in a block; DECLINED: only Python reads it. */
static Result read_stretches(PageMarks *marks, PyObject *text, bool is_heading)
{
    Text read = utf8_of(text);
    if (read.at == NULL || read_visible(marks, read) < 0) {
        return FAILED;
    }
    Py_ssize_t offset = marks->visible ? offset_in_run(marks) : -1;
    if (offset < 0) {
        return offset == -2 ? FAILED : DONE;
    }
    return take_stretches(marks, offset, is_heading);
}

/* Return a new tuple of the marks of a block of one part; None: only Python reads it. */
static PyObject *marks_of(PageMarks *marks, PyObject *text, PyObject *block, Py_ssize_t number)
{
    PyObject *role = PyTuple_GetItem(block, BLOCK_ROLE), *trace = PyTuple_GetItem(block, BLOCK_TRACE);
    if (trace == NULL) {
        return NULL;
    }
    if (trace == Py_None || role == marks->reader->roles[CODE] || role == marks->reader->roles[TABLE]) {
        return Py_NewRef(marks->reader->no_tuple);
    }
    PyObject *markup = PyTuple_GetItem(trace, TRACE_MARKUP), *spots = markup ? PyTuple_GetItem(trace, TRACE_SPOTS) : NULL;
    if (spots == NULL || !PyList_Check(spots) || (markup != marks->markup && enter_markup(marks, markup) < 0)) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    if (PyList_Size(spots) && enter_run(marks, trace, spots, number) < 0) {
        return NULL;
    }
    Py_ssize_t element = PyLong_AsSsize_t(PyTuple_GetItem(trace, TRACE_ELEMENT));
    int wraps = element < marks->element_count ? is_wrapped(marks, element) : 1;
    if (wraps) {
        return wraps < 0 ? NULL : Py_NewRef(Py_None);
    }
    if (PyList_Size(spots) && marks->is_declined) {
        return Py_NewRef(Py_None);
    }
    if (PyList_Size(spots) == 0 || marks->inlines.found_count == 0) {
        return Py_NewRef(marks->reader->no_tuple);
    }
    marks->count = 0;
    bool is_heading = role == marks->reader->roles[HEADING];
    Result result = read_stretches(marks, text, is_heading);
    if (result == DECLINED) {
        return Py_NewRef(Py_None);
    }
    return result == FAILED ? NULL : marks_made(marks, is_heading);
}

/* Return the block of the article where its role says all, else its marks; None: only Python reads it. */
static PyObject *found_of(PageMarks *marks, PyObject *text, PyObject *block, Py_ssize_t number)
{
    PyObject *found = marks_of(marks, text, block, number), *role = PyTuple_GetItem(block, BLOCK_ROLE);
    if (found == NULL || found == Py_None) {
        return found;
    }
    if (role != marks->reader->roles[PARAGRAPH] && role != marks->reader->roles[HEADING]) {
        return found;
    }
    PyObject *made = text_block_made(marks, text, block, found);
    Py_DECREF(found);
    return made;
}

static int read_settled(PageMarks *marks, PyObject *settled, PyObject *results, Py_ssize_t number)
{
    PyObject *text = PyTuple_GetItem(settled, SETTLED_TEXT), *parts = text ? PyTuple_GetItem(settled, SETTLED_PARTS) : NULL;
    Py_ssize_t count = parts ? PySequence_Size(parts) : -1;
    if (count != 1) { /* a paragraph that was torn: rare, and its parts may be of several runs */
        marks->is_left = true;
        return count < 0 ? -1 : 0;
    }
    PyObject *block = PySequence_GetItem(parts, 0), *found = block ? found_of(marks, text, block, number) : NULL;
    Py_XDECREF(block); /* the caller holds it */
    if (found != Py_None) {
        return found ? PyList_SetItem(results, number, found) : -1;
    }
    Py_DECREF(found);
    return decline_run(marks, results, number);
}

/* Return a new list; None: all is left to Python. */
static PyObject *marks_of_all(PageMarks *marks, PyObject *settled)
{
    Py_ssize_t count = PyList_Size(settled);
    PyObject *results = PyList_New(count);
    int failed = results == NULL;
    for (Py_ssize_t at = 0; !failed && at < count && !marks->is_left; at++) {
        failed = PyList_SetItem(results, at, Py_NewRef(Py_None)) < 0
                 || read_settled(marks, PyList_GetItem(settled, at), results, at) < 0;
    }
    bool is_strange = failed && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError);
    if (is_strange) {
        PyErr_Clear(); /* half a surrogate pair */
    }
    if (failed || marks->is_left) {
        Py_XDECREF(results);
        return failed && !is_strange ? NULL : Py_NewRef(Py_None);
    }
    return results;
}

PyObject *marks_in(PyObject *self, PyObject *arguments)
{
    PyObject *settled;
    PageMarks marks = {.reader = (const Reader *)self};
    if (!PyArg_ParseTuple(arguments, "O!O(OOO!nnOO!):marks", &PyList_Type, &settled, &marks.says, &marks.type, &marks.strong,
                          &PyFrozenSet_Type, &marks.wrappers, &marks.most_marks, &marks.most_looks, &marks.block, &PyTuple_Type,
                          &marks.fields)) {
        return NULL;
    }
    marks.known = PyDict_New();
    PyObject *found = marks.known == NULL || name_fields(&marks) < 0 ? NULL : marks_of_all(&marks, settled);
    leave_markup(&marks);
    forget_fields(&marks);
    Py_XDECREF(marks.known);
    PyMem_Free(marks.wanted.at);
    PyMem_Free(marks.at);
    PyMem_Free(marks.borders);
    PyMem_Free(marks.found);
    return found;
}
