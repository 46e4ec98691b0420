/* Texts in Latin and Cyrillic letters made comparable: `text.fold` in compiled form.

   What becomes of each character says a table, which Python makes; so Unicode is asked once. A text with a character
   that the table does not know is left to a function of Python. `lower` takes also characters that have one form alone,
   as signs, Han and Hangul: of a page in Latin letters a few lines hold one. */

#include "latin.h"
#include "sixteen.h"
#include "texts.h"

/* The bytes of a character that has one form alone; 0 where it may have several, as far as is known here. */
static int bytes_of_one_form(const unsigned char *at)
{
    if (at[0] < 0xe0) { /* marks on letters; Hebrew and Arabic */
        int code = (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        return (code >= 0x300 && code < 0x370) || (code >= 0x590 && code < 0x700) ? 2 : 0;
    }
    if (at[0] < 0xf0) { /* India to Burma; money, arrows, signs, Han and kana, Hangul, forms of print, wide marks */
        int code = (at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f);
        return (code >= 0x900 && code < 0x10a0) || (code >= PRINT_END && code < 0x2100) || (code >= 0x2190 && code < 0x24b6) ||
                       (code >= 0x2500 && code < 0x2c00) || (code >= 0x3000 && code < 0xa000) ||
                       (code >= 0xac00 && code < 0xd7a4) || (code >= 0xfe00 && code < 0xff21) ||
                       code == 0x2116 || code == 0x2122 /* the signs of numbers and of trade marks */
                   ? 3
                   : 0;
    }
    return at[0] == 0xf0 && at[1] == 0x9f ? 4 : 0; /* pictures */
}

/* The row of a character in the table; -1: it has none. */
static int table_row_of(const unsigned char *at, int *bytes)
{
    if (at[0] >= 0xd0 && at[0] <= 0xd4) { /* the first bytes of Cyrillic */
        int code = (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        *bytes = 2;
        return code < CYRILLIC_END ? ROWS + code - CYRILLIC : -1;
    }
    return row_of(at, bytes);
}

/* Writes ASCII in small letters, sixteen bytes at a time; returns how many were, up to the first sixteen with another. */
static Py_ssize_t write_small_ascii(const unsigned char *at, const unsigned char *end, char *small)
{
    Py_ssize_t written = 0;
#ifdef HAS_SIXTEEN
    for (Sixteen bytes; end - at - written >= (Py_ssize_t)sizeof bytes; written += (Py_ssize_t)sizeof bytes) {
        bytes = sixteen_at(at + written);
        if (has_any(bytes < 0))
            break;
        put_sixteen(small + written, small_sixteen(bytes));
    }
#else
    (void)at, (void)end, (void)small;
#endif
    return written;
}

/* Writes what becomes of a text; returns how many bytes, -1 where a character is not known. `keeps`: of small letters,
   where one that the table does not know stays what it is, if it has one form alone. */
static Py_ssize_t write_folded(const unsigned char *table, const char *text, Py_ssize_t size, bool keeps, char *folded)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    const unsigned char *mixed = at; /* no sixteen bytes before it are all ASCII */
    Py_ssize_t written = 0;
    for (int bytes; at < end; at += bytes) {
        if (keeps && at >= mixed) {
            Py_ssize_t ascii = write_small_ascii(at, end, folded + written);
            at += ascii;
            written += ascii;
            mixed = end - at > 16 ? at + 16 : end;
            bytes = 0;
            continue;
        }
        if (*at < 0x80) { /* as nearly all: one byte becomes of it, or none */
            folded[written] = (char)table[ROW * *at + 1];
            written += table[ROW * *at] & 1;
            bytes = 1;
            continue;
        }
        int row = table_row_of(at, &bytes);
        if (row >= 0) {
            const unsigned char *became = table + ROW * row;
            if (became[0] >= ROW) /* UNKNOWN */
                return -1;
            memcpy(folded + written, became + 1, ROW - 1);
            written += became[0];
            continue;
        }
        bytes = keeps ? bytes_of_one_form(at) : 0;
        if (!bytes)
            return -1;
        memcpy(folded + written, at, (size_t)bytes);
        written += bytes;
    }
    return written;
}

enum { SHORT_TEXT = 300 }; /* bytes, up to which what is written stands on the stack */

/* What becomes of a text by a table, bytes; None where it does not know a character. */
static PyObject *folded_by(PyObject *rows, Text text, bool keeps)
{
    char *table, short_room[(ROW - 1) * (SHORT_TEXT + 1)], *room = short_room;
    Py_ssize_t table_size;
    if (PyBytes_AsStringAndSize(rows, &table, &table_size) < 0)
        return NULL;
    if (table_size != ROW * TABLE_ROWS) {
        PyErr_SetString(PyExc_ValueError, "the table has another size");
        return NULL;
    }
    if (text.size > SHORT_TEXT && !(room = PyMem_Malloc((ROW - 1) * ((size_t)text.size + 1))))
        return PyErr_NoMemory();
    Py_ssize_t written = write_folded((const unsigned char *)table, text.at, text.size, keeps, room);
    PyObject *result = written < 0 ? Py_NewRef(Py_None) : PyUnicode_DecodeUTF8(room, written, NULL);
    if (room != short_room)
        PyMem_Free(room);
    return result;
}

/* What becomes of a text by a table, or else what a function makes of it. */
static PyObject *folded_or_asked(PyObject *rows, PyObject *otherwise, PyObject *str, bool keeps)
{
    Text text = utf8_of(str);
    if (text.at == NULL)
        PyErr_Clear(); /* half a surrogate pair */
    PyObject *made = text.at ? folded_by(rows, text, keeps) : Py_NewRef(Py_None);
    if (made == Py_None) {
        Py_DECREF(made);
        made = PyObject_CallFunctionObjArgs(otherwise, str, NULL);
    }
    return made;
}

PyDoc_STRVAR(fold_doc, "fold(table, otherwise, longest, text, /)\n--\n\n"
                       "Return what becomes of the first `longest` characters of a text; where the table does not know one,\n"
                       "and where one is half a surrogate pair, what `otherwise` makes of them.\n\n"
                       "Raises ValueError for a table of another size.");

static PyObject *fold(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 4 || !PyUnicode_Check(arguments[3])) {
        PyErr_SetString(PyExc_TypeError, "wants a table, a function, a number and a text");
        return NULL;
    }
    Py_ssize_t longest = PyLong_AsSsize_t(arguments[2]), length = PyUnicode_GetLength(arguments[3]);
    if (PyErr_Occurred())
        return NULL;
    PyObject *start = length <= longest ? Py_NewRef(arguments[3]) : PyUnicode_Substring(arguments[3], 0, longest);
    PyObject *made = start ? folded_or_asked(arguments[0], arguments[1], start, false) : NULL;
    Py_XDECREF(start);
    return made;
}

