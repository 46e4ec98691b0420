/* How far each block is from containers that mean something: `distances` of content/features/markup_features.py.

   A mark is a bit: the groups of the places that the words of an element name, names of content and of the body, the
   itemprop of the body, tags. The index borrows all that it was given from a tuple that it holds. */

#include "blocks.h"
#include "place_tables.h"

#define CAPSULE "harvester.native.marks"

enum { ELEMENT_TAG = 1, ELEMENT_ITEMPROP = 4, ELEMENT_FIELDS = 10 };
enum { CONTENT_WORD = 1, BODY_NAME = 2, PHRASE_START = 4 }; /* what a word, or words, may be: also the beginning of a phrase */
enum { MOST_MARKS = 32, MOST_BODY_WORDS = 3, KNOWN = 512 };

typedef struct {
    PyObject *kept; /* what the index was made of */
    PyObject *places;
    const char *groups; /* of each kind, by its rank: the bit of its group */
    Py_ssize_t kinds;
    Text body;          /* what an itemprop holds that marks the body */
    Names words;        /* words and phrases -> CONTENT_WORD | BODY_NAME | PHRASE_START */
    Names tags;         /* tag -> bit */
    int content_bit;    /* behind it that of a body's name, and that of its itemprop */
    int marks;          /* bits that there are */
} Index;

/* Marks of signatures met on this page, by the place of the string: equal ones are mostly one object. */
typedef struct {
    PyObject *signature[KNOWN];
    uint32_t marks[KNOWN];
} Known;

/* ── marks of an element ─────────────────────────────────────────────────────────────────────── */

static Py_ssize_t end_of_word(Text words, Py_ssize_t at)
{
    const char *blank = memchr(words.at + at, ' ', (size_t)(words.size - at));
    return blank ? blank - words.at : words.size;
}

static int meaning(const Index *index, Text words)
{
    int64_t found = find_name(&index->words, words, hash_of(words));
    return found < 0 ? 0 : (int)found;
}

/* Returns what the words are that begin at `start`. */
static int meaning_from(const Index *index, Text words, Py_ssize_t start, Py_ssize_t end)
{
    int said = meaning(index, (Text){words.at + start, end - start}), any = said;
    for (int count = 1; said & PHRASE_START && count < MOST_BODY_WORDS && end < words.size; count++) {
        end = end_of_word(words, end + 1);
        said = meaning(index, (Text){words.at + start, end - start});
        any |= said & BODY_NAME;
    }
    return any;
}

static uint32_t marks_of_words(const Index *index, Text words)
{
    uint32_t marks = 0;
    int any = 0;
    for (Py_ssize_t at = 0, end; at < words.size; at = end + 1) {
        end = end_of_word(words, at);
        any |= meaning_from(index, words, at, end);
    }
    if (any & CONTENT_WORD)
        marks |= 1u << index->content_bit;
    if (any & BODY_NAME)
        marks |= 2u << index->content_bit;
    return marks | groups_named(index->places, words, index->groups, index->kinds);
}

/* Writes what the words of a signature mean; -1 with an exception. */
static int read_signature(const Index *index, Known *known, PyObject *signature, uint32_t *marks)
{
    size_t slot = ((uintptr_t)signature >> 4) % KNOWN;
    if (known->signature[slot] != signature) {
        Text words = utf8_of(signature);
        if (words.at == NULL)
            return -1;
        known->signature[slot] = signature;
        known->marks[slot] = marks_of_words(index, words);
    }
    *marks = known->marks[slot];
    return 0;
}

/* Writes the marks of an element; -1 with an exception. */
static int read_marks(const Index *index, Known *known, PyObject *element, PyObject *signature, uint32_t *marks)
{
    if (!PyTuple_Check(element) || PyTuple_Size(element) != ELEMENT_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants elements");
        return -1;
    }
    Text tag = utf8_of(PyTuple_GetItem(element, ELEMENT_TAG));
    Text itemprop = tag.at ? utf8_of(PyTuple_GetItem(element, ELEMENT_ITEMPROP)) : tag;
    if (itemprop.at == NULL || read_signature(index, known, signature, marks) < 0)
        return -1;
    if (itemprop.size && contains(itemprop, index->body))
        *marks |= 4u << index->content_bit;
    int64_t bit = find_name(&index->tags, tag, hash_of(tag));
    if (bit >= 0)
        *marks |= 1u << bit;
    return 0;
}

/* ── distances ───────────────────────────────────────────────────────────────────────────────── */

