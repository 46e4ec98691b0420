/* What a start tag says: `markup.read_opening`, and what the walk asks of attributes (`attributes.py`, `inline.py`).

   Where a class or a style holds anything but ASCII, or the rules of a site fit, Python's `Opening` is read instead. */

#include "reader.h"

enum { TRAITS = 9, SPAN_FIELDS = 8, MOST_ATTRIBUTES = FIRST_HINT + MOST_WORDS };
/* Of an Opening. */
enum { ITS_ATTRIBUTES = 1, ITS_HIDDEN = 4, ITS_BORDER = 5, ITS_LINK = 6, ITS_TELLING = 8,
       ITS_KEEPING = 9, ITS_CLIPPED = 10, ITS_TOOL = 11, ITS_RULES = 12 };

const Text *attribute(const Tag *tag, int name)
{
    for (int at = 0; at < tag->attribute_count; at++) {
        if (tag->attributes[at].name == name) {
            return &tag->attributes[at].value;
        }
    }
    return NULL;
}

/* Return the value, "" where there is none. */
static Text value_of(const Tag *tag, int name)
{
    const Text *value = attribute(tag, name);
    return value ? *value : NO_CHARS;
}

/* ── styles ──────────────────────────────────────────────────────────────────────────────── */

static Text behind(Text text, Py_ssize_t count)
{
    return (Text){text.at + count, text.size - count};
}

static Text behind_blanks(Text text)
{
    while (text.size && is_ascii_space(text.at[0])) {
        text = behind(text, 1);
    }
    return text;
}

/* Return what follows "name :" and blanks where `text` begins with it; .at NULL where it does not. */
static Text behind_property(Text text, const char *name)
{
    if (!starts_with_any_case(text, name)) {
        return (Text){NULL, 0};
    }
    text = behind_blanks(behind(text, (Py_ssize_t)strlen(name)));
    if (text.size == 0 || text.at[0] != ':') {
        return (Text){NULL, 0};
    }
    return behind_blanks(behind(text, 1));
}

static bool is_set_to(Text text, const char *name, const char *value)
{
    Text said = behind_property(text, name);
    return said.at != NULL && starts_with_any_case(said, value);
}

static bool style_hides(Text style)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        if (at == 0 || style.at[at - 1] == ';' || is_ascii_space(style.at[at - 1])) {
            Text text = behind(style, at);
            if (is_set_to(text, "display", "none") || is_set_to(text, "visibility", "hidden")) {
                return true;
            }
        }
    }
    return false;
}

static bool style_keeps_lines(Text style)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        Text said = behind_property(behind(style, at), "white-space");
        if (said.at != NULL
            && (starts_with_any_case(said, "pre-wrap") || starts_with_any_case(said, "pre-line")
                || starts_with_any_case(said, "break-spaces"))) {
            return true;
        }
    }
    return false;
}

/* ── attributes ──────────────────────────────────────────────────────────────────────────── */

static int keep_attribute(Attribute *found, int count, int name, Text value)
{
    for (int at = 0; at < count; at++) {
        if (found[at].name == name) {
            return count; /* of two of a name, the first counts */
        }
    }
    found[count] = (Attribute){name, value};
    return count + 1;
}