PyDoc_STRVAR(lower_doc, "lower(table, otherwise, text, /)\n--\n\n"
                        "Return a text in small letters; where a character is not known here, what `otherwise` makes of it.\n\n"
                        "Raises ValueError for a table of another size.");

static PyObject *lowered(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 3 || !PyUnicode_Check(arguments[2])) {
        PyErr_SetString(PyExc_TypeError, "wants a table, a function and a text");
        return NULL;
    }
    return folded_or_asked(arguments[0], arguments[1], arguments[2], true);
}

/* The bytes of all lines with a line feed behind each; -1 with an exception. */
static Py_ssize_t bytes_of_lines(PyObject *lines)
{
    Py_ssize_t all = 0, size;
    for (Py_ssize_t i = 0; i < PyList_Size(lines); i++) {
        if (!PyUnicode_AsUTF8AndSize(PyList_GetItem(lines, i), &size))
            return -1;
        all += size + 1;
    }
    return all;
}

/* Writes lines in small letters, joined by line feeds; returns how many bytes, -1 where a character is not known here.
   Their bytes have been asked for. */
static Py_ssize_t write_lines(const unsigned char *table, PyObject *lines, char *room)
{
    Py_ssize_t written = 0, size;
    for (Py_ssize_t i = 0; i < PyList_Size(lines); i++) {
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GetItem(lines, i), &size);
        if (i)
            room[written++] = '\n';
        Py_ssize_t more = write_folded(table, text, size, true, room + written);
        if (more < 0)
            return -1;
        written += more;
    }
    return written;
}

/* A text and its bytes; NULL with an exception. */
static PyObject *text_and_bytes(const char *utf8, Py_ssize_t size)
{
    PyObject *text = PyUnicode_DecodeUTF8(utf8, size, NULL), *bytes = PyBytes_FromStringAndSize(utf8, size);
    PyObject *both = text && bytes ? PyTuple_Pack(2, text, bytes) : NULL;
    Py_XDECREF(text);
    Py_XDECREF(bytes);
    return both;
}

PyDoc_STRVAR(lower_lines_doc, "lower_lines(table, lines, /)\n--\n\n"
                              "Return lines in small letters, joined by line feeds, and the same in UTF-8; None where a\n"
                              "character is not known.\n\n"
                              "Raises ValueError for a table of another size, UnicodeEncodeError for half a surrogate pair.");

static PyObject *lower_lines(PyObject *module, PyObject *args)
{
    (void)module;
    const char *table;
    Py_ssize_t table_size;
    PyObject *lines;
    if (!PyArg_ParseTuple(args, "y#O!:lower_lines", &table, &table_size, &PyList_Type, &lines))
        return NULL;
    if (table_size != ROW * TABLE_ROWS) {
        PyErr_SetString(PyExc_ValueError, "the table has another size");
        return NULL;
    }
    Py_ssize_t size = bytes_of_lines(lines);
    if (size < 0)
        return NULL;
    char *room = PyMem_Malloc((ROW - 1) * ((size_t)size + 1));
    if (!room)
        return PyErr_NoMemory();
    Py_ssize_t written = write_lines((const unsigned char *)table, lines, room);
    PyObject *result = written < 0 ? Py_NewRef(Py_None) : text_and_bytes(room, written);
    PyMem_Free(room);
    return result;
}

static PyMethodDef methods[] = {
    {"fold", (PyCFunction)(void (*)(void))fold, METH_FASTCALL, fold_doc},
    {"lower_lines", lower_lines, METH_VARARGS, lower_lines_doc},
    {"lower", (PyCFunction)(void (*)(void))lowered, METH_FASTCALL, lower_doc},
    {NULL, NULL, 0, NULL},
};

int add_folding(PyObject *module) { return PyModule_AddFunctions(module, methods); }
