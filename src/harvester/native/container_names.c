/* What the names of containers say, as bits: metadata/lookup/container_names.py has the interpreted form.

   The words of class, id and itemprop, and the tag, are looked up in tables that give bits for each. A page asks about
   few of its containers, so each is read when it is asked about, once. */

#include "records.h"
#include "texts.h"

#define CAPSULE "harvester.native.container_names"
#define MAX_WORD 24 /* bytes of a word that is looked up */
#define KNOWN ((uint64_t)1 << 63)

struct index {
    Names words, tags;           /* with the bits of each */
    PyObject *kept, *kept_tags; /* lists that hold them */
};

typedef struct {
    PyObject_HEAD
    PyObject *index;       /* the capsule, which owns the tables */
    PyObject *elements;    /* a tuple */
    PyObject *interpreted; /* asked for the bits of names that are not ASCII */
    Py_ssize_t count;
    uint64_t *own;    /* of each element the bits of its own names, with KNOWN where it has been read */
    uint64_t *around; /* the same, with those of all that it is inside */
} ContainerNames;

/* ── the tables ───────────────────────────────────────────────────────────────────────────────── */

static int read_word(Names *names, PyObject *text, PyObject *bits)
{
    Text word = utf8_of(text);
    uint64_t value = word.at ? PyLong_AsUnsignedLongLong(bits) : 0;
    if (PyErr_Occurred())
        return -1;
    if (!word.size || word.size > MAX_WORD || value & KNOWN) {
        PyErr_SetString(PyExc_ValueError, "a word is empty or too long, or its bits are too many");
        return -1;
    }
    return add_name(names, word, hash_of(word), (int64_t)value);
}

/* Reads a dict of words; `*kept` holds them as long as the names. */
static int read_names_of(Names *names, PyObject *words, PyObject **kept)
{
    PyObject *text, *bits;
    Py_ssize_t at = 0;
    *kept = PyDict_Keys(words);
    while (*kept && PyDict_Next(words, &at, &text, &bits))
        if (read_word(names, text, bits) < 0)
            return -1;
    return *kept ? 0 : -1;
}

/* The bits of a word; 0 of one that nobody asks about. */
static uint64_t bits_of_word(const Names *names, Text word)
{
    int64_t found = find_name(names, word, hash_of(word));
    return found < 0 ? 0 : (uint64_t)found;
}

static void free_index(struct index *index)
{
    PyMem_Free(index->words.slots);
    PyMem_Free(index->tags.slots);
    Py_XDECREF(index->kept);
    Py_XDECREF(index->kept_tags);
    PyMem_Free(index);
}

static void free_capsule(PyObject *capsule)
{
    struct index *index = PyCapsule_GetPointer(capsule, CAPSULE);
    if (index)
        free_index(index);
}

/* ── reading names ────────────────────────────────────────────────────────────────────────────── */

static bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/* The bits of the words of names in ASCII, as `name_words` of markup_signatures.c cuts them: at capitals and before figures. */
static uint64_t bits_of_ascii(const Names *words, Text names)
{
    const char *at = names.at, *end = at + names.size;
    uint64_t bits = 0;
    char word[MAX_WORD];
    while (at < end) {
        if (!is_alnum(*at)) {
            at++;
            continue;
        }
        bool (*goes_on)(char) = is_digit(*at) ? is_digit : is_small;
        size_t size = 1;
        word[0] = lower(*at);
        for (at++; at < end && goes_on(*at); at++, size++)
            if (size < MAX_WORD)
                word[size] = *at;
        bits |= size <= MAX_WORD ? bits_of_word(words, (Text){word, (Py_ssize_t)size}) : 0;
    }
    return bits;
}

/* The bits that the interpreted form finds; KNOWN with an exception. */
static uint64_t ask(PyObject *interpreted, PyObject *names)
{
    PyObject *found = PyObject_CallFunctionObjArgs(interpreted, names, NULL);
    uint64_t bits = found ? PyLong_AsUnsignedLongLong(found) : KNOWN;
    Py_XDECREF(found);
    return PyErr_Occurred() ? KNOWN : bits & ~KNOWN;
}

/* The bits of the words of names; KNOWN with an exception. */
static uint64_t bits_of(const ContainerNames *all, const Names *words, PyObject *names)
{
    Text text = utf8_of(names);
    if (!text.at) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) /* half a surrogate pair */
            return KNOWN;
        PyErr_Clear();
        return ask(all->interpreted, names);
    }
    return is_ascii(text) ? bits_of_ascii(words, text) : ask(all->interpreted, names);
}

