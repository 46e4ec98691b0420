/* Elements that are taken as one block: `pruning.py`. */

#include "reader.h"

enum { MIN_PROSE_CHARS = 16 };

/* ── what tags bar and hide ──────────────────────────────────────────────────────────────── */

/* Return whether a text holds a letter beyond ASCII that becomes one of ASCII: the sign of kelvin, a capital I with a dot. */
static bool holds_odd(Text text)
{
    return contains(text, (Text){"\xe2\x84\xaa", 3}) || contains(text, (Text){"\xc4\xb0", 2});
}

/* Return the tag in lower case; the letters beyond ASCII are left, but for those that become ASCII ones. */
static Text lowered(Page *page, Text text, bool *is_odd)
{
    page->scratch.size = 0;
    if (append(&page->scratch, text) < 0) {
        return (Text){NULL, 0};
    }
    char *at = page->scratch.at;
    for (Py_ssize_t left = text.size; left > 0; left--, at++) {
        if (*at >= 'A' && *at <= 'Z') {
            *at = (char)(*at + ('a' - 'A'));
        }
    }
    Text low = {page->scratch.at, text.size};
    *is_odd = holds_odd(low);
    return low;
}

/* Return whether a start tag is of a tag that bars. */
static bool begins_barring(const Page *page, const Tag *tag)
{
    const Reader *reader = page->reader;
    Text text = tag->text;
    if (tag->kind != START || !tag->is_counted) {
        return false;
    }
    for (int at = 0; at < reader->barring_tag_count; at++) {
        const char *barring = reader->barring_tags[at].at;
        if (lower(text.at[1]) == barring[1] && starts_with_any_case(text, barring)) {
            return true;
        }
    }
    return false;
}

static bool is_of_word(char c)
{
    return is_alnum(c) || c == '_';
}

/* Return whether one of the barring names stands at a place of a value in ASCII. */
static bool is_barring_name(const Reader *reader, Text value, Py_ssize_t at)
{
    uint32_t names = reader->barring_letters[(unsigned char)lower(value.at[at])];
    for (int name = 0; names; name++, names >>= 1) {
        if (!(names & 1) || !starts_with_any_case(behind(value, at), reader->barring_names[name].at)) {
            continue;
        }
        Py_ssize_t end = at + reader->barring_names[name].size;
        bool is_whole = (at == 0 || !is_of_word(value.at[at - 1])) && (end == value.size || !is_of_word(value.at[end]));
        if (is_whole || name < reader->barring_name_count - 1) {
            return true;
        }
    }
    return false;
}

static bool holds_barring_name(const Reader *reader, Text value)
{
    for (Py_ssize_t at = 0; at < value.size; at++) {
        if (is_barring_name(reader, value, at)) {
            return true;
        }
    }
    return false;
}

static bool is_named(Text name, Text lower_name)
{
    return name.size == lower_name.size && starts_with_any_case(name, lower_name.at);
}

static bool is_barring_attribute(const Reader *reader, Text name)
{
    for (int at = 0; at < reader->barring_attribute_count; at++) {
        if (is_named(name, reader->barring_attributes[at])) {
            return true;
        }
    }
    return false;
}

/* Return whether an attribute is as parsers write it down, its name in ASCII, so that no other begins in it for a
   pattern. */
static bool is_clean(Text name, Text value)
{
    for (Py_ssize_t at = 0; at < name.size; at++) {
        if (name.at[at] == '"' || name.at[at] < ' ') {
            return false;
        }
    }
    Py_ssize_t at = value.size - 1; /* a value that ends in " name=" begins another attribute with its quotation mark */
    if (at < 0 || value.at[at] != '=') {
        return true;
    }
    while (at > 0 && (is_alnum(value.at[at - 1]) || value.at[at - 1] == '-')) {
        at--;
    }
    return at == 0 || value.at[at - 1] > ' ';
}

/* Return 1 where attributes of a start tag bar it, 0 where none does, -1 where a pattern may see others in it. */
static int find_barring_attribute(const Page *page, const Tag *tag)
{
    const char *end = tag->text.at + tag->text.size;
    const char *at = tag->text.at + 1 + name_of(page, tag)->text.size;
    int found = 0;
    while (is_blank(at[0]) && !is_mark(at[1], IS_BLANK | IS_END)) {
        Text name, value;
        at++;
        next_attribute(&at, end, &name, &value);
        if (!is_clean(name, value)) {
            return -1;
        }
        if (found || !value.size || !is_barring_attribute(page->reader, name)) {
            continue;
        }
        if (!is_ascii(value)) { /* what is a word of its own there, and what small letters are, Unicode says */
            return -1;
        }
        found = holds_barring_name(page->reader, value);
    }
    return at == end - 1 ? found : -1;
}

