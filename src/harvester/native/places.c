/* The phrases by which places of boilerplate are known, in the words of an element: `rules/markup_rules.py`, which says
   what each means.

   A `Places` keeps copies of the tables that it was given, and borrows all strings in its names from them. */

#include "places.h"

#include <string.h>

#include "signature.h"

enum {
    MOST_PHRASE_WORDS = 4,
    MOST_SIGNATURE = 1000, /* bytes of what an element says; of more, a part is read */
    MOST_KINDS = 256,
    FILTER_LETTERS = 4, /* of a word, by which most are seen to begin no phrase */
    FILTER_BITS = 15,
    PLACE_WORDS = 0, PLACE_RANK = 1, PLACE_HIT = 2, PLACE_OTHER = 3, /* of a `_Place` */
};

/* What one phrase means. */
typedef struct {
    Py_ssize_t words, rank;
    PyObject *hit;
    bool is_other;
} Place;

/* How many bytes of the next word may stand behind a head, before a star. */
typedef struct {
    Py_ssize_t *sizes;
    Py_ssize_t count;
} Starred;

typedef struct {
    PyObject_HEAD
    PyObject *kept; /* copies of the tables: nobody else changes them */
    Names exact, prefixes, heads; /* phrase -> group; phrase without its star -> group; "cookie " -> starred */
    uint64_t filter[(1 << FILTER_BITS) / 64]; /* a bit for the first letters of each phrase */
    unsigned short_stars;                     /* bit n: a phrase is n letters and a star, fewer than FILTER_LETTERS */
    Place *places;
    Py_ssize_t *groups; /* first place of each group, and the end */
    Starred *starred;
    Py_ssize_t place_count, place_room, group_count, group_room, head_count, head_room;
} Places;

/* The places that stand in one signature: of each kind that of the longest phrase. */
typedef struct {
    const Place *best[MOST_KINDS];
    Py_ssize_t count;
} Found;

/* ── the words that begin phrases ────────────────────────────────────────────────────────── */

static size_t bit_of(Text word, Py_ssize_t most)
{
    uint32_t letters = 0;
    memcpy(&letters, word.at, (size_t)(word.size < most ? word.size : most));
    return letters * 0x9e3779b1u >> (32 - FILTER_BITS);
}

static bool is_in_filter(const Places *places, size_t bit)
{
    return places->filter[bit / 64] >> (bit % 64) & 1;
}

/* Whether a phrase may begin with a word; few do, and a look at two tables for each costs more. */
static bool may_begin(const Places *places, Text word)
{
    if (is_in_filter(places, bit_of(word, FILTER_LETTERS))) {
        return true;
    }
    for (Py_ssize_t size = 0; size < FILTER_LETTERS && size <= word.size; size++) {
        if (places->short_stars >> size & 1 && is_in_filter(places, bit_of(word, size))) {
            return true;
        }
    }
    return false;
}

/* Take note of the word that a phrase begins with. */
static void note_beginning(Places *places, Text phrase, bool is_starred)
{
    const char *blank = memchr(phrase.at, ' ', (size_t)phrase.size);
    Text word = {phrase.at, blank ? blank - phrase.at : phrase.size};
    size_t bit = bit_of(word, FILTER_LETTERS);
    places->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
    if (is_starred && blank == NULL && word.size < FILTER_LETTERS) {
        places->short_stars |= 1u << word.size;
    }
}

/* ── finding ─────────────────────────────────────────────────────────────────────────────── */

static void take_group(const Places *places, int64_t group, Found *found)
{
    for (Py_ssize_t at = places->groups[group]; at < places->groups[group + 1]; at++) {
        const Place *place = places->places + at;
        Py_ssize_t kind = 0;
        while (kind < found->count && found->best[kind]->rank != place->rank) {
            kind++;
        }
        if (kind == found->count) {
            found->best[found->count++] = place;
        } else if (place->words > found->best[kind]->words) {
            found->best[kind] = place;
        }
    }
}