/* Writes how many containers up from an element the nearest one with each mark is, `far` at most. */
static void write_element(const uint8_t *parent, uint32_t marks, int count, uint8_t far, uint8_t *to)
{
    for (int mark = 0; mark < count; mark++) {
        uint8_t beyond = parent == NULL || parent[mark] >= far ? far : (uint8_t)(parent[mark] + 1);
        to[mark] = marks >> mark & 1 ? 0 : beyond;
    }
}

/* Writes elements x marks; what stands in no element, the last row, is far from all. -1 with an exception. */
static int read_elements(const Index *index, PyObject *elements, PyObject *signatures, const int64_t *parents,
                         uint8_t far, uint8_t *distances)
{
    Py_ssize_t count = PyTuple_Size(elements);
    Known *known = PyMem_Calloc(1, sizeof *known);
    int failed = known == NULL;
    if (failed)
        PyErr_NoMemory();
    for (Py_ssize_t at = 0; !failed && at < count; at++) {
        uint32_t marks = 0;
        failed = read_marks(index, known, PyTuple_GetItem(elements, at), PyTuple_GetItem(signatures, at), &marks) < 0;
        const uint8_t *parent = parents[at] < 0 ? NULL : distances + parents[at] * index->marks;
        write_element(parent, marks, index->marks, far, distances + at * index->marks);
    }
    PyMem_Free(known);
    memset(distances + count * index->marks, far, (size_t)index->marks);
    return failed ? -1 : 0;
}

static void write_blocks(const int64_t *own, Py_ssize_t count, const uint8_t *distances, Py_ssize_t elements, int marks,
                         double *columns)
{
    for (Py_ssize_t at = 0; at < count; at++) {
        const uint8_t *from = distances + (own[at] < 0 ? elements : own[at]) * marks;
        for (int mark = 0; mark < marks; mark++)
            columns[mark * count + at] = from[mark];
    }
}

/* ── the index ───────────────────────────────────────────────────────────────────────────────── */

static int add_meaning(Index *index, Text words, int what)
{
    uint64_t hash = hash_of(words);
    int64_t before = find_name(&index->words, words, hash);
    return add_name(&index->words, words, hash, (before < 0 ? 0 : before) | what);
}

/* Adds the words that are of content, or the phrases that name a body; -1 with an exception. */
static int add_meanings(Index *index, PyObject *all, int what)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(all); at++) {
        Text words = utf8_of(PyTuple_GetItem(all, at));
        if (words.at == NULL || add_meaning(index, words, what) < 0)
            return -1;
        for (Py_ssize_t end = end_of_word(words, 0); end < words.size; end = end_of_word(words, end + 1))
            if (add_meaning(index, (Text){words.at, end}, PHRASE_START) < 0)
                return -1;
    }
    return 0;
}

static int add_tags(Index *index, PyObject *tags)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(tags); at++) {
        Text tag = utf8_of(PyTuple_GetItem(tags, at));
        if (tag.at == NULL || add_name(&index->tags, tag, hash_of(tag), index->content_bit + 3 + at) < 0)
            return -1;
    }
    index->marks = index->content_bit + 3 + (int)PyTuple_Size(tags);
    return 0;
}

static void free_index(Index *index)
{
    PyMem_Free(index->words.slots);
    PyMem_Free(index->tags.slots);
    Py_XDECREF(index->kept);
    PyMem_Free(index);
}

static void free_capsule(PyObject *capsule)
{
    Index *index = PyCapsule_GetPointer(capsule, CAPSULE);
    if (index)
        free_index(index);
}

static int fill_index(Index *index, PyObject *given)
{
    PyObject *content, *bodies, *tags;
    Py_ssize_t groups;
    index->kept = Py_NewRef(given);
    if (!PyArg_ParseTuple(given, "Oy#nO!O!s#O!:index_marks", &index->places, &index->groups, &index->kinds, &groups,
                          &PyTuple_Type, &content, &PyTuple_Type, &bodies, &index->body.at, &index->body.size,
                          &PyTuple_Type, &tags))
        return -1;
    int is_sound = is_places(index->places) && groups >= 0 && groups + 3 + PyTuple_Size(tags) <= MOST_MARKS;
    for (Py_ssize_t kind = 0; is_sound && kind < index->kinds; kind++)
        is_sound = index->groups[kind] >= 0 && index->groups[kind] < groups;
    if (!is_sound) {
        PyErr_SetString(PyExc_ValueError, "places, groups and tags do not fit each other");
        return -1;
    }
    index->content_bit = (int)groups;
    return add_meanings(index, content, CONTENT_WORD) < 0 || add_meanings(index, bodies, BODY_NAME) < 0 ||
                   add_tags(index, tags) < 0
               ? -1
               : 0;
}

