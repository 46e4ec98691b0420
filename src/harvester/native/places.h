/* The phrases by which places of boilerplate are known: places.c. */

#ifndef HARVESTER_NATIVE_PLACES_H
#define HARVESTER_NATIVE_PLACES_H

#include "reader.h"

/* Whether a phrase may stand in what an element says of itself; `said` are its attributes, "" for those it has not. */
int may_be_place(PyObject *places, const Text *said, int count, Buffer *scratch); /* -1: no memory */

bool is_places(PyObject *object);

#endif
