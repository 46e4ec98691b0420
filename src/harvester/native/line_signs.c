/* What the words and marks of lines may mean, told by the words that labels begin with: metadata/lookup/line_signs.py
   says what each sign is for.

   A line is read once, word by word, whatever the number of labels. Letters are those of Latin, Greek and Cyrillic; a
   line with a letter of another script, or one that has several forms, is opaque: whoever asks looks at it himself. */

#include "texts.h"

#define CAPSULE "harvester.native.line_signs"
#define MAX_WORD 64 /* bytes of a word that is looked up */
#define MAX_STEMS 8
#define MAX_GLUED 4 /* letters that stand before a label without a blank: "pmby" */

enum { BY = 1, INNER = 2, REVIEWED = 4, SOURCED = 16, OPENS = 32, GOES_ON = 64, POSTED = 128, FIRST_SHIFT = 8 };
enum { DIGIT = 1 << 16, COLON = 1 << 17, PART = 1 << 18, OPAQUE = 1 << 19, LISTS = 1 << 20, MARKED = 1 << 21 };
enum { NAMES = 1 << 22, SOURCES = 1 << 23 };
enum { SEPARATOR, LETTER, PARTING, STRANGE };

struct word {
    uint32_t bits;
    uint8_t size;
    char text[MAX_WORD];
};

struct stems {
    Py_ssize_t count;
    struct word word[MAX_STEMS];
    uint8_t may_be[256]; /* by the byte that tells soonest: the first of what words begin with, the last of their ends */
};

struct index {
    Names words;    /* with the bits of each */
    PyObject *kept; /* a list that holds them */
    struct stems begin, end; /* of longer words that count as the stem does */
};

/* ── the index ────────────────────────────────────────────────────────────────────────────────── */

static int read_word(PyObject *text, PyObject *bits, struct word *word)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    unsigned long value = bytes ? PyLong_AsUnsignedLong(bits) : 0;
    if (PyErr_Occurred())
        return -1;
    if (!size || size > MAX_WORD || !value || value >> FIRST_SHIFT) {
        PyErr_SetString(PyExc_ValueError, "a word is empty or too long, or its bits are none or too many");
        return -1;
    }
    word->bits = (uint32_t)value;
    word->size = (uint8_t)size;
    memcpy(word->text, bytes, (size_t)size);
    return 0;
}

static int read_stems(PyObject *words, struct stems *stems, int at_end)
{
    PyObject *text, *bits;
    Py_ssize_t at = 0;
    while (PyDict_Next(words, &at, &text, &bits)) {
        if (stems->count == MAX_STEMS) {
            PyErr_SetString(PyExc_ValueError, "too many stems");
            return -1;
        }
        struct word *word = &stems->word[stems->count++];
        if (read_word(text, bits, word) < 0)
            return -1;
        stems->may_be[(uint8_t)word->text[at_end ? word->size - 1 : 0]] = 1;
    }
    return 0;
}

static int read_words(PyObject *words, struct index *index)
{
    PyObject *text, *bits;
    Py_ssize_t at = 0;
    index->kept = PyDict_Keys(words);
    while (index->kept && PyDict_Next(words, &at, &text, &bits)) {
        struct word word;
        if (read_word(text, bits, &word) < 0)
            return -1;
        Text key = utf8_of(text);
        if (add_name(&index->words, key, hash_of(key), word.bits) < 0)
            return -1;
    }
    return index->kept ? 0 : -1;
}

/* ── reading lines ────────────────────────────────────────────────────────────────────────────── */

