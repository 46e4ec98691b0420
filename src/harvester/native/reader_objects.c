/* The Python objects that come out: `text_runs.BodyParts` and what it holds. */

#include "reader.h"

PyObject *owned(Page *page, PyObject *object)
{
    if (object == NULL) {
        return NULL;
    }
    PyObject **all = grown(page->owned, &page->owned_room, page->owned_count + 1, sizeof(PyObject *));
    if (all == NULL) {
        Py_DECREF(object);
        return NULL;
    }
    page->owned = all;
    return all[page->owned_count++] = object;
}

int is_true(PyObject *answer)
{
    int is = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return is;
}

static PyObject *none_or(Py_ssize_t number)
{
    return number ? PyLong_FromSsize_t(number) : shared(Py_None);
}

/* Return a new tuple of `count` new references; they are taken, also where one is NULL. */
PyObject *packed(PyObject *const *items, int count)
{
    PyObject *tuple = PyTuple_New(count);
    bool is_whole = tuple != NULL;
    for (int at = 0; at < count; at++) {
        is_whole = is_whole && items[at] != NULL;
        if (tuple != NULL && items[at] != NULL) {
            PyTuple_SetItem(tuple, at, items[at]);
        } else {
            Py_XDECREF(items[at]);
        }
    }
    if (!is_whole) {
        Py_CLEAR(tuple);
    }
    return tuple;
}

static PyObject *element_list(Page *page)
{
    PyObject *list = PyList_New(page->element_count);
    for (Py_ssize_t at = 0; list != NULL && at < page->element_count; at++) {
        const ElementRow *row = page->elements + at;
        PyObject *element = element_of(page, page->tags + row->tag, row->parent);
        if (element == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SetItem(list, at, element);
        }
    }
    return list;
}

static PyObject *place_list(const Page *page)
{
    PyObject *list = PyList_New(page->element_count);
    for (Py_ssize_t at = 0; list != NULL && at < page->element_count; at++) {
        PyObject *place = PyLong_FromLong(page->elements[at].place);
        if (place == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SetItem(list, at, place);
        }
    }
    return list;
}

/* Return the places of what stands for a reading, TeX or an embed. */
static PyObject *standin_list(const Page *page)
{
    PyObject *list = PyList_New(0);
    for (int place = 1; list != NULL && place < place_count(page); place += 2) {
        if (!starts_with(tag_at(page, place)->text, page->reader->standin.at)) {
            continue;
        }
        PyObject *at = PyLong_FromLong(place);
        if (at == NULL || PyList_Append(list, at) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(at);
    }
    return list;
}

static PyObject *trace_of(const Page *page, const BlockRow *row, PyObject *markup)
{
    PyObject *items[] = {shared(markup), shared(row->spots), PyLong_FromLong(row->element)};
    return made(page->reader, page->reader->trace, packed(items, 3));
}

static PyObject *block_of(const Page *page, const BlockRow *row, PyObject *markup)
{
    const Reader *reader = page->reader;
    PyObject *items[] = {
        shared(reader->roles[row->role]),
        shared(row->text),
        none_or(row->level),
        PyLong_FromSsize_t(row->link_chars),
        shared(Py_None),
        shared(row->path),
        PyLong_FromLong(row->element),
        shared(row->spans),
        PyLong_FromSsize_t(row->strong_chars),
        shared(row->verdict ? row->verdict : Py_None),
        row->spots ? trace_of(page, row, markup) : shared(Py_None),
    };
    return made(reader, reader->block, packed(items, 11));
}

static PyObject *block_list(const Page *page, PyObject *markup)
{
    PyObject *list = PyList_New(page->block_count);
    for (Py_ssize_t at = 0; list != NULL && at < page->block_count; at++) {
        PyObject *block = block_of(page, page->blocks + at, markup);
        if (block == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SetItem(list, at, block);
        }
    }
    return list;
}

static PyObject *image_of_row(const Page *page, const ImageRow *row)
{
    PyObject *items[] = {
        shared(row->says->url),      shared(row->says->alt),         shared(row->says->width), shared(row->says->height),
        PyLong_FromLong(row->element), PyLong_FromSsize_t(row->block), PyLong_FromLong(row->place),
    };
    return made(page->reader, page->reader->image, packed(items, 7));
}

static PyObject *image_list(const Page *page)
{
    PyObject *list = PyList_New(page->image_count);
    for (Py_ssize_t at = 0; list != NULL && at < page->image_count; at++) {
        PyObject *image = image_of_row(page, page->images + at);
        if (image == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SetItem(list, at, image);
        }
    }
    return list;
}

/* Return a new `text_runs.BodyParts(markup, elements, blocks, images, rules)`. */
PyObject *parts_of(Page *page)
{
    PyObject *tokens = token_list(page), *elements = tokens ? element_list(page) : NULL;
    PyObject *places = elements ? place_list(page) : NULL, *standins = places ? standin_list(page) : NULL;
    PyObject *markup = NULL, *blocks = NULL, *images = NULL, *parts = NULL;
    if (standins != NULL) {
        markup = PyObject_CallFunctionObjArgs(page->reader->markup, tokens, elements, places, standins, NULL);
    }
    blocks = markup ? block_list(page, markup) : NULL;
    images = blocks ? image_list(page) : NULL;
    if (images != NULL) {
        parts = PyObject_CallFunctionObjArgs(page->reader->parts, markup, elements, blocks, images, page->rules, NULL);
    }
    Py_XDECREF(elements);
    Py_XDECREF(places);
    Py_XDECREF(standins);
    Py_XDECREF(markup);
    Py_XDECREF(blocks);
    Py_XDECREF(images);
    return parts;
}
