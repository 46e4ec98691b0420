/* How a block shares its words with the others (content/shared_words.py has the interpreted form, and says what each
   column is).

   Words are compared by their bytes, and sums are added up in the order in which numpy adds them. */

#include "buffers.h"
#include "reader.h"

#include <math.h>

#define MAX_BYTES 400 /* of each text */
#define LEAST_LETTERS 3
#define RARE 4
#define IN_BODY 0.5
#define ENOUGH 2.0
#define SMALLEST 1e-9

enum { ELSEWHERE, LIKELY, MEAN, MEAN_RARE, SUM, TITLED, TITLE_SAID, COLUMNS };

typedef struct {
    Py_ssize_t last; /* the last text that has it, and one; 0: none so far */
    int64_t blocks;  /* how many texts have it */
    double likely;   /* sum of the first stage over them */
    int is_in_title;
} Word;

/* Which of the uses are a text's own. */
typedef struct {
    Py_ssize_t first, end;
} Uses;

typedef struct {
    unsigned char *bytes; /* of all texts, in small letters */
    Names names;          /* number of each word */
    Word *words;
    int32_t *uses; /* the distinct words of each text, text by text */
    Py_ssize_t use_count;
    Uses *texts;
    Py_ssize_t text_count;
    const double *first;
    double *columns; /* COLUMNS x text_count */
} Counted;

static int follows_whole(const unsigned char *at, const unsigned char *end, int bytes)
{
    for (int behind = 1; behind < bytes; behind++)
        if (at + behind >= end || at[behind] < 0x80 || at[behind] > 0xbf)
            return 0;
    return bytes;
}

/* Returns the bytes of the letter at a place; 0: none is there. */
static int letter_at(const unsigned char *at, const unsigned char *end)
{
    if (at >= end)
        return 0;
    if (*at >= 'a' && *at <= 'z')
        return 1;
    if (*at >= 0xc3 && *at <= 0xdf)
        return follows_whole(at, end, 2);
    return *at == 0xe0 || *at == 0xe1 || (*at >= 0xea && *at <= 0xee) ? follows_whole(at, end, 3) : 0;
}

/* Returns the bytes of the Chinese or Japanese character at a place; 0: none is there. */
static int character_at(const unsigned char *at, const unsigned char *end)
{
    if (at >= end || *at < 0xe3 || *at > 0xe9 || (*at == 0xe3 && at + 1 < end && at[1] < 0x81))
        return 0;
    return follows_whole(at, end, 3);
}

/* Moves `at` behind the next word, and returns where it begins; NULL: no word follows. `size` becomes its bytes. */
static const unsigned char *next_word(const unsigned char **at, const unsigned char *end, size_t *size)
{
    while (*at < end) {
        const unsigned char *start = *at, *behind = start;
        int letters = 0;
        for (int bytes; (bytes = letter_at(behind, end)) > 0; behind += bytes)
            letters++;
        int character = letters ? 0 : character_at(start, end);
        *at = letters ? behind : start + (character ? character : 1);
        *size = letters >= LEAST_LETTERS ? (size_t)(behind - start) : 0;
        if (character && character_at(start + character, end))
            *size = 2 * (size_t)character;
        if (*size)
            return start;
    }
    return NULL;
}

/* Counts the words of one text, whose bytes end at `end`; -1 with an exception. */
static int count_text(Counted *page, Py_ssize_t number, const unsigned char *at, const unsigned char *end)
{
    size_t size;
    page->texts[number].first = page->use_count;
    for (const unsigned char *start; (start = next_word(&at, end, &size)) != NULL;) {
        Text key = {(const char *)start, (Py_ssize_t)size};
        uint64_t hash = hash_of(key);
        int64_t known = find_name(&page->names, key, hash);
        if (known < 0) {
            known = (int64_t)page->names.count;
            if (add_name(&page->names, key, hash, known) < 0)
                return -1;
            page->words[known] = (Word){0};
        }
        Word *word = &page->words[known];
        if (word->last == number + 1)
            continue;
        word->last = number + 1;
        word->blocks++;
        word->likely += page->first[number];
        page->uses[page->use_count++] = (int32_t)known;
    }
    page->texts[number].end = page->use_count;
    return 0;
}

/* Marks the words of the title that texts have, and returns how many distinct ones it has of its own. */
static Py_ssize_t mark_title(Counted *page, const unsigned char *title, size_t title_size)
{
    const unsigned char *at = title, *end = title + title_size, *seen[MAX_BYTES / LEAST_LETTERS + 1];
    size_t size, sizes[MAX_BYTES / LEAST_LETTERS + 1];
    Py_ssize_t distinct = 0;
    for (const unsigned char *start; (start = next_word(&at, end, &size)) != NULL;) {
        Py_ssize_t same = 0;
        while (same < distinct && (sizes[same] != size || memcmp(seen[same], start, size) != 0))
            same++;
        if (same < distinct)
            continue;
        seen[distinct] = start;
        sizes[distinct++] = size;
        Text key = {(const char *)start, (Py_ssize_t)size};
        int64_t known = find_name(&page->names, key, hash_of(key));
        if (known >= 0)
            page->words[known].is_in_title = 1;
    }
    return distinct;
}

