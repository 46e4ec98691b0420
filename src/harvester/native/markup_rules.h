/* The phrases by which places of boilerplate are known: markup_rules.c. */

#ifndef HARVESTER_NATIVE_MARKUP_RULES_H
#define HARVESTER_NATIVE_MARKUP_RULES_H

#include "reader.h"

/* Return what phrases mean in what an element says of itself, as `Places.match` of its signature; None where it is not all
   in ASCII, or long; new. `said` are its attributes, "" for those it has not; `means_any`: whether it may mean anything,
   also what stands for no kind. */
PyObject *hits_of(PyObject *places, const Text *said, int count, Buffer *scratch, int *means_any);

bool is_places(PyObject *object);

#endif
