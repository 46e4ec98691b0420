/* What a glance at the bytes of a page's markup tells, so that most pages are not parsed for it: addresses with a number
   at their end for `pagination.py`, tags by their name for `crawl/answer_reading.py`. Each byte is looked at a fixed
   number of times. */

#include "texts.h"

static bool is_one_of(char c, const char *those) { return c != '\0' && strchr(those, c) != NULL; }

/* ── addresses ───────────────────────────────────────────────────────────────────────────────── */

/* Whether a number stands in an address where it may count pages. `is_marked`: it begins with the mark before it. */
static bool may_count(Text address, Text number, bool is_marked)
{
    const char *end = address.at + address.size;
    for (Text rest = address;;) {
        Py_ssize_t place = place_of(rest, number);
        if (place < 0)
            return false;
        const char *at = rest.at + place, *next = at + number.size;
        bool begins = is_marked || at == address.at || is_one_of(at[-1], "=/_,;-pPeE");
        if (begins && (next == end || is_one_of(*next, "/.?#&")))
            return true;
        rest = behind(rest, place + 1);
    }
}

/* Whether what ends before `end` is "href", its last three letters of one case; nothing before `start` is looked at. */
static bool is_href(const char *start, const char *end)
{
    if (end - start < 4 || (end[-4] | 0x20) != 'h')
        return false;
    return memcmp(end - 3, "ref", 3) == 0 || memcmp(end - 3, "REF", 3) == 0;
}

/* The value behind a sign of equality: up to a quote, a blank or the end of the tag. */
static Text value_at(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    if (at < end && (*at == '"' || *at == '\''))
        at++;
    const char *start = at;
    while (at < end && !is_blank(*at) && *at != '"' && *at != '\'' && *at != '>')
        at++;
    return (Text){start, at - start};
}

static int note_address(PyObject *found, Text address)
{
    PyObject *key = PyBytes_FromStringAndSize(address.at, address.size);
    int failed = key == NULL || PyDict_SetItem(found, key, Py_None) < 0;
    Py_XDECREF(key);
    return failed ? -1 : 0;
}

static PyObject *numbered_hrefs(PyObject *module, PyObject *arguments)
{
    Text page = NO_CHARS, number = NO_CHARS, marked = NO_CHARS;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y#y#y#:numbered_hrefs", &page.at, &page.size, &number.at, &number.size, &marked.at,
                          &marked.size))
        return NULL;
    if (!number.size || !marked.size) {
        PyErr_SetString(PyExc_ValueError, "wants a number");
        return NULL;
    }
    PyObject *found = PyDict_New();
    const char *start = page.at, *end = page.at + page.size; /* what is before `start` is of the value before */
    for (const char *at = start; found && at < end && (at = memchr(at, '=', (size_t)(end - at))) != NULL;) {
        const char *name = at++;
        while (name > start && is_blank(name[-1]))
            name--;
        if (!is_href(start, name))
            continue;
        Text address = value_at(at, end);
        start = at = address.at + address.size;
        if ((may_count(address, number, false) || may_count(address, marked, true)) && note_address(found, address) < 0)
            Py_CLEAR(found);
    }
    return found;
}

/* ── tags ────────────────────────────────────────────────────────────────────────────────────── */

static PyObject *find_opening(PyObject *module, PyObject *arguments)
{
    Text page = NO_CHARS, name = NO_CHARS;
    Py_ssize_t start;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y#y#n:find_opening", &page.at, &page.size, &name.at, &name.size, &start))
        return NULL;
    if (start < 0 || start > page.size)
        return PyLong_FromLong(-1);
    Text rest = behind(page, start);
    while (rest.size > name.size) {
        const char *at = memchr(rest.at, '<', (size_t)(rest.size - name.size));
        if (at == NULL)
            break;
        Py_ssize_t letter = 0;
        while (letter < name.size && (at[letter + 1] | 0x20) == name.at[letter])
            letter++;
        if (letter == name.size)
            return PyLong_FromSsize_t(at - page.at);
        rest = behind(rest, at - rest.at + 1);
    }
    return PyLong_FromLong(-1);
}

static PyMethodDef methods[] = {
    {"numbered_hrefs", numbered_hrefs, METH_VARARGS,
     "numbered_hrefs(html, number, marked, /)\n--\n\n"
     "Return the addresses in a page's markup in which a number may count pages, in order, as keys: `number` behind a\n"
     "mark or a word, or `marked`, which begins with its mark."},
    {"find_opening", find_opening, METH_VARARGS,
     "find_opening(html, name, start, /)\n--\n\n"
     "Return where a tag begins, from `start` on, whose name begins with `name` (small letters); -1: nowhere."},
    {NULL, NULL, 0, NULL},
};

int add_markup_glances(PyObject *module) { return PyModule_AddFunctions(module, methods); }
