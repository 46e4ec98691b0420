/* What an element says about itself, as words of a text and as a set: `rules/markup_rules.py` in compiled form, for
   ASCII. */

#include <string.h>

#include "reader.h"
#include "markup_signatures.h"
#include "records.h"

enum { MIN_PART = 4 }; /* of the parts of a word in camelCase, one is at least as long; else it is a hash, and whole */

static bool is_lower_letter(char c) { return c >= 'a' && c <= 'z'; }

static int is_small(char c) { return is_lower_letter(c) || is_digit(c); }

static int is_capital(char c) { return c >= 'A' && c <= 'Z'; }

static int is_of_word(char c) { return is_alnum(c); }

/* Whether a part of a word in camelCase begins at `at`, which is not its beginning. */
static int begins_part(const char *at, const char *end)
{
    if (!is_capital(*at))
        return 0;
    return is_small(at[-1]) || (at + 1 < end && is_lower_letter(at[1])); /* what is before it is a capital, too */
}

static Py_ssize_t longest_part(const char *word, const char *end)
{
    Py_ssize_t longest = 0;
    const char *start = word;
    for (const char *at = word + 1; at < end; at++)
        if (begins_part(at, end)) {
            longest = at - start > longest ? at - start : longest;
            start = at;
        }
    return end - start > longest ? end - start : longest;
}

/* Whether a word in camelCase names what a container lacks ("noStoryHighlights"); it is one word. */
static int is_lacking(const char *word, const char *end)
{
    static const char *const NAMES[] = {"no", "without", "hide"};
    for (size_t at = 0; at < sizeof(NAMES) / sizeof(NAMES[0]); at++) {
        size_t size = strlen(NAMES[at]);
        if ((size_t)(end - word) > size && (*word | 0x20) == NAMES[at][0]
            && !memcmp(word + 1, NAMES[at] + 1, size - 1) && is_capital(word[size]))
            return 1;
    }
    return 0;
}

/* Writes a word in small letters, in parts where it is camelCase; returns where the next one is written. */
static char *write_word(const char *word, const char *end, char *to)
{
    int is_split = longest_part(word, end) >= MIN_PART && !is_lacking(word, end);
    for (const char *at = word; at < end; at++) {
        if (is_split && at > word && begins_part(at, end))
            *to++ = ' ';
        *to++ = is_capital(*at) ? (char)(*at | 0x20) : *at;
    }
    return to;
}

Py_ssize_t write_words(const char *text, const char *end, char *words)
{
    char *to = words;
    while (text < end) {
        if (!is_of_word(*text)) {
            text++;
            continue;
        }
        const char *word = text;
        while (text < end && is_of_word(*text))
            text++;
        if (to > words)
            *to++ = ' ';
        to = write_word(word, text, to);
    }
    return to - words;
}

/* Puts the attributes that say something behind each other, a blank between two, up to `most` bytes; returns how many,
   -1 where one is not ASCII (with `*is_error` where that is an exception). */
static Py_ssize_t join(PyObject *const *attributes, Py_ssize_t count, char *text, Py_ssize_t most, int *is_error)
{
    Py_ssize_t size = 0;
    for (Py_ssize_t number = 0; number < count; number++) {
        Py_ssize_t length;
        const char *said = PyUnicode_AsUTF8AndSize(attributes[number], &length);
        if (said == NULL) {
            *is_error = 1;
            return -1;
        }
        if (!is_ascii((Text){said, length}))
            return -1;
        if (length && size && size < most)
            text[size++] = ' ';
        Py_ssize_t taken = length < most - size ? length : most - size;
        memcpy(text + size, said, (size_t)taken);
        size += taken;
    }
    return size;
}

PyDoc_STRVAR(doc, "words_of(most, *attributes)\n--\n\n"
                  "Return the words of the first `most` characters of attributes, in small letters, camelCase in parts.\n\n"
                  "None where an attribute is not ASCII. Raises UnicodeEncodeError for half a surrogate pair, ValueError\n"
                  "for a limit below 0 or above 100,000.");

