/* The phrases of markup_rules.c, put into tables when a process begins. */

#include "place_tables.h"

enum { PLACE_WORDS = 0, PLACE_RANK = 1, PLACE_HIT = 2, PLACE_OTHER = 3 }; /* of a `_Place` of rules/markup_rules.py */

/* Take note of the word that a phrase begins with. */
static void note_beginning(Places *places, Text phrase, bool is_starred)
{
    const char *blank = memchr(phrase.at, ' ', (size_t)phrase.size);
    Text word = {phrase.at, blank ? blank - phrase.at : phrase.size};
    size_t bit = bit_of(word, FILTER_LETTERS);
    places->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
    if (is_starred && blank == NULL) {
        uint16_t *stars = word.size < FILTER_LETTERS ? &places->short_stars : places->stars + bit;
        *stars = (uint16_t)(*stars | size_bit(word.size));
    }
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

int read_places(Places *places, PyObject *exact, PyObject *prefixes, PyObject *heads)
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
