/* The languages of a page's blocks: metadata/fields/languages.py in compiled form, which says what is done and why.

   A text in other letters than Latin ones is left to Python. An address is a word that no language has. */

#include "block_fields.h"
#include "latin.h"
#include "reader.h"
#include "records.h"

enum { SAMPLE_CHARS = 160, MIN_CHARS = 3, OWN_WORDS = 3 };
#define MIN_SCORE 1.0
#define MIN_LEAD 1.25
#define MIN_VOTE 2.0
#define MIN_OF_LARGE 0.5
#define MIN_AGAINST 2.5

enum {
    MAX_WORDS = SAMPLE_CHARS / 2 + 1, LOW_BYTES = SAMPLE_CHARS * (ROW - 1) + 8,
    NO_LANGUAGE = -1, OF_HINT = -2, UNREAD = -3, /* beside the numbers of languages */
};
#define CAPSULE "harvester.native.languages"

/* A word speaks for a language. */
typedef struct {
    int32_t language;
    double share;
} Voice;

/* A frequent word, in the order of their bytes, and the first of its voices; its last is before the next word's. */
typedef struct {
    PyObject *bytes;
    int32_t first;
} Frequent;

/* What is known of all languages; their numbers are in the order of their tags. */
typedef struct {
    Names names; /* word -> its number */
    Frequent *words;
    Voice *voices;
    Py_ssize_t word_count, voice_count, language_count;
    PyObject *tags;   /* a tuple */
    char *are_small;  /* languages of few pages */
    newfunc make_tuple;
    unsigned char lower[ROW * ROWS]; /* small letters; a blank for all white space */
} Languages;

/* What a page says of its own language. */
typedef struct {
    PyObject *tag;   /* or None */
    int number;      /* NO_LANGUAGE: it is none of those known */
    int is_latin;    /* 0: it is written in another script, and so not in Latin letters */
} Hint;

/* ── a sample ─────────────────────────────────────────────────────────────────────────────────── */

/* What was read of a text. */
typedef struct {
    Py_ssize_t size; /* bytes in small letters */
    int chars, has_latin, is_ascii;
} Seen;

typedef struct {
    char low[LOW_BYTES];
    Seen seen;
} Sample;

static int is_latin_letter(int row)
{
    return (row >= 'a' && row <= 'z') || (row >= 'A' && row <= 'Z') || (row >= 0xc0 && row < LATIN);
}

/* Reads the ASCII that a text begins with, most often all of it; `to_blank`: what stands before its last blank. */
static Seen read_ascii(const Languages *known, Text text, char *low, Seen *to_blank)
{
    int most = text.size < SAMPLE_CHARS ? (int)text.size : SAMPLE_CHARS, at = 0, has_latin = 0;
    for (; at < most && (unsigned char)text.at[at] < 0x80; at++) {
        unsigned char byte = (unsigned char)text.at[at];
        if (byte == ' ')
            *to_blank = (Seen){at, at, has_latin, 1};
        low[at] = (char)known->lower[ROW * byte + 1];
        has_latin |= low[at] >= 'a' && low[at] <= 'z';
    }
    return (Seen){at, at, has_latin, 1};
}

/* Reads the first characters of a text in small letters, whole words of a longer one; -1: it is left to Python. */
static int read_sample(const Languages *known, Text text, Sample *sample)
{
    Seen to_blank = {.size = 0}, seen = read_ascii(known, text, sample->low, &to_blank);
    const unsigned char *at = (const unsigned char *)text.at + seen.size, *end = (const unsigned char *)text.at + text.size;
    for (int bytes; at < end && seen.chars < SAMPLE_CHARS; at += bytes, seen.chars++) {
        int row = row_of(at, &bytes);
        if (row < 0)
            return -1;
        if (row == ' ')
            to_blank = seen;
        const unsigned char *became = known->lower + ROW * row;
        memcpy(sample->low + seen.size, became + 1, ROW - 1);
        seen.size += became[0] & (ROW - 1); /* never more than there is */
        seen.has_latin |= is_latin_letter(row);
        seen.is_ascii &= row < 0x80;
    }
    sample->seen = at < end && to_blank.chars ? to_blank : seen;
    return 0;
}

