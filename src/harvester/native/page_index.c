/* What stands where on a judged page: `metadata/lookup/page_index.py` in compiled form, which says what it is for.

   One pass over the blocks, which are the tuples of `models/document.py`, and over their inline elements. */

#include "records.h"
#include "texts.h"

#define LICENCES "creativecommons.org/"

/* What the caller gives, borrowed for the call. */
struct terms {
    PyObject *removed_type, *kept_type; /* of verdicts */
    PyObject *title, *heading;          /* the part and the role of a headline */
    PyObject *subtitle, *caption;       /* parts */
    PyObject *silent, *to_others;       /* kinds: whose lines, and whose links, say nothing of the article */
    Py_ssize_t longest;                 /* of a line, in characters */
    Py_ssize_t least;                   /* of a block of prose, in letters: a shorter one is a label */
    PyObject *part_name, *kind_name;    /* of attributes; owned for the call */
};

/* What is found; all of it is owned here until it is handed out. */
struct found {
    PyObject *removed, *kept, *headings, *marked, *lines, *letters, *subtitles, *prose;
    int is_plain; /* no letter of the prose counts for several, and the language of each block is told */
};

/* Adds `number` to the list of `kind`. */
static int append_by_kind(PyObject *lists, PyObject *kind, Py_ssize_t number)
{
    PyObject *list = PyDict_GetItemWithError(lists, kind);
    if (list)
        return append_number(list, number);
    if (PyErr_Occurred() || (list = PyList_New(0)) == NULL)
        return -1;
    int failed = append_number(list, number) < 0 || PyDict_SetItem(lists, kind, list) < 0;
    Py_DECREF(list);
    return failed ? -1 : 0;
}

/* Adds characters to those of a language. */
static int add_letters(PyObject *letters, PyObject *lang, Py_ssize_t count)
{
    PyObject *known = PyDict_GetItemWithError(letters, lang);
    if (known == NULL && PyErr_Occurred())
        return -1;
    Py_ssize_t sum = known ? PyLong_AsSsize_t(known) : 0;
    PyObject *value = PyErr_Occurred() ? NULL : PyLong_FromSsize_t(sum + count);
    int failed = value == NULL || PyDict_SetItem(letters, lang, value) < 0;
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

/* 1 where a text has characters, 0 where it has none, -1 with an exception. */
static int is_filled(PyObject *text)
{
    Py_ssize_t length = text ? PyUnicode_GetLength(text) : -1;
    return length < 0 ? -1 : length > 0;
}

static int leads_to_licence(PyObject *href)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(href, &size);
    if (text && strlen(text) == (size_t)size)
        return strstr(text, LICENCES) != NULL;
    PyErr_Clear(); /* half a surrogate pair, or a character 0 */
    PyObject *wanted = PyUnicode_FromString(LICENCES);
    int found = wanted ? PyUnicode_Contains(href, wanted) : -1;
    Py_XDECREF(wanted);
    return found;
}

/* 1 where an inline element says something of authors, tags or licences. */
static int is_marked(PyObject *span)
{
    PyObject *href = PyTuple_GetItem(span, SPAN_HREF);
    int filled;
    if (href == NULL || (filled = is_filled(PyTuple_GetItem(span, SPAN_REL))) != 0)
        return href == NULL ? -1 : filled;
    if ((filled = is_filled(PyTuple_GetItem(span, SPAN_ITEMPROP))) != 0 || (filled = is_filled(href)) <= 0)
        return filled;
    return leads_to_licence(href);
}

static int mark_spans(struct found *found, PyObject *block, Py_ssize_t number)
{
    PyObject *spans = PyTuple_GetItem(block, BLOCK_SPANS);
    Py_ssize_t count = spans ? PyTuple_Size(spans) : -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *span = PyTuple_GetItem(spans, i);
        int marked = span ? is_marked(span) : -1;
        if (marked < 0)
            return -1;
        if (!marked)
            continue;
        PyObject *pair = Py_BuildValue("(nO)", number, span);
        int failed = pair == NULL || PyList_Append(found->marked, pair) < 0;
        Py_XDECREF(pair);
        if (failed)
            return -1;
    }
    return count < 0 ? -1 : 0;
}