static int keep_attributes(Page *page, Tag *tag, const Attribute *found, int count)
{
    size_t size = (size_t)count * sizeof(Attribute);
    tag->attributes = count ? taken(&page->arena, size) : NULL;
    if (count && tag->attributes == NULL) {
        return -1;
    }
    if (count) {
        memcpy(tag->attributes, found, size);
    }
    tag->attribute_count = count;
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Move `at` behind the attribute it stands on; the tag is whole, so it ends with ">". */
static void next_attribute(const char **at, const char *end, Text *name, Text *value)
{
    const char *from = *at, *to = from + 1;
    while (!is_blank(*to) && *to != '=' && *to != '>') {
        to++;
    }
    *name = (Text){from, to - from};
    *value = NO_CHARS;
    *at = to;
    if (end - to >= 2 && to[0] == '=' && to[1] == '"') {
        const char *quote = memchr(to + 2, '"', (size_t)(end - to - 2));
        if (quote != NULL) {
            *value = (Text){to + 2, quote - to - 2};
            *at = quote + 1;
        }
    }
}

static int read_attributes(Page *page, Tag *tag)
{
    Attribute found[MOST_ATTRIBUTES];
    const char *end = tag->text.at + tag->text.size;
    const char *at = tag->text.at + 1 + name_of(page, tag)->text.size;
    int count = 0;
    while (is_blank(at[0]) && !is_blank(at[1]) && at[1] != '>') {
        Text name, value;
        at++;
        next_attribute(&at, end, &name, &value);
        tag->has_attributes = true;
        int64_t number = find_name(&page->reader->attributes, name, hash_of(name));
        if (number < 0) {
            continue;
        }
        value = from_unescaped(&page->arena, value);
        if (value.at == NULL) {
            return -1;
        }
        count = keep_attribute(found, count, (int)number, value);
    }
    return keep_attributes(page, tag, found, count);
}

/* Take the attributes from the dict of an Opening, which the page keeps alive. */
static int copy_attributes(Page *page, Tag *tag, PyObject *attributes)
{
    Attribute found[MOST_ATTRIBUTES];
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int count = 0;
    tag->has_attributes = PyDict_Size(attributes) > 0;
    while (PyDict_Next(attributes, &at, &key, &value)) {
        Text name, said;
        name.at = PyUnicode_AsUTF8AndSize(key, &name.size);
        said.at = name.at ? PyUnicode_AsUTF8AndSize(value, &said.size) : NULL;
        if (said.at == NULL) {
            return -1;
        }
        int64_t number = find_name(&page->reader->attributes, name, hash_of(name));
        if (number >= 0) {
            count = keep_attribute(found, count, (int)number, said);
        }
    }
    return keep_attributes(page, tag, found, count);
}

/* Return what Python is to be asked about: the attributes by their names. New. */
static PyObject *attribute_dict(const Tag *tag, const Reader *reader)
{
    PyObject *dict = PyDict_New();
    for (int at = 0; dict != NULL && at < tag->attribute_count; at++) {
        PyObject *name = PyTuple_GetItem(reader->attribute_names, tag->attributes[at].name);
        PyObject *value = name ? str_of(tag->attributes[at].value) : NULL;
        if (value == NULL || PyDict_SetItem(dict, name, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(value);
    }
    return dict;
}

int ask_attributes(Page *page, Tag *tag, PyObject *question)
{
    PyObject *attributes = attribute_dict(tag, page->reader);
    PyObject *answer = attributes ? PyObject_CallFunctionObjArgs(question, attributes, NULL) : NULL;
    Py_XDECREF(attributes);
    return is_true(answer);
}

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

static bool tag_is_hidden(const Tag *tag, uint32_t sets)
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
    return style_hides(value_of(tag, STYLE));
}

static void weigh(const Page *page, Tag *tag)
{
    const Name *name = name_of(page, tag);
    Text style = value_of(tag, STYLE);
    unsigned words = class_sets(page, value_of(tag, CLASS));
    tag->is_hidden = tag_is_hidden(tag, name->sets);
    tag->is_border = ((name->sets & BLOCK) || name->has_dash) && !(words & DROP_CAPS);
    tag->is_link = (name->sets & TAG_A) && attribute(tag, HREF) != NULL;
    tag->is_telling = (name->sets & TELLING) || attribute(tag, CLASS) || attribute(tag, ITEMPROP)
                      || attribute(tag, REL) || attribute(tag, ID) || attribute(tag, DATETIME);
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
    tag->opening = opening;
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
static PyObject *str_value(Page *page, Text value)
{
    return value.size ? owned(page, str_of(value)) : page->reader->empty;
}

static PyObject *name_str(Page *page, const Tag *tag)
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

static PyObject *hints_str(Page *page, const Tag *tag)
{
    page->scratch.size = 0;
    if (append_hints(page, tag, &page->scratch) < 0) {
        return NULL;
    }
    return str_value(page, (Text){page->scratch.at, page->scratch.size});
}

/* Return the fields of an Element behind its parent, borrowed. */
PyObject **traits_of(Page *page, Tag *tag)
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
    span[6] = str_value(page, datetime.size ? datetime : value_of(tag, CONTENT));
    span[7] = str_value(page, (Text){hints->at, hints->size});
    for (int at = 0; at < SPAN_FIELDS; at++) {
        if (span[at] == NULL) {
            return NULL;
        }
    }
    return tag->span = span;
}

/* ── what it may be cut out as ───────────────────────────────────────────────────────────── */

static int ask_cut(Page *page, Tag *tag)
{
    PyObject *element = element_of(page, tag, -1);
    PyObject *cut = element ? PyObject_CallFunctionObjArgs(page->cut_of, element, NULL) : NULL;
    Py_XDECREF(element);
    if (owned(page, cut) == NULL) {
        return -1;
    }
    if (cut == Py_None) {
        return 0;
    }
    PyObject *with_prose = PyTuple_GetItem(cut, 1);
    int is = with_prose ? PyObject_IsTrue(with_prose) : -1;
    tag->label = PyTuple_GetItem(cut, 0);
    tag->cuts_prose = is > 0;
    return tag->label == NULL || is < 0 ? -1 : 0;
}

/* Return whether an element is not entered: 0 or 1; -1 with an exception. */
static int find_apart(Page *page, Tag *tag, uint32_t sets)
{
    if (sets & (TAG_BR | IMAGES)) {
        return 1;
    }
    if (!tag->is_hidden || !page->reveal_hidden) {
        return tag->is_hidden;
    }
    PyObject *name = name_str(page, tag), *attributes = name ? attribute_dict(tag, page->reader) : NULL;
    PyObject *answer =
        attributes ? PyObject_CallFunctionObjArgs(page->reader->is_dialog, name, attributes, NULL) : NULL;
    Py_XDECREF(attributes);
    return is_true(answer);
}

int meet_tag(Page *page, Tag *tag)
{
    if (tag->is_met) {
        return 0;
    }
    if (read_tag(page, tag) < 0) {
        return -1;
    }
    uint32_t sets = name_of(page, tag)->sets;
    int apart = find_apart(page, tag, sets);
    tag->is_apart = apart > 0;
    tag->is_met = true;
    if (apart < 0) {
        return -1;
    }
    bool is_marked = tag->rules != NULL;
    bool may_be_cut = (tag->is_border || tag->is_tool) && !(sets & VOID) && !is_marked;
    return page->cut_of != NULL && may_be_cut ? ask_cut(page, tag) : 0;
}

int is_panel(Page *page, Tag *tag)
{
    if (tag->panel < 0) {
        tag->panel = ask_attributes(page, tag, page->reader->is_panel);
    }
    return tag->panel;
}

/* Return the number of a link's address; -1 with an exception. */
int link_of(Page *page, Tag *tag)
{
    if (tag->link >= 0) {
        return tag->link;
    }
    Text address = value_of(tag, HREF);
    uint64_t hash = hash_of(address);
    int64_t known = find_name(&page->link_ids, address, hash);
    if (known < 0) {
        Link *links = grown(page->links, &page->link_room, page->link_count + 1, sizeof(Link));
        if (links == NULL || (page->links = links, add_name(&page->link_ids, address, hash, page->link_count)) < 0) {
            return -1;
        }
        known = page->link_count++;
        links[known] = (Link){.run = -1};
        links[known].is_released = !starts_with(address, "#") && !starts_with(address, "javascript:");
    }
    return tag->link = (int)known;
}

/* ── pictures ────────────────────────────────────────────────────────────────────────────── */

/* Return the address that a script would load, else the one that is there; "" for none. As `attributes._image_url`. */
static Text image_url(const Tag *tag)
{
    for (int name = DATA_SRC; name <= SRCSET; name++) {
        Text said = stripped(value_of(tag, name));
        if (said.size == 0 || starts_with(said, "data:")) {
            continue;
        }
        if (name != DATA_SRCSET && name != DATA_LAZY_SRCSET && name != SRCSET) {
            return said;
        }
        for (Py_ssize_t at = said.size - 2; at >= 0; at--) {
            if (said.at[at] == ',' && said.at[at + 1] == ' ') {
                said = stripped(behind(said, at + 2));
                break;
            }
        }
        return first_word(said);
    }
    return NO_CHARS;
}

/* Return the number that `text` begins with, of up to five figures; -1: none, or more. */
static int short_number(Text *text)
{
    int number = 0, figures = 0;
    for (; text->size && text->at[0] >= '0' && text->at[0] <= '9'; *text = behind(*text, 1), figures++) {
        number = figures < 5 ? 10 * number + (text->at[0] - '0') : number;
    }
    return figures > 0 && figures <= 5 ? number : -1;
}

static int attribute_side(Text said)
{
    said = behind_blanks(said);
    int number = short_number(&said);
    said = starts_with(said, "px") ? behind(said, 2) : said;
    return behind_blanks(said).size == 0 ? number : -1;
}

static int style_side(Text style, const char *name)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        if (at > 0 && style.at[at - 1] != ';') {
            continue;
        }
        Text said = behind_property(behind_blanks(behind(style, at)), name);
        int number = said.at ? short_number(&said) : -1;
        if (said.at && said.size > 1 && said.at[0] == '.' && said.at[1] >= '0' && said.at[1] <= '9') {
            for (said = behind(said, 1); said.size && said.at[0] >= '0' && said.at[0] <= '9';) {
                said = behind(said, 1);
            }
        }
        if (number >= 0 && starts_with_any_case(said, "px")) {
            return number;
        }
    }
    return -1;
}

