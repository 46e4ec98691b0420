/* What the compiled reader takes from the interpreted one, once: `harvester.dom.compiled_reader` says what that is. */

#include "straight.h"

#include <stddef.h>

/* Return a field of the vocabulary, borrowed from the reader. */
static PyObject *field(const Reader *reader, PyObject *vocabulary, const char *name)
{
    PyObject *value = PyObject_GetAttrString(vocabulary, name);
    int failed = value ? PyList_Append(reader->kept, value) : -1;
    Py_XDECREF(value);
    return failed ? NULL : value;
}

typedef struct {
    const char *name;
    size_t offset;
} Field;

#define OBJECT(name) {#name, offsetof(Reader, name)}

static const Field OBJECTS[] = {
    OBJECT(empty), OBJECT(no_tuple), OBJECT(block), OBJECT(element), OBJECT(span), OBJECT(trace), OBJECT(image),
    OBJECT(markup), OBJECT(parts), OBJECT(too_many), OBJECT(read_opening), OBJECT(collapse), OBJECT(unwrap_cjk),
    OBJECT(settle_code), OBJECT(is_barring), OBJECT(is_dialog), OBJECT(is_panel), OBJECT(is_never_shown),
    OBJECT(is_line_number), OBJECT(is_code_line), OBJECT(has_alnum), OBJECT(has_alpha), OBJECT(is_data_table),
    OBJECT(emoji_of), OBJECT(side), OBJECT(anchor_label), OBJECT(says_blocks), OBJECT(says_elements),
    OBJECT(says_chars), OBJECT(meta), OBJECT(head_link), OBJECT(script), OBJECT(embed_standin), OBJECT(filled_image),
};

static const Field LIMITS[] = {
    OBJECT(max_blocks), OBJECT(max_elements), OBJECT(max_chars), OBJECT(max_spans), OBJECT(max_images),
    OBJECT(max_raw_span), OBJECT(max_notes),
};

static int read_objects(Reader *reader, PyObject *vocabulary)
{
    for (size_t at = 0; at < sizeof(OBJECTS) / sizeof(OBJECTS[0]); at++) {
        PyObject *value = field(reader, vocabulary, OBJECTS[at].name);
        if (value == NULL) {
            return -1;
        }
        memcpy((char *)reader + OBJECTS[at].offset, &value, sizeof(value));
    }
    for (size_t at = 0; at < sizeof(LIMITS) / sizeof(LIMITS[0]); at++) {
        PyObject *value = field(reader, vocabulary, LIMITS[at].name);
        Py_ssize_t limit = value ? PyLong_AsSsize_t(value) : -1;
        if (limit == -1 && PyErr_Occurred()) {
            return -1;
        }
        memcpy((char *)reader + LIMITS[at].offset, &limit, sizeof(limit));
    }
    return 0;
}

/* Read a tuple of str; return how many there are, -1 with an exception. */
static int read_texts(const Reader *reader, PyObject *vocabulary, const char *name, Text *texts, int room)
{
    PyObject *tuple = field(reader, vocabulary, name);
    Py_ssize_t count = tuple ? PyTuple_Size(tuple) : -1;
    if (count > room) {
        PyErr_Format(PyExc_ValueError, "%s: more than %d", name, room);
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        texts[at] = utf8_of(PyTuple_GetItem(tuple, at));
        if (texts[at].at == NULL) {
            return -1;
        }
    }
    return (int)count;
}

