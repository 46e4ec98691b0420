/* What is read from the text of each block, its spans and the images, for the sums of a page (`_given` of
   content/page_sums.py): images, sums of money, years, times and questions; and where links lead. */

#include "characters.h"
#include "page_sums.h"
#include "reader.h"
#include "records.h"

#define MAX_LABEL_CHARS 60

enum { PICTURES, PRICES, YEARS, TIMES, QUESTIONS };
enum { IMAGE_FIELDS = 7, IMAGE_BLOCK = 5 };

/* The characters of a label, and what each counts as. */
typedef struct {
    uint32_t characters[MAX_LABEL_CHARS], traits[MAX_LABEL_CHARS];
    int count;
} Label;

/* Returns 0 where only Python knows what a character is. */
static int read_label(Text text, const uint32_t *table, Label *label)
{
    const char *at = text.at, *end = at + text.size;
    label->count = 0;
    while (at < end && label->count < MAX_LABEL_CHARS) {
        uint32_t character = char_at(&at);
        if (character >= TABLE_SIZE && (character < FIRST_PICTOGRAPH || character > LAST_PICTOGRAPH))
            return 0;
        label->characters[label->count] = character;
        label->traits[label->count++] = character < TABLE_SIZE ? table[character] : 0;
    }
    return 1;
}

static int is_digit_at(const Label *label, int at)
{
    return at >= 0 && at < label->count && (label->traits[at] & DIGIT);
}

static int is_sign_before(uint32_t character)
{
    return character == '$' || character == 0x20AC || character == 0xA3 || character == 0xA5 || character == 0x20B9 ||
           character == 0x20BD || character == 0x20A9;
}

static int is_code(const Label *label, int at)
{
    static const char CODES[][4] = {"EUR", "USD", "GBP", "CHF", "PLN", "SEK", "NOK", "DKK"};
    if (at + 3 > label->count)
        return 0;
    int is_word = at + 3 < label->count && ((label->traits[at + 3] & WORD) || label->characters[at + 3] == '_');
    for (size_t code = 0; !is_word && code < sizeof CODES / sizeof *CODES; code++)
        if (label->characters[at] == (uint32_t)CODES[code][0] && label->characters[at + 1] == (uint32_t)CODES[code][1] &&
            label->characters[at + 2] == (uint32_t)CODES[code][2])
            return 1;
    return 0;
}

/* Returns the place behind `at`, and behind one blank if there is one. */
static int behind_blank(const Label *label, int at)
{
    return at + 1 < label->count && (label->traits[at + 1] & BLANK) ? at + 2 : at + 1;
}

static int has_price(const Label *label)
{
    for (int at = 0; at < label->count; at++) {
        int next = behind_blank(label, at);
        if (is_sign_before(label->characters[at]) && is_digit_at(label, next))
            return 1;
        if (!is_digit_at(label, at) || next >= label->count)
            continue;
        if ((label->characters[next] != '$' && is_sign_before(label->characters[next])) || is_code(label, next))
            return 1;
    }
    return 0;
}

static int has_year(const Label *label)
{
    for (int at = 0; at + 3 < label->count; at++) {
        uint32_t first = label->characters[at], second = label->characters[at + 1];
        int begins = (first == '1' && second == '9') || (first == '2' && second == '0');
        if (begins && !is_digit_at(label, at - 1) && is_digit_at(label, at + 2) && is_digit_at(label, at + 3) &&
            !is_digit_at(label, at + 4))
            return 1;
    }
    return 0;
}

static int begins(Text text, Text start)
{
    return text.size >= start.size && memcmp(text.at, start.at, (size_t)start.size) == 0;
}

/* Counts a link, by where it leads. */
static void count_link(Text href, int64_t *links)
{
    links[LINKS_ALL] += href.size > 0;
    links[LINKS_HERE] += href.size > 0 && href.at[0] == '#';
    links[LINKS_CONTACT] += begins(href, (Text){"tel:", 4}) || begins(href, (Text){"mailto:", 7});
}

