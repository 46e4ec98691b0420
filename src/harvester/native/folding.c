/* Texts in Latin letters made comparable: `text.fold` in compiled form.

   What becomes of each character says a table, which Python makes; so Unicode is asked once. A text with a character
   that the table does not know is left to Python. */

#include <stdint.h>
#include <string.h>

#include "common.h"
#include "latin.h"

/* Writes what becomes of a text; returns how many bytes, -1 where a character is not in the table. */
static Py_ssize_t write_folded(const unsigned char *table, const char *text, Py_ssize_t size, char *folded)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    Py_ssize_t written = 0;
    for (int bytes; at < end; at += bytes) {
        int row = row_of(at, &bytes);
        if (row < 0)
            return -1;
        const unsigned char *became = table + ROW * row;
        memcpy(folded + written, became + 1, ROW - 1);
        written += became[0] & (ROW - 1); /* never more than there is */
    }
    return written;
}

PyDoc_STRVAR(fold_doc, "fold(table, text, /)\n--\n\n"
                       "Return what becomes of the characters of a text; None where the table does not know one.\n\n"
                       "Raises ValueError for a table of another size, UnicodeEncodeError for half a surrogate pair.");

static PyObject *fold(PyObject *module, PyObject *args)
{
    (void)module;
    const char *table, *text;
    Py_ssize_t table_size, size;
    if (!PyArg_ParseTuple(args, "y#s#:fold", &table, &table_size, &text, &size))
        return NULL;
    if (table_size != ROW * ROWS) {
        PyErr_SetString(PyExc_ValueError, "the table has another size");
        return NULL;
    }
    char *folded = PyMem_Malloc((ROW - 1) * ((size_t)size + 1));
    if (folded == NULL)
        return PyErr_NoMemory();
    Py_ssize_t written = write_folded((const unsigned char *)table, text, size, folded);
    PyObject *result = written < 0 ? Py_NewRef(Py_None) : PyUnicode_DecodeUTF8(folded, written, NULL);
    PyMem_Free(folded);
    return result;
}

static PyMethodDef methods[] = {
    {"fold", fold, METH_VARARGS, fold_doc},
    {NULL, NULL, 0, NULL},
};

int add_folding(PyObject *module) { return PyModule_AddFunctions(module, methods); }
