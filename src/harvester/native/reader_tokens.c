/* Markup -> tags, and the text between them; where each element ends. */

#include "reader.h"

#include <limits.h>

/* ── one tag ─────────────────────────────────────────────────────────────────────────────── */

static const char *end_of_comment(const char *at, Scan *scan)
{
    for (at += 4; at < scan->no_comment_end && scan->end - at >= 3; at++) {
        at = memchr(at, '-', (size_t)(scan->end - at));
        if (at == NULL || scan->end - at < 3) {
            break;
        }
        if (at[1] == '-' && at[2] == '>') {
            return at + 3;
        }
    }
    return NULL;
}

static const char *end_of_name(const char *at, Scan *scan)
{
    if (at >= scan->name_end) {
        while (at < scan->end && !is_mark(*at, IS_BLANK | IS_SLASH | IS_END)) {
            at++;
        }
        scan->name_end = at;
    }
    return scan->name_end;
}

/* Return whether a tag before this one passed the end of a name or attribute at `at`; from now on one has. */
static bool was_passed(const char *at, Scan *scan)
{
    if (scan->passed == NULL || at == scan->end) {
        return false;
    }
    char *flag = scan->passed + (at - scan->start), before = *flag;
    *flag = 1;
    return before;
}

/* Return the end of an attribute, whose first character is before `at`. */
static const char *end_of_attribute(const char *at, Scan *scan)
{
    while (at < scan->end && !is_mark(*at, IS_BLANK | IS_EQUALS | IS_END)) {
        at++;
    }
    if (scan->end - at < 2 || at[0] != '=' || at[1] != '"' || at + 2 >= scan->no_quote) {
        return at;
    }
    const char *quote = memchr(at + 2, '"', (size_t)(scan->end - at - 2));
    if (quote == NULL) {
        scan->no_quote = at + 2;
        return at;
    }
    return quote + 1;
}

/* Return the end of the tag or comment that the "<" at `at` begins; NULL: it begins none. As `flat_markup._TAG`. */
const char *end_of_tag(const char *at, Scan *scan)
{
    if (scan->end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
        const char *end = at < scan->no_comment_end ? end_of_comment(at, scan) : NULL;
        if (end == NULL && at < scan->no_comment_end) {
            scan->no_comment_end = at;
        }
        return end;
    }
    at++;
    at += at < scan->end && *at == '/';
    if (at == scan->end || !is_letter(*at)) {
        return NULL;
    }
    at = end_of_name(at, scan);
    bool is_in_vain = was_passed(at, scan);
    while (!is_in_vain && scan->end - at >= 2 && is_blank(at[0]) && !is_mark(at[1], IS_BLANK | IS_END)) {
        at = end_of_attribute(at + 2, scan);
        is_in_vain = was_passed(at, scan);
    }
    if (is_in_vain) {
        return NULL;
    }
    while (at < scan->end && is_blank(*at)) {
        at++;
    }
    return at < scan->end && *at == '>' ? at + 1 : NULL;
}

/* Return which of the names that are sought begin a tag, in letters of any case; they may stand in scripts, too. */
static uint64_t sought_in(const Reader *reader, Text html)
{
    const char *at = html.at, *end = html.at + html.size;
    uint64_t met = 0;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        const char *name = ++at;
        if (end - at < 2 || !is_letter(*at) || !(reader->signs[letter_pair(at)] & SEEKS)) {
            continue;
        }
        while (at < end && !is_mark(*at, IS_BLANK | IS_SLASH | IS_END) && *at != '<') {
            at++; /* another "<" is of the name to the parser, and begins a tag to who looks for one by its letters */
        }
        int64_t number = find_any_case(&reader->sought, (Text){name, at - name});
        met |= number < 0 ? 0 : (uint64_t)1 << number;
    }
    return met;
}

PyObject *reader_met(PyObject *self, PyObject *html)
{
    const Reader *reader = (const Reader *)self;
    Text text;
    if (PyBytes_AsStringAndSize(html, (char **)&text.at, &text.size) < 0) {
        return NULL;
    }
    uint64_t bits = sought_in(reader, text);
    PyObject *met = PySet_New(NULL);
    for (int at = 0; met != NULL && at < MOST_SOUGHT; at++) {
        if ((bits >> at & 1) && PySet_Add(met, PyTuple_GetItem(reader->sought_names, at)) < 0) {
            Py_CLEAR(met);
        }
    }
    return met;
}

/* ── distinct tags ───────────────────────────────────────────────────────────────────────── */

int name_number(Page *page, Text text)
{
    uint64_t hash = hash_of(text);
    int64_t known = find_name(&page->name_ids, text, hash);
    if (known >= 0) {
        return (int)known;
    }
    Name *names = grown(page->names, &page->name_room, page->name_count + 1, sizeof(Name));
    if (names == NULL || (page->names = names, add_name(&page->name_ids, text, hash, page->name_count)) < 0) {
        return -1;
    }
    int64_t sets = find_name(&page->reader->tags, text, hash);
    names[page->name_count] = (Name){
        .text = text,
        .sets = sets < 0 ? 0 : (uint32_t)sets,
        .has_dash = memchr(text.at, '-', (size_t)text.size) != NULL,
        .is_asked = -1,
        .open = -1,
    };
    return (int)page->name_count++;
}

