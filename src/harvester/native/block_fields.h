/* Blocks with another value in one field. */

#ifndef HARVESTER_NATIVE_BLOCK_FIELDS_H
#define HARVESTER_NATIVE_BLOCK_FIELDS_H

#include "common.h"

/* tuple.__new__: a named tuple's own is written in Python. */
newfunc tuple_maker(void);

/* Returns a copy of a named tuple with another value in a field, which is one of its; NULL with an exception. `make` is
   `tuple_maker()`; takes `value`, also where it fails. */
PyObject *replaced_field(newfunc make, PyObject *row, Py_ssize_t field, PyObject *value);

#endif