static PyObject *side_str(Page *page, Tag *tag, int attribute_name, const char *name)
{
    Text said = value_of(tag, attribute_name), style = value_of(tag, STYLE);
    if (!is_ascii(said) || !is_ascii(style)) {
        PyObject *attributes = attribute_dict(tag, page->reader);
        PyObject *key = attributes ? PyUnicode_FromString(name) : NULL;
        PyObject *side = key ? PyObject_CallFunctionObjArgs(page->reader->side, key, attributes, NULL) : NULL;
        Py_XDECREF(attributes);
        Py_XDECREF(key);
        return owned(page, side);
    }
    int number = attribute_side(said);
    number = number < 0 ? style_side(style, name) : number;
    return number < 0 ? Py_None : owned(page, PyLong_FromLong(number));
}

/* An emoji is short, and none of its characters stands before U+200D; all else about it is asked of Python. */
static bool may_be_emoji(Text alt)
{
    if (alt.size == 0 || chars_of(alt) > 8) {
        return false;
    }
    for (const char *at = alt.at, *end = at + alt.size; at < end;) {
        if (char_at(&at) < 0x200d) {
            return false;
        }
    }
    return true;
}

static int find_sign(Page *page, Tag *tag, ImageSays *says)
{
    says->sign = NO_CHARS;
    if (!may_be_emoji(stripped(value_of(tag, ALT)))) {
        return 0;
    }
    PyObject *attributes = attribute_dict(tag, page->reader);
    PyObject *sign = attributes ? PyObject_CallFunctionObjArgs(page->reader->emoji_of, attributes, NULL) : NULL;
    Py_XDECREF(attributes);
    if (owned(page, sign) == NULL) {
        return -1;
    }
    says->sign.at = PyUnicode_AsUTF8AndSize(sign, &says->sign.size);
    return says->sign.at ? 0 : -1;
}

