/* What an element says of itself, as words: markup_signatures.c. */

#ifndef HARVESTER_NATIVE_MARKUP_SIGNATURES_H
#define HARVESTER_NATIVE_MARKUP_SIGNATURES_H

#include "common.h"

/* Writes the words of a text in ASCII, a blank between two; returns how many bytes: at most twice as many as it has. */
Py_ssize_t write_words(const char *text, const char *end, char *words);

#endif