/* What a character of more than one byte is, and how many it has. UTF-8 from Python is sound. */
static int kind_of(const unsigned char *at, int *bytes)
{
    *bytes = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (*bytes == 2) {
        int code = (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        if (code < 0xc0)
            return code == 0x85 || code == 0xa0 || code == 0xb7 ? PARTING : SEPARATOR;
        if (code == 0x131 || (code >= 0x300 && code < 0x370) || code >= 0x530)
            return STRANGE; /* a small letter without its dot, and marks on letters */
        return code == 0xd7 || code == 0xf7 ? SEPARATOR : LETTER;
    }
    int code = (at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f);
    if (*bytes == 4 || code < 0x2000 || code >= 0x20c0 || (code >= 0x2070 && code < 0x20a0))
        return STRANGE;
    return (code >= 0x2013 && code <= 0x201f) || code == 0x2026 || code >= 0x20a0 ? SEPARATOR : PARTING;
}

static uint32_t stem_bits(const struct stems *stems, const char *word, size_t size, int at_end)
{
    uint32_t bits = 0;
    if (!stems->may_be[(uint8_t)word[at_end ? size - 1 : 0]])
        return 0;
    for (Py_ssize_t i = 0; i < stems->count; i++) {
        const struct word *stem = &stems->word[i];
        size_t more = size - stem->size;
        if (size <= stem->size || (at_end && more > MAX_GLUED))
            continue;
        const char *part = at_end ? word + more : word;
        if (!memcmp(stem->text, part, stem->size))
            bits |= stem->bits;
    }
    return bits;
}

static uint32_t word_bits(const struct index *index, const char *word, size_t size)
{
    Text key = {word, (Py_ssize_t)size};
    int64_t found = find_name(&index->words, key, hash_of(key));
    uint32_t bits = found < 0 ? 0 : (uint32_t)found;
    return bits | stem_bits(&index->begin, word, size, 0) | stem_bits(&index->end, word, size, 1);
}

/* What the character at `at` is, and how many bytes it has. */
static int kind_at(const char *text, size_t at, int *bytes)
{
    const unsigned char *here = (const unsigned char *)text + at;
    *bytes = 1;
    if (*here < 0x80)
        return *here >= 'a' && *here <= 'z' ? LETTER : *here == '|' || *here == '\n' ? PARTING : SEPARATOR;
    return kind_of(here, bytes);
}

/* Signs with those that follow from them. */
static uint32_t all_told(uint32_t signs)
{
    const uint32_t before_inner = DIGIT | LISTS | MARKED | (POSTED | REVIEWED) << FIRST_SHIFT;
    int is_before = signs & (COLON | MARKED) || (signs & INNER && signs & before_inner);
    if (signs & BY << FIRST_SHIFT || (signs & BY && is_before))
        signs |= NAMES;
    return signs & SOURCED && signs & (COLON | PART) ? signs | SOURCES : signs;
}

/* The signs of a text in small letters. */
static uint32_t signs_of(const struct index *index, const char *text, size_t size)
{
    uint32_t signs = 0;
    int is_first = 1;    /* no word of the line has been met */
    uint32_t before = 0; /* the bits of the last word of the line, those of its first word higher, too */
    int bytes, kind;
    for (size_t at = 0; at < size; at += (size_t)bytes) {
        size_t start = at;
        while ((kind = kind_at(text, at, &bytes)) == LETTER && (at += (size_t)bytes) < size)
            ;
        if (at > start) {
            uint32_t bits = word_bits(index, text + start, at - start);
            if (bits & GOES_ON && before & OPENS)
                signs |= before >> FIRST_SHIFT ? BY | BY << FIRST_SHIFT : BY;
            before = bits | (is_first ? bits << FIRST_SHIFT : 0);
            signs |= before;
            is_first = 0;
        }
        if (at >= size)
            break;
        if (kind == STRANGE)
            return OPAQUE;
        char mark = text[at];
        int is_wide = at && text[at - 1] >= 0 && text[at - 1] <= ' ' && mark >= 0 && mark <= ' ';
        if (kind == PARTING || is_wide)
            signs |= mark != '\n' || is_wide ? PART | MARKED : PART;
        if (mark == '\n') {
            is_first = 1;
            before = 0;
        } else if (mark >= '0' && mark <= '9')
            signs |= DIGIT;
        else if (mark == ':')
            signs |= COLON;
        else if (mark == ',' || mark == '/')
            signs |= LISTS;
    }
    return all_told(signs);
}

/* The signs of a text as Python has it, in letters of whatever case; -1 with an exception. */
static int64_t signs_of_text(const struct index *index, PyObject *text, char **buffer, Py_ssize_t *room)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (!bytes || !size)
        return bytes ? 0 : -1;
    if (!is_ascii((Text){bytes, size})) {
        PyObject *folded = PyObject_CallMethod(text, "casefold", NULL);
        const char *small = folded ? PyUnicode_AsUTF8AndSize(folded, &size) : NULL;
        int64_t signs = small ? (int64_t)signs_of(index, small, (size_t)size) : -1;
        Py_XDECREF(folded);
        return signs;
    }
    if (size > *room) {
        char *larger = PyMem_Realloc(*buffer, (size_t)size);
        if (!larger) {
            PyErr_NoMemory();
            return -1;
        }
        *buffer = larger;
        *room = size;
    }
    for (Py_ssize_t at = 0; at < size; at++)
        (*buffer)[at] = lower(bytes[at]);
    return (int64_t)signs_of(index, *buffer, (size_t)size);
}

