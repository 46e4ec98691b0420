/* Numbers for what is alike on a page: blocks of one role and markup (`alike_blocks` of
   content/features/neighbourhood_features.py, `alike_groups` of content/second_stage.py), containers of one kind (`_groups` of
   content/page_sums.py). The first that is met has number 0.

   A name is a number for a tag and a class; what is alike has a pair of numbers in common. */

#include "page_sums.h"
#include "reader.h"
#include "records.h"

enum { NONE = -1, FAILED = -2, UNREAD = -3 };

/* A number for each pair of numbers. */
typedef struct {
    Names names;
    int64_t (*pairs)[2]; /* room for one more than there will be */
} Pairs;

/* What of an element's classes makes it one of a kind; .at NULL with an exception. */
typedef Text (*PartOfClasses)(Arena *arena, Text classes);

enum { MET = 256 };

/* Elements of one start tag share its strings: they are known by them, before anything is read. */
typedef struct {
    const PyObject *tag, *classes; /* borrowed of the elements */
    int64_t name;
} Met;

typedef struct {
    PyObject *elements;
    PartOfClasses part;
    Py_ssize_t count;
    Names words;    /* tags and classes */
    Pairs whole;    /* pairs of words */
    int64_t *names; /* of each element; UNREAD: nobody has asked */
    Arena arena;    /* classes that are not as written */
    Met met[MET];
} Markup;

static int64_t number_of(Names *names, Text key)
{
    uint64_t hash = hash_of(key);
    int64_t known = find_name(names, key, hash);
    if (known >= 0)
        return known;
    known = (int64_t)names->count;
    return add_name(names, key, hash, known) < 0 ? FAILED : known;
}

/* FAILED with an exception, also where one of the two is. */
static int64_t number_pair(Pairs *pairs, int64_t one, int64_t other)
{
    if (one == FAILED || other == FAILED)
        return FAILED;
    int64_t *pair = pairs->pairs[pairs->names.count]; /* the next one takes the place of one that is known */
    pair[0] = one;
    pair[1] = other;
    return number_of(&pairs->names, (Text){(const char *)pair, 2 * sizeof *pair});
}

static int make_room(Pairs *pairs, Py_ssize_t most)
{
    pairs->pairs = PyMem_Calloc((size_t)most + 1, sizeof *pairs->pairs);
    return pairs->pairs ? 0 : -1;
}

static void free_pairs(Pairs *pairs)
{
    PyMem_Free(pairs->pairs);
    PyMem_Free(pairs->names.slots);
}

/* ── names of elements ────────────────────────────────────────────────────────────────────────── */

static Text all_classes(Arena *arena, Text classes)
{
    (void)arena;
    return classes;
}

/* The first class without its figures: "post-17 even" and "post-18 odd" are of one kind. */
static Text kind_of_classes(Arena *arena, Text classes)
{
    char *kind = taken(arena, (size_t)classes.size + 1);
    Text found = {kind, 0};
    for (Py_ssize_t at = 0; kind && at < classes.size && classes.at[at] != ' '; at++)
        if (classes.at[at] < '0' || classes.at[at] > '9')
            kind[found.size++] = classes.at[at];
    return found;
}

static int64_t number_name(Markup *markup, PyObject *tag, PyObject *classes)
{
    Text name = utf8_of(tag), said = utf8_of(classes);
    if (name.at == NULL || said.at == NULL)
        return FAILED;
    said = markup->part(&markup->arena, said);
    if (said.at == NULL)
        return FAILED;
    int64_t first = number_of(&markup->words, name);
    return number_pair(&markup->whole, first, first == FAILED ? FAILED : number_of(&markup->words, said));
}

static int64_t read_name(Markup *markup, PyObject *element)
{
    if (!PyTuple_Check(element) || PyTuple_Size(element) != ELEMENT_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants elements");
        return FAILED;
    }
    PyObject *tag = PyTuple_GetItem(element, ELEMENT_TAG), *classes = PyTuple_GetItem(element, ELEMENT_CLASSES);
    Met *met = markup->met + ((uintptr_t)tag / 64 + (uintptr_t)classes / 16) % MET;
    if (met->tag != tag || met->classes != classes)
        *met = (Met){tag, classes, number_name(markup, tag, classes)};
    return met->name;
}

/* Returns the name of an element; NONE where there is no such element, FAILED with an exception. */
static int64_t name_at(Markup *markup, int64_t element)
{
    if (element < 0)
        return NONE;
    if (markup->names[element] == UNREAD)
        markup->names[element] = read_name(markup, PyTuple_GetItem(markup->elements, element));
    return markup->names[element];
}

/* -1 with an exception. */
static int begin(Markup *markup)
{
    markup->count = PyTuple_Size(markup->elements);
    markup->names = PyMem_Malloc(((size_t)markup->count + 1) * sizeof *markup->names);
    if (!markup->names || make_room(&markup->whole, markup->count) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; at < markup->count; at++)
        markup->names[at] = UNREAD;
    return 0;
}