/* Writes the numbers of the frequent words of a sample, each once and ascending; returns how many. */
static int find_words(const Languages *known, const Sample *sample, int32_t *found)
{
    const char *at = sample->low, *end = at + sample->seen.size;
    int count = 0;
    while (at < end) {
        const char *word = at;
        while (at < end && *at != ' ')
            at++;
        Text key = {word, at++ - word};
        int32_t number = key.size ? (int32_t)find_name(&known->names, key, hash_of(key)) : -1;
        int place = count;
        while (number >= 0 && place > 0 && found[place - 1] > number)
            place--;
        if (number < 0 || count == MAX_WORDS || (place > 0 && found[place - 1] == number))
            continue;
        memmove(found + place + 1, found + place, (size_t)(count - place) * sizeof *found);
        found[place] = number;
        count++;
    }
    return count;
}

/* ── its language ─────────────────────────────────────────────────────────────────────────────── */

/* Returns how many of the words only one language has, and that the page's own. */
static int count_own(const Languages *known, const int32_t *found, int count, int own)
{
    int those = 0;
    for (int at = 0; at < count; at++) {
        const Frequent *word = &known->words[found[at]];
        those += word[1].first - word->first == 1 && known->voices[word->first].language == own;
    }
    return those;
}

/* Adds up what the words give each language; a language that none speaks for keeps 0. */
static void add_votes(const Languages *known, const int32_t *found, int count, double *votes)
{
    for (Py_ssize_t language = 0; language < known->language_count; language++)
        votes[language] = 0.0;
    for (int at = 0; at < count; at++) {
        const Frequent *word = &known->words[found[at]];
        for (int32_t voice = word->first; voice < word[1].first; voice++)
            votes[known->voices[voice].language] += known->voices[voice].share;
    }
}

/* Returns the language with most votes, and the `second`: of equal ones the page's own, then the first by its tag. */
static int most_voted(const Languages *known, const double *votes, int own, int *second)
{
    int best = *second = NO_LANGUAGE;
    for (int language = 0; language < (int)known->language_count; language++) {
        double those = votes[language];
        if (!(those > 0.0))
            continue;
        if (best < 0 || those > votes[best] || (those == votes[best] && language == own)) {
            *second = best;
            best = language;
        } else if (*second < 0 || those > votes[*second] || (those == votes[*second] && language == own)) {
            *second = language;
        }
    }
    return best;
}

static int latin_language(const Languages *known, const Sample *sample, const Hint *hint, double *votes)
{
    int32_t found[MAX_WORDS + 1];
    int count = find_words(known, sample, found);
    if (hint->number >= 0 && count_own(known, found, count, hint->number) >= OWN_WORDS)
        return OF_HINT;
    int latin_hint = hint->is_latin ? OF_HINT : NO_LANGUAGE, own = hint->is_latin ? hint->number : NO_LANGUAGE;
    if (!count)
        return sample->seen.has_latin ? latin_hint : NO_LANGUAGE;
    add_votes(known, found, count, votes);
    int second, first = most_voted(known, votes, own, &second);
    double of_own = own >= 0 ? votes[own] : 0.0;
    if (own >= 0 && known->are_small[own] && of_own >= MIN_OF_LARGE * votes[first])
        return OF_HINT;
    double lead = second >= 0 ? votes[first] / votes[second] : MIN_LEAD;
    if (votes[first] >= MIN_SCORE && lead >= MIN_LEAD)
        return first;
    if (votes[first] >= MIN_VOTE && MIN_AGAINST * of_own < votes[first])
        return first;
    if (hint->is_latin && hint->tag != Py_None)
        return OF_HINT;
    return votes[first] >= MIN_SCORE ? first : NO_LANGUAGE;
}

/* Returns the number of the language of a text, NO_LANGUAGE, OF_HINT, or UNREAD: Python is to be asked. */
static int language_of(const Languages *known, Text text, const Hint *hint, double *votes)
{
    Sample sample;
    if (read_sample(known, text, &sample) < 0)
        return UNREAD;
    if (sample.seen.chars < MIN_CHARS && sample.seen.is_ascii)
        return sample.seen.has_latin && hint->is_latin ? OF_HINT : NO_LANGUAGE;
    return latin_language(known, &sample, hint, votes);
}

