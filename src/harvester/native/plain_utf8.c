/* Whether a page's bytes can be read as they stand: a short way through `decode.py`, which says what becomes of others. */

#include <stdint.h>
#include <string.h>

#include "common.h"
#include "sixteen.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
enum {
    SAMPLE = 65536,         /* bytes that are looked at for what no text holds */
    MOST_CONTROLS = 50,     /* with one in so many, it may be no text */
    MIN_TWICE = 8,          /* with so many, it may be UTF-8 that was encoded twice: recoding.py */
    LONGEST_TWICE = 4,      /* characters that one became */
};

typedef struct {
    const unsigned char *start, *at, *end;
    Py_ssize_t controls; /* in the sample */
} Scan;

static int is_inner(unsigned char byte) { return (byte & 0xc0) == 0x80; }

/* Take note of a byte below a blank; 0 where it is NUL, or the escape by which ISO 2022 changes its letters. */
static int take_control(Scan *scan, const unsigned char *at)
{
    scan->controls += !(*at >= '\t' && *at <= '\r') && at - scan->start < SAMPLE;
    return *at != 0 && *at != 0x1b;
}

/* Go over ASCII, up to the first byte that is not; 0 where no plain text goes on. */
static int over_ascii(Scan *scan)
{
    const unsigned char *at = scan->at, *end = scan->end;
#ifdef HAS_SIXTEEN
    for (; end - at >= 16; at += 16) {
        Sixteen bytes = sixteen_at(at); /* those beyond ASCII are below 0 */
        if (has_any((bytes < ' ') & ~((bytes >= '\t') & (bytes <= '\r'))))
            break;
    }
#endif
    for (uint64_t word; end - at >= 8; at += 8) {
        memcpy(&word, at, 8);
        if (word & EACH(0x80))
            break;
        if (((word - EACH(0x20)) & EACH(0x80)) == 0) /* none is below a blank */
            continue;
        for (int byte = 0; byte < 8; byte++)
            if (at[byte] < 0x20 && !take_control(scan, at + byte))
                return 0;
    }
    for (; at < end && *at < 0x80; at++)
        if (*at < 0x20 && !take_control(scan, at))
            return 0;
    scan->at = at;
    return 1;
}

/* The bytes of the character at `at`, which is beyond ASCII; 0 where none is well-formed (Unicode, table 3-7). */
static int size_of_character(const unsigned char *at, const unsigned char *end)
{
    if (*at < 0xc2 || *at > 0xf4)
        return 0;
    int size = *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    if (end - at < size || !is_inner(at[1]))
        return 0;
    int is_long = *at == 0xe0 ? at[1] < 0xa0 : *at == 0xf0 && at[1] < 0x90;
    int is_beyond = *at == 0xed ? at[1] > 0x9f : *at == 0xf4 && at[1] > 0x8f; /* surrogates; above U+10FFFF */
    for (int inner = 2; inner < size; inner++)
        if (!is_inner(at[inner]))
            return 0;
    return is_long || is_beyond ? 0 : size;
}

/* Whether a character is what the first byte of one became that was encoded again, by what follows it. */
static int may_be_twice(const unsigned char *at, const unsigned char *end)
{
    if (*at != 0xc3 || end - at < 3)
        return 0;
    return at[2] == 0xc2 || at[2] == 0xc5 || at[2] == 0xc6 || at[2] == 0xcb || at[2] == 0xe2;
}

static int is_plain(const unsigned char *at, Py_ssize_t size)
{
    Scan scan = {at, at, at + size, 0};
    Py_ssize_t beyond = 0, twice = 0;
    while (over_ascii(&scan)) {
        if (scan.at == scan.end) {
            Py_ssize_t sample = size < SAMPLE ? size : SAMPLE;
            int is_text = MOST_CONTROLS * scan.controls < sample;
            return is_text && (twice < MIN_TWICE || 10 * LONGEST_TWICE * twice < 9 * beyond); /* nine tenths */
        }
        int bytes = size_of_character(scan.at, scan.end);
        if (bytes == 0)
            return 0;
        beyond++;
        twice += may_be_twice(scan.at, scan.end);
        scan.at += bytes;
    }
    return 0;
}

PyDoc_STRVAR(doc, "is_plain_utf8(body, /)\n--\n\n"
                  "Return whether bytes are well-formed UTF-8 with hardly a control character, and not encoded twice.");

static PyObject *is_plain_utf8(PyObject *module, PyObject *body)
{
    (void)module;
    char *text;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(body, &text, &size) < 0)
        return NULL;
    return PyBool_FromLong(is_plain((const unsigned char *)text, size));
}

static PyMethodDef functions[] = {
    {"is_plain_utf8", is_plain_utf8, METH_O, doc},
    {NULL, NULL, 0, NULL},
};

int add_plain_utf8(PyObject *module) { return PyModule_AddFunctions(module, functions); }