static int describe(Page *page, Tag *tag)
{
    Text text = tag->text, name;
    tag->name = tag->link = tag->panel = -1;
    if (text.at[1] == '!') {
        tag->kind = COMMENT;
        return 0;
    }
    if (text.at[1] == '/') {
        tag->kind = END;
        name = (Text){text.at + 2, text.size - 3};
    } else {
        const char *end = text.at + 1;
        while (!is_mark(*end, IS_BLANK | IS_END)) {
            end++;
        }
        tag->is_counted = *end == ' ' || *end == '>';
        name = (Text){text.at + 1, end - text.at - 1};
    }
    tag->name = name_number(page, name);
    return tag->name < 0 ? -1 : 0;
}

/* Return the number of a distinct tag; -1: no memory. */
static int tag_number(Page *page, Text text)
{
    uint64_t hash = hash_of(text);
    int64_t known = find_name(&page->tag_ids, text, hash);
    if (known >= 0) {
        return (int)known;
    }
    Tag *tags = grown(page->tags, &page->tag_room, page->tag_count + 1, sizeof(Tag));
    if (tags == NULL || (page->tags = tags, add_name(&page->tag_ids, text, hash, page->tag_count)) < 0) {
        return -1;
    }
    tags[page->tag_count] = (Tag){.text = text};
    if (describe(page, tags + page->tag_count) < 0) {
        return -1;
    }
    return (int)page->tag_count++;
}

/* Add a tag that stands at `start` in the markup. */
int add_token(Page *page, Text text, Py_ssize_t start)
{
    int number = tag_number(page, text);
    Token *tokens = number < 0 ? NULL : grown(page->tokens, &page->token_room, page->token_count + 1, sizeof(Token));
    if (tokens == NULL) {
        return -1;
    }
    page->tokens = tokens;
    tokens[page->token_count++] = (Token){start, number, NO_END};
    return 0;
}

/* ── ends ────────────────────────────────────────────────────────────────────────────────── */

/* Note down where each element ends: tags of one name are brackets, whatever stands between them. */
int match_ends(Page *page)
{
    int *outer = PyMem_Malloc((size_t)(page->token_count + 1) * sizeof(int)); /* the one open before, of the name */
    if (outer == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int at = 0; at < page->token_count; at++) {
        const Tag *tag = page->tags + page->tokens[at].tag;
        Name *name = tag->name < 0 ? NULL : page->names + tag->name;
        if (tag->kind == START && tag->is_counted) {
            outer[at] = name->open;
            name->open = at;
        } else if (tag->kind == START) {
            page->tokens[at].end = UNSOUGHT;
        } else if (tag->kind == END && name->open >= 0) {
            page->tokens[name->open].end = at;
            name->open = outer[name->open];
        }
    }
    PyMem_Free(outer);
    return 0;
}

static int sought_end(const Page *page, int token, int name)
{
    int depth = 1;
    for (int at = token + 1; at < page->token_count; at++) {
        const Tag *tag = page->tags + page->tokens[at].tag;
        if (tag->name != name) {
            continue;
        }
        depth += tag->kind == END ? -1 : tag->is_counted;
        if (depth == 0) {
            return at;
        }
    }
    return NO_END;
}

/* Return the place behind the end tag of the element of `name` whose content begins at `place`. */
int end_of_element(const Page *page, int place, int name)
{
    int token = place / 2 - 1, end = page->tokens[token].end;
    if (end == UNSOUGHT) {
        end = sought_end(page, token, name);
    }
    return end == NO_END ? place_count(page) : 2 * end + 2;
}

/* ── the page ────────────────────────────────────────────────────────────────────────────── */

int split_markup(Page *page)
{
    const char *at = page->html.at, *all = at + page->html.size;
    Scan scan = {.start = at, .end = all, .no_quote = all, .no_comment_end = all, .name_end = at};
    int done = 0;
    while (done == 0 && at < all && (at = memchr(at, '<', (size_t)(all - at))) != NULL) {
        const char *end = end_of_tag(at, &scan);
        if (end != NULL) {
            done = add_token(page, (Text){at, end - at}, at - page->html.at);
        } else if (scan.passed == NULL && (scan.passed = PyMem_Calloc((size_t)page->html.size, 1)) == NULL) {
            PyErr_NoMemory();
            done = -1;
        }
        at = end == NULL ? at + 1 : end;
    }
    PyMem_Free(scan.passed);
    return done < 0 ? -1 : match_ends(page);
}

Text text_at(const Page *page, int place)
{
    Py_ssize_t number = place / 2, start = 0, end = page->html.size;
    if (number > 0) {
        const Token *before = page->tokens + number - 1;
        start = before->start + page->tags[before->tag].text.size;
    }
    if (number < page->token_count) {
        end = page->tokens[number].start;
    }
    return (Text){page->html.at + start, end - start};
}

PyObject *token_str(Page *page, Tag *tag)
{
    if (tag->token == NULL) {
        tag->token = owned(page, str_of(tag->text));
    }
    return tag->token;
}

PyObject *token_list(Page *page)
{
    if (page->token_list == NULL) {
        page->token_list = owned(page, strings_of(page));
    }
    return page->token_list;
}