/* What a verdict says of a block. */
struct said {
    int is_title, is_prose, speaks, may_mark;
};

/* A block that is kept: its number, and what its part says. */
static int read_part(const struct terms *terms, struct found *found, PyObject *verdict, Py_ssize_t number,
                     struct said *said)
{
    PyObject *part = PyObject_GetAttr(verdict, terms->part_name);
    if (part == NULL)
        return -1;
    Py_DECREF(part); /* a member of its enum, which stays */
    said->is_title = part == terms->title;
    said->is_prose = part != terms->caption;
    if (part == terms->subtitle && append_number(found->subtitles, number) < 0)
        return -1;
    return append_number(found->kept, number);
}

static int read_verdict(const struct terms *terms, struct found *found, PyObject *verdict, Py_ssize_t number,
                        struct said *said)
{
    *said = (struct said){0, 0, 1, 1};
    if ((PyObject *)Py_TYPE(verdict) == terms->kept_type)
        return read_part(terms, found, verdict, number, said);
    if ((PyObject *)Py_TYPE(verdict) != terms->removed_type)
        return 0;
    PyObject *kind = PyObject_GetAttr(verdict, terms->kind_name);
    if (kind == NULL)
        return -1;
    int silent = PySet_Contains(terms->silent, kind), leads = PySet_Contains(terms->to_others, kind);
    int failed = silent < 0 || leads < 0 || append_by_kind(found->removed, kind, number) < 0;
    Py_DECREF(kind);
    said->speaks = !silent;
    said->may_mark = !leads;
    return failed ? -1 : 0;
}

/* The letters of running text in a language: of a block without links. */
static int count_letters(struct found *found, PyObject *block, Py_ssize_t length)
{
    PyObject *lang = PyTuple_GetItem(block, BLOCK_LANG), *links = PyTuple_GetItem(block, BLOCK_LINK_CHARS);
    if (lang == NULL || links == NULL)
        return -1;
    if (lang == Py_None || PyObject_IsTrue(links))
        return 0;
    int filled = is_filled(lang);
    return filled > 0 ? add_letters(found->letters, lang, length) : filled;
}

/* 1 where a letter of a text may count for several: from kana to Hangul, and where that can not be told. */
static int may_be_dense(PyObject *text, Py_ssize_t length)
{
    Text letters = utf8_of(text);
    if (letters.at)
        return letters.size > length && may_hold_cjk(letters);
    PyErr_Clear(); /* half a surrogate pair */
    return 1;
}

