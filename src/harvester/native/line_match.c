/* Runs the programs of line_program.c: every step is tried at most once at each place of a line, so that the time is
   their product at most, whatever the pattern (RE2's BitState does the same). */

#include "line_program.h"

#include <stdlib.h>
#include <string.h>

#define CAPSULE "harvester.native.line_program"

enum { MAX_CHARS = 1000, MAX_TRIED = 1 << 21 }; /* bits: steps x places */

struct line {
    uint16_t rows[MAX_CHARS];
    int count;
};

struct run {
    const struct program *program;
    const struct line *line;
    uint64_t *tried;  /* a bit for each step at each place */
    uint32_t *open;   /* step x places + place: to be tried yet */
    size_t open_count;
};

/* Returns 0 where the line is too long or holds other characters. */
static int read_rows(const char *text, Py_ssize_t size, struct line *line)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    line->count = 0;
    for (int bytes; at < end; at += bytes) {
        int row = row_of(at, &bytes);
        if (row < 0 || line->count == MAX_CHARS)
            return 0;
        line->rows[line->count++] = (uint16_t)row;
    }
    return 1;
}

static int is_word_at(const struct line *line, int place)
{
    return place >= 0 && place < line->count && is_word_row(line->rows[place]);
}

/* Whether the place is such as a step asks for. */
static int is_there(const struct run *run, enum op op, int place)
{
    switch (op) {
    case AT_START:
        return place == 0;
    case AT_END:
        return place == run->line->count;
    default:
        return is_word_at(run->line, place - 1) != is_word_at(run->line, place);
    }
}

/* Whether the character at a place is such as a step asks for. */
static int takes(const struct run *run, const struct step *step, int place)
{
    const struct program *program = run->program;
    if (place == run->line->count)
        return 0;
    int row = run->line->rows[place];
    switch (step->op) {
    case FOLDED:
        return program->letters->folded[row] == step->value;
    case WRITTEN:
        return row == step->value;
    case IN_SET:
        return is_in_set(program->sets[step->value], program->letters->folded[row]);
    case IN_SET_WRITTEN:
        return is_in_set(program->sets[step->value], row);
    default:
        return step->op == ANY && row != '\n';
    }
}

static void open_later(struct run *run, int step, int place)
{
    size_t number = (size_t)step * ((size_t)run->line->count + 1) + (size_t)place;
    if (!(run->tried[number / 64] >> (number % 64) & 1)) {
        run->tried[number / 64] |= UINT64_C(1) << (number % 64);
        run->open[run->open_count++] = (uint32_t)number;
    }
}

/* Tries a step at a place; returns whether the line fits with it. */
static int try_step(struct run *run, int number, int place)
{
    const struct step *step = run->program->steps + number;
    switch (step->op) {
    case FITS:
        return 1;
    case EITHER:
        open_later(run, step->value, place);
        open_later(run, number + 1, place);
        return 0;
    case GO:
        open_later(run, step->value, place);
        return 0;
    case AT_START: case AT_END: case AT_BORDER:
        if (is_there(run, (enum op)step->op, place))
            open_later(run, number + 1, place);
        return 0;
    default:
        if (takes(run, step, place))
            open_later(run, number + 1, place + 1);
        return 0;
    }
}

static int run_from(struct run *run, int start)
{
    uint32_t places = (uint32_t)run->line->count + 1;
    open_later(run, 0, start);
    while (run->open_count > 0) {
        uint32_t next = run->open[--run->open_count];
        if (try_step(run, (int)(next / places), (int)(next % places)))
            return 1;
    }
    return 0;
}

/* Returns whether a line fits; -1 where only RE2 knows, or there is no memory. */
static int line_fits(const struct program *program, const char *text, Py_ssize_t size)
{
    struct line line;
    if (!read_rows(text, size, &line))
        return -1;
    size_t states = (size_t)program->step_count * ((size_t)line.count + 1);
    if (states > MAX_TRIED)
        return -1;
    struct run run = {.program = program, .line = &line};
    run.tried = PyMem_Calloc(states / 64 + 1, sizeof *run.tried);
    run.open = PyMem_Malloc((states + 1) * sizeof *run.open);
    int fits = run.tried && run.open ? 0 : -1;
    for (int start = 0; fits == 0 && start <= line.count; start++) {
        fits = run_from(&run, start);
        if (program->steps[0].op == AT_START)
            break;
    }
    PyMem_Free(run.tried);
    PyMem_Free(run.open);
    return fits;
}

/* ── what Python calls ───────────────────────────────────────────────────────────────────────── */

static void free_program(struct program *program)
{
    PyMem_Free(program->steps);
    PyMem_Free(program->sets);
    Py_XDECREF(program->kept);
    PyMem_Free(program);
}

static void free_capsule(PyObject *capsule)
{
    struct program *program = PyCapsule_GetPointer(capsule, CAPSULE);
    if (program)
        free_program(program);
}

/* Whether the letters are of rows that there are. */
static int are_sound(const struct letters *letters)
{
    for (int row = 0; row < ROWS; row++)
        if (letters->folded[row] >= ROWS)
            return 0;
    return 1;
}

static PyObject *line_program(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    char *letters = NULL;
    Py_ssize_t letters_size = 0, size = 0;
    const char *pattern = count == 2 ? PyUnicode_AsUTF8AndSize(arguments[0], &size) : NULL;
    if (!pattern || PyBytes_AsStringAndSize(arguments[1], &letters, &letters_size) < 0)
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "wants a pattern and letters");
    if (letters_size != (Py_ssize_t)sizeof(struct letters) || !are_sound((const struct letters *)letters))
        return PyErr_Format(PyExc_ValueError, "wants the letters of %d rows", ROWS);
    struct program *program = PyMem_Calloc(1, sizeof *program);
    if (!program)
        return PyErr_NoMemory();
    program->kept = Py_NewRef(arguments[1]);
    program->letters = (const struct letters *)letters;
    PyObject *made = write_program(program, pattern, size) ? PyCapsule_New(program, CAPSULE, free_capsule) : NULL;
    if (made)
        return made;
    free_program(program);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static PyObject *fits_line(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 2)
        return PyErr_Format(PyExc_TypeError, "wants a program and a line, has %zd arguments", count);
    const struct program *program = PyCapsule_GetPointer(arguments[0], CAPSULE);
    Py_ssize_t size;
    const char *line = program ? PyUnicode_AsUTF8AndSize(arguments[1], &size) : NULL;
    if (!line)
        return NULL;
    int fits = line_fits(program, line, size);
    return fits < 0 ? Py_NewRef(Py_None) : PyBool_FromLong(fits);
}

static PyMethodDef functions[] = {
    {"line_program", (PyCFunction)(void (*)(void))line_program, METH_FASTCALL,
     "line_program(pattern, letters)\n\nReturn what `fits_line` wants; None for a pattern of a form that only RE2 knows."},
    {"fits_line", (PyCFunction)(void (*)(void))fits_line, METH_FASTCALL,
     "fits_line(program, line)\n\nReturn whether a line fits a pattern; None for one that only RE2 can read."},
    {NULL, NULL, 0, NULL},
};

int add_line_match(PyObject *module) { return PyModule_AddFunctions(module, functions); }