/* ── blocks ───────────────────────────────────────────────────────────────────────────────────── */

/* Returns a new reference to the tag of a text. */
static PyObject *tag_of(const Languages *known, PyObject *text, const Hint *hint, double *votes, PyObject *ask)
{
    Py_ssize_t size;
    const char *at = PyUnicode_AsUTF8AndSize(text, &size);
    if (at == NULL && !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
        return NULL;
    PyErr_Clear(); /* half a surrogate pair */
    int language = at ? language_of(known, (Text){at, size}, hint, votes) : UNREAD;
    if (language == UNREAD)
        return PyObject_CallFunctionObjArgs(ask, text, NULL);
    if (language == OF_HINT)
        return Py_NewRef(hint->tag);
    return Py_NewRef(language < 0 ? Py_None : PyTuple_GetItem(known->tags, language));
}

static PyObject *in_its_language(const Languages *known, PyObject *block, const Hint *hint, double *votes, PyObject *ask)
{
    if (!PyTuple_Check(block) || PyTuple_Size(block) != BLOCK_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants a tuple of blocks");
        return NULL;
    }
    if (PyTuple_GetItem(block, BLOCK_VERDICT) != Py_None)
        return Py_NewRef(block);
    PyObject *tag = tag_of(known, PyTuple_GetItem(block, BLOCK_TEXT), hint, votes, ask);
    return tag ? replaced_field(known->make_tuple, block, BLOCK_LANG, tag) : NULL;
}

static PyObject *in_languages(const Languages *known, PyObject *blocks, const Hint *hint, PyObject *ask)
{
    Py_ssize_t count = PyTuple_Size(blocks);
    double *votes = PyMem_Calloc((size_t)known->language_count + 1, sizeof *votes);
    PyObject *found = votes ? PyTuple_New(count) : PyErr_NoMemory();
    for (Py_ssize_t at = 0; found && at < count; at++) {
        PyObject *block = in_its_language(known, PyTuple_GetItem(blocks, at), hint, votes, ask);
        if (block == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SetItem(found, at, block);
    }
    PyMem_Free(votes);
    return found;
}

/* ── what Python hands over: (word, ((number of a language, share), ...)) of each word ────────── */

static void free_languages(Languages *known)
{
    for (Py_ssize_t word = 0; known->words && word <= known->word_count; word++) /* one may be half taken in */
        Py_XDECREF(known->words[word].bytes);
    PyMem_Free(known->words);
    PyMem_Free(known->voices);
    PyMem_Free(known->names.slots);
    PyMem_Free(known->are_small);
    Py_XDECREF(known->tags);
    PyMem_Free(known);
}

/* Adds the voices of one word; -1 with an exception. */
static int add_voices(Languages *known, PyObject *voices)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(voices); at++) {
        PyObject *voice = PyTuple_GetItem(voices, at);
        int language = -1;
        double share;
        if (PyTuple_Check(voice) && !PyArg_ParseTuple(voice, "id", &language, &share))
            return -1;
        if (language < 0 || language >= known->language_count) {
            PyErr_SetString(PyExc_ValueError, "a word of a language that is not there");
            return -1;
        }
        known->voices[known->voice_count++] = (Voice){language, share};
    }
    return 0;
}

static Py_ssize_t count_voices(PyObject *words)
{
    Py_ssize_t voices = 0;
    for (Py_ssize_t at = 0; at < PyTuple_Size(words); at++) {
        PyObject *word = PyTuple_GetItem(words, at), *those = NULL, *bytes;
        if (!PyTuple_Check(word)) {
            PyErr_SetString(PyExc_TypeError, "wants of each word a tuple");
            return -1;
        }
        if (!PyArg_ParseTuple(word, "SO!", &bytes, &PyTuple_Type, &those))
            return -1;
        voices += PyTuple_Size(those);
    }
    return voices;
}