/* Take what a phrase means whose last word begins at `head_size`, and what its beginnings mean. */
static void take_ending(const Places *places, Text phrase, Py_ssize_t head_size, Found *found)
{
    Text head = {phrase.at, head_size};
    int64_t group = find_name(&places->exact, phrase, hash_of(phrase));
    if (group >= 0) {
        take_group(places, group, found);
    }
    int64_t number = find_name(&places->heads, head, hash_of(head));
    const Starred *starred = number < 0 ? NULL : places->starred + number;
    for (Py_ssize_t at = 0; starred != NULL && at < starred->count; at++) {
        Text start = {phrase.at, head_size + starred->sizes[at]};
        if (start.size > phrase.size) {
            return; /* the sizes rise */
        }
        group = find_name(&places->prefixes, start, hash_of(start));
        if (group >= 0) {
            take_group(places, group, found);
        }
    }
}

static Py_ssize_t end_of_word(Text text, Py_ssize_t at)
{
    while (at < text.size && !is_ascii_space(text.at[at])) {
        at++;
    }
    return at;
}

/* Find the phrases that begin at `start`. */
static void find_from(const Places *places, Text words, Py_ssize_t start, Found *found)
{
    Py_ssize_t word = start;
    if (!may_begin(places, (Text){words.at + start, end_of_word(words, start) - start})) {
        return;
    }
    for (int count = 0; count < MOST_PHRASE_WORDS; count++) {
        Py_ssize_t end = end_of_word(words, word);
        take_ending(places, (Text){words.at + start, end - start}, word - start, found);
        if (end + 1 >= words.size) {
            return;
        }
        Text head = {words.at + start, end + 1 - start};
        if (find_name(&places->heads, head, hash_of(head)) < 0) {
            return;
        }
        word = end + 1;
    }
}

static void find_places(const Places *places, Text words, Found *found)
{
    found->count = 0;
    for (Py_ssize_t at = 0; at < words.size; at = end_of_word(words, at) + 1) {
        find_from(places, words, at, found);
    }
}

/* ── what a reader asks ──────────────────────────────────────────────────────────────────── */

int may_be_place(PyObject *object, const Text *said, int count, Buffer *scratch)
{
    scratch->size = 0;
    for (int at = 0; at < count; at++) {
        if (said[at].size && (append(scratch, said[at]) < 0 || append_char(scratch, ' ') < 0)) {
            return -1;
        }
    }
    Text text = of_buffer(scratch);
    if (text.size == 0 || text.size > MOST_SIGNATURE || !is_ascii(text)) {
        return text.size > 0;
    }
    char words[2 * MOST_SIGNATURE];
    Found found;
    find_places((const Places *)object, (Text){words, write_words(text.at, text.at + text.size, words)}, &found);
    return found.count > 0;
}

/* ── the tables ──────────────────────────────────────────────────────────────────────────── */

static Text utf8_of(PyObject *str)
{
    Text text = {NULL, 0};
    text.at = PyUnicode_AsUTF8AndSize(str, &text.size);
    return text;
}

static int add_place(Places *places, PyObject *given)
{
    if (!PyTuple_Check(given) || PyTuple_Size(given) <= PLACE_OTHER) {
        return -1;
    }
    Place *all = grown(places->places, &places->place_room, places->place_count + 1, sizeof(Place));
    if (all == NULL) {
        return -1;
    }
    places->places = all;
    Py_ssize_t rank = PyLong_AsSsize_t(PyTuple_GetItem(given, PLACE_RANK));
    int is_other = PyObject_IsTrue(PyTuple_GetItem(given, PLACE_OTHER));
    Py_ssize_t words = PyLong_AsSsize_t(PyTuple_GetItem(given, PLACE_WORDS));
    if (PyErr_Occurred() || rank < 0 || rank >= MOST_KINDS) {
        return -1;
    }
    all[places->place_count++] = (Place){words, rank, PyTuple_GetItem(given, PLACE_HIT), is_other};
    return 0;
}

