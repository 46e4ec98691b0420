/* The phrases by which places of boilerplate are known: markup_rules.c. */

#ifndef HARVESTER_NATIVE_MARKUP_RULES_H
#define HARVESTER_NATIVE_MARKUP_RULES_H

#include "reader.h"

/* Whether a phrase may stand in what an element says of itself; `said` are its attributes, "" for those it has not. */
int may_be_place(PyObject *places, const Text *said, int count, Buffer *scratch); /* -1: no memory */

/* Return what phrases in it mean, as `Places.match` of its signature; None where it is not all in ASCII, or long; new. */
PyObject *hits_of(PyObject *places, const Text *said, int count, Buffer *scratch);

bool is_places(PyObject *object);

#endif
