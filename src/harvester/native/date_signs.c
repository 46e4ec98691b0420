/* What speaks for dates in a text of Latin, Greek or Cyrillic letters, told in one pass: metadata/lookup/date_signs.py
   has the interpreted form, whose patterns say what each sign is.

   All that is asked of a character is whether it is a digit, a letter, a blank or one of few marks: a text that is not
   ASCII is read as one of as many bytes as it has characters, each of its kind. */

#include "common.h"

enum {
    HINT = 1,
    TWO_NUMBERS = 2,
    FULL_YEAR = 4,
    DAY_NAME_YEAR = 8,
    DAY_YEAR = 16,
    YEAR_DAY = 32,
    SHORT_YEAR = 64,
    COUNTED = 128,
    COUNT_SHIFT = 8
};
enum { MOST_COUNTED = 1 << 20, MOST_DIGITS = 5, MOST_IN_RUN = 7, SHORT_TEXT = 1000 /* bytes, up to which there is room on the stack */ };
enum { LETTER = 'a', BLANK = '\t', APOSTROPHE = '\'', OTHER = 1 }; /* what stands for a character; BLANK is no ' ' */

struct text {
    const unsigned char *at;
    Py_ssize_t size;
};

static int char_at(const struct text *text, Py_ssize_t at) { return at < text->size ? text->at[at] : 0; }

static int is_digit(const struct text *text, Py_ssize_t at) { return char_at(text, at) >= '0' && char_at(text, at) <= '9'; }

/* What patterns take for a blank, of ASCII. */
static int is_blank(int c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31); }

static int is_letter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static int is_between(int c) { return c == '.' || c == '/' || c == '-'; }

/* How many digits stand there, of which more than MOST_DIGITS are as good as those: a text may be digits alone. */
static Py_ssize_t digits_from(const struct text *text, Py_ssize_t at)
{
    Py_ssize_t end = at;
    while (end - at < MOST_DIGITS && is_digit(text, end))
        end++;
    return end - at;
}

/* The characters of three numbers with a mark between two, "3/12/24", at `at`; 0 where there are none. */
static Py_ssize_t three_numbers(const struct text *text, Py_ssize_t at)
{
    for (Py_ssize_t first = 2; first; first--) {
        if (digits_from(text, at) < first || !is_between(char_at(text, at + first)))
            continue;
        Py_ssize_t second = at + first + 1;
        for (Py_ssize_t size = 2; size; size--)
            if (digits_from(text, second) >= size && is_between(char_at(text, second + size)) &&
                digits_from(text, second + size + 1) >= 2)
                return second + size + 3 - at;
    }
    return 0;
}

static int is_era_letter(int c) { return c == 'R' || c == 'H' || c == 'S'; }

/* Whether the digit at `at` begins what may be the year or the day of a date. */
static int is_hint(const struct text *text, Py_ssize_t at)
{
    if (digits_from(text, at) >= 4 || three_numbers(text, at))
        return 1;
    if (!at)
        return 0;
    if (is_era_letter(text->at[at - 1]))
        return 1;
    int behind = char_at(text, at + 2);
    return !is_digit(text, at - 1) && is_digit(text, at + 1) &&
           (at + 2 == text->size || is_blank(behind) || behind == '-' || behind == '\'' || behind == ')');
}

/* The characters of what may be a year at `at`; 0 where it is none. */
static Py_ssize_t year_at(const struct text *text, Py_ssize_t at)
{
    Py_ssize_t size;
    if (text->at[at] == '\'')
        return digits_from(text, at + 1) == 2 ? 3 : 0;
    if (digits_from(text, at) >= 4)
        return 4;
    if ((size = three_numbers(text, at)))
        return size;
    int last = at ? text->at[at - 1] : 0, before = at > 1 ? text->at[at - 2] : 0;
    if (digits_from(text, at) == 2 && (((last == ' ' || last == '-') && is_letter(before)) || (last == ' ' && before == '.')))
        return 2;
    return is_era_letter(last);
}

/* Whether a mark and another number follow the digit at `at`. */
static int is_before_number(const struct text *text, Py_ssize_t at)
{
    for (at++; is_blank(char_at(text, at)) && at < text->size; at++)
        ;
    if (!is_between(char_at(text, at)))
        return 0;
    for (at++; is_blank(char_at(text, at)) && at < text->size; at++)
        ;
    return is_digit(text, at);
}

/* ── numbers one behind the other ─────────────────────────────────────────────────────────────── */

/* The last numbers, and what stands behind each up to the next. */
struct numbers {
    int is_day, was_day; /* of one or two digits: the last, and the one before it */
    int is_year;
    int letter, had_letter; /* behind the last, and behind the one before it */
    int apostrophe, comma;
};

static int is_full_year(const struct text *text, Py_ssize_t at)
{
    if (digits_from(text, at) != 4)
        return 0;
    int first = text->at[at], second = text->at[at + 1];
    return first == '1' ? second == '3' || second == '4' || second == '9'
                        : first == '2' && (second == '0' || second == '4' || second == '5' || second == '6');
}

/* What the number that begins at `at` makes with those before it, which it takes the place of. */
static long number_signs(struct numbers *last, const struct text *text, Py_ssize_t at)
{
    int size = 0;
    while (size < MOST_IN_RUN && is_digit(text, at + size))
        size++;
    int is_year = size == 4 && is_full_year(text, at);
    int is_glued = (size == 5 || size == 6) && is_full_year(text, at + size - 4); /* a day and a year */
    long signs = is_glued || (is_year && last->is_day) ? DAY_YEAR : 0;
    if (is_year && last->is_day && last->letter)
        signs |= DAY_NAME_YEAR;
    if (last->is_year && size <= 2 && (last->letter || last->comma))
        signs |= YEAR_DAY;
    if (last->is_day && size == 2 && (last->letter || last->apostrophe))
        signs |= SHORT_YEAR;
    if (is_glued ? last->is_day && last->letter : is_year && last->is_day && last->was_day && last->had_letter)
        signs |= COUNTED;
    struct numbers next = {.is_day = size <= 2, .was_day = last->is_day, .is_year = is_year, .had_letter = last->letter};
    *last = next;
    return signs;
}