/* ── what Python calls ───────────────────────────────────────────────────────────────────────── */

static PyObject *index_marks(PyObject *module, PyObject *given)
{
    (void)module;
    Index *index = PyMem_Calloc(1, sizeof *index);
    if (!index)
        return PyErr_NoMemory();
    PyObject *capsule = fill_index(index, given) < 0 ? NULL : PyCapsule_New(index, CAPSULE, free_capsule);
    if (!capsule)
        free_index(index);
    return capsule;
}

static int fit(const Index *index, PyObject *elements, PyObject *signatures, const Py_buffer *views)
{
    Py_ssize_t count = PyTuple_Size(elements);
    const Py_buffer *containers = &views[0], *blocks = &views[1], *columns = &views[2];
    return PyTuple_Size(signatures) == count && containers->shape[0] == CONTAINER_ROWS &&
           containers->shape[1] == count + 1 && blocks->shape[0] == BLOCK_ROWS && columns->shape[0] == index->marks &&
           columns->shape[1] == blocks->shape[1] &&
           go_up((const int64_t *)containers->buf + C_PARENT * (count + 1), count + 1) &&
           are_within((const int64_t *)blocks->buf + B_ELEMENT * blocks->shape[1], blocks->shape[1], -1, count);
}

static PyObject *write_all(const Index *index, PyObject *elements, PyObject *signatures, uint8_t far,
                           const Py_buffer *views)
{
    Py_ssize_t count = PyTuple_Size(elements);
    const int64_t *parents = (const int64_t *)views[0].buf + C_PARENT * (count + 1);
    uint8_t *distances = PyMem_Malloc((size_t)(count + 1) * (size_t)index->marks + 1);
    int is_done = distances && read_elements(index, elements, signatures, parents, far, distances) == 0;
    if (!distances)
        PyErr_NoMemory();
    if (is_done)
        write_blocks((const int64_t *)views[1].buf + B_ELEMENT * views[1].shape[1], views[1].shape[1], distances, count,
                     index->marks, views[2].buf);
    PyMem_Free(distances);
    return is_done ? Py_NewRef(Py_None) : NULL;
}

static PyObject *write_distances(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {
        {"containers", "lq", 8, 2, READ}, {"blocks", "lq", 8, 2, READ}, {"columns", "d", 8, 2, WRITE}};
    Py_buffer views[3];
    (void)module;
    if (!has_arguments(count, 7))
        return NULL;
    const Index *index = PyCapsule_GetPointer(arguments[0], CAPSULE);
    long far = PyLong_AsLong(arguments[3]);
    if (PyErr_Occurred())
        return NULL;
    if (!PyTuple_Check(arguments[1]) || !PyTuple_Check(arguments[2]) || far < 0 || far > UINT8_MAX)
        return PyErr_Format(PyExc_TypeError, "wants elements, their signatures, and a distance up to 255");
    if (take_buffers(arguments + 4, WANTED, 3, views) < 0)
        return NULL;
    PyObject *result = NULL;
    if (fit(index, arguments[1], arguments[2], views))
        result = write_all(index, arguments[1], arguments[2], (uint8_t)far, views);
    else
        PyErr_SetString(PyExc_ValueError, "elements, signatures, blocks and columns do not fit each other");
    release_buffers(views, 3);
    return result;
}

static PyMethodDef functions[] = {
    {"index_marks", index_marks, METH_VARARGS,
     "index_marks(places, group_of_kinds, groups, content, bodies, itemprop, tags)\n\n"
     "Return what `write_distances` wants. The marks are, in this order: the groups, as a byte for each kind tells them,\n"
     "words of content, words that name a body, what an itemprop of a body holds, tags."},
    {"write_distances", (PyCFunction)(void (*)(void))write_distances, METH_FASTCALL,
     "write_distances(index, elements, signatures, far, containers, blocks, columns)\n\n"
     "Write to `columns` (marks x blocks) how many containers up the nearest one with each mark is, `far` at most.\n\n"
     "Raises UnicodeEncodeError for half a surrogate pair."},
    {NULL, NULL, 0, NULL},
};

int add_element_marks(PyObject *module) { return PyModule_AddFunctions(module, functions); }
