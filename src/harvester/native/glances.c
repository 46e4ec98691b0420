/* What a glance at the bytes of a text tells, so that most texts need no pattern: `text.py` asks, and says what for.

   A function of Python is given for those texts that a glance does not settle. */

#include "sixteen.h"
#include "texts.h"

/* The text of a call with a function and a text; .at NULL without an exception where its bytes can not be had, as of half a
   surrogate pair, and with one where the call is wrong. */
static Text text_of(PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 2 || !PyUnicode_Check(arguments[1])) {
        PyErr_SetString(PyExc_TypeError, "wants a function and a text");
        return (Text){NULL, 0};
    }
    Text text = utf8_of(arguments[1]);
    if (text.at == NULL)
        PyErr_Clear();
    return text;
}

/* What the function makes of the text, where a glance does not settle it. */
static PyObject *asked(PyObject *const *arguments)
{
    return PyErr_Occurred() ? NULL : PyObject_CallFunctionObjArgs(arguments[0], arguments[1], NULL);
}

/* ── words ───────────────────────────────────────────────────────────────────────────────────── */

static PyObject *find(PyObject *module, PyObject *arguments)
{
    Text page = NO_CHARS, word = NO_CHARS;
    Py_ssize_t start;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y#y#n:find", &page.at, &page.size, &word.at, &word.size, &start))
        return NULL;
    if (start < 0 || start > page.size)
        return PyLong_FromLong(-1);
    Py_ssize_t place = place_of(behind(page, start), word);
    return PyLong_FromSsize_t(place < 0 ? place : start + place);
}

/* ── digits ──────────────────────────────────────────────────────────────────────────────────── */

static PyObject *has_digit(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Text text = text_of(arguments, count);
    bool is_told = text.at != NULL;
    for (Py_ssize_t at = 0; at < text.size; at++) {
        if (is_digit(text.at[at]))
            Py_RETURN_TRUE;
        is_told = is_told && !may_begin_digit(text.at[at]);
    }
    if (is_told)
        Py_RETURN_FALSE;
    return asked(arguments);
}

/* ── blanks ──────────────────────────────────────────────────────────────────────────────────── */

/* Whether a text is printed characters of ASCII, with one blank at a time and none at its ends. */
static bool is_collapsed(Text text)
{
    char last = ' ';
    for (Py_ssize_t at = 0; at < text.size; last = text.at[at++])
        if (text.at[at] < ' ' || text.at[at] > '~' || (text.at[at] == ' ' && last == ' '))
            return false;
    return !text.size || last != ' ';
}

static PyObject *collapsed(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Text text = text_of(arguments, count);
    return text.at && is_collapsed(text) ? Py_NewRef(arguments[1]) : asked(arguments);
}

/* ── lengths and letters ─────────────────────────────────────────────────────────────────────── */

bool may_hold_cjk(Text text)
{
    Py_ssize_t at = 0;
#ifdef HAS_SIXTEEN
    for (; text.size - at >= 16; at += 16) {
        Sixteen bytes = sixteen_at(text.at + at);
        if (has_any((bytes >= -29) & (bytes <= -17))) {
            return true;
        }
    }
#endif
    for (; at < text.size; at++) {
        unsigned char byte = (unsigned char)text.at[at];
        if (byte >= 0xe3 && byte <= 0xef) {
            return true;
        }
    }
    return false;
}

static PyObject *may_hold_cjk_of(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Text text = text_of(arguments, count);
    return text.at ? PyBool_FromLong(may_hold_cjk(text)) : asked(arguments);
}

static PyObject *cjk_letters(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Text text = text_of(arguments, count);
    return text.at ? PyLong_FromSsize_t(may_hold_cjk(text) ? cjk_letters_of(text) : 0) : asked(arguments);
}

static PyObject *units(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    Text text = text_of(arguments, count);
    Units found = text.at ? units_of(text) : (Units){0, 0, 0};
    return text.at ? PyLong_FromSsize_t(found.words + found.letters) : asked(arguments);
}

static PyMethodDef methods[] = {
    {"find", find, METH_VARARGS,
     "find(page, word, start, /)\n--\n\nReturn where bytes hold others, from `start` on; -1: nowhere, as `bytes.find`."},
    {"has_digit", (PyCFunction)(void (*)(void))has_digit, METH_FASTCALL,
     "has_digit(otherwise, text, /)\n--\n\nReturn whether a text has a digit; `otherwise` tells where a glance does not."},
    {"collapsed", (PyCFunction)(void (*)(void))collapsed, METH_FASTCALL,
     "collapsed(otherwise, text, /)\n--\n\n"
     "Return a text of ASCII that has one blank at a time; what `otherwise` makes of any other text."},
    {"may_hold_cjk", (PyCFunction)(void (*)(void))may_hold_cjk_of, METH_FASTCALL,
     "may_hold_cjk(otherwise, text, /)\n--\n\nReturn whether a text may hold a character from kana to Hangul."},
    {"cjk_letters", (PyCFunction)(void (*)(void))cjk_letters, METH_FASTCALL,
     "cjk_letters(otherwise, text, /)\n--\n\nReturn how many characters are Han or kana."},
    {"units", (PyCFunction)(void (*)(void))units, METH_FASTCALL,
     "units(otherwise, text, /)\n--\n\nReturn the length of a text in words; Han and kana letters count one each."},
    {NULL, NULL, 0, NULL},
};

int add_glances(PyObject *module) { return PyModule_AddFunctions(module, methods); }