const char *const HIDING_WORDS[] = {" hidden", " popover", "display", "visibility", "<dialog", "<amp-img", "<noscript", NULL};

static bool begins_name(const Reader *reader, Text text)
{
    uint32_t names = reader->barring_letters[(unsigned char)lower(text.at[0])];
    for (int name = 0; names; name++, names >>= 1) {
        if ((names & 1) && starts_with_any_case(text, reader->barring_names[name].at)) {
            return true;
        }
    }
    return false;
}

static bool begins_hiding(Text text)
{
    for (int word = 0; HIDING_WORDS[word]; word++) {
        if (starts_with_any_case(text, HIDING_WORDS[word])) {
            return true;
        }
    }
    return false;
}

/* Return which of `sought` a word that begins at `at` says. */
static int signs_at(const Reader *reader, const char *at, const char *end, int sought)
{
    Text left = {at, end - at};
    if (left.size < 3) {
        return 0;
    }
    int signs = reader->signs[letter_pair(at)] & reader->signs[letter_pair(at + 1)] / LATER & sought, found = 0;
    found |= signs & BARS && begins_name(reader, left) ? BARS : 0;
    found |= signs & HIDES && begins_hiding(left) ? HIDES : 0;
    return found;
}

/* Return which of `sought` words say that have two letters at `at`, the first and second, or the second and third. */
static int signs_around(const Reader *reader, const char *at, Text says, int sought)
{
    const char *end = says.at + says.size;
    int signs = reader->signs[letter_pair(at)], found = 0;
    if (signs & sought) {
        found |= signs_at(reader, at, end, sought);
    }
    if (signs / LATER & sought && at > says.at) {
        found |= signs_at(reader, at - 1, end, sought);
    }
    return found;
}

/* Return BARS where any barring name stands anywhere in a tag, in letters of any case, and HIDES where a word does that
   hides; a letter beyond ASCII becomes none of these. All have three letters or more, so that every other place is
   looked at. */
static int signs_in(const Reader *reader, Text says)
{
    const char *at = says.at, *end = says.at + says.size;
    int found = 0, sought = BARS | HIDES;
    for (; end - at >= 2; at += 2) {
        if (reader->signs[letter_pair(at)] & (sought | sought * LATER)) {
            found |= signs_around(reader, at, says, sought);
            sought &= ~found;
        }
    }
    return found;
}

/* Return whether any barring name stands anywhere in a tag, in small letters. */
static bool may_be_barring(const Reader *reader, Text says)
{
    for (int at = 0; at < reader->barring_name_count; at++) {
        if (contains(says, reader->barring_names[at])) {
            return true;
        }
    }
    return false;
}

/* Return whether a tag bars: `pruning.is_barring`; -1 with an exception. */
static int find_barring(Page *page, Tag *tag, int signs)
{
    const Reader *reader = page->reader;
    Text text = tag->text;
    bool holds_tag = memchr(text.at + 1, '<', (size_t)(text.size - 1)) != NULL, is_odd;
    if (begins_barring(page, tag)) {
        return 1;
    }
    /* No parser writes more in an end tag than a name. */
    if (tag->kind == END && !holds_tag && memchr(text.at, '"', (size_t)text.size) == NULL) {
        return 0;
    }
    bool is_plain = tag->kind == START && !holds_tag;
    if (is_plain && !(signs & BARS) && (is_ascii(text) || !holds_odd(text))) {
        return 0;
    }
    int found = is_plain ? find_barring_attribute(page, tag) : -1;
    if (found >= 0) {
        return found;
    }
    Text says = lowered(page, text, &is_odd);
    if (says.at == NULL || (!is_odd && !holds_tag && !may_be_barring(reader, says))) {
        return says.at ? 0 : -1;
    }
    PyObject *token = token_str(page, tag);
    return token ? is_true(PyObject_CallFunctionObjArgs(reader->is_barring, token, NULL)) : -1;
}

/* Return whether a start tag's element shows nothing: as `pruning._hidden_tag`; -1 with an exception. */
static int find_hiding(Page *page, Tag *tag, int signs)
{
    /* Tags that rules of the page's site fit are not asked, and count as shown. */
    if (tag->kind != START || !(signs & HIDES)) {
        return 0;
    }
    uint32_t sets = name_of(page, tag)->sets;
    if (read_tag(page, tag) < 0) {
        return -1;
    }
    return !(sets & VOID_TAGS) && (tag->is_hidden || (sets & IMAGES));
}