/* Adds a block to those of a language: the letters of all, how many they are, the letters of the longest. */
static int add_prose(PyObject *prose, PyObject *lang, Py_ssize_t letters)
{
    Py_ssize_t sum = 0, count = 0, longest = 0;
    PyObject *known = PyDict_GetItemWithError(prose, lang);
    if (known == NULL ? PyErr_Occurred() != NULL : !PyArg_ParseTuple(known, "nnn", &sum, &count, &longest))
        return -1;
    PyObject *value = Py_BuildValue("(nnn)", sum + letters, count + 1, letters > longest ? letters : longest);
    int failed = value == NULL || PyDict_SetItem(prose, lang, value) < 0;
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

/* The letters of the article's prose in a language, as long as they can be told at a glance. */
static int count_prose(const struct terms *terms, struct found *found, PyObject *block, PyObject *text, Py_ssize_t length)
{
    if (may_be_dense(text, length)) {
        found->is_plain = 0;
        return 0;
    }
    if (length < terms->least)
        return 0;
    PyObject *lang = PyTuple_GetItem(block, BLOCK_LANG);
    if (lang == NULL)
        return -1;
    int filled = lang == Py_None ? 0 : is_filled(lang);
    found->is_plain = filled > 0;
    return filled > 0 ? add_prose(found->prose, lang, length) : filled;
}

static int read_block(const struct terms *terms, struct found *found, PyObject *block, Py_ssize_t number)
{
    if (!PyTuple_Check(block)) {
        PyErr_SetString(PyExc_TypeError, "wants blocks, each a tuple");
        return -1;
    }
    PyObject *role = PyTuple_GetItem(block, BLOCK_ROLE), *text = PyTuple_GetItem(block, BLOCK_TEXT);
    PyObject *verdict = PyTuple_GetItem(block, BLOCK_VERDICT);
    Py_ssize_t length = role && text && verdict ? PyUnicode_GetLength(text) : -1;
    struct said said;
    if (length < 0 || read_verdict(terms, found, verdict, number, &said) < 0)
        return -1;
    if (said.speaks && length <= terms->longest && PyList_Append(found->lines, text) < 0)
        return -1;
    if ((said.is_title || role == terms->heading) && append_number(found->headings, number) < 0)
        return -1;
    if (count_letters(found, block, length) < 0)
        return -1;
    if (said.is_prose && found->is_plain && count_prose(terms, found, block, text, length) < 0)
        return -1;
    return said.may_mark ? mark_spans(found, block, number) : 0;
}

static void release(const struct terms *terms, const struct found *found)
{
    PyObject *owned[] = {
        terms->part_name, terms->kind_name, found->removed,   found->kept,  found->headings,
        found->marked,    found->lines,     found->letters, found->subtitles, found->prose,
    };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        Py_XDECREF(owned[i]);
}

PyDoc_STRVAR(survey_doc,
             "survey(blocks, Removed, Kept, title, subtitle, caption, heading, silent, to_others, longest, least, /)\n--\n\n"
             "Return what stands where: removed by kind, kept, headings, marked, lines, letters by language, subtitles;\n"
             "and by language the letters of the prose, its blocks of at least `least` and its longest; None: not plain.");

static PyObject *survey(PyObject *module, PyObject *args)
{
    (void)module;
    struct terms terms;
    PyObject *blocks;
    if (!PyArg_ParseTuple(args, "O!OOOOOOOOnn:survey", &PyTuple_Type, &blocks, &terms.removed_type, &terms.kept_type,
                          &terms.title, &terms.subtitle, &terms.caption, &terms.heading, &terms.silent, &terms.to_others,
                          &terms.longest, &terms.least))
        return NULL;
    struct found found = {PyDict_New(),  PyList_New(0), PyList_New(0), PyList_New(0), PyList_New(0),
                          PyDict_New(), PyList_New(0), PyDict_New(), 1};
    int failed = !found.removed || !found.kept || !found.headings || !found.marked || !found.lines || !found.letters ||
                 !found.subtitles || !found.prose;
    terms.part_name = PyUnicode_InternFromString("part");
    terms.kind_name = PyUnicode_InternFromString("kind");
    failed = failed || !terms.part_name || !terms.kind_name;
    Py_ssize_t count = failed ? 0 : PyTuple_Size(blocks);
    failed = failed || count < 0;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        PyObject *block = PyTuple_GetItem(blocks, i);
        failed = block == NULL || read_block(&terms, &found, block, i) < 0;
    }
    PyObject *all = failed ? NULL
                           : Py_BuildValue("(OOOOOOOO)", found.removed, found.kept, found.headings, found.marked,
                                           found.lines, found.letters, found.subtitles,
                                           found.is_plain ? found.prose : Py_None);
    release(&terms, &found);
    return all;
}

static PyMethodDef methods[] = {
    {"survey", survey, METH_VARARGS, survey_doc},
    {NULL, NULL, 0, NULL},
};

int add_survey(PyObject *module) { return PyModule_AddFunctions(module, methods); }
