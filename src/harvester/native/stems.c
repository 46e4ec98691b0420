/* Where a text of bytes holds one of a few stems, in ASCII letters of whatever case: metadata/lookup/state_days.py says
   what it asks for.

   Megabytes are read for a handful of places. So sixteen positions at once are asked whether the first three bytes of a
   stem stand at one of them; where they do, it is read. */

#include <stdint.h>
#include <string.h>

#include "common.h"
#include "sixteen.h"

#define MAX_STEMS 8
#define HEAD 3 /* bytes of a stem that are looked for first */
#define CASE 0x20 /* the bit that makes a small letter of a capital */

struct stems {
    Py_ssize_t count, heads;
    const uint8_t *text[MAX_STEMS]; /* in small letters, borrowed for the call */
    Py_ssize_t size[MAX_STEMS];
    uint8_t head[MAX_STEMS][HEAD]; /* all that differ, with the bit set */
#ifdef HAS_BITS_OF_SIXTEEN
    Sixteen wide[MAX_STEMS][HEAD]; /* each byte of those sixteen times */
#endif
};

static uint8_t small(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 'a' - 'A') : byte; }

static void add_head(struct stems *stems, const uint8_t *text)
{
    uint8_t *head = stems->head[stems->heads];
    for (int at = 0; at < HEAD; at++)
        head[at] = text[at] | CASE;
    for (Py_ssize_t i = 0; i < stems->heads; i++)
        if (!memcmp(stems->head[i], head, HEAD))
            return;
#ifdef HAS_BITS_OF_SIXTEEN
    for (int at = 0; at < HEAD; at++)
        memset(&stems->wide[stems->heads][at], head[at], sizeof(Sixteen));
#endif
    stems->heads++;
}

static int read_stems(PyObject *given, struct stems *stems)
{
    memset(stems, 0, sizeof *stems);
    stems->count = PyTuple_Size(given);
    if (stems->count > MAX_STEMS) {
        PyErr_SetString(PyExc_ValueError, "too many stems");
        return -1;
    }
    for (Py_ssize_t i = 0; i < stems->count; i++) {
        char *text;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(given, i), &text, &stems->size[i]) < 0)
            return -1;
        if (stems->size[i] < HEAD) {
            PyErr_SetString(PyExc_ValueError, "a stem is too short");
            return -1;
        }
        stems->text[i] = (const uint8_t *)text;
        add_head(stems, stems->text[i]);
    }
    return 0;
}

#ifdef HAS_BITS_OF_SIXTEEN
/* Where, of sixteen positions, the head of a stem may stand; two bytes behind them are read, too. */
static Sixteen heads_at(const struct stems *stems, const uint8_t *text)
{
    Sixteen first = sixteen_at(text) | CASE, second = sixteen_at(text + 1) | CASE, third = sixteen_at(text + 2) | CASE;
    Sixteen any = {0};
    for (Py_ssize_t i = 0; i < stems->heads; i++) {
        const Sixteen *head = stems->wide[i];
        any |= (first == head[0]) & (second == head[1]) & (third == head[2]);
    }
    return any;
}
#endif

/* Whether the first byte of a text may begin a stem. */
static int may_begin(const struct stems *stems, uint8_t byte)
{
    for (Py_ssize_t i = 0; i < stems->heads; i++)
        if ((byte | CASE) == stems->head[i][0])
            return 1;
    return 0;
}

/* Whether a stem stands at the beginning of a text. */
static int begins(const struct stems *stems, const uint8_t *text, Py_ssize_t size)
{
    for (Py_ssize_t i = 0; i < stems->count; i++) {
        Py_ssize_t at = 0;
        while (at < stems->size[i] && at < size && small(text[at]) == stems->text[i][at])
            at++;
        if (at == stems->size[i])
            return 1;
    }
    return 0;
}

static int append_place(PyObject *places, Py_ssize_t at)
{
    PyObject *place = PyLong_FromSsize_t(at);
    int failed = place == NULL || PyList_Append(places, place) < 0;
    Py_XDECREF(place);
    return failed ? -1 : 0;
}

/* Adds the places from `at` to `end`, `most` in all. */
static int read_positions(const struct stems *stems, const uint8_t *text, Py_ssize_t size, Py_ssize_t at,
                          Py_ssize_t end, Py_ssize_t most, PyObject *places)
{
    for (; at < end; at++)
        if (may_begin(stems, text[at]) && begins(stems, text + at, size - at) && PyList_Size(places) < most &&
            append_place(places, at) < 0)
            return -1;
    return 0;
}

/* Adds all places, `most` in all. */
static int read_text(const struct stems *stems, const uint8_t *text, Py_ssize_t size, Py_ssize_t most, PyObject *places)
{
    Py_ssize_t at = 0;
#ifdef HAS_BITS_OF_SIXTEEN
    for (; at + (Py_ssize_t)sizeof(Sixteen) + HEAD <= size; at += (Py_ssize_t)sizeof(Sixteen)) {
        Sixteen heads = heads_at(stems, text + at);
        uint64_t halves[2];
        memcpy(halves, &heads, sizeof halves);
        for (int half = 0; half < 2; half++)
            for (uint64_t bits = halves[half] & ONE_A_BYTE; bits; bits &= bits - 1) {
                Py_ssize_t place = at + 8 * half + first_byte(bits);
                if (read_positions(stems, text, size, place, place + 1, most, places) < 0)
                    return -1;
            }
    }
#endif
    return read_positions(stems, text, size, at, size, most, places);
}

PyDoc_STRVAR(stem_places_doc, "stem_places(data, stems, most, /)\n--\n\n"
                              "Return where stems, in small letters, stand in whatever case: the first `most` places.");

static PyObject *stem_places(PyObject *module, PyObject *args)
{
    (void)module;
    const char *data;
    Py_ssize_t size, most;
    PyObject *given;
    struct stems stems;
    if (!PyArg_ParseTuple(args, "y#O!n:stem_places", &data, &size, &PyTuple_Type, &given, &most) ||
        read_stems(given, &stems) < 0)
        return NULL;
    PyObject *places = PyList_New(0);
    if (places && read_text(&stems, (const uint8_t *)data, size, most, places) < 0)
        Py_CLEAR(places);
    return places;
}

static PyMethodDef methods[] = {
    {"stem_places", stem_places, METH_VARARGS, stem_places_doc},
    {NULL, NULL, 0, NULL},
};

int add_stems(PyObject *module) { return PyModule_AddFunctions(module, methods); }
