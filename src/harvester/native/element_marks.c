/* How far each block is from containers that mean something: `distances` of content/features/markup_features.py.

   A mark is a bit: the groups of the places that the words of an element name, names of content and of the body, the
   itemprop of the body, tags. The index borrows all that it was given from a tuple that it holds. */

#include "blocks.h"
#include "place_tables.h"
#include "records.h"

#define CAPSULE "harvester.native.marks"

enum { HIT_KIND = 0 };
enum { CONTENT_WORD = 1, BODY_NAME = 2, PHRASE_START = 4 }; /* what a word, or words, may be: also the beginning of a phrase */
enum { MOST_MARKS = 32, MOST_BODY_WORDS = 3, KNOWN = 512 };

typedef struct {
    PyObject *kept; /* what the index was made of */
    Names kinds;        /* of places -> the bit of its group */
    Text body;          /* what an itemprop holds that marks the body */
    Names words;        /* words and phrases -> CONTENT_WORD | BODY_NAME | PHRASE_START */
    Names tags;         /* tag -> bit */
    int content_bit;    /* behind it that of a body's name, and that of its itemprop */
    int marks;          /* bits that there are */
} Index;

/* What a page gives. */
typedef struct {
    PyObject *elements, *signatures, *places;
    const int64_t *parents;
    uint8_t far;
} Told;

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
    return marks;
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

/* Adds the marks of what the words of one element mean as places; -1 with an exception. */
static int add_hits(const Index *index, PyObject *hits, uint32_t *marks)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(hits); at++) {
        PyObject *hit = PyTuple_GetItem(hits, at);
        int is_hit = PyTuple_Check(hit) && PyTuple_Size(hit) > HIT_KIND;
        Text kind = is_hit ? utf8_of(PyTuple_GetItem(hit, HIT_KIND)) : (Text){NULL, 0};
        int64_t bit = kind.at ? find_name(&index->kinds, kind, hash_of(kind)) : -1;
        if (bit < 0) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "wants hits of places, of the kinds that are known");
            return -1;
        }
        *marks |= 1u << bit;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Adds the marks of the places: `places` holds the hits of each element that has any. -1 with an exception. */
static int add_places_named(const Index *index, PyObject *places, Py_ssize_t count, uint32_t *marks)
{
    PyObject *element, *hits;
    for (Py_ssize_t next = 0; PyDict_Next(places, &next, &element, &hits);) {
        Py_ssize_t at = PyLong_AsSsize_t(element);
        if (at < 0 || at >= count || !PyTuple_Check(hits)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "wants the hits of elements that there are");
            return -1;
        }
        if (add_hits(index, hits, marks + at) < 0)
            return -1;
    }
    return 0;
}

