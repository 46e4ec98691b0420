/* What is not read as it stands: boilerplate that is cut out, hidden panels, controls and words in a line. */

#include "reader.h"

enum {
    MAX_PHRASE_TAGS = 20,
    PANEL_CHARS = 80,
    CJK_CHARS = 3,   /* that a letter of Han or kana counts for */
    PANEL_LINKS = 3, /* times as long as the links in it */
    MAX_LABEL = 40, /* characters before its colon */
    MIN_LABELS = 2,
    LINES_A_LABEL = 4,
    VALUE_LINKS = 4, /* times as long as the links in it */
};

static uint32_t container_sets(const Page *page)
{
    return page->container >= 0 ? sets_of(page, page->tags + page->elements[page->container].tag) : 0;
}

static Text survey_text(const Survey *survey)
{
    return (Text){survey->text.at ? survey->text.at : "", survey->text.size};
}

/* ── panels ──────────────────────────────────────────────────────────────────────────────── */

/* Return whether a hidden element is a panel of text, for a reader to open: `hidden_panels.says_much`. */
int opens(Page *page, Tag *tag, int place)
{
    bool is_box = tag->is_hidden && tag->is_border && !(sets_of(page, tag) & (VOID_TAGS | TAG_DIALOG));
    int panel = is_box && page->cut_of != NULL ? is_panel(page, tag) : 0;
    if (panel <= 0) {
        return panel;
    }
    while (page->panels_deep && page->panel_ends[page->panels_deep - 1] <= place) {
        page->panels_deep--;
    }
    Survey survey;
    if (page->panels_deep == MAX_PANELS_DEEP) {
        return 0;
    }
    if (survey_whole(page, place, tag, &survey) < 0) {
        return -1;
    }
    page->panel_ends[page->panels_deep++] = survey.end;
    Py_ssize_t chars = chars_of(survey_text(&survey)), says = chars;
    if (chars < PANEL_CHARS) {
        says += (CJK_CHARS - 1) * cjk_letters_of(survey_text(&survey));
    }
    free_survey(&survey);
    return says >= PANEL_CHARS && chars >= PANEL_LINKS * survey.link_chars;
}

/* ── what is cut out ─────────────────────────────────────────────────────────────────────── */

/* Make a block of an element that was surveyed. */
static int emit_cut(Page *page, Tag *tag, const Survey *survey)
{
    if (index_inlines(page) < 0) {
        return -1;
    }
    int outer = page->container, index = add_element(page, tag, page->place);
    if (index < 0) {
        return -1;
    }
    Text text = survey_text(survey);
    BlockRow block = {
        .role = PARAGRAPH,
        .element = index,
        .chars = chars_of(text),
        .link_chars = survey->link_chars,
        .text = owned(page, str_of(text)),
        .path = path_str(page, index),
        .spans = page->reader->no_tuple,
        .verdict = tag->label,
    };
    page->container = outer;
    return block.text == NULL || block.path == NULL ? -1 : add_block(page, block);
}

/* ── lists of values: `value_lists.py` ─────────────────────────────────────────────────────── */

/* Return whether a line begins with a label: `value_lists.is_label`. */
bool is_label(Text line)
{
    const char *at = line.at, *end = line.at + line.size;
    bool has_narrow = false, has_wide = false; /* the first of either counts */
    for (int chars = 0; at < end && chars <= MAX_LABEL; chars++) {
        uint32_t c = char_at(&at);
        if (c == ':' && !has_narrow) {
            has_narrow = true;
            if (chars && (at == end || *at == ' ')) {
                return true;
            }
        } else if (c == 0xff1a && !has_wide) {
            has_wide = true;
            if (chars) {
                return true;
            }
        }
    }
    return false;
}

/* Return whether a tag begins a term by its name: `value_lists.is_term`. */
bool is_term(const Tag *tag)
{
    return starts_with(tag->text, "<dt>") || starts_with(tag->text, "<dt ") || starts_with(tag->text, "<th>")
           || starts_with(tag->text, "<th ");
}

/* Return whether a tag has the name of a list of ingredients in it: `value_lists.names_ingredients`. */
bool names_ingredients(const Tag *tag)
{
    Text text = tag->text;
    return (contains(text, (Text){"ngredient", 9}) || contains(text, (Text){"utaten", 6})) && !starts_with(text, "<a ")
           && !starts_with(text, "<!");
}

