/* How long a text is in words, and what of it is Han or kana: `text.units`, `text.cjk_letters` in compiled form. */

#include "sixteen.h"
#include "texts.h"

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

static PyObject *may_hold_cjk_of(PyObject *module, PyObject *str)
{
    (void)module;
    Text text = utf8_of(str);
    return text.at ? PyBool_FromLong(may_hold_cjk(text)) : NULL;
}

static PyObject *cjk_letters(PyObject *module, PyObject *str)
{
    (void)module;
    Text text = utf8_of(str);
    return text.at ? PyLong_FromSsize_t(may_hold_cjk(text) ? cjk_letters_of(text) : 0) : NULL;
}

static PyObject *units(PyObject *module, PyObject *str)
{
    (void)module;
    Text text = utf8_of(str);
    if (text.at == NULL) {
        return NULL;
    }
    Units found = units_of(text);
    return PyLong_FromSsize_t(found.words + found.letters);
}

static PyMethodDef functions[] = {
    {"may_hold_cjk", may_hold_cjk_of, METH_O,
     "may_hold_cjk(text, /)\n--\n\nReturn whether a text may hold a character from kana to Hangul.\n\n"
     "Raises UnicodeEncodeError for half a surrogate pair."},
    {"cjk_letters", cjk_letters, METH_O,
     "cjk_letters(text, /)\n--\n\nReturn how many characters are Han or kana.\n\n"
     "Raises UnicodeEncodeError for half a surrogate pair."},
    {"units", units, METH_O,
     "units(text, /)\n--\n\nReturn the length of a text in words; Han and kana letters count one each.\n\n"
     "Raises UnicodeEncodeError for half a surrogate pair."},
    {NULL, NULL, 0, NULL},
};

int add_text_counts(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