/* ── all signs ────────────────────────────────────────────────────────────────────────────────── */

static long signs_of(const struct text *text)
{
    long signs = 0, count = 0;
    Py_ssize_t next = 0; /* where the last year that was counted ends */
    struct numbers last = {0};
    for (Py_ssize_t at = 0; at < text->size; at++) {
        int is_mark = text->at[at] == '\'';
        if (!is_mark && !is_digit(text, at)) {
            last.letter |= is_letter(text->at[at]);
            last.comma |= text->at[at] == ',';
            continue;
        }
        last.apostrophe |= is_mark;
        if (!is_mark && !(at && is_digit(text, at - 1)))
            signs |= number_signs(&last, text, at);
        if (!is_mark && !(signs & HINT) && is_hint(text, at))
            signs |= HINT;
        if (!is_mark && !(signs & TWO_NUMBERS) && is_before_number(text, at))
            signs |= TWO_NUMBERS;
        if (!is_mark && !(signs & FULL_YEAR) && is_full_year(text, at))
            signs |= FULL_YEAR;
        Py_ssize_t size = at >= next ? year_at(text, at) : 0;
        next = size ? at + size : next;
        count += size != 0;
    }
    return signs | (count < MOST_COUNTED ? count : MOST_COUNTED) << COUNT_SHIFT;
}

/* ── what is not ASCII ────────────────────────────────────────────────────────────────────────── */

/* What stands for a character of two bytes; 0 for one that is not known here. */
static unsigned char kind_of_two(unsigned code)
{
    if (code < 0xA0) /* one of these controls is a blank */
        return 0;
    if (code == 0xA0)
        return BLANK;
    if (code < 0xC0) /* letters and numbers that are no digits among the marks: ª, ², ³, µ, ¹, º, ¼, ½, ¾ */
        return code == 0xAA || code == 0xB2 || code == 0xB3 || code == 0xB5 || code == 0xB9 || code == 0xBA ||
                       (code >= 0xBC && code <= 0xBE)
                   ? LETTER
                   : OTHER;
    if (code == 0xD7 || code == 0xF7)
        return OTHER;
    if (code < 0x250 || (code >= 0x391 && code <= 0x3CE && code != 0x3A2))
        return LETTER;
    return (code >= 0x400 && code <= 0x481) || (code >= 0x48A && code <= 0x52F) ? LETTER : 0;
}

/* The same of three bytes: marks of print and of money. */
static unsigned char kind_of_three(unsigned code)
{
    if (code == 0x2019)
        return APOSTROPHE;
    return (code >= 0x2010 && code <= 0x2027) || (code >= 0x20A0 && code <= 0x20BF) || code == 0x2122 ? OTHER : 0;
}

/* Writes what stands for each character of a text in UTF-8, and returns how many; -1 where one is not known here. */
static Py_ssize_t write_kinds(const unsigned char *at, Py_ssize_t size, unsigned char *kinds)
{
    Py_ssize_t count = 0;
    for (const unsigned char *end = at + size; at < end; count++) {
        if (*at < 0x80)
            kinds[count] = *at++;
        else if (*at < 0xE0 && end - at >= 2) {
            kinds[count] = kind_of_two((unsigned)(at[0] & 0x1F) << 6 | (at[1] & 0x3F));
            at += 2;
        } else if (*at < 0xF0 && end - at >= 3) {
            kinds[count] = kind_of_three((unsigned)(at[0] & 0x0F) << 12 | (unsigned)(at[1] & 0x3F) << 6 | (at[2] & 0x3F));
            at += 3;
        } else
            return -1;
        if (!kinds[count] && at[-1] >= 0x80)
            return -1;
    }
    return count;
}

static int is_ascii(const struct text *text)
{
    for (Py_ssize_t at = 0; at < text->size; at++)
        if (text->at[at] >= 0x80)
            return 0;
    return 1;
}

PyDoc_STRVAR(doc, "date_signs(text, /)\n--\n\n"
                  "Return the signs of dates in a text: bits, and from the ninth on how many dates there may be.\n\n"
                  "None for a text with characters that are not known here. Raises UnicodeEncodeError for half a\n"
                  "surrogate pair.");

static PyObject *date_signs(PyObject *module, PyObject *argument)
{
    (void)module;
    struct text text;
    text.at = (const unsigned char *)PyUnicode_AsUTF8AndSize(argument, &text.size); /* of the argument, for the call */
    if (!text.at)
        return NULL;
    if (is_ascii(&text))
        return PyLong_FromLong(signs_of(&text));
    unsigned char room[SHORT_TEXT], *kinds = text.size <= SHORT_TEXT ? room : PyMem_Malloc((size_t)text.size); /* ours */
    if (!kinds)
        return PyErr_NoMemory();
    text.size = write_kinds(text.at, text.size, kinds);
    text.at = kinds;
    PyObject *signs = text.size < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(signs_of(&text));
    if (kinds != room)
        PyMem_Free(kinds);
    return signs;
}

static PyMethodDef functions[] = {
    {"date_signs", date_signs, METH_O, doc},
    {NULL, NULL, 0, NULL},
};

int add_date_signs(PyObject *module) { return PyModule_AddFunctions(module, functions); }