static void write_text(const Counted *page, Py_ssize_t number, Py_ssize_t title_words)
{
    double values[COLUMNS] = {0}, weights = 0.0, rare = 0.0;
    const Uses *text = &page->texts[number];
    for (Py_ssize_t use = text->first; use < text->end; use++) {
        const Word *word = &page->words[page->uses[use]];
        double likely = word->likely - page->first[number], weight = 1 / sqrt((double)word->blocks);
        values[LIKELY] += likely > IN_BODY;
        values[SUM] += (likely < ENOUGH ? likely : ENOUGH) * weight;
        values[TITLED] += word->is_in_title;
        if (word->blocks == 1)
            continue;
        double mean = likely / (double)(word->blocks - 1);
        values[ELSEWHERE] += 1;
        values[MEAN] += weight * mean;
        weights += weight;
        values[MEAN_RARE] += word->blocks <= RARE ? mean : 0.0;
        rare += word->blocks <= RARE;
    }
    double count = text->end > text->first ? (double)(text->end - text->first) : 1.0;
    values[TITLE_SAID] = values[TITLED] / (double)(title_words > 1 ? title_words : 1);
    values[TITLED] /= count;
    values[ELSEWHERE] /= count;
    values[LIKELY] /= count;
    values[SUM] /= count;
    values[MEAN] = weights > 0 ? values[MEAN] / (weights > SMALLEST ? weights : SMALLEST) : NAN;
    values[MEAN_RARE] = rare > 0 ? values[MEAN_RARE] / rare : NAN;
    for (int column = 0; column < COLUMNS; column++)
        page->columns[column * page->text_count + number] = values[column];
}

/* ── all of them ──────────────────────────────────────────────────────────────────────────────── */

/* Copies the first bytes of a text in small letters; returns how many, -1 with an exception. */
static Py_ssize_t copy_start(PyObject *text, unsigned char *to)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (bytes == NULL)
        return -1;
    size = size < MAX_BYTES ? size : MAX_BYTES;
    for (Py_ssize_t at = 0; at < size; at++)
        to[at] = (unsigned char)(bytes[at] >= 'A' && bytes[at] <= 'Z' ? bytes[at] + ('a' - 'A') : bytes[at]);
    return size;
}

/* Returns the bytes that the texts take at most; -1 with an exception. */
static Py_ssize_t bytes_of(PyObject *texts)
{
    Py_ssize_t all = 0, size;
    for (Py_ssize_t number = 0; number < PyList_Size(texts); number++) {
        if (PyUnicode_AsUTF8AndSize(PyList_GetItem(texts, number), &size) == NULL)
            return -1;
        all += size < MAX_BYTES ? size : MAX_BYTES;
    }
    return all;
}

static int has_memory(Counted *page, size_t bytes)
{
    size_t most = bytes / LEAST_LETTERS + 1; /* a word takes three bytes or more of its own */
    page->bytes = PyMem_Malloc(bytes + 1);
    page->words = PyMem_Malloc(most * sizeof *page->words);
    page->uses = PyMem_Malloc(most * sizeof *page->uses);
    page->texts = PyMem_Calloc((size_t)page->text_count + 1, sizeof *page->texts);
    return page->bytes && page->words && page->uses && page->texts;
}

static void free_counted(Counted *page)
{
    PyMem_Free(page->bytes);
    PyMem_Free(page->words);
    PyMem_Free(page->uses);
    PyMem_Free(page->names.slots);
    PyMem_Free(page->texts);
}

/* -1 with an exception. */
static int write_counted(Counted *page, PyObject *texts, PyObject *title)
{
    unsigned char heading[MAX_BYTES], *to = page->bytes;
    for (Py_ssize_t number = 0; number < page->text_count; number++) {
        Py_ssize_t size = copy_start(PyList_GetItem(texts, number), to);
        if (size < 0 || count_text(page, number, to, to + size) < 0)
            return -1;
        to += size;
    }
    Py_ssize_t size = copy_start(title, heading);
    if (size < 0)
        return -1;
    Py_ssize_t title_words = mark_title(page, heading, (size_t)size);
    for (Py_ssize_t number = 0; number < page->text_count; number++)
        write_text(page, number, title_words);
    return 0;
}

static int write_views(PyObject *texts, PyObject *title, const Py_buffer *views)
{
    Counted page = {.text_count = PyList_Size(texts), .first = views[0].buf, .columns = views[1].buf};
    if (views[0].shape[0] != page.text_count || views[1].shape[0] != COLUMNS || views[1].shape[1] != page.text_count) {
        PyErr_SetString(PyExc_ValueError, "the texts, what is thought of them, and the columns do not fit each other");
        return -1;
    }
    Py_ssize_t bytes = bytes_of(texts);
    if (bytes < 0)
        return -1;
    int is_done = -1;
    if (has_memory(&page, (size_t)bytes))
        is_done = write_counted(&page, texts, title);
    else
        PyErr_NoMemory();
    free_counted(&page);
    return is_done;
}

enum { TEXTS_AT, TITLE_AT, VIEWED, ARGUMENTS = VIEWED + 2 };

static const struct wanted WANTED[] = {{"first", "d", 8, 1, READ}, {"columns", "d", 8, 2, WRITE}};

static PyObject *write_shared_words(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!has_arguments(count, ARGUMENTS))
        return NULL;
    if (!PyList_Check(arguments[TEXTS_AT])) {
        PyErr_SetString(PyExc_TypeError, "the texts are no list");
        return NULL;
    }
    Py_buffer views[2];
    if (take_buffers(arguments + VIEWED, WANTED, 2, views) < 0)
        return NULL;
    int is_done = write_views(arguments[TEXTS_AT], arguments[TITLE_AT], views);
    release_buffers(views, 2);
    return is_done < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef functions[] = {
    {"write_shared_words", (PyCFunction)(void (*)(void))write_shared_words, METH_FASTCALL,
     "write_shared_words(texts, title, first, columns)\n\nWrite how each text shares its words with the others (columns x texts)."},
    {NULL, NULL, 0, NULL},
};

int add_shared_words(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
