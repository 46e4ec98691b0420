/* Attributes of a start tag, and what styles say (`flat_markup.read_opening`, `attributes.py`, `inline.py`). */

#include "reader.h"

enum { MOST_ATTRIBUTES = FIRST_HINT + MOST_WORDS };

const Text *attribute(const Tag *tag, int name)
{
    for (int at = 0; at < tag->attribute_count; at++) {
        if (tag->attributes[at].name == name) {
            return &tag->attributes[at].value;
        }
    }
    return NULL;
}

/* ── styles ──────────────────────────────────────────────────────────────────────────────── */

/* Return what follows "name :" and blanks where `text` begins with it; .at NULL where it does not. */
Text behind_property(Text text, const char *name)
{
    if (!starts_with_any_case(text, name)) {
        return (Text){NULL, 0};
    }
    text = behind_blanks(behind(text, (Py_ssize_t)strlen(name)));
    if (text.size == 0 || text.at[0] != ':') {
        return (Text){NULL, 0};
    }
    return behind_blanks(behind(text, 1));
}

static bool is_set_to(Text text, const char *name, const char *value)
{
    Text said = behind_property(text, name);
    return said.at != NULL && starts_with_any_case(said, value);
}

bool style_hides(Text style)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        if (at == 0 || style.at[at - 1] == ';' || is_ascii_space(style.at[at - 1])) {
            Text text = behind(style, at);
            if (is_set_to(text, "display", "none") || is_set_to(text, "visibility", "hidden")) {
                return true;
            }
        }
    }
    return false;
}

bool style_runs_on(Text style)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        if (at && style.at[at - 1] != ';' && !is_ascii_space(style.at[at - 1])) {
            continue;
        }
        Text said = behind_property(behind(style, at), "display");
        if (said.at == NULL || !starts_with_any_case(said, "inline")) {
            continue;
        }
        char next = said.size > 6 ? said.at[6] : ';';
        if (!is_alnum(next) && next != '_' && next != '-') {
            return true;
        }
    }
    return false;
}

bool style_keeps_lines(Text style)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        Text said = behind_property(behind(style, at), "white-space");
        if (said.at != NULL
            && (starts_with_any_case(said, "pre-wrap") || starts_with_any_case(said, "pre-line")
                || starts_with_any_case(said, "break-spaces"))) {
            return true;
        }
    }
    return false;
}

/* ── attributes ──────────────────────────────────────────────────────────────────────────── */

static int keep_attribute(Attribute *found, int count, int name, Text value)
{
    for (int at = 0; at < count; at++) {
        if (found[at].name == name) {
            return count; /* of two of a name, the first counts */
        }
    }
    found[count] = (Attribute){name, value};
    return count + 1;
}

static int keep_attributes(Page *page, Tag *tag, const Attribute *found, int count)
{
    size_t size = (size_t)count * sizeof(Attribute);
    tag->attributes = count ? taken(&page->arena, size) : NULL;
    if (count && tag->attributes == NULL) {
        return -1;
    }
    if (count) {
        memcpy(tag->attributes, found, size);
    }
    tag->attribute_count = count;
    return 0;
}

/* Move `at` behind the attribute it stands on; the tag is whole, so it ends with ">". */
void next_attribute(const char **at, const char *end, Text *name, Text *value)
{
    const char *from = *at, *to = from + 1;
    while (!is_mark(*to, IS_BLANK | IS_EQUALS | IS_END)) {
        to++;
    }
    *name = (Text){from, to - from};
    *value = NO_CHARS;
    *at = to;
    if (end - to >= 2 && to[0] == '=' && to[1] == '"') {
        const char *quote = memchr(to + 2, '"', (size_t)(end - to - 2));
        if (quote != NULL) {
            *value = (Text){to + 2, quote - to - 2};
            *at = quote + 1;
        }
    }
}

int read_attributes(Page *page, Tag *tag)
{
    Attribute found[MOST_ATTRIBUTES];
    const char *end = tag->text.at + tag->text.size;
    const char *at = tag->text.at + 1 + name_of(page, tag)->text.size;
    int count = 0;
    while (is_blank(at[0]) && !is_mark(at[1], IS_BLANK | IS_END)) {
        Text name, value;
        at++;
        next_attribute(&at, end, &name, &value);
        tag->has_attributes = true;
        int64_t number = find_name(&page->reader->attributes, name, hash_of(name));
        if (number < 0) {
            continue;
        }
        value = from_unescaped(&page->arena, value);
        if (value.at == NULL) {
            return -1;
        }
        count = keep_attribute(found, count, (int)number, value);
    }
    return keep_attributes(page, tag, found, count);
}

/* Take the attributes from the dict of an Opening, which the page keeps alive. */
int copy_attributes(Page *page, Tag *tag, PyObject *attributes)
{
    Attribute found[MOST_ATTRIBUTES];
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int count = 0;
    tag->has_attributes = PyDict_Size(attributes) > 0;
    while (PyDict_Next(attributes, &at, &key, &value)) {
        Text name = utf8_of(key), said = name.at ? utf8_of(value) : name;
        if (said.at == NULL) {
            return -1;
        }
        int64_t number = find_name(&page->reader->attributes, name, hash_of(name));
        if (number >= 0) {
            count = keep_attribute(found, count, (int)number, said);
        }
    }
    return keep_attributes(page, tag, found, count);
}

/* Return what Python is to be asked about: the attributes by their names. New. */
PyObject *attribute_dict(const Tag *tag, const Reader *reader)
{
    PyObject *dict = PyDict_New();
    for (int at = 0; dict != NULL && at < tag->attribute_count; at++) {
        PyObject *name = PyTuple_GetItem(reader->attribute_names, tag->attributes[at].name);
        PyObject *value = name ? str_of(tag->attributes[at].value) : NULL;
        if (value == NULL || PyDict_SetItem(dict, name, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(value);
    }
    return dict;
}

int ask_attributes(Page *page, Tag *tag, PyObject *question)
{
    PyObject *attributes = attribute_dict(tag, page->reader);
    PyObject *answer = attributes ? PyObject_CallFunctionObjArgs(question, attributes, NULL) : NULL;
    Py_XDECREF(attributes);
    return is_true(answer);
}
