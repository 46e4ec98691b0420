/* What an element may be cut out as, and whether it is apart from its sentence: asked once for each distinct start tag. */

#include "markup_rules.h"

enum { SAID = 7, MAX_KNOWN_CUTS = 4096 };

/* Write down what `rules.markup_rules.signature` reads of an element; -1 with an exception. */
static int read_said(Page *page, const Tag *tag, Text said[SAID])
{
    const Name *name = page->names + tag->name;
    PyObject *hints = hints_str(page, tag);
    said[0] = name->has_dash ? name->text : NO_CHARS;
    said[1] = value_of(tag, CLASS);
    said[2] = HEADING_LEVEL(name->sets) ? NO_CHARS : value_of(tag, ID); /* made of its words */
    said[3] = value_of(tag, ROLE);
    said[4] = value_of(tag, LABEL);
    said[6] = value_of(tag, ITEMPROP);
    said[5] = utf8_of(hints);
    return said[5].at ? 0 : -1;
}

/* Return whether elements of the tag's name may be cut out whatever they are called: 0 or 1; -1 with an exception. */
static int is_asked(Page *page, const Tag *tag)
{
    Name *name = page->names + tag->name;
    if (name->is_asked < 0) {
        PyObject *str = name_str(page, tag);
        name->is_asked = str ? PySet_Contains(page->cut_tags, str) : -1;
    }
    return name->is_asked;
}

static PyObject *asked_cut(Page *page, Tag *tag)
{
    PyObject *element = element_of(page, tag, -1);
    PyObject *cut = element ? PyObject_CallFunctionObjArgs(page->cut_of, element, NULL) : NULL;
    Py_XDECREF(element);
    return cut;
}

/* Return whether some names of the class say how the element looks: `label_by_markup._without_looks`. */
static bool has_looks(const Tag *tag)
{
    Text classes = value_of(tag, CLASS);
    size_t size = (size_t)classes.size;
    return size && (memchr(classes.at, '[', size) != NULL || memchr(classes.at, ':', size) != NULL);
}

/* Return what `cut_of` said of a tag of the same meaning, or says now; new. */
static PyObject *known_cut(Page *page, Tag *tag, PyObject *hits)
{
    PyObject *fields[] = {shared(name_of(page, tag)->is_asked ? name_str(page, tag) : page->reader->empty), shared(hits)};
    PyObject *key = packed(fields, 2), *cut = key ? shared(PyDict_GetItemWithError(page->known_cuts, key)) : NULL;
    if (key != NULL && cut == NULL && !PyErr_Occurred()) {
        cut = asked_cut(page, tag);
        bool has_room = cut != NULL && PyDict_Size(page->known_cuts) < MAX_KNOWN_CUTS;
        if (has_room && PyDict_SetItem(page->known_cuts, key, cut) < 0) {
            Py_CLEAR(cut);
        }
    }
    Py_XDECREF(key);
    return cut;
}

/* Return what the tag may be cut out as, None where as nothing; new. Most say nothing that any rule knows. */
static PyObject *cut_by_hits(Page *page, Tag *tag)
{
    Text said[SAID];
    int asked = is_asked(page, tag), found;
    if (asked < 0 || read_said(page, tag, said) < 0) {
        return NULL;
    }
    PyObject *hits = hits_of(page->cut_places, said, SAID, &page->scratch, &found), *cut;
    if (hits == NULL || (!asked && !found)) {
        cut = hits ? shared(Py_None) : NULL;
    } else if (hits == Py_None || has_looks(tag)) {
        cut = asked_cut(page, tag);
    } else {
        cut = known_cut(page, tag, hits);
    }
    Py_XDECREF(hits);
    return cut;
}

static int ask_cut(Page *page, Tag *tag)
{
    PyObject *cut = page->cut_places ? cut_by_hits(page, tag) : asked_cut(page, tag);
    if (cut == Py_None) {
        Py_DECREF(cut);
        return 0;
    }
    if (owned(page, cut) == NULL) {
        return -1;
    }
    bool *const flags[] = {&tag->cuts_prose, &tag->cuts_links, &tag->spares_values};
    for (int at = 0; at < 3; at++) {
        PyObject *said = PyTuple_GetItem(cut, 1 + at);
        int is = said ? PyObject_IsTrue(said) : -1;
        if (is < 0) {
            return -1;
        }
        *flags[at] = is;
    }
    tag->label = PyTuple_GetItem(cut, 0);
    return tag->label == NULL ? -1 : 0;
}

/* Return whether an element is not entered: 0 or 1; -1 with an exception. */
static int find_apart(Page *page, Tag *tag, uint32_t sets)
{
    if (sets & (TAG_BR | IMAGES)) {
        return 1;
    }
    if (!tag->is_hidden || !page->reveal_hidden) {
        return tag->is_hidden;
    }
    PyObject *name = name_str(page, tag), *attributes = name ? attribute_dict(tag, page->reader) : NULL;
    PyObject *answer =
        attributes ? PyObject_CallFunctionObjArgs(page->reader->is_dialog, name, attributes, NULL) : NULL;
    Py_XDECREF(attributes);
    return is_true(answer);
}

int meet_tag(Page *page, Tag *tag)
{
    if (tag->is_met) {
        return 0;
    }
    if (read_tag(page, tag) < 0) {
        return -1;
    }
    uint32_t sets = name_of(page, tag)->sets;
    int apart = find_apart(page, tag, sets);
    tag->is_apart = apart > 0;
    tag->is_met = true;
    if (apart < 0) {
        return -1;
    }
    bool is_marked = tag->rules != NULL;
    bool may_be_cut = (tag->is_border || tag->is_tool) && !(sets & VOID_TAGS) && !is_marked;
    return page->cut_of != NULL && may_be_cut ? ask_cut(page, tag) : 0;
}

int is_panel(Page *page, Tag *tag)
{
    if (tag->panel < 0) {
        tag->panel = ask_attributes(page, tag, page->reader->is_panel);
    }
    return tag->panel;
}

/* Return the number of a link's address; -1 with an exception. */
int link_of(Page *page, Tag *tag)
{
    if (tag->link >= 0) {
        return tag->link;
    }
    Text address = value_of(tag, HREF);
    uint64_t hash = hash_of(address);
    int64_t known = find_name(&page->link_ids, address, hash);
    if (known < 0) {
        Link *links = grown(page->links, &page->link_room, page->link_count + 1, sizeof(Link));
        if (links == NULL || (page->links = links, add_name(&page->link_ids, address, hash, page->link_count)) < 0) {
            return -1;
        }
        known = page->link_count++;
        links[known] = (Link){.run = -1};
        links[known].is_released = !starts_with(address, "#") && !starts_with(address, "javascript:");
    }
    return tag->link = (int)known;
}