static void free_markup(Markup *markup)
{
    free_pairs(&markup->whole);
    PyMem_Free(markup->words.slots);
    PyMem_Free(markup->names);
    free_arena(&markup->arena);
}

static int64_t parent_of(const Markup *markup, int64_t element)
{
    int64_t parent = integer_of(PyTuple_GetItem(markup->elements, element), ELEMENT_PARENT);
    return parent >= 0 && parent < element ? parent : NONE;
}

/* ── blocks ───────────────────────────────────────────────────────────────────────────────────── */

/* Writes a number for each of the blocks `at`: their role, the name of their element and of the one around it.
   `is_doubled`: the outermost stands for the one around it, too. */
static int number_blocks(Markup *markup, const int64_t *blocks, Py_ssize_t block_count, const Py_buffer *at,
                         int is_doubled, int64_t *out)
{
    Pairs inner = {{0}, NULL}, outer = {{0}, NULL};
    int is_done = make_room(&inner, at->shape[0]) == 0 && make_room(&outer, at->shape[0]) == 0;
    if (!is_done)
        PyErr_NoMemory();
    for (Py_ssize_t place = 0; is_done && place < at->shape[0]; place++) {
        int64_t block = ((const int64_t *)at->buf)[place], own = blocks[B_ELEMENT * block_count + block];
        int64_t around = own >= 0 ? parent_of(markup, own) : NONE;
        around = is_doubled && around < 0 ? own : around;
        int64_t first = number_pair(&inner, blocks[B_ROLE * block_count + block], name_at(markup, own));
        out[place] = number_pair(&outer, first, name_at(markup, around));
        is_done = out[place] != FAILED;
    }
    free_pairs(&inner);
    free_pairs(&outer);
    return is_done ? 0 : -1;
}

/* ── containers ───────────────────────────────────────────────────────────────────────────────── */

/* Writes a number for each element that holds a block: its name and that of the one around it; NONE for the others. -1
   with an exception. */
static int number_containers(Markup *markup, const int64_t *containers, int64_t *out)
{
    Py_ssize_t places = markup->count + 1;
    const int64_t *first = containers + C_FIRST * places, *end = containers + C_END * places;
    const int64_t *parents = containers + C_PARENT * places;
    Pairs pairs = {{0}, NULL};
    int is_done = make_room(&pairs, markup->count) == 0;
    if (!is_done)
        PyErr_NoMemory();
    for (Py_ssize_t at = 0; is_done && at < markup->count; at++) {
        out[at] = NONE;
        if (end[at] <= first[at])
            continue;
        out[at] = number_pair(&pairs, name_at(markup, parents[at]), name_at(markup, at));
        is_done = out[at] != FAILED;
    }
    out[markup->count] = NONE;
    free_pairs(&pairs);
    return is_done ? 0 : -1;
}

/* ── what Python calls ────────────────────────────────────────────────────────────────────────── */

static PyObject *does_not_fit(void)
{
    PyErr_SetString(PyExc_ValueError, "elements, blocks and groups do not fit each other");
    return NULL;
}

static PyObject *group_blocks(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[] = {
        {"blocks", "lq", 8, 2, READ}, {"at", "lq", 8, 1, READ}, {"groups", "lq", 8, 1, WRITE}};
    Py_buffer views[3];
    (void)module;
    if (!has_arguments(count, 5))
        return NULL;
    int is_doubled = PyObject_IsTrue(arguments[1]);
    if (is_doubled < 0 || !PyTuple_Check(arguments[0]))
        return does_not_fit();
    if (take_buffers(arguments + 2, WANTED, 3, views) < 0)
        return NULL;
    Markup markup = {.elements = arguments[0], .part = all_classes};
    Py_ssize_t blocks = views[0].shape[1];
    int is_done = 0;
    if (views[0].shape[0] != BLOCK_ROWS || views[1].shape[0] != views[2].shape[0] ||
        !are_within(views[1].buf, views[1].shape[0], 0, blocks) ||
        !are_within((const int64_t *)views[0].buf + B_ELEMENT * blocks, blocks, NONE, PyTuple_Size(arguments[0])))
        does_not_fit();
    else
        is_done = begin(&markup) == 0 &&
                  number_blocks(&markup, views[0].buf, blocks, &views[1], is_doubled, views[2].buf) == 0;
    free_markup(&markup);
    release_buffers(views, 3);
    return is_done ? Py_NewRef(Py_None) : NULL;
}

int group_containers(PyObject *elements, const int64_t *containers, int64_t *groups)
{
    Markup markup = {.elements = elements, .part = kind_of_classes};
    int is_done = begin(&markup) == 0 && number_containers(&markup, containers, groups) == 0;
    free_markup(&markup);
    return is_done ? 0 : -1;
}

static PyMethodDef functions[] = {
    {"group_blocks", (PyCFunction)(void (*)(void))group_blocks, METH_FASTCALL,
     "group_blocks(elements, is_doubled, blocks, at, groups)\n\n"
     "Write a number for each of the blocks `at`, the same for those of one role and markup."},
    {NULL, NULL, 0, NULL},
};

int add_groups(PyObject *module) { return PyModule_AddFunctions(module, functions); }
