/* Elements that are taken as one block: `pruning.py`. */

#include "reader.h"

enum { MIN_PROSE_CHARS = 16 };

/* ── what tags bar and hide ──────────────────────────────────────────────────────────────── */

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
    *is_odd = contains(low, (Text){"\xe2\x84\xaa", 3}) || contains(low, (Text){"\xc4\xb0", 2});
    return low;
}

static bool contains_any(Text text, const Text *words, int count)
{
    for (int at = 0; at < count; at++) {
        if (contains(text, words[at])) {
            return true;
        }
    }
    return false;
}

static bool begins_barring(const Reader *reader, Text says)
{
    for (int at = 0; at < reader->barring_tag_count; at++) {
        Text tag = reader->barring_tags[at];
        if (says.size >= tag.size && memcmp(says.at, tag.at, (size_t)tag.size) == 0) {
            return true;
        }
    }
    return false;
}

static int find_barring(Page *page, Tag *tag, Text says, bool is_odd)
{
    const Reader *reader = page->reader;
    if (begins_barring(reader, says)) {
        return 1;
    }
    bool holds_tag = says.size > 1 && memchr(says.at + 1, '<', (size_t)(says.size - 1)) != NULL;
    if (!is_odd && !holds_tag && !contains_any(says, reader->barring_words, reader->barring_word_count)) {
        return 0;
    }
    PyObject *token = token_str(page, tag);
    return token ? is_true(PyObject_CallFunctionObjArgs(reader->is_barring, token, NULL)) : -1;
}

static bool may_hide(Text says)
{
    return contains(says, (Text){" hidden", 7}) || contains(says, (Text){"display", 7})
           || contains(says, (Text){"visibility", 10}) || starts_with(says, "<dialog") || starts_with(says, "<amp-img")
           || starts_with(says, "<noscript");
}

/* Return whether a start tag's element shows nothing: as `pruning._hidden_tag`; -1 with an exception. */
static int find_hiding(Page *page, Tag *tag, Text says)
{
    if (tag->kind != START || !may_hide(says)) {
        return 0;
    }
    /* What the page's site says of a tag does not count here, and is barred anyway. */
    if (read_tag(page, tag) < 0) {
        return -1;
    }
    uint32_t sets = name_of(page, tag)->sets;
    return !(sets & VOID_TAGS) && (tag->is_hidden || (sets & IMAGES));
}

static int learn(Page *page, Tag *tag)
{
    if (tag->is_learned) {
        return 0;
    }
    tag->is_learned = true;
    int marked = 0;
    if (page->marked != NULL && tag->kind == START) {
        marked = read_tag(page, tag) < 0 ? -1 : tag->rules != NULL;
    }
    if (marked) {
        tag->is_barring = true;
        return marked < 0 ? -1 : 0;
    }
    bool is_odd;
    Text says = lowered(page, tag->text, &is_odd);
    int barring = says.at ? find_barring(page, tag, says, is_odd) : -1;
    int hiding = barring < 0 ? -1 : find_hiding(page, tag, says);
    tag->is_barring = barring > 0;
    tag->is_hiding = hiding > 0;
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
    if (chars >= MIN_PROSE_CHARS && is_prose(line, page->reader->sentence_end)) {
        survey->prose_chars += chars;
    }
    return 0;
}

/* Return 1 where a tag from `first` to before `end` bars the element from being cut out. */
static int is_barred(Page *page, int first, int end)
{
    for (int token = first; token < end; token++) {
        Tag *tag = page->tags + page->tokens[token].tag;
        if (learn(page, tag) < 0) {
            return -1;
        }
        if (tag->is_barring) {
            return 1;
        }
    }
    return 0;
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
        const Tag *tag = page->tags + page->tokens[token].tag;
        int next = token + 1;
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

int survey_element(Page *page, int place, const Tag *tag, Survey *survey)
{
    *survey = (Survey){.end = end_of_element(page, place, tag->name)};
    bool is_closed = survey->end < place_count(page);
    int first = place / 2, end = is_closed ? survey->end / 2 - 1 : (int)page->token_count;
    int barred = is_barred(page, first, end);
    if (barred) {
        return barred < 0 ? -1 : 0;
    }
    if (add_lines(page, first, end, is_closed, survey) < 0) {
        free_survey(survey);
        return -1;
    }
    return 1;
}

void free_survey(Survey *survey)
{
    PyMem_Free(survey->text.at);
    survey->text = (Buffer){NULL, 0, 0};
}