/* `value_lists.lists_values`. */
static bool lists_values(const Survey *survey)
{
    return survey->lines && survey->labels >= MIN_LABELS && survey->labels * LINES_A_LABEL >= survey->lines
           && VALUE_LINKS * survey->link_chars <= chars_of(survey_text(survey));
}

/* Return whether all of an element goes: what stands in it is as the rule wants it. */
static bool may_go(const Tag *tag, const Survey *survey, Py_ssize_t most_prose)
{
    if (survey->prose_chars > most_prose) {
        return false;
    }
    if (tag->spares_values && (survey->has_ingredients || names_ingredients(tag) || lists_values(survey))) {
        return false;
    }
    return !tag->cuts_links || 2 * survey->link_chars >= chars_of(survey_text(survey));
}

/* Cut the element out and return the place behind it; 0: it is to be read. */
int cut_out(Page *page, Tag *tag, int place)
{
    bool is_ruled = page->container >= 0 && page->elements[page->container].is_ruled;
    if (page->in_row || page->surveys_in_vain > MAX_SURVEYS_IN_VAIN || is_ruled) {
        return 0;
    }
    /* The foot of a card in an article is no site's footer. */
    Py_ssize_t most_prose = tag->cuts_prose && !page->articles ? page->most_prose : 0;
    Survey survey;
    int found = survey_element(page, place, tag, &survey);
    if (found < 0) {
        return -1;
    }
    if (!found || !may_go(tag, &survey, most_prose)) {
        page->surveys_in_vain++;
        free_survey(&survey);
        return 0;
    }
    int failed = end_run(page) < 0 || (survey.text.size && emit_cut(page, tag, &survey) < 0);
    free_survey(&survey);
    return failed ? -1 : survey.end;
}

/* ── inline elements that are no part of their sentence ──────────────────────────────────── */

static int says_anything(Page *page, Text text)
{
    for (Py_ssize_t at = 0; at < text.size; at++) {
        if (is_alnum(text.at[at])) {
            return 1;
        }
    }
    if (is_ascii(text)) {
        return 0;
    }
    PyObject *str = str_of(text);
    PyObject *answer = str ? PyObject_CallFunctionObjArgs(page->reader->has_alnum, str, NULL) : NULL;
    Py_XDECREF(str);
    return is_true(answer);
}

static int add_tool(Page *page, PyObject *label, const Survey *survey)
{
    Tool *tools = grown(page->tools, &page->tool_room, page->tool_count + 1, sizeof(Tool));
    if (tools == NULL) {
        return -1;
    }
    page->tools = tools;
    PyObject *text = owned(page, str_of(survey_text(survey)));
    tools[page->tool_count++] = (Tool){label, text, survey->link_chars};
    return text == NULL ? -1 : 0;
}

/* Take out a control in a line; return the place behind it; 0: it is a part of its sentence. */
static int take_tool(Page *page, Tag *tag, PyObject *label, bool is_anchor, int place)
{
    Survey survey;
    int found = survey_element(page, place, tag, &survey);
    if (found <= 0) {
        return found;
    }
    /* An anchor around the words of a heading is the heading. */
    int stays = is_anchor ? says_anything(page, survey_text(&survey)) : 0;
    int failed = stays < 0 || (!stays && add_tool(page, label, &survey) < 0);
    free_survey(&survey);
    return failed ? -1 : stays ? 0 : survey.end;
}

/* Return the place behind an inline element that is no part of its sentence; 0: it is one. */
int end_of_aside(Page *page, Tag *tag, int place)
{
    uint32_t sets = sets_of(page, tag);
    bool runs_on = page->open_link_count || (container_sets(page) & RUNNING);
    if (tag->is_clipped && !(sets & VOID_TAGS) && runs_on) {
        return end_of(page, place, tag);
    }
    const Text *address = attribute(tag, HREF);
    /* Links inside links are hostile, and to look into each of thousands would be quadratic. */
    bool is_in_heading = shape_here(page).role == HEADING && !page->open_link_count;
    bool is_anchor = tag->label == NULL && is_in_heading && (sets & TAG_A) && address != NULL
                     && starts_with(*address, "#");
    PyObject *label = is_anchor ? page->reader->anchor_label : tag->label;
    return label != NULL && !page->in_row ? take_tool(page, tag, label, is_anchor, place) : 0;
}