/* The bits of one container's tag and names; KNOWN with an exception. */
static uint64_t read_names(const ContainerNames *all, const struct index *index, PyObject *element)
{
    static const int NAMES[] = {ELEMENT_ID, ELEMENT_CLASSES, ELEMENT_ITEMPROP};
    if (!PyTuple_Check(element) || PyTuple_Size(element) < ELEMENT_FIELDS) {
        PyErr_SetString(PyExc_TypeError, "wants elements");
        return KNOWN;
    }
    Text tag = utf8_of(PyTuple_GetItem(element, ELEMENT_TAG));
    if (!tag.at && !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
        return KNOWN;
    PyErr_Clear();
    uint64_t bits = tag.at ? bits_of_word(&index->tags, tag) : 0;
    for (size_t at = 0; at < sizeof NAMES / sizeof *NAMES && !(bits & KNOWN); at++)
        bits |= bits_of(all, &index->words, PyTuple_GetItem(element, NAMES[at]));
    return bits;
}

/* The bits of one container, with KNOWN; 0 with an exception. */
static uint64_t own_bits(ContainerNames *all, Py_ssize_t at)
{
    if (!all->own[at]) {
        const struct index *index = PyCapsule_GetPointer(all->index, CAPSULE);
        uint64_t bits = index ? read_names(all, index, PyTuple_GetItem(all->elements, at)) : KNOWN;
        if (bits & KNOWN)
            return 0;
        all->own[at] = bits | KNOWN;
    }
    return all->own[at];
}

/* The container around one, whose names have been read; -1 where none is, or in a broken tree. */
static Py_ssize_t parent_of(const ContainerNames *all, Py_ssize_t at)
{
    Py_ssize_t parent = PyLong_AsSsize_t(PyTuple_GetItem(PyTuple_GetItem(all->elements, at), ELEMENT_PARENT));
    if (parent == -1 && PyErr_Occurred())
        PyErr_Clear();
    return parent < at && parent >= 0 ? parent : -1;
}

/* The bits of one container and of all that it is inside, with KNOWN; 0 with an exception. */
static uint64_t around_bits(ContainerNames *all, Py_ssize_t at)
{
    Py_ssize_t depth = 0, top = at;
    for (; top >= 0 && !all->around[top]; depth++) {
        if (!own_bits(all, top))
            return 0;
        top = parent_of(all, top);
    }
    uint64_t bits = top >= 0 ? all->around[top] : KNOWN;
    Py_ssize_t *path = depth ? PyMem_Malloc((size_t)depth * sizeof *path) : NULL;
    if (depth && !path) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t step = 0, place = at; step < depth; step++, place = parent_of(all, place))
        path[step] = place;
    for (Py_ssize_t step = depth; step-- > 0;)
        bits = all->around[path[step]] = bits | all->own[path[step]];
    PyMem_Free(path);
    return bits;
}

/* ── what Python calls ────────────────────────────────────────────────────────────────────────── */

static PyObject *number_of(uint64_t bits) { return bits ? PyLong_FromUnsignedLongLong(bits & ~KNOWN) : NULL; }

/* The index of an element, `*there` whether the page has it; 0 with an exception. */
static Py_ssize_t element_of(const ContainerNames *all, PyObject *number, int *there)
{
    Py_ssize_t at = PyLong_AsSsize_t(number);
    *there = !PyErr_Occurred() && at >= 0 && at < all->count;
    return at;
}

static PyObject *names_own(PyObject *self, PyObject *number)
{
    int there;
    Py_ssize_t at = element_of((ContainerNames *)self, number, &there);
    if (there)
        return number_of(own_bits((ContainerNames *)self, at));
    return PyErr_Occurred() ? NULL : PyLong_FromLong(0);
}

static PyObject *names_around(PyObject *self, PyObject *number)
{
    int there;
    Py_ssize_t at = element_of((ContainerNames *)self, number, &there);
    if (there)
        return number_of(around_bits((ContainerNames *)self, at));
    return PyErr_Occurred() ? NULL : PyLong_FromLong(0);
}

static PyObject *names_of(PyObject *self, PyObject *names)
{
    const ContainerNames *all = (const ContainerNames *)self;
    const struct index *index = PyCapsule_GetPointer(all->index, CAPSULE);
    uint64_t bits = index ? bits_of(all, &index->words, names) : KNOWN;
    return bits & KNOWN ? NULL : PyLong_FromUnsignedLongLong(bits);
}

