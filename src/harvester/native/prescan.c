/* A look at a page's markup before it is parsed: `dom/prescan.py` in compiled form, which says what it is for.

   page_scan.h has the tokenizer. */

#include "page_scan.h"

/* To the "</name" that ends the content of `name`, or to the end. */
static const char *to_end_tag(const char *at, const char *end, const char *name)
{
    while ((at = next(at, end, '<')) < end) {
        if (at + 1 < end && at[1] == '/' && stands(at + 2, end, name))
            return at;
        at++;
    }
    return end;
}

static int is_harmless(const char *at, const char *end, Py_ssize_t most)
{
    while ((at = next(at, end, '<')) < end) {
        at++;
        if (at == end)
            break;
        if (*at == '/' ? at + 1 < end && is_letter(at[1]) : is_letter(*at)) {
            const char *raw = raw_name(at, end);
            if ((at = over_tag(at + (*at == '/'), end, most)) == NULL)
                return 0;
            if (raw)
                at = to_end_tag(at, end, raw);
        } else if (end - at >= 3 && memcmp(at, "!--", 3) == 0) {
            at = to_comment_end(at + 3, end);
        }
    }
    return 1;
}

/* "<" without those of end tags, "</". */
static Py_ssize_t openings_of(const char *at, const char *end)
{
    Py_ssize_t count = 0;
    for (; (at = next(at, end, '<')) < end; at++)
        count += at + 1 == end || at[1] != '/';
    return count;
}

PyDoc_STRVAR(prescan_doc,
             "prescan(html, most_attributes, /)\n--\n\n"
             "Return how many \"<\" open something in a page's UTF-8, and whether no tag has more attributes than that.");

static PyObject *prescan(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *html;
    Py_ssize_t most, size;
    char *text;
    if (!PyArg_ParseTuple(args, "Sn:prescan", &html, &most) || PyBytes_AsStringAndSize(html, &text, &size) < 0)
        return NULL;
    return Py_BuildValue("(nN)", openings_of(text, text + size),
                         PyBool_FromLong(is_harmless(text, text + size, most)));
}

static PyMethodDef methods[] = {
    {"prescan", prescan, METH_VARARGS, prescan_doc},
    {NULL, NULL, 0, NULL},
};

int add_prescan(PyObject *module) { return PyModule_AddFunctions(module, methods); }
