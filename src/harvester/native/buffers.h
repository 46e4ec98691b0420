/* Arrays of numbers that Python hands over: numpy's, by the buffer protocol, so that no header of numpy is needed. */

#ifndef HARVESTER_NATIVE_BUFFERS_H
#define HARVESTER_NATIVE_BUFFERS_H

#include "common.h"

#include <stdint.h>

struct wanted {
    const char *name;     /* for messages */
    const char *formats;  /* of the struct module, any of which will do: "ilq" */
    Py_ssize_t size;      /* bytes a number */
    int dimensions;
    int flags;            /* PyBUF_FORMAT with PyBUF_C_CONTIGUOUS or PyBUF_STRIDES, and PyBUF_WRITABLE */
};

#define READ (PyBUF_FORMAT | PyBUF_C_CONTIGUOUS)
#define WRITE (READ | PyBUF_WRITABLE)

/* Fills `count` views from as many objects; -1 with an exception, and none taken, where one is not as wanted. */
int take_buffers(PyObject *const *objects, const struct wanted *wanted, int count, Py_buffer *views);
void release_buffers(Py_buffer *views, int count);

/* Returns whether a function was given as many arguments as it wants; 0 with an exception. */
int has_arguments(Py_ssize_t count, Py_ssize_t wanted);

/* Returns whether numbers are at least `least` and below `end`. */
int are_within(const int64_t *numbers, Py_ssize_t count, int64_t least, int64_t end);

/* Returns whether parents, and what stands for them, come before their elements; -1: none. */
int go_up(const int64_t *parents, Py_ssize_t places);

#endif
