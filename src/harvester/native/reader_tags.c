/* What a start tag says: `flat_markup.read_opening`, and what the walk asks of attributes (`attributes.py`, `inline.py`).

   Where a class or a style holds anything but ASCII, or the rules of a site fit, Python's `Opening` is read instead. */

#include "reader.h"
#include "records.h"

enum { TRAITS = 9 };
/* Of an Opening. */
enum { ITS_ATTRIBUTES = 1, ITS_HIDDEN = 4, ITS_BORDER = 5, ITS_LINK = 6, ITS_TELLING = 8,
       ITS_KEEPING = 9, ITS_CLIPPED = 10, ITS_TOOL = 11, ITS_RULES = 12 };

/* ── what a tag says ─────────────────────────────────────────────────────────────────────── */

static unsigned class_sets(const Page *page, Text classes)
{
    unsigned sets = 0;
    for (Text left = behind_blanks(classes); left.size; left = behind_blanks(left)) {
        Py_ssize_t size = 0;
        while (size < left.size && !is_ascii_space(left.at[size])) {
            size++;
        }
        int64_t known = find_any_case(&page->reader->classes, (Text){left.at, size});
        sets |= known < 0 ? 0 : (unsigned)known;
        left = behind(left, size);
    }
    return sets;
}

/* Whether an attribute makes a window that opens only when it is called, as `attributes.is_hidden` knows. */
static bool is_popover(const Text *value)
{
    static const char *const VALUES[] = {"", "auto", "manual", "hint"};
    for (size_t at = 0; value != NULL && at < sizeof(VALUES) / sizeof(VALUES[0]); at++) {
        if (is_equal(*value, VALUES[at])) {
            return true;
        }
    }
    return false;
}

/* Whether an id is that of a part of the page that Marko streams: `attributes._STREAMED`. */
static bool is_streamed(Text id)
{
    if (!starts_with(id, "af")) {
        return false;
    }
    Text left = behind(id, 2);
    while (left.size && *left.at >= 'a' && *left.at <= 'z') {
        left = behind(left, 1);
    }
    bool is_numbered = left.size > 0;
    while (left.size && is_digit(*left.at)) {
        left = behind(left, 1);
    }
    return is_numbered && left.size == 0;
}

bool tag_is_hidden(const Tag *tag, uint32_t sets)
{
    if ((sets & TAG_NOSCRIPT) || ((sets & TAG_DIALOG) && attribute(tag, OPEN) == NULL)) {
        return true;
    }
    if (!tag->has_attributes || (sets & TAG_ROOT)) {
        return false;
    }
    const Text *hidden = attribute(tag, HIDDEN);
    if (hidden != NULL && !is_equal(*hidden, "until-found")) {
        return !starts_with(value_of(tag, ID), "S:");
    }
    if (is_popover(attribute(tag, POPOVER))) {
        return true;
    }
    return style_hides(value_of(tag, STYLE)) && !is_streamed(value_of(tag, ID));
}

/* Return the time that a script shows in the reader's own words, as `attributes.MOMENTS`. */
static Text moment_of(const Tag *tag)
{
    Text said = {NULL, 0};
    for (int name = DATA_DATETIME; name <= DATA_PUBDATE && said.size == 0; name++) {
        said = value_of(tag, name);
    }
    return said;
}

static int has_moment(const Tag *tag)
{
    for (int name = DATA_DATETIME; name <= DATA_PUBDATE; name++) {
        if (attribute(tag, name) != NULL) {
            return 1;
        }
    }
    return 0;
}

