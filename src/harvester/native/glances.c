/* What a glance at the bytes of a text tells, so that most texts need no pattern: `text.py` asks, and says what for.

   A function of Python is given for those texts that a glance does not settle. */

#include "texts.h"

/* The bytes of the text of a call with a function and a text; NULL without an exception where they can not be had, as of
   half a surrogate pair, and with one where the call is wrong. */
static const unsigned char *bytes_of(PyObject *const *arguments, Py_ssize_t count, Py_ssize_t *size)
{
    if (count != 2 || !PyUnicode_Check(arguments[1])) {
        PyErr_SetString(PyExc_TypeError, "wants a function and a text");
        return NULL;
    }
    const char *text = PyUnicode_AsUTF8AndSize(arguments[1], size);
    if (text == NULL)
        PyErr_Clear();
    return (const unsigned char *)text;
}

/* What the function makes of the text, where a glance does not settle it. */
static PyObject *asked(PyObject *const *arguments)
{
    return PyErr_Occurred() ? NULL : PyObject_CallFunctionObjArgs(arguments[0], arguments[1], NULL);
}

static PyObject *has_digit(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Py_ssize_t size;
    const unsigned char *text = bytes_of(arguments, count, &size);
    int is_told = text != NULL;
    for (Py_ssize_t at = 0; text && at < size; at++) {
        if (is_digit((char)text[at]))
            Py_RETURN_TRUE;
        if (may_begin_digit((char)text[at]))
            is_told = 0;
    }
    if (is_told)
        Py_RETURN_FALSE;
    return asked(arguments);
}

/* Whether a text is printed characters of ASCII, with one blank at a time and none at its ends. */
static int is_collapsed(const unsigned char *text, Py_ssize_t size)
{
    unsigned char last = ' ';
    for (Py_ssize_t at = 0; at < size; last = text[at++])
        if (text[at] < ' ' || text[at] > '~' || (text[at] == ' ' && last == ' '))
            return 0;
    return !size || last != ' ';
}

static PyObject *collapsed(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Py_ssize_t size;
    const unsigned char *text = bytes_of(arguments, count, &size);
    return text && is_collapsed(text, size) ? Py_NewRef(arguments[1]) : asked(arguments);
}

static PyMethodDef methods[] = {
    {"has_digit", (PyCFunction)(void (*)(void))has_digit, METH_FASTCALL,
     "has_digit(otherwise, text, /)\n--\n\nReturn whether a text has a digit; `otherwise` tells where a glance does not."},
    {"collapsed", (PyCFunction)(void (*)(void))collapsed, METH_FASTCALL,
     "collapsed(otherwise, text, /)\n--\n\n"
     "Return a text of ASCII that has one blank at a time; what `otherwise` makes of any other text."},
    {NULL, NULL, 0, NULL},
};

int add_glances(PyObject *module) { return PyModule_AddFunctions(module, methods); }