/* Find out whether a tag bars and hides, once; -1 with an exception. */
static int learn(Page *page, Tag *tag)
{
    int marked = 0;
    if (tag->is_learned) {
        return 0;
    }
    if (page->marked != NULL && tag->kind == START) {
        marked = read_tag(page, tag) < 0 ? -1 : tag->rules != NULL;
    }
    int signs = tag->kind == START && !marked ? signs_in(page->reader, tag->text) : 0;
    int barring = marked ? marked : find_barring(page, tag, signs);
    int hiding = marked || barring < 0 ? barring : find_hiding(page, tag, signs);
    tag->is_barring = barring > 0;
    tag->is_term = is_term(tag);
    tag->has_ingredients = names_ingredients(tag);
    tag->is_hiding = !marked && hiding > 0;
    tag->is_learned = hiding >= 0;
    return hiding < 0 ? -1 : 0;
}

/* ── the text ────────────────────────────────────────────────────────────────────────────── */

/* Add a run of text, as a line; `in_link`: it stands right behind the start tag of a link. */
static int add_line(Page *page, Text text, bool in_link, Survey *survey)
{
    Py_ssize_t start = survey->text.size;
    if (is_blank_text(text)) {
        return 0;
    }
    Text shown = unescaped_in(&page->other, text);
    if (shown.at == NULL || (start && append_char(&survey->text, '\n') < 0)
        || collapse(page, shown, &survey->text) < 0) {
        return -1;
    }
    Py_ssize_t from = start + (start > 0);
    Text line = {survey->text.at + from, survey->text.size - from};
    if (line.size == 0) {
        survey->text.size = start;
        return 0;
    }
    Py_ssize_t chars = chars_of(line);
    survey->link_chars += in_link ? chars : 0;
    survey->lines++;
    survey->labels += is_label(line);
    if (chars >= MIN_PROSE_CHARS && is_prose(line, page->reader->sentence_end)) {
        survey->prose_chars += chars;
    }
    return 0;
}

/* Return the first token of those from `from` to before `end` that bars, `end` where none does; -1 with an exception.
   Elements that are surveyed hold each other, and come in the order of the markup: what is clear is not looked at again. */
static int next_barring(Page *page, int from, int end)
{
    if (from < page->clear_from || from > page->clear_to) {
        page->clear_from = page->clear_to = from;
    }
    for (; page->clear_to < end; page->clear_to++) {
        Tag *tag = page->tags + page->tokens[page->clear_to].tag;
        if (learn(page, tag) < 0) {
            return -1;
        }
        if (tag->is_barring) {
            return page->clear_to;
        }
    }
    return end;
}

/* Read the lines around the tags from `first` to before `end`; what stands behind the last of them is the element's
   where the element is closed. */
static int add_lines(Page *page, int first, int end, bool is_closed, Survey *survey)
{
    bool has_first = is_closed || first < end;
    if (has_first && add_line(page, text_at(page, 2 * first), false, survey) < 0) {
        return -1;
    }
    for (int token = first; token < end;) {
        Tag *tag = page->tags + page->tokens[token].tag;
        int next = token + 1;
        if (learn(page, tag) < 0) {
            return -1;
        }
        survey->labels += tag->is_term;
        survey->has_ingredients |= tag->has_ingredients;
        if (tag->is_hiding) {
            /* What it holds is passed by; the text behind its end tag stands behind its start tag. */
            next = end_of_element(page, 2 * token + 2, tag->name) / 2;
        }
        bool has_text = next < end || (next == end && is_closed);
        if (has_text && add_line(page, text_at(page, 2 * next), starts_with(tag->text, "<a "), survey) < 0) {
            return -1;
        }
        token = next;
    }
    return 0;
}

/* Return the number of the token that ends an element, given the place behind it. */
static int end_of_tokens(const Page *page, int end)
{
    return end < place_count(page) ? end / 2 - 1 : (int)page->token_count;
}

/* Survey the element of `tag` whose content begins at `place`, whatever is in it; -1 with an exception. */
int survey_whole(Page *page, int place, const Tag *tag, Survey *survey)
{
    *survey = (Survey){.end = end_of_element(page, place, tag->name)};
    if (add_lines(page, place / 2, end_of_tokens(page, survey->end), survey->end < place_count(page), survey) < 0) {
        free_survey(survey);
        return -1;
    }
    return 0;
}

int survey_element(Page *page, int place, const Tag *tag, Survey *survey)
{
    *survey = (Survey){.end = end_of_element(page, place, tag->name)};
    int end = end_of_tokens(page, survey->end), barring = next_barring(page, place / 2, end);
    if (barring < end) {
        return barring < 0 ? -1 : 0;
    }
    return survey_whole(page, place, tag, survey) < 0 ? -1 : 1;
}

void free_survey(Survey *survey)
{
    PyMem_Free(survey->text.at);
    survey->text = (Buffer){NULL, 0, 0};
}
