/* Arrays of numbers that Python hands over. */

#include "buffers.h"

#include <string.h>

static int is_as_wanted(const Py_buffer *view, const struct wanted *wanted)
{
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=')
        format++;
    return view->ndim == wanted->dimensions && view->itemsize == wanted->size && format[0] != '\0' &&
           strchr(wanted->formats, format[0]) != NULL && format[1] == '\0';
}

static int take_one(PyObject *object, const struct wanted *wanted, Py_buffer *view)
{
    if (PyObject_GetBuffer(object, view, wanted->flags) < 0)
        return -1;
    if (is_as_wanted(view, wanted))
        return 0;
    PyErr_Format(PyExc_ValueError, "%s: wants %d dimensions of %zd-byte numbers (%s), has %d of %zd (%s)",
                 wanted->name, wanted->dimensions, wanted->size, wanted->formats, view->ndim, view->itemsize,
                 view->format ? view->format : "B");
    PyBuffer_Release(view);
    return -1;
}

int take_buffers(PyObject *const *objects, const struct wanted *wanted, int count, Py_buffer *views)
{
    for (int taken = 0; taken < count; taken++) {
        if (take_one(objects[taken], &wanted[taken], &views[taken]) < 0) {
            release_buffers(views, taken);
            return -1;
        }
    }
    return 0;
}

void release_buffers(Py_buffer *views, int count)
{
    for (int at = 0; at < count; at++)
        PyBuffer_Release(&views[at]);
}

int has_arguments(Py_ssize_t count, Py_ssize_t wanted)
{
    if (count == wanted)
        return 1;
    PyErr_Format(PyExc_TypeError, "wants %zd arguments, has %zd", wanted, count);
    return 0;
}

int are_within(const int64_t *numbers, Py_ssize_t count, int64_t least, int64_t end)
{
    for (Py_ssize_t at = 0; at < count; at++)
        if (numbers[at] < least || numbers[at] >= end)
            return 0;
    return 1;
}

int go_up(const int64_t *parents, Py_ssize_t places)
{
    for (Py_ssize_t at = 0; at < places; at++)
        if (parents[at] < -1 || parents[at] >= at)
            return 0;
    return 1;
}