static PyObject *names_within(PyObject *self, PyObject *args)
{
    ContainerNames *all = (ContainerNames *)self;
    Py_ssize_t at, levels;
    if (!PyArg_ParseTuple(args, "nn:within", &at, &levels))
        return NULL;
    uint64_t bits = KNOWN;
    for (; levels > 0 && at >= 0 && at < all->count; levels--, at = parent_of(all, at)) {
        uint64_t own = own_bits(all, at);
        if (!own)
            return NULL;
        bits |= own;
    }
    return number_of(bits);
}

static PyObject *names_nearest(PyObject *self, PyObject *args)
{
    ContainerNames *all = (ContainerNames *)self;
    Py_ssize_t at;
    unsigned long long wanted;
    if (!PyArg_ParseTuple(args, "nK:nearest", &at, &wanted))
        return NULL;
    if (at < 0 || at >= all->count)
        Py_RETURN_NONE;
    uint64_t bits = around_bits(all, at);
    if (!bits)
        return NULL;
    while (at >= 0 && bits & wanted & ~KNOWN && !(all->own[at] & wanted & ~KNOWN))
        at = parent_of(all, at);
    if (at < 0 || !(bits & wanted & ~KNOWN))
        Py_RETURN_NONE;
    return PyLong_FromSsize_t(at);
}

static PyObject *names_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *index, *elements, *interpreted;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "OO!O:ContainerNames", &index, &PyTuple_Type, &elements, &interpreted) ||
        !PyCapsule_GetPointer(index, CAPSULE))
        return NULL;
    ContainerNames *all = (ContainerNames *)PyType_GenericAlloc(type, 0);
    if (!all)
        return NULL;
    all->index = Py_NewRef(index);
    all->elements = Py_NewRef(elements);
    all->interpreted = Py_NewRef(interpreted);
    all->count = PyTuple_Size(elements);
    all->own = PyMem_Calloc((size_t)all->count + 1, sizeof *all->own);
    all->around = PyMem_Calloc((size_t)all->count + 1, sizeof *all->around);
    if (all->own && all->around)
        return (PyObject *)all;
    Py_DECREF(all);
    return PyErr_NoMemory();
}

static void names_free(PyObject *self)
{
    ContainerNames *all = (ContainerNames *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(all->own);
    PyMem_Free(all->around);
    Py_XDECREF(all->index);
    Py_XDECREF(all->elements);
    Py_XDECREF(all->interpreted);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"of", names_of, METH_O, "of(names)\n--\n\nReturn the bits of the words of an inline element's classes."},
    {"own", names_own, METH_O, "own(element)\n--\n\nReturn the bits of a container's tag and names."},
    {"around", names_around, METH_O, "around(element)\n--\n\nReturn the bits of a container and of all that it is inside."},
    {"within", names_within, METH_VARARGS,
     "within(element, levels)\n--\n\nReturn the bits of a container and of those around it, `levels` in all."},
    {"nearest", names_nearest, METH_VARARGS,
     "nearest(element, bits)\n--\n\nReturn the nearest container with one of `bits`, itself or around it, or None."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_doc, "ContainerNames(index, elements, interpreted)\n--\n\n"
                "What the names of a page's containers say; of an index that is none, nothing."},
    {Py_tp_new, names_new},
    {Py_tp_dealloc, names_free},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

static PyType_Spec SPEC = {
    .name = "harvester.native._core.ContainerNames",
    .basicsize = sizeof(ContainerNames),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};

static PyObject *index_names(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *words, *tags;
    if (!PyArg_ParseTuple(args, "O!O!:index_names", &PyDict_Type, &words, &PyDict_Type, &tags))
        return NULL;
    struct index *index = PyMem_Calloc(1, sizeof *index);
    if (!index)
        return PyErr_NoMemory();
    int is_read = read_names_of(&index->words, words, &index->kept) == 0 &&
                  read_names_of(&index->tags, tags, &index->kept_tags) == 0;
    PyObject *capsule = is_read ? PyCapsule_New(index, CAPSULE, free_capsule) : NULL;
    if (!capsule)
        free_index(index);
    return capsule;
}

static PyMethodDef functions[] = {
    {"index_names", index_names, METH_VARARGS,
     "index_names(words, tags)\n\nReturn what `ContainerNames` wants: the bits of words in small letters, and of tags, below\n"
     "2 ** 63. Raises ValueError for an empty word and one of more than 24 bytes."},
    {NULL, NULL, 0, NULL},
};

int add_container_names(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&SPEC);
    int failed = type ? PyModule_AddObjectRef(module, "ContainerNames", type) : -1;
    Py_XDECREF(type);
    return failed < 0 ? -1 : PyModule_AddFunctions(module, functions);
}
