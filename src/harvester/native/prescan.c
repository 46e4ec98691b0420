/* A look at a page's markup before it is parsed: `dom/prescan.py` in compiled form, which says what it is for.

   A coarse tokenizer, after the HTML standard (section 13.2.5): no byte is looked at more than a fixed number of times. */

#include <string.h>

#include "common.h"
#include "tag_marks.h"

/* The next `c` from `at` on; `end` where there is none. */
static const char *next(const char *at, const char *end, char c)
{
    const char *found = at < end ? memchr(at, c, (size_t)(end - at)) : NULL;
    return found ? found : end;
}

/* Whether `name`, in lower case, stands at `at`, in letters of either case. */
static int stands(const char *at, const char *end, const char *name)
{
    for (; *name; at++, name++)
        if (at == end || (*at | 0x20) != *name)
            return 0;
    return 1;
}

/* Over "= value", from the "=" on: a quote opens a value only there. */
static const char *over_value(const char *at, const char *end)
{
    for (at++; at < end && is_blank(*at); at++)
        ;
    if (at < end && (*at == '"' || *at == '\'')) {
        at = next(at + 1, end, *at);
        return at < end ? at + 1 : end;
    }
    while (at < end && !is_mark(*at, IS_BLANK | IS_END))
        at++;
    return at;
}

/* Over one attribute: a name, with a value or without one, or a value alone. */
static const char *over_attribute(const char *at, const char *end)
{
    if (*at != '=') {
        while (at < end && !is_mark(*at, IS_BLANK | IS_SLASH | IS_END | IS_EQUALS))
            at++;
        const char *behind = at;
        while (behind < end && is_blank(*behind))
            behind++;
        if (behind == end || *behind != '=')
            return behind;
        at = behind;
    }
    return over_value(at, end);
}

/* Over the rest of a tag, from its name on, and its ">"; NULL where it has more than `most` attributes. */
static const char *over_tag(const char *at, const char *end, Py_ssize_t most)
{
    while (at < end && !is_mark(*at, IS_BLANK | IS_SLASH | IS_END))
        at++;
    for (Py_ssize_t count = 0;; count++) {
        while (at < end && is_mark(*at, IS_BLANK | IS_SLASH))
            at++;
        if (at == end)
            return end;
        if (*at == '>')
            return at + 1;
        if (count == most)
            return NULL;
        at = over_attribute(at, end);
    }
}

/* The name of an element whose content is text to the parser, whatever it looks like; NULL for all others. */
static const char *raw_name(const char *at, const char *end)
{
    static const char *const names[] = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"};
    if (at == end || memchr("stxin", *at | 0x20, 5) == NULL) /* most tags are none of these */
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!stands(at, end, names[i]))
            continue;
        const char *behind = at + strlen(names[i]);
        if (behind < end && is_mark(*behind, IS_BLANK | IS_SLASH | IS_END))
            return names[i];
    }
    return NULL;
}

/* To the "-->" that ends a comment, or to the end. */
static const char *to_comment_end(const char *at, const char *end)
{
    for (; (at = next(at, end, '-')) < end; at++)
        if (at + 2 < end && at[1] == '-' && at[2] == '>')
            return at;
    return end;
}

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
