/* All fields of a value that does not change, set in one call (models/frozen.py): Python's own way looks up
   `object.__setattr__` and the field by its name, for each field of some hundred values a page. */

#include "common.h"

#include <string.h>

/* How a slot of a class takes a value; it refuses what is of another class. */
static descrsetfunc slot_setter(void)
{
    void *slot = PyType_GetSlot(&PyMemberDescr_Type, Py_tp_descr_set);
    descrsetfunc set;
    memcpy(&set, &slot, sizeof set); /* ISO C knows no cast to a function */
    return set;
}

/* Sets the slots of a value, which stands before what they hold. */
static PyObject *set_slots(PyObject *slots, PyObject *const *arguments, Py_ssize_t count)
{
    if (count != PyTuple_Size(slots) + 1) {
        PyErr_SetString(PyExc_TypeError, "wants a value, and what each of its slots holds");
        return NULL;
    }
    descrsetfunc set = slot_setter();
    for (Py_ssize_t at = 1; at < count; at++)
        if (set(PyTuple_GetItem(slots, at - 1), arguments[0], arguments[at]) < 0)
            return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef set_method = {"set_slots", (PyCFunction)(void (*)(void))set_slots, METH_FASTCALL, NULL};

static PyObject *setter_of(PyObject *module, PyObject *slots)
{
    (void)module;
    if (!PyTuple_CheckExact(slots)) {
        PyErr_SetString(PyExc_TypeError, "wants a tuple");
        return NULL;
    }
    for (Py_ssize_t at = 0; at < PyTuple_Size(slots); at++)
        if (Py_TYPE(PyTuple_GetItem(slots, at)) != &PyMemberDescr_Type) {
            PyErr_SetString(PyExc_TypeError, "wants the slots of a class");
            return NULL;
        }
    return PyCFunction_New(&set_method, slots);
}

static PyMethodDef functions[] = {
    {"setter_of", setter_of, METH_O,
     "setter_of(slots, /)\n--\n\n"
     "Return the function that takes an instance of the class that has the slots, and sets each to what stands behind it."},
    {NULL, NULL, 0, NULL},
};

int add_fields(PyObject *module) { return PyModule_AddFunctions(module, functions); }