static void weigh(const Page *page, Tag *tag)
{
    const Name *name = name_of(page, tag);
    Text style = value_of(tag, STYLE);
    unsigned words = class_sets(page, value_of(tag, CLASS));
    tag->is_hidden = tag_is_hidden(tag, name->sets);
    bool runs_on = style.size && (is_equal(name->text, "div") || is_equal(name->text, "p")) && style_runs_on(style);
    tag->is_border = ((name->sets & BLOCK) || name->has_dash) && !(words & DROP_CAPS) && !runs_on;
    tag->is_link = (name->sets & TAG_A) && attribute(tag, HREF) != NULL;
    tag->is_telling = (name->sets & TELLING) || attribute(tag, CLASS) || attribute(tag, ITEMPROP)
                      || attribute(tag, REL) || attribute(tag, ID) || attribute(tag, DATETIME)
                      || attribute(tag, CONTENT) || has_moment(tag);
    tag->keeps_lines = (words & KEEPING) || style_keeps_lines(style);
    tag->is_clipped = !(name->sets & TAG_TIME) && ((words & CLIPPED) || is_equal(value_of(tag, ROLE), "tooltip"));
    tag->is_tool = words & TOOLS;
    tag->is_line_number = words & NUMBERS;
    tag->is_code_line = words & LINES;
}

/* Read what Python says of the tag. */
static int take_opening(Page *page, Tag *tag, PyObject *opening)
{
    static const int places[] = {ITS_HIDDEN, ITS_BORDER, ITS_LINK, ITS_TELLING, ITS_KEEPING, ITS_CLIPPED, ITS_TOOL};
    bool *const flags[] = {&tag->is_hidden,   &tag->is_border,  &tag->is_link, &tag->is_telling,
                           &tag->keeps_lines, &tag->is_clipped, &tag->is_tool};
    for (size_t at = 0; at < sizeof(places) / sizeof(places[0]); at++) {
        PyObject *said = PyTuple_GetItem(opening, places[at]);
        int is = said ? PyObject_IsTrue(said) : -1;
        if (is < 0) {
            return -1;
        }
        *flags[at] = is;
    }
    PyObject *attributes = PyTuple_GetItem(opening, ITS_ATTRIBUTES), *rules = PyTuple_GetItem(opening, ITS_RULES);
    if (attributes == NULL || rules == NULL || copy_attributes(page, tag, attributes) < 0) {
        return -1;
    }
    tag->rules = PyTuple_Size(rules) > 0 ? rules : NULL;
    int numbers = ask_attributes(page, tag, page->reader->is_line_number);
    int lines = ask_attributes(page, tag, page->reader->is_code_line);
    tag->is_line_number = numbers > 0;
    tag->is_code_line = lines > 0;
    return numbers < 0 || lines < 0 ? -1 : 0;
}

static int ask_python(Page *page, Tag *tag)
{
    PyObject *token = token_str(page, tag);
    PyObject *opening = token ? PyObject_CallFunctionObjArgs(page->reader->read_opening, token, NULL) : NULL;
    return owned(page, opening) ? take_opening(page, tag, opening) : -1;
}

/* Return the Opening that rules of the site give for the tag, borrowed; NULL where none fits, or with an exception. */
static PyObject *marked_opening(Page *page, Tag *tag)
{
    PyObject *token = page->marked ? token_str(page, tag) : NULL;
    return token ? PyDict_GetItemWithError(page->marked, token) : NULL;
}

int read_tag(Page *page, Tag *tag)
{
    if (tag->is_read) {
        return 0;
    }
    tag->is_read = true;
    PyObject *opening = marked_opening(page, tag);
    if (opening != NULL || PyErr_Occurred()) {
        return opening ? take_opening(page, tag, opening) : -1;
    }
    if (read_attributes(page, tag) < 0) {
        return -1;
    }
    if (!is_ascii(value_of(tag, CLASS)) || !is_ascii(value_of(tag, STYLE))) {
        return ask_python(page, tag);
    }
    weigh(page, tag);
    return 0;
}

/* ── traits ──────────────────────────────────────────────────────────────────────────────── */

PyObject *shared(PyObject *object)
{
    Py_XINCREF(object);
    return object;
}

/* Return the value as a str of the page, borrowed. */
PyObject *str_value(Page *page, Text value)
{
    return value.size ? owned(page, str_of(value)) : page->reader->empty;
}

PyObject *name_str(Page *page, const Tag *tag)
{
    Name *name = page->names + tag->name;
    if (name->str == NULL) {
        name->str = owned(page, str_of(name->text));
    }
    return name->str;
}

