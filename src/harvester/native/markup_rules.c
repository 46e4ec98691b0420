/* The phrases by which places of boilerplate are known, in the words of an element: `rules/markup_rules.py`, which says
   what each means.

   A `Places` keeps copies of the tables that it was given, and borrows all strings in its names from them. */

#include "place_tables.h"
#include "markup_signatures.h"

enum {
    MOST_PHRASE_WORDS = 4,
    MOST_SIGNATURE = 1000, /* bytes of what an element says; of more, a part is read */
};

/* The places that stand in one signature: of each kind that of the longest phrase. */
typedef struct {
    const Place *best[MOST_KINDS];
    Py_ssize_t count;
} Found;

/* ── the words that begin phrases ────────────────────────────────────────────────────────── */

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
    unsigned may_be = head_size ? UINT16_MAX : places->stars[bit_of(phrase, FILTER_LETTERS)] | places->short_stars;
    for (Py_ssize_t at = 0; starred != NULL && at < starred->count; at++) {
        Text start = {phrase.at, head_size + starred->sizes[at]};
        if (start.size > phrase.size) {
            return; /* the sizes rise */
        }
        if (!(may_be & size_bit(starred->sizes[at]))) {
            continue;
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

/* Find the phrases that begin with the word from `start` to `end`. */
static void find_from(const Places *places, Text words, Py_ssize_t start, Py_ssize_t end, Found *found)
{
    for (Py_ssize_t word = start, count = 0; count < MOST_PHRASE_WORDS; count++) {
        take_ending(places, (Text){words.at + start, end - start}, word - start, found);
        if (end + 1 >= words.size) {
            return;
        }
        Text head = {words.at + start, end + 1 - start};
        if (find_name(&places->heads, head, hash_of(head)) < 0) {
            return;
        }
        word = end + 1;
        end = end_of_word(words, word);
    }
}

/* Whether a word says that what follows is not there: "no-sidebar". */
static bool is_without(Text word)
{
    return is_equal(word, "no") || is_equal(word, "without");
}

static void find_places(const Places *places, Text words, Found *found)
{
    found->count = 0;
    bool is_lacking = false;
    for (Py_ssize_t at = 0, end; at < words.size; at = end + 1) {
        end = end_of_word(words, at);
        Text word = {words.at + at, end - at};
        if (!is_lacking && may_begin(places, word)) {
            find_from(places, words, at, end, found);
        }
        is_lacking = is_without(word);
    }
}

/* ── what a reader asks ──────────────────────────────────────────────────────────────────── */

/* Find the places in what an element says; 0: it is not all in ASCII, or long; -1: no memory. */
static int find_in_said(const Places *places, const Text *said, int count, Buffer *scratch, Found *found)
{
    found->count = 0;
    scratch->size = 0;
    for (int at = 0; at < count; at++) {
        if (said[at].size && (append(scratch, said[at]) < 0 || append_char(scratch, ' ') < 0)) {
            return -1;
        }
    }
    Text text = of_buffer(scratch);
    if (text.size > MOST_SIGNATURE || !is_ascii(text)) {
        return 0;
    }
    char words[2 * MOST_SIGNATURE];
    find_places(places, (Text){words, write_words(text.at, text.at + text.size, words)}, found);
    return 1;
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

static PyObject *hits_tuple(Found *found)
{
    sort_places(found);
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < found->count; at++) {
        count += !found->best[at]->is_other;
    }
    PyObject *hits = PyTuple_New(count);
    for (Py_ssize_t at = found->count; hits != NULL && at-- > 0;) {
        if (!found->best[at]->is_other) {
            PyTuple_SetItem(hits, --count, Py_NewRef(found->best[at]->hit));
        }
    }
    return hits;
}

PyObject *hits_of(PyObject *object, const Text *said, int count, Buffer *scratch, int *means_any)
{
    Found found;
    int is_known = find_in_said((const Places *)object, said, count, scratch, &found);
    *means_any = is_known <= 0 || found.count > 0;
    return is_known > 0 ? hits_tuple(&found) : is_known < 0 ? NULL : Py_NewRef(Py_None);
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
    return hits_tuple(&found);
}

static PyObject *places_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PyObject *exact, *prefixes, *heads;
    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O!O!O:Places", &PyDict_Type, &exact, &PyDict_Type, &prefixes, &heads)) {
        return NULL;
    }
    Places *places = (Places *)PyType_GenericAlloc(type, 0);
    if (places == NULL || read_places(places, exact, prefixes, heads) == 0) {
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
