/* Blocks with another value in one field: their verdicts, their markup (models/document.py); those that have one. All blocks
   of a page are made anew twice, and each takes Python some microseconds. */

#include "block_fields.h"

#include <string.h>

newfunc tuple_maker(void)
{
    void *slot = PyType_GetSlot(&PyTuple_Type, Py_tp_new);
    newfunc make;
    memcpy(&make, &slot, sizeof make); /* ISO C knows no cast to a function */
    return make;
}

PyObject *replaced_field(newfunc make, PyObject *row, Py_ssize_t field, PyObject *value)
{
    PyObject *fields = PyTuple_GetSlice(row, 0, PyTuple_Size(row)), *arguments = fields ? PyTuple_New(1) : NULL;
    if (arguments == NULL) {
        Py_XDECREF(fields);
        Py_DECREF(value);
        return NULL;
    }
    int failed = PyTuple_SetItem(fields, field, value) < 0; /* of a tuple without names, the slice is that tuple */
    PyTuple_SetItem(arguments, 0, fields); /* which it owns from here on */
    PyObject *copy = failed ? NULL : make(Py_TYPE(row), arguments, NULL);
    Py_DECREF(arguments);
    return copy;
}

/* Returns a new reference to a row that has a value in a field: itself where it is that one; NULL with an exception. */
static PyObject *with_value(newfunc make, PyObject *row, Py_ssize_t field, PyObject *value)
{
    if (!PyTuple_Check(row) || PyTuple_CheckExact(row) || field < 0 || field >= PyTuple_Size(row)) {
        PyErr_SetString(PyExc_ValueError, "wants named tuples, and a field of theirs");
        return NULL;
    }
    return PyTuple_GetItem(row, field) == value ? Py_NewRef(row) : replaced_field(make, row, field, Py_NewRef(value));
}

static PyObject *with_field(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *rows, *values;
    Py_ssize_t field;
    if (!PyArg_ParseTuple(args, "O!nO:with_field", &PyTuple_Type, &rows, &field, &values))
        return NULL;
    Py_ssize_t count = PyTuple_Size(rows);
    int is_of_each = PyList_Check(values);
    if (is_of_each && PyList_Size(values) != count) {
        PyErr_SetString(PyExc_ValueError, "wants as many values as blocks");
        return NULL;
    }
    newfunc make = tuple_maker();
    PyObject *found = PyTuple_New(count);
    for (Py_ssize_t at = 0; found && at < count; at++) {
        PyObject *value = is_of_each ? PyList_GetItem(values, at) : values;
        PyObject *row = value ? with_value(make, PyTuple_GetItem(rows, at), field, value) : NULL;
        if (row == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SetItem(found, at, row);
    }
    return found;
}

/* Appends the numbers of the rows whose field is of a type and has a value in an attribute; -1 with an exception. */
static int add_numbers(PyObject *numbers, PyObject *rows, Py_ssize_t field, PyObject *type, PyObject *name, PyObject *value)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(rows); at++) {
        PyObject *row = PyTuple_GetItem(rows, at);
        if (!PyTuple_Check(row) || field < 0 || field >= PyTuple_Size(row)) {
            PyErr_SetString(PyExc_ValueError, "wants named tuples, and a field of theirs");
            return -1;
        }
        PyObject *own = PyTuple_GetItem(row, field);
        if ((PyObject *)Py_TYPE(own) != type)
            continue;
        PyObject *said = PyObject_GetAttr(own, name);
        int is_it = said == value;
        Py_XDECREF(said);
        PyObject *number = said && is_it ? PyLong_FromSsize_t(at) : NULL;
        if (said == NULL || (is_it && (number == NULL || PyList_Append(numbers, number) < 0))) {
            Py_XDECREF(number);
            return -1;
        }
        Py_XDECREF(number);
    }
    return 0;
}

static PyObject *numbers_with(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *rows, *type, *name, *value;
    Py_ssize_t field;
    if (!PyArg_ParseTuple(args, "O!nOUO:numbers_with", &PyTuple_Type, &rows, &field, &type, &name, &value))
        return NULL;
    PyObject *numbers = PyList_New(0);
    if (numbers && add_numbers(numbers, rows, field, type, name, value) < 0)
        Py_CLEAR(numbers);
    return numbers;
}

static PyMethodDef functions[] = {
    {"numbers_with", numbers_with, METH_VARARGS,
     "numbers_with(rows, field, type, name, value)\n\n"
     "Return the numbers of the named tuples of which one field, by its number, is of a type, and has that very value as\n"
     "its attribute `name`."},
    {"with_field", with_field, METH_VARARGS,
     "with_field(rows, field, values)\n\n"
     "Return a tuple of named tuples with other values in one field, by its number: a list has that of each, anything else\n"
     "is that of all. A row that has its value is given as it is."},
    {NULL, NULL, 0, NULL},
};

int add_block_fields(PyObject *module) { return PyModule_AddFunctions(module, functions); }