/* Adds the other marks of an element; -1 with an exception. */
static int read_marks(const Index *index, Known *known, PyObject *element, PyObject *signature, uint32_t *marks)
{
    if (!PyTuple_Check(element) || PyTuple_Size(element) != ELEMENT_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants elements");
        return -1;
    }
    Text tag = utf8_of(PyTuple_GetItem(element, ELEMENT_TAG));
    Text itemprop = tag.at ? utf8_of(PyTuple_GetItem(element, ELEMENT_ITEMPROP)) : tag;
    uint32_t named = 0;
    if (itemprop.at == NULL || read_signature(index, known, signature, &named) < 0)
        return -1;
    *marks |= named;
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

/* Writes elements x marks, given what is to be read of each element; what stands in no element, the last row, is far
   from all. -1 with an exception. */
static int read_elements(const Index *index, const Told *told, uint32_t *marks, Known *known, uint8_t *distances)
{
    Py_ssize_t count = PyTuple_Size(told->elements);
    int failed = add_places_named(index, told->places, count, marks) < 0;
    for (Py_ssize_t at = 0; !failed && at < count; at++) {
        PyObject *element = PyTuple_GetItem(told->elements, at), *signature = PyTuple_GetItem(told->signatures, at);
        failed = read_marks(index, known, element, signature, marks + at) < 0;
        const uint8_t *parent = told->parents[at] < 0 ? NULL : distances + told->parents[at] * index->marks;
        write_element(parent, marks[at], index->marks, told->far, distances + at * index->marks);
    }
    memset(distances + count * index->marks, told->far, (size_t)index->marks);
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

/* Adds the kinds of places, each with the bit of its group; -1 with an exception. */
static int add_kinds(Index *index, PyObject *kinds, const char *groups, Py_ssize_t count)
{
    if (PyTuple_Size(kinds) != count) {
        PyErr_SetString(PyExc_ValueError, "wants a group of each kind");
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        Text kind = utf8_of(PyTuple_GetItem(kinds, at));
        if (kind.at == NULL || add_name(&index->kinds, kind, hash_of(kind), groups[at]) < 0)
            return -1;
    }
    return 0;
}

static void free_index(Index *index)
{
    PyMem_Free(index->kinds.slots);
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
    PyObject *kinds, *content, *bodies, *tags;
    const char *group_of;
    Py_ssize_t count, groups;
    index->kept = Py_NewRef(given);
    if (!PyArg_ParseTuple(given, "O!y#nO!O!s#O!:index_marks", &PyTuple_Type, &kinds, &group_of, &count, &groups,
                          &PyTuple_Type, &content, &PyTuple_Type, &bodies, &index->body.at, &index->body.size,
                          &PyTuple_Type, &tags))
        return -1;
    int is_sound = groups >= 0 && groups + 3 + PyTuple_Size(tags) <= MOST_MARKS;
    for (Py_ssize_t kind = 0; is_sound && kind < count; kind++)
        is_sound = group_of[kind] >= 0 && group_of[kind] < groups;
    if (!is_sound) {
        PyErr_SetString(PyExc_ValueError, "kinds, groups and tags do not fit each other");
        return -1;
    }
    index->content_bit = (int)groups;
    return add_kinds(index, kinds, group_of, count) < 0 || add_meanings(index, content, CONTENT_WORD) < 0 ||
                   add_meanings(index, bodies, BODY_NAME) < 0 || add_tags(index, tags) < 0
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

static int fit(const Index *index, const Told *told, const Py_buffer *views)
{
    Py_ssize_t count = PyTuple_Size(told->elements);
    const Py_buffer *containers = &views[0], *blocks = &views[1], *columns = &views[2];
    return PyTuple_Size(told->signatures) == count && containers->shape[0] == CONTAINER_ROWS &&
           containers->shape[1] == count + 1 && blocks->shape[0] == BLOCK_ROWS && columns->shape[0] == index->marks &&
           columns->shape[1] == blocks->shape[1] &&
           go_up((const int64_t *)containers->buf + C_PARENT * (count + 1), count + 1) &&
           are_within((const int64_t *)blocks->buf + B_ELEMENT * blocks->shape[1], blocks->shape[1], -1, count);
}

static PyObject *write_all(const Index *index, Told *told, const Py_buffer *views)
{
    Py_ssize_t count = PyTuple_Size(told->elements);
    told->parents = (const int64_t *)views[0].buf + C_PARENT * (count + 1);
    uint8_t *distances = PyMem_Malloc((size_t)(count + 1) * (size_t)index->marks + 1);
    uint32_t *marks = PyMem_Calloc((size_t)count + 1, sizeof *marks);
    Known *known = PyMem_Calloc(1, sizeof *known);
    int has_room = distances && marks && known;
    int is_done = has_room && read_elements(index, told, marks, known, distances) == 0;
    if (!has_room)
        PyErr_NoMemory();
    PyMem_Free(known);
    PyMem_Free(marks);
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
    if (!has_arguments(count, 8))
        return NULL;
    const Index *index = PyCapsule_GetPointer(arguments[0], CAPSULE);
    long far = PyLong_AsLong(arguments[4]);
    if (PyErr_Occurred())
        return NULL;
    Told told = {arguments[1], arguments[2], arguments[3], NULL, (uint8_t)far};
    if (!PyTuple_Check(told.elements) || !PyTuple_Check(told.signatures) || !PyDict_Check(told.places) || far < 0 ||
        far > UINT8_MAX)
        return PyErr_Format(PyExc_TypeError, "wants elements, their signatures, places, and a distance up to 255");
    if (take_buffers(arguments + 5, WANTED, 3, views) < 0)
        return NULL;
    PyObject *result = NULL;
    if (fit(index, &told, views))
        result = write_all(index, &told, views);
    else
        PyErr_SetString(PyExc_ValueError, "elements, signatures, blocks and columns do not fit each other");
    release_buffers(views, 3);
    return result;
}

static PyMethodDef functions[] = {
    {"index_marks", index_marks, METH_VARARGS,
     "index_marks(kinds, group_of_kinds, groups, content, bodies, itemprop, tags)\n\n"
     "Return what `write_distances` wants. The marks are, in this order: the groups, as a byte for each kind tells them,\n"
     "words of content, words that name a body, what an itemprop of a body holds, tags."},
    {"write_distances", (PyCFunction)(void (*)(void))write_distances, METH_FASTCALL,
     "write_distances(index, elements, signatures, places, far, containers, blocks, columns)\n\n"
     "Write to `columns` (marks x blocks) how many containers up the nearest one with each mark is, `far` at most;\n"
     "`places` are the hits of those elements that have any.\n\n"
     "Raises UnicodeEncodeError for half a surrogate pair."},
    {NULL, NULL, 0, NULL},
};

int add_element_marks(PyObject *module) { return PyModule_AddFunctions(module, functions); }