static PyObject *words_of(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Py_ssize_t most = count ? PyLong_AsSsize_t(arguments[0]) : -1;
    if (PyErr_Occurred())
        return NULL;
    if (most < 0 || most > 100000) {
        PyErr_SetString(PyExc_ValueError, "a limit from 0 to 100,000 is needed");
        return NULL;
    }
    char *text = PyMem_Malloc(3 * (size_t)most + 1); /* the text; its words, with a blank for each letter at most */
    if (text == NULL)
        return PyErr_NoMemory();
    int is_error = 0;
    Py_ssize_t size = join(arguments + 1, count - 1, text, most, &is_error);
    PyObject *words = NULL;
    if (size >= 0)
        words = PyUnicode_FromStringAndSize(text + most, write_words(text, text + size, text + most));
    else if (!is_error)
        words = Py_NewRef(Py_None);
    PyMem_Free(text);
    return words;
}

/* ── the words of all elements of a page ── */

enum { MOST_SAID = 7 };

typedef struct {
    PyObject *interpreted; /* asked for what is not ASCII */
    Py_ssize_t most;
    char *text;   /* room for `most` bytes, then for their words */
    Names known;  /* what elements say -> the first that says it: the cards of a list say the same */
    Arena arena;  /* the names of these */
    PyObject *words;
} Signatures;

static int is_heading(const char *tag, Py_ssize_t size)
{
    return size == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6';
}

/* What `words_of` makes of the words of one element; NULL with an exception. */
static PyObject *words_of_said(Signatures *all, Py_ssize_t size, Py_ssize_t number)
{
    Text said = {all->text, size};
    uint64_t hash = hash_of(said);
    int64_t known = find_name(&all->known, said, hash);
    if (known >= 0)
        return Py_XNewRef(PyTuple_GetItem(all->words, known));
    char *kept = taken(&all->arena, (size_t)size);
    if (kept == NULL)
        return NULL;
    memcpy(kept, said.at, (size_t)size);
    if (add_name(&all->known, (Text){kept, size}, hash, number) < 0)
        return NULL;
    char *words = all->text + all->most;
    return PyUnicode_FromStringAndSize(words, write_words(said.at, said.at + size, words));
}

/* Puts what an element says of itself into `said`, but for what is `nothing`; returns how many, -1 with an exception. */
static int take_said(PyObject *element, PyObject *nothing, PyObject **said)
{
    static const int ORDER[MOST_SAID] = {ELEMENT_TAG, ELEMENT_CLASSES, ELEMENT_ID, ELEMENT_ROLE, ELEMENT_LABEL, ELEMENT_HINTS, ELEMENT_ITEMPROP};
    Py_ssize_t size;
    const char *tag = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(element, ELEMENT_TAG), &size);
    if (tag == NULL)
        return -1;
    int count = 0, is_own = memchr(tag, '-', (size_t)size) != NULL; /* of a custom element the tag is a name, too */
    for (int at = !is_own; at < MOST_SAID; at++) {
        PyObject *attribute = PyTuple_GetItem(element, ORDER[at]);
        if (attribute != nothing && !(ORDER[at] == ELEMENT_ID && is_heading(tag, size)))
            said[count++] = attribute;
    }
    return count;
}

static PyObject *signature_of(Signatures *all, PyObject *element, PyObject *nothing, Py_ssize_t number)
{
    if (!PyTuple_Check(element) || PyTuple_Size(element) < ELEMENT_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants elements");
        return NULL;
    }
    PyObject *said[MOST_SAID];
    int is_error = 0, count = take_said(element, nothing, said);
    Py_ssize_t size = count < 0 ? -1 : join(said, count, all->text, all->most, &is_error);
    if (size >= 0)
        return size ? words_of_said(all, size, number) : Py_NewRef(nothing);
    if (count < 0 || is_error) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return NULL;
        PyErr_Clear();
    }
    return PyObject_CallFunctionObjArgs(all->interpreted, element, NULL);
}