/* Read a dict of phrase -> tuple of `_Place`. */
static int read_phrases(Places *places, PyObject *dict, Names *names)
{
    bool are_starred = names == &places->prefixes;
    PyObject *phrase, *given;
    for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &phrase, &given);) {
        Text text = utf8_of(phrase);
        if (text.at == NULL || !PyTuple_Check(given)) {
            return -1;
        }
        Py_ssize_t *groups = grown(places->groups, &places->group_room, places->group_count + 2, sizeof(Py_ssize_t));
        if (groups == NULL) {
            return -1;
        }
        note_beginning(places, text, are_starred);
        places->groups = groups;
        groups[places->group_count] = places->place_count;
        for (Py_ssize_t place = 0; place < PyTuple_Size(given); place++) {
            if (add_place(places, PyTuple_GetItem(given, place)) < 0) {
                return -1;
            }
        }
        if (add_name(names, text, hash_of(text), places->group_count++) < 0) {
            return -1;
        }
        places->groups[places->group_count] = places->place_count;
    }
    return 0;
}

/* Return the number of a head; -1 with an exception. */
static Py_ssize_t head_number(Places *places, Text head)
{
    int64_t known = find_name(&places->heads, head, hash_of(head));
    if (known >= 0) {
        return (Py_ssize_t)known;
    }
    Starred *starred = grown(places->starred, &places->head_room, places->head_count + 1, sizeof(Starred));
    if (starred == NULL || (places->starred = starred, add_name(&places->heads, head, hash_of(head), places->head_count)) < 0) {
        return -1;
    }
    starred[places->head_count] = (Starred){NULL, 0};
    return places->head_count++;
}