/* Read a dict of str to int. */
static int read_names(const Reader *reader, PyObject *vocabulary, const char *name, Names *names)
{
    PyObject *dict = field(reader, vocabulary, name), *key, *value;
    Py_ssize_t at = 0;
    if (dict == NULL) {
        return -1;
    }
    while (PyDict_Next(dict, &at, &key, &value)) {
        Text text = utf8_of(key);
        long long number = text.at ? PyLong_AsLongLong(value) : -1;
        if (number < 0 || add_name(names, text, hash_of(text), number) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_attribute_names(Reader *reader, PyObject *vocabulary)
{
    Text names[FIRST_HINT + MOST_WORDS];
    reader->attribute_names = field(reader, vocabulary, "attributes");
    reader->attribute_count = read_texts(reader, vocabulary, "attributes", names, FIRST_HINT + MOST_WORDS);
    if (reader->attribute_count < FIRST_HINT) {
        return -1;
    }
    for (int at = 0; at < reader->attribute_count; at++) {
        if (add_name(&reader->attributes, names[at], hash_of(names[at]), at) < 0) {
            return -1;
        }
        if (at >= FIRST_HINT) {
            reader->hint_names[at - FIRST_HINT] = names[at];
        }
    }
    return 0;
}

static int read_sought(Reader *reader, PyObject *vocabulary)
{
    Text names[MOST_SOUGHT];
    int count = read_texts(reader, vocabulary, "sought", names, MOST_SOUGHT);
    reader->sought_names = field(reader, vocabulary, "sought");
    for (int at = 0; at < count; at++) {
        if (names[at].size < 2 || add_name(&reader->sought, names[at], hash_of(names[at]), at) < 0) {
            return -1;
        }
        reader->signs[letter_pair(names[at].at)] |= SEEKS;
    }
    return count < 0 || reader->sought_names == NULL ? -1 : 0;
}

static int read_roles(Reader *reader, PyObject *vocabulary)
{
    PyObject *roles = field(reader, vocabulary, "roles");
    for (int at = 0; at < ROLES; at++) {
        reader->roles[at] = roles ? PyTuple_GetItem(roles, at) : NULL;
        if (reader->roles[at] == NULL) {
            return -1;
        }
    }
    return 0;
}

/* Take note of what a word says; false: it has not the three letters that it is found by. */
static bool note_sign(Reader *reader, const char *word, int sign)
{
    if (strlen(word) < 3) {
        return false;
    }
    reader->signs[letter_pair(word)] |= (unsigned char)sign;
    reader->signs[letter_pair(word + 1)] |= (unsigned char)(sign * LATER);
    return true;
}

int read_vocabulary(Reader *reader, PyObject *vocabulary)
{
    void *make_tuple = PyType_GetSlot(&PyTuple_Type, Py_tp_new);
    memcpy(&reader->make_tuple, &make_tuple, sizeof(make_tuple)); /* ISO C knows no cast to a function */
    reader->barring_tag_count = read_texts(reader, vocabulary, "barring_tags", reader->barring_tags, MOST_WORDS);
    reader->barring_name_count = read_texts(reader, vocabulary, "barring_names", reader->barring_names, MOST_WORDS);
    reader->barring_attribute_count =
        read_texts(reader, vocabulary, "barring_attributes", reader->barring_attributes, MOST_WORDS);
    reader->data_id_count = read_texts(reader, vocabulary, "data_ids", reader->data_ids, MOST_WORDS);
    reader->item_count = read_texts(reader, vocabulary, "items", reader->items, MOST_WORDS);
    bool has_words = reader->barring_tag_count >= 0 && reader->barring_name_count > 0;
    for (int at = 0; at < reader->barring_name_count; at++) {
        const char *name = reader->barring_names[at].at;
        reader->barring_letters[(unsigned char)name[0]] |= (uint32_t)1 << at;
        has_words = note_sign(reader, name, BARS) && has_words;
    }
    for (int at = 0; HIDING_WORDS[at]; at++) {
        has_words = note_sign(reader, HIDING_WORDS[at], HIDES) && has_words;
    }
    reader->sentence_end = utf8_of(field(reader, vocabulary, "sentence_end"));
    reader->standin = utf8_of(field(reader, vocabulary, "standin"));
    has_words = has_words && reader->barring_attribute_count > 0 && reader->data_id_count > 0 && reader->item_count > 0
                && reader->sentence_end.at && reader->standin.at;
    if (make_tuple == NULL || !has_words || read_objects(reader, vocabulary) < 0 || read_roles(reader, vocabulary) < 0) {
        return -1;
    }
    if (read_names(reader, vocabulary, "tags", &reader->tags) < 0 || read_names(reader, vocabulary, "classes", &reader->classes) < 0
        || read_names(reader, vocabulary, "page_tags", &reader->page_tags) < 0) {
        return -1;
    }
    PyObject *references = field(reader, vocabulary, "references");
    if (references == NULL || read_references(reader, references) < 0 || add_tag_rules(&reader->tag_rules) < 0) {
        return -1;
    }
    return read_attribute_names(reader, vocabulary) < 0 ? -1 : read_sought(reader, vocabulary);
}