static int write_signatures(Signatures *all, PyObject *elements)
{
    PyObject *nothing = PyUnicode_FromStringAndSize("", 0);
    int failed = nothing == NULL;
    for (Py_ssize_t at = 0, count = PyTuple_Size(elements); !failed && at < count; at++) {
        PyObject *words = signature_of(all, PyTuple_GetItem(elements, at), nothing, at);
        failed = words == NULL || PyTuple_SetItem(all->words, at, words) < 0;
    }
    Py_XDECREF(nothing);
    return failed ? -1 : 0;
}

PyDoc_STRVAR(signatures_doc, "signatures(elements, most, signature, /)\n--\n\n"
                             "Return the words of each element, of the first `most` characters that it says of itself.\n\n"
                             "`signature` is asked for elements that say anything that is not ASCII. Raises ValueError for\n"
                             "a limit below 0 or above 100,000.");

static PyObject *signatures(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *elements;
    Signatures all = {0};
    if (!PyArg_ParseTuple(args, "O!nO:signatures", &PyTuple_Type, &elements, &all.most, &all.interpreted))
        return NULL;
    if (all.most < 0 || all.most > 100000) {
        PyErr_SetString(PyExc_ValueError, "a limit from 0 to 100,000 is needed");
        return NULL;
    }
    all.text = PyMem_Malloc(3 * (size_t)all.most + 1);
    all.words = all.text ? PyTuple_New(PyTuple_Size(elements)) : PyErr_NoMemory();
    if (all.words != NULL && write_signatures(&all, elements) < 0)
        Py_CLEAR(all.words);
    PyMem_Free(all.text);
    PyMem_Free(all.known.slots);
    free_arena(&all.arena);
    return all.words;
}

/* ── the words of a name, one by one ── */

/* Returns where the word that begins at `at` ends: letters up to the next capital, or figures. */
static const char *end_of_word(const char *at, const char *end)
{
    bool (*goes_on)(char) = is_digit(*at) ? is_digit : is_lower_letter;
    for (at++; at < end && goes_on(*at); at++)
        ;
    return at;
}

/* Adds a word in small letters, written into `to`; -1 with an exception. */
static int add_word(PyObject *words, const char *word, const char *end, char *to)
{
    for (Py_ssize_t at = 0; at < end - word; at++)
        to[at] = is_capital(word[at]) ? (char)(word[at] | 0x20) : word[at];
    PyObject *text = PyUnicode_FromStringAndSize(to, end - word);
    int failed = text == NULL || PySet_Add(words, text) < 0;
    Py_XDECREF(text);
    return failed ? -1 : 0;
}

PyDoc_STRVAR(name_words_doc, "name_words(names, /)\n--\n\n"
                             "Return a frozenset of the words of names in ASCII, in small letters, cut at every capital and\n"
                             "before figures; None for other names. Raises UnicodeEncodeError for half a surrogate pair.");

static PyObject *name_words(PyObject *module, PyObject *names)
{
    (void)module;
    Py_ssize_t size;
    const char *at = PyUnicode_AsUTF8AndSize(names, &size);
    if (at == NULL)
        return NULL;
    const char *end = at + size;
    if (!is_ascii((Text){at, size}))
        return Py_NewRef(Py_None);
    char *to = PyMem_Malloc((size_t)size + 1);
    PyObject *words = to ? PyFrozenSet_New(NULL) : PyErr_NoMemory();
    while (words && at < end) {
        if (!is_alnum(*at)) {
            at++;
            continue;
        }
        const char *word = at;
        at = end_of_word(word, end);
        if (add_word(words, word, at, to) < 0)
            Py_CLEAR(words);
    }
    PyMem_Free(to);
    return words;
}

static PyMethodDef functions[] = {
    {"name_words", name_words, METH_O, name_words_doc},
    {"signatures", signatures, METH_VARARGS, signatures_doc},
    {"words_of", (PyCFunction)(void (*)(void))words_of, METH_FASTCALL, doc},
    {NULL, NULL, 0, NULL},
};

int add_signature(PyObject *module) { return PyModule_AddFunctions(module, functions); }