/* Returns whether a block has a span of that tag, and counts its links; -1 with an exception. */
static int read_spans(PyObject *spans, PyObject *tag, int64_t *links)
{
    int has_tag = 0;
    for (Py_ssize_t at = 0; at < PyTuple_Size(spans); at++) {
        PyObject *span = PyTuple_GetItem(spans, at);
        if (!PyTuple_Check(span) || PyTuple_Size(span) != SPAN_FIELDS) {
            PyErr_SetString(PyExc_TypeError, "wants spans");
            return -1;
        }
        PyObject *own = PyTuple_GetItem(span, SPAN_TAG);
        Text href = utf8_of(PyTuple_GetItem(span, SPAN_HREF));
        if (!href.at)
            return -1;
        count_link(href, links);
        has_tag |= own == tag || PyUnicode_Compare(own, tag) == 0;
    }
    return PyErr_Occurred() ? -1 : has_tag;
}

static int is_question(Text text)
{
    return (text.size >= 1 && text.at[text.size - 1] == '?') ||
           (text.size >= 3 && memcmp(text.at + text.size - 3, "\xEF\xBC\x9F", 3) == 0);
}

typedef struct {
    PyObject *blocks, *tag; /* of spans that give a time */
    const int64_t *numbers;
    const uint32_t *table;
    int64_t *given, *links;
    Py_ssize_t count;
} Asked;

/* 0 where only Python knows what a character is; -1 with an exception. */
static int read_given_of(const Asked *asked, Py_ssize_t at)
{
    PyObject *block = PyTuple_GetItem(asked->blocks, at);
    if (!PyTuple_Check(block) || PyTuple_Size(block) != BLOCK_FIELDS || !PyTuple_Check(PyTuple_GetItem(block, BLOCK_SPANS))) {
        PyErr_SetString(PyExc_TypeError, "wants blocks");
        return -1;
    }
    Text text = utf8_of(PyTuple_GetItem(block, BLOCK_TEXT));
    if (!text.at)
        return -1;
    const int64_t *own = asked->numbers + at;
    int64_t *given = asked->given + at;
    int has_figure = own[B_DIGITS * asked->count] > 0 || own[B_CUT * asked->count] > 0;
    Label label = {.count = 0};
    if (has_figure && own[B_CHARS * asked->count] <= MAX_LABEL_CHARS && !read_label(text, asked->table, &label))
        return 0;
    given[PRICES * asked->count] = has_price(&label);
    given[YEARS * asked->count] = has_year(&label);
    int has_time = read_spans(PyTuple_GetItem(block, BLOCK_SPANS), asked->tag, asked->links);
    given[TIMES * asked->count] = has_time > 0;
    given[QUESTIONS * asked->count] = is_question(text);
    return has_time < 0 ? -1 : 1;
}

/* Counts the images before each block; one may stand behind the last. -1 with an exception. */
static int count_images(const Asked *asked, PyObject *images)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(images); at++) {
        PyObject *image = PyTuple_GetItem(images, at);
        if (!PyTuple_Check(image) || PyTuple_Size(image) != IMAGE_FIELDS) {
            PyErr_SetString(PyExc_TypeError, "wants images");
            return -1;
        }
        int64_t block = integer_of(image, IMAGE_BLOCK);
        if (block >= 0 && block < asked->count)
            asked->given[PICTURES * asked->count + block]++;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int read_given(const GivenOf *of, int64_t *given, int64_t *links)
{
    Asked asked = {of->blocks, of->tag, of->numbers, of->table, given, links, PyTuple_Size(of->blocks)};
    int is_known = count_images(&asked, of->images) < 0 ? -1 : 1;
    for (Py_ssize_t at = 0; is_known > 0 && at < asked.count; at++)
        is_known = read_given_of(&asked, at);
    return is_known;
}