/* Take note that a phrase with a star goes on behind its head by so many bytes; they rise in the end. */
static int add_size(Starred *starred, Py_ssize_t size)
{
    Py_ssize_t at = 0;
    while (at < starred->count && starred->sizes[at] < size) {
        at++;
    }
    if (at < starred->count && starred->sizes[at] == size) {
        return 0;
    }
    Py_ssize_t *sizes = PyMem_Realloc(starred->sizes, (size_t)(starred->count + 1) * sizeof(Py_ssize_t));
    if (sizes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    starred->sizes = sizes;
    memmove(sizes + at + 1, sizes + at, (size_t)(starred->count - at) * sizeof(Py_ssize_t));
    sizes[at] = size;
    starred->count++;
    return 0;
}

static int read_starred(Places *places, PyObject *prefixes)
{
    PyObject *phrase, *given;
    for (Py_ssize_t at = 0; PyDict_Next(prefixes, &at, &phrase, &given);) {
        Text text = utf8_of(phrase), head = text;
        while (head.size && head.at[head.size - 1] != ' ') {
            head.size--;
        }
        Py_ssize_t number = text.at ? head_number(places, head) : -1;
        if (number < 0 || add_size(places->starred + number, text.size - head.size) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Take a new object, and keep it as long as the names that are borrowed from it; NULL with an exception. */
static PyObject *keep(Places *places, PyObject *object)
{
    int is_kept = object != NULL && PyList_Append(places->kept, object) == 0;
    Py_XDECREF(object);
    return is_kept ? object : NULL;
}

static int read_heads(Places *places, PyObject *heads)
{
    PyObject *all = keep(places, PySequence_List(heads));
    for (Py_ssize_t at = 0; all != NULL && at < PyList_Size(all); at++) {
        Text text = utf8_of(PyList_GetItem(all, at));
        if (text.at == NULL || head_number(places, text) < 0) {
            return -1;
        }
    }
    return all == NULL ? -1 : 0;
}

static int read_tables(Places *places, PyObject *exact, PyObject *prefixes, PyObject *heads)
{
    places->kept = PyList_New(0);
    exact = places->kept ? keep(places, PyDict_Copy(exact)) : NULL;
    prefixes = exact ? keep(places, PyDict_Copy(prefixes)) : NULL;
    if (prefixes == NULL) {
        return -1;
    }
    if (head_number(places, NO_CHARS) < 0 || read_heads(places, heads) < 0 || read_starred(places, prefixes) < 0) {
        return -1;
    }
    return read_phrases(places, exact, &places->exact) < 0 ? -1 : read_phrases(places, prefixes, &places->prefixes);
}

/* ── the type ────────────────────────────────────────────────────────────────────────────── */

/* Put the longer phrases first, and those of one length in the order of their kinds. */
static void sort_places(Found *found)
{
    for (Py_ssize_t at = 1; at < found->count; at++) {
        const Place *place = found->best[at];
        Py_ssize_t to = at;
        for (; to > 0; to--) {
            const Place *before = found->best[to - 1];
            if (before->words > place->words || (before->words == place->words && before->rank < place->rank)) {
                break;
            }
            found->best[to] = before;
        }
        found->best[to] = place;
    }
}

PyDoc_STRVAR(MATCH_DOC, "match(signature, /)\n--\n\n"
                        "Return one hit a kind, that of its longest phrase; the longest first, then in the order of kinds.\n\n"
                        "Raises UnicodeEncodeError for half a surrogate pair.");

static PyObject *places_match(PyObject *self, PyObject *signature)
{
    Text words = utf8_of(signature);
    if (words.at == NULL) {
        return NULL;
    }
    Found found;
    find_places((const Places *)self, words, &found);
    sort_places(&found);
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < found.count; at++) {
        count += !found.best[at]->is_other;
    }
    PyObject *hits = PyTuple_New(count);
    for (Py_ssize_t at = found.count; hits != NULL && at-- > 0;) {
        if (!found.best[at]->is_other) {
            PyTuple_SetItem(hits, --count, Py_NewRef(found.best[at]->hit));
        }
    }
    return hits;
}

static PyObject *places_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PyObject *exact, *prefixes, *heads;
    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O!O!O:Places", &PyDict_Type, &exact, &PyDict_Type, &prefixes, &heads)) {
        return NULL;
    }
    Places *places = (Places *)PyType_GenericAlloc(type, 0);
    if (places == NULL || read_tables(places, exact, prefixes, heads) == 0) {
        return (PyObject *)places;
    }
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "the tables are not whole");
    }
    Py_DECREF(places);
    return NULL;
}

static void places_free(PyObject *self)
{
    Places *places = (Places *)self;
    PyTypeObject *type = Py_TYPE(self);
    for (Py_ssize_t at = 0; at < places->head_count; at++) {
        PyMem_Free(places->starred[at].sizes);
    }
    void *all[] = {
        places->exact.slots, places->prefixes.slots, places->heads.slots, places->places, places->groups, places->starred,
    };
    for (size_t at = 0; at < sizeof(all) / sizeof(all[0]); at++) {
        PyMem_Free(all[at]);
    }
    Py_XDECREF(places->kept);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"match", places_match, METH_O, MATCH_DOC},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_doc, "Places(exact, prefixes, heads)\n--\n\nFinds phrases as `rules.markup_rules.PlaceIndex` does."},
    {Py_tp_new, places_new},
    {Py_tp_dealloc, places_free},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

static PyType_Spec SPEC = {
    .name = "harvester.native._core.Places",
    .basicsize = sizeof(Places),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};

bool is_places(PyObject *object)
{
    return PyType_GetSlot(Py_TYPE(object), Py_tp_dealloc) == (void *)places_free;
}

int add_places(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&SPEC);
    int failed = type ? PyModule_AddObjectRef(module, "Places", type) : -1;
    Py_XDECREF(type);
    return failed;
}