/* Append what widgets' attributes say, as `attributes._hints`; the first word of `out` has no blank before it. */
static int append_hints(Page *page, const Tag *tag, Buffer *out)
{
    for (int name = FIRST_HINT; name < page->reader->attribute_count; name++) {
        const Text *value = attribute(tag, name);
        if (value == NULL) {
            continue;
        }
        if ((out->size && append_char(out, ' ') < 0) || append(out, page->reader->hint_names[name - FIRST_HINT]) < 0
            || append_char(out, ' ') < 0 || append(out, *value) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *hints_str(Page *page, const Tag *tag)
{
    page->scratch.size = 0;
    if (append_hints(page, tag, &page->scratch) < 0) {
        return NULL;
    }
    return str_value(page, (Text){page->scratch.at, page->scratch.size});
}

/* Return the fields of an Element behind its parent, borrowed. */
static PyObject **traits_of(Page *page, Tag *tag)
{
    static const int names[] = {ID, CLASS, ITEMPROP, ROLE, LABEL};
    if (tag->traits != NULL) {
        return tag->traits;
    }
    PyObject **traits = taken(&page->arena, TRAITS * sizeof(PyObject *));
    if (traits == NULL) {
        return NULL;
    }
    traits[0] = name_str(page, tag);
    for (int at = 0; at < 5; at++) {
        traits[1 + at] = str_value(page, value_of(tag, names[at]));
    }
    traits[6] = hints_str(page, tag);
    traits[7] = str_value(page, value_of(tag, LANG));
    traits[8] = str_value(page, value_of(tag, HREF));
    for (int at = 0; at < TRAITS; at++) {
        if (traits[at] == NULL) {
            return NULL;
        }
    }
    return tag->traits = traits;
}

PyObject *made(const Reader *reader, PyObject *type, PyObject *fields)
{
    PyObject *arguments = fields ? PyTuple_New(1) : NULL;
    if (arguments == NULL || PyTuple_SetItem(arguments, 0, fields) < 0) {
        Py_XDECREF(arguments ? arguments : fields);
        return NULL;
    }
    PyObject *tuple = reader->make_tuple((PyTypeObject *)type, arguments, NULL);
    Py_DECREF(arguments);
    return tuple;
}

PyObject *element_of(Page *page, Tag *tag, Py_ssize_t parent)
{
    PyObject **traits = traits_of(page, tag);
    PyObject *fields = traits ? PyTuple_New(1 + TRAITS) : NULL, *number = fields ? PyLong_FromSsize_t(parent) : NULL;
    if (number == NULL) {
        Py_XDECREF(fields);
        return NULL;
    }
    PyTuple_SetItem(fields, 0, number);
    for (int at = 0; at < TRAITS; at++) {
        PyTuple_SetItem(fields, 1 + at, shared(traits[at]));
    }
    return made(page->reader, page->reader->element, fields);
}

/* Return what an inline element says of itself, as `attributes.make_span`; the text is to be put at [1]. */
PyObject **span_of(Page *page, Tag *tag)
{
    if (tag->span != NULL) {
        return tag->span;
    }
    PyObject **span = taken(&page->arena, SPAN_FIELDS * sizeof(PyObject *));
    Text id = value_of(tag, ID), title = value_of(tag, TITLE), datetime = value_of(tag, DATETIME);
    Buffer *hints = &page->scratch;
    hints->size = 0;
    if (span == NULL || append(hints, id) < 0 || (id.size && title.size && append_char(hints, ' ') < 0)
        || append(hints, title) < 0 || append_hints(page, tag, hints) < 0) {
        return NULL;
    }
    span[0] = name_str(page, tag);
    span[1] = page->reader->empty;
    span[2] = str_value(page, value_of(tag, HREF));
    span[3] = str_value(page, value_of(tag, REL));
    span[4] = str_value(page, value_of(tag, CLASS));
    span[5] = str_value(page, value_of(tag, ITEMPROP));
    Text content = value_of(tag, CONTENT);
    span[6] = str_value(page, datetime.size ? datetime : content.size ? content : moment_of(tag));
    span[7] = str_value(page, (Text){hints->at, hints->size});
    for (int at = 0; at < SPAN_FIELDS; at++) {
        if (span[at] == NULL) {
            return NULL;
        }
    }
    return tag->span = span;
}