/* Return whether the text begins with a small letter. */
static int goes_on_small(const Page *page, int place)
{
    Text text = stripped(text_at(page, place));
    if (text.size == 0) {
        return 0;
    }
    const char *next = text.at;
    char_at(&next);
    PyObject *letter = str_of((Text){text.at, next - text.at});
    PyObject *answer = letter ? PyObject_CallMethod(letter, "islower", NULL) : NULL;
    Py_XDECREF(letter);
    return is_true(answer);
}

/* Return whether a custom element is a few words of the sentence that it stands in, and no widget. */
int is_phrase(Page *page, const Tag *tag, int place)
{
    if (!page->run.line_has_text && !(container_sets(page) & PHRASE_HOLDERS)) {
        return 0;
    }
    int end = place + 2 * MAX_PHRASE_TAGS, count = place_count(page);
    for (int at = place + 1; at < end && at < count; at += 2) {
        Tag *inner = tag_at(page, at);
        if (inner->kind == END && inner->name == tag->name) {
            return tag->label == NULL ? 1 : goes_on_small(page, at + 1);
        }
        if (inner->kind != START) {
            continue;
        }
        if (meet_tag(page, inner) < 0) {
            return -1;
        }
        if (inner->is_border) {
            return name_of(page, inner)->has_dash;
        }
    }
    return 0;
}

/* ── controls, at the end of the page ────────────────────────────────────────────────────── */

/* Return which of the `count` tools at `firsts` has the label of the one at `at`, which joins them where none has; there
   are few labels, and may be many tools. */
static Py_ssize_t first_alike(const Page *page, Py_ssize_t at, Py_ssize_t *firsts, Py_ssize_t *count)
{
    for (Py_ssize_t label = 0; label < *count; label++) {
        int same = PyObject_RichCompareBool(page->tools[firsts[label]].label, page->tools[at].label, Py_EQ);
        if (same) {
            return same < 0 ? -1 : firsts[label];
        }
    }
    return firsts[(*count)++] = at;
}

/* Make one block of all controls that have the label of the one at `first`. */
static int emit_alike(Page *page, Py_ssize_t first, const Py_ssize_t *alike)
{
    BlockRow block = {.role = PARAGRAPH, .spans = page->reader->no_tuple, .verdict = page->tools[first].label};
    block.element = page->element_count > 0 ? 0 : -1;
    page->scratch.size = 0;
    for (Py_ssize_t at = first; at < page->tool_count; at++) {
        Text text = {NULL, 0};
        if (alike[at] != first) {
            continue;
        }
        text.at = PyUnicode_AsUTF8AndSize(page->tools[at].text, &text.size);
        bool is_next = text.size && page->scratch.size;
        if (text.at == NULL || (is_next && append_char(&page->scratch, '\n') < 0) || append(&page->scratch, text) < 0) {
            return -1;
        }
        block.link_chars += page->tools[at].link_chars;
    }
    if (page->scratch.size == 0) {
        return 0;
    }
    Text text = {page->scratch.at, page->scratch.size};
    block.chars = chars_of(text);
    block.text = owned(page, str_of(text));
    block.path = page->element_count > 0 ? path_str(page, 0) : page->reader->empty;
    return block.text == NULL || block.path == NULL ? -1 : add_block(page, block);
}

/* Make one block of all controls of a kind that stood in lines, at the end of the page. */
int emit_tools(Page *page)
{
    size_t size = (size_t)(page->tool_count + 1) * sizeof(Py_ssize_t);
    Py_ssize_t *alike = taken(&page->arena, size), *firsts = taken(&page->arena, size), count = 0;
    if (alike == NULL || firsts == NULL) {
        return -1;
    }
    for (Py_ssize_t at = 0; at < page->tool_count; at++) {
        alike[at] = first_alike(page, at, firsts, &count);
        if (alike[at] < 0) {
            return -1;
        }
    }
    for (Py_ssize_t label = 0; label < count; label++) {
        if (emit_alike(page, firsts[label], alike) < 0) {
            return -1;
        }
    }
    return 0;
}