/* ── what Python calls ────────────────────────────────────────────────────────────────────────── */

static void free_index(struct index *index)
{
    PyMem_Free(index->words.slots);
    Py_XDECREF(index->kept);
    PyMem_Free(index);
}

static void free_capsule(PyObject *capsule)
{
    struct index *index = PyCapsule_GetPointer(capsule, CAPSULE);
    if (index)
        free_index(index);
}

static PyObject *index_signs(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *words, *begin, *end;
    if (!PyArg_ParseTuple(args, "O!O!O!:index_signs", &PyDict_Type, &words, &PyDict_Type, &begin, &PyDict_Type, &end))
        return NULL;
    struct index *index = PyMem_Calloc(1, sizeof *index);
    if (!index)
        return PyErr_NoMemory();
    int is_read = read_words(words, index) == 0 && read_stems(begin, &index->begin, 0) == 0 &&
                  read_stems(end, &index->end, 1) == 0;
    PyObject *capsule = is_read ? PyCapsule_New(index, CAPSULE, free_capsule) : NULL;
    if (!capsule)
        free_index(index);
    return capsule;
}

static PyObject *line_signs(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *capsule, *texts;
    if (!PyArg_ParseTuple(args, "OO!:line_signs", &capsule, &PyList_Type, &texts))
        return NULL;
    struct index *index = PyCapsule_GetPointer(capsule, CAPSULE);
    PyObject *found = index ? PyList_New(PyList_Size(texts)) : NULL;
    char *buffer = NULL;
    Py_ssize_t room = 0;
    for (Py_ssize_t at = 0; found && at < PyList_Size(found); at++) {
        PyObject *text = PyList_GetItem(texts, at); /* NULL where the list has become shorter */
        Py_XINCREF(text);
        int64_t signs = text ? signs_of_text(index, text, &buffer, &room) : -1;
        Py_XDECREF(text);
        PyObject *number = signs < 0 ? NULL : PyLong_FromLongLong(signs);
        if (!number || PyList_SetItem(found, at, number) < 0)
            Py_CLEAR(found);
    }
    PyMem_Free(buffer);
    return found;
}

static PyMethodDef functions[] = {
    {"index_signs", index_signs, METH_VARARGS,
     "index_signs(words, begin, end)\n\n"
     "Return what `line_signs` wants: of words in small letters their bits, of 1 to 255; of `begin` also those that longer\n"
     "words begin with, of `end` those that words of a few letters more end with."},
    {"line_signs", line_signs, METH_VARARGS,
     "line_signs(index, texts)\n\n"
     "Return of each text the bits of its words, those of the first words of its lines eight bits higher, and above them\n"
     "what marks it has. Raises UnicodeEncodeError for half a surrogate pair."},
    {NULL, NULL, 0, NULL},
};

int add_line_signs(PyObject *module) { return PyModule_AddFunctions(module, functions); }
