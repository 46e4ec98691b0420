/* Small tables of metadata that Python would fill step by step: the contents of <meta>s by name, and the signs of a
   candidate that several places name. Their interpreted forms are in `metadata/lookup/structured_data.py` and
   `metadata/vote.py`. */

#include "common.h"

/* ── <meta> ──────────────────────────────────────────────────────────────────────────────────── */

/* The content of a <meta> as it is held: what `clean` makes of one with an ampersand. */
static PyObject *held(PyObject *content, PyObject *clean)
{
    Py_ssize_t size = PyUnicode_GetLength(content);
    Py_ssize_t at = size < 0 ? -2 : PyUnicode_FindChar(content, '&', 0, size, 1);
    if (at == -1)
        return Py_NewRef(content);
    return at == -2 ? NULL : PyObject_CallFunctionObjArgs(clean, content, NULL);
}

/* Returns `known` with one more at its end, or a tuple of that one where `known` is NULL. */
static PyObject *with_one_more(PyObject *known, PyObject *more)
{
    Py_ssize_t count = known ? PyTuple_Size(known) : 0;
    PyObject *longer = PyTuple_New(count + 1);
    for (Py_ssize_t i = 0; longer && i < count; i++)
        PyTuple_SetItem(longer, i, Py_NewRef(PyTuple_GetItem(known, i)));
    if (longer)
        PyTuple_SetItem(longer, count, Py_NewRef(more));
    return longer;
}

static int add_meta(PyObject *by_name, PyObject *meta, PyObject *clean, Py_ssize_t most)
{
    PyObject *name, *content;
    if (!meta || !PyTuple_Check(meta) || PyTuple_Size(meta) != 2) {
        PyErr_SetString(PyExc_TypeError, "wants names and contents");
        return -1;
    }
    name = PyTuple_GetItem(meta, 0);
    content = PyTuple_GetItem(meta, 1);
    PyObject *known = PyDict_GetItemWithError(by_name, name);
    if (PyErr_Occurred())
        return -1;
    if (known && PyTuple_Size(known) >= most)
        return 0;
    Py_XINCREF(known); /* `clean` is a function of Python */
    PyObject *text = held(content, clean);
    PyObject *all = text ? with_one_more(known, text) : NULL;
    int failed = !all || PyDict_SetItem(by_name, name, all) < 0;
    Py_XDECREF(known);
    Py_XDECREF(text);
    Py_XDECREF(all);
    return failed ? -1 : 0;
}

static PyObject *grouped(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *metas, *clean, *by_name;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "O!On:grouped", &PyTuple_Type, &metas, &clean, &most) || !(by_name = PyDict_New()))
        return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_Size(metas); i++)
        if (add_meta(by_name, PyTuple_GetItem(metas, i), clean, most) < 0) {
            Py_DECREF(by_name);
            return NULL;
        }
    return by_name;
}

/* ── signs ───────────────────────────────────────────────────────────────────────────────────── */

/* Adds the signs of one candidate, each where it is stronger than what is known; -1 with an exception. */
static int add_signs(PyObject *found, PyObject *signs)
{
    PyObject *name, *strength;
    Py_ssize_t at = 0;
    while (PyDict_Next(signs, &at, &name, &strength)) {
        if (!PyFloat_Check(strength) && !PyLong_Check(strength)) {
            PyErr_SetString(PyExc_TypeError, "wants strengths that are numbers");
            return -1;
        }
        double strong = PyFloat_AsDouble(strength);
        PyObject *known = PyErr_Occurred() ? NULL : PyDict_GetItemWithError(found, name);
        if (PyErr_Occurred()) /* a number may be too large, too */
            return -1;
        if (known && !(strong > PyFloat_AsDouble(known)))
            continue;
        PyObject *least = strong > 0.0 ? Py_NewRef(strength) : PyFloat_FromDouble(0.0);
        int failed = !least || PyDict_SetItem(found, name, least) < 0;
        Py_XDECREF(least);
        if (failed)
            return -1;
    }
    return 0;
}

static PyObject *strongest(PyObject *module, PyObject *all)
{
    (void)module;
    if (!PyList_Check(all)) {
        PyErr_SetString(PyExc_TypeError, "wants a list of signs");
        return NULL;
    }
    PyObject *found = PyDict_New();
    for (Py_ssize_t i = 0; found && i < PyList_Size(all); i++) {
        PyObject *signs = PyList_GetItem(all, i);
        if (!PyDict_Check(signs))
            PyErr_SetString(PyExc_TypeError, "wants a list of signs");
        if (!PyDict_Check(signs) || add_signs(found, signs) < 0)
            Py_CLEAR(found);
    }
    return found;
}

static PyMethodDef methods[] = {
    {"grouped", grouped, METH_VARARGS,
     "grouped(metas, clean, most, /)\n--\n\n"
     "Return the contents of <meta>s by name, at most `most` of each; what `clean` makes of those with an ampersand."},
    {"strongest", strongest, METH_O,
     "strongest(all_signs, /)\n--\n\nReturn the signs of all, each as strong as it is at most, and no weaker than 0."},
    {NULL, NULL, 0, NULL},
};

int add_small_tables(PyObject *module) { return PyModule_AddFunctions(module, methods); }