/* Return whether it is hidden, and no script will show it: `attributes.is_never_shown`; -1 with an exception. */
static int find_shown(Page *page, Tag *tag)
{
    for (int name = DATA_SRC; name < SRC; name++) {
        if (attribute(tag, name)) {
            return 0;
        }
    }
    if (!is_ascii(value_of(tag, STYLE))) {
        return ask_attributes(page, tag, page->reader->is_never_shown);
    }
    return tag_is_hidden(tag, IMAGES);
}

static int find_image(Page *page, Tag *tag, ImageSays *says)
{
    Text url = image_url(tag);
    int hidden = find_shown(page, tag);
    page->scratch.size = 0;
    if (hidden < 0 || find_sign(page, tag, says) < 0 || collapse(page, value_of(tag, ALT), &page->scratch) < 0) {
        return -1;
    }
    says->is_never_shown = hidden;
    says->url = url.size ? str_value(page, url) : NULL;
    says->alt = str_value(page, (Text){page->scratch.at, page->scratch.size});
    says->width = side_str(page, tag, WIDTH, "width");
    says->height = side_str(page, tag, HEIGHT, "height");
    bool is_whole = says->alt && says->width && says->height && (says->url || !url.size);
    return is_whole ? 0 : -1;
}

/* Return what a picture says of itself; NULL with an exception. */
ImageSays *image_of(Page *page, Tag *tag)
{
    if (tag->image == NULL) {
        ImageSays *says = read_tag(page, tag) < 0 ? NULL : taken(&page->arena, sizeof(ImageSays));
        if (says == NULL || find_image(page, tag, says) < 0) {
            return NULL;
        }
        tag->image = says;
    }
    return tag->image;
}