static int add_words(Languages *known, PyObject *words)
{
    Py_ssize_t count = PyTuple_Size(words), voices = count_voices(words);
    if (voices < 0)
        return -1;
    known->words = PyMem_Calloc((size_t)count + 1, sizeof *known->words);
    known->voices = PyMem_Calloc((size_t)voices + 1, sizeof *known->voices);
    if (!known->words || !known->voices) {
        PyErr_NoMemory();
        return -1;
    }
    for (; known->word_count < count; known->word_count++) {
        PyObject *word = PyTuple_GetItem(words, known->word_count);
        Frequent *own = &known->words[known->word_count];
        *own = (Frequent){Py_NewRef(PyTuple_GetItem(word, 0)), (int32_t)known->voice_count};
        Text key = {PyBytes_AsString(own->bytes), PyBytes_Size(own->bytes)};
        if (add_name(&known->names, key, hash_of(key), known->word_count) < 0 ||
            add_voices(known, PyTuple_GetItem(word, 1)) < 0)
            return -1;
    }
    known->words[count].first = (int32_t)known->voice_count;
    return 0;
}

static int fill(Languages *known, PyObject *words, PyObject *tags, const char *small, const char *lower)
{
    known->language_count = PyTuple_Size(tags);
    known->tags = Py_NewRef(tags);
    known->are_small = PyMem_Malloc((size_t)known->language_count + 1);
    if (!known->are_small) {
        PyErr_NoMemory();
        return -1;
    }
    known->make_tuple = tuple_maker();
    memcpy(known->are_small, small, (size_t)known->language_count);
    memcpy(known->lower, lower, sizeof known->lower);
    return add_words(known, words);
}

static void free_capsule(PyObject *capsule)
{
    Languages *known = PyCapsule_GetPointer(capsule, CAPSULE);
    if (known)
        free_languages(known);
}

static PyObject *index_languages(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *words, *tags;
    const char *small, *lower;
    Py_ssize_t small_size, lower_size;
    if (!PyArg_ParseTuple(args, "O!O!y#y#:index_languages", &PyTuple_Type, &words, &PyTuple_Type, &tags, &small,
                          &small_size, &lower, &lower_size))
        return NULL;
    if (small_size != PyTuple_Size(tags) || lower_size != ROW * ROWS) {
        PyErr_SetString(PyExc_ValueError, "the tables have other sizes");
        return NULL;
    }
    Languages *known = PyMem_Calloc(1, sizeof *known);
    if (!known)
        return PyErr_NoMemory();
    PyObject *capsule = fill(known, words, tags, small, lower) < 0 ? NULL : PyCapsule_New(known, CAPSULE, free_capsule);
    if (!capsule)
        free_languages(known);
    return capsule;
}

static PyObject *blocks_in_languages(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *capsule, *blocks, *ask;
    Hint hint;
    if (!PyArg_ParseTuple(args, "OO!OipO:in_languages", &capsule, &PyTuple_Type, &blocks, &hint.tag, &hint.number,
                          &hint.is_latin, &ask))
        return NULL;
    const Languages *known = PyCapsule_GetPointer(capsule, CAPSULE);
    if (known == NULL)
        return NULL;
    if (hint.number < NO_LANGUAGE || hint.number >= known->language_count) {
        PyErr_SetString(PyExc_ValueError, "the page's language is not there");
        return NULL;
    }
    return in_languages(known, blocks, &hint, ask);
}

static PyMethodDef functions[] = {
    {"index_languages", index_languages, METH_VARARGS,
     "index_languages(words, tags, small, lower)\n\n"
     "Return what `in_languages` wants: `words` (bytes, ascending) each with the numbers of its languages and how far it\n"
     "speaks for each; of each language, in the order of the tags, whether it is small; small letters."},
    {"in_languages", blocks_in_languages, METH_VARARGS,
     "in_languages(index, blocks, hint, number, is_latin, ask)\n\n"
     "Return the blocks, each with its language but for what has a verdict; `ask` is called with the texts left to it."},
    {NULL, NULL, 0, NULL},
};

int add_languages(PyObject *module) { return PyModule_AddFunctions(module, functions); }
