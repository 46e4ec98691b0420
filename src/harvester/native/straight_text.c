/* Character references and what is escaped: text and values as the parser writes them down. */

#include "sixteen.h"
#include "straight.h"

enum { LONGEST_NAME = 32 };

/* C1 controls as windows-1252; 0: left to the parser. */
static const uint16_t OF_WINDOWS[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

int read_references(Reader *reader, PyObject *references)
{
    PyObject *name, *meaning;
    Py_ssize_t at = 0, count = 0, size = PyDict_Size(references);
    if (size < 0) {
        return -1;
    }
    reader->reference_texts = PyMem_Malloc((size_t)(size + 1) * sizeof(Text));
    if (reader->reference_texts == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    while (PyDict_Next(references, &at, &name, &meaning)) {
        Text key = utf8_of(name), *text = reader->reference_texts + count;
        *text = key.at == NULL ? key : utf8_of(meaning);
        if (text->at == NULL || add_name(&reader->references, key, hash_of(key), count++) < 0) {
            return -1;
        }
    }
    return 0;
}

static char *put(char *out, const char *room_end, const char *text, Py_ssize_t size)
{
    if (out == NULL || room_end - out < size) {
        return NULL;
    }
    memcpy(out, text, (size_t)size);
    return out + size;
}

static char *put_char(char *out, const char *room_end, uint32_t c, int how)
{
    char utf8[4];
    int size = 0;
    if (c < 0x80) {
        char plain = (char)c;
        return write_escaped(NULL, (Text){&plain, 1}, how, out, room_end);
    }
    if (c < 0x800) {
        utf8[size++] = (char)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            utf8[size++] = (char)(0xe0 | c >> 12);
        } else {
            utf8[size++] = (char)(0xf0 | c >> 18);
            utf8[size++] = (char)(0x80 | (c >> 12 & 63));
        }
        utf8[size++] = (char)(0x80 | (c >> 6 & 63));
    }
    utf8[size++] = (char)(0x80 | (c & 63));
    return write_escaped(NULL, (Text){utf8, size}, how, out, room_end);
}

/* Write the character that "&#..." stands for; *at moves behind it. NULL: BENT. */
static char *put_number(const char **at, const char *end, int how, char *out, const char *room_end)
{
    const char *from = *at + 2;
    bool is_hex = from < end && (*from == 'x' || *from == 'X');
    uint32_t value = 0;
    const char *digit = from + is_hex;
    for (; digit < end; digit++) {
        char c = *digit;
        int figure = is_digit(c) ? c - '0' : is_hex && lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
        if (figure < 0) {
            break;
        }
        value = value > 0x110000 ? value : value * (is_hex ? 16 : 10) + (uint32_t)figure;
    }
    if (digit == from + is_hex) {
        *at += 1;
        return put(out, room_end, "&amp;", 5);
    }
    *at = digit + (digit < end && *digit == ';');
    if (value >= 0x80 && value < 0xa0) {
        value = OF_WINDOWS[value - 0x80];
    }
    bool is_odd = value > 0x10ffff || (value >= 0xd800 && value < 0xe000) || (value < 0x20 && value != '\n' && value != '\t');
    return is_odd || value == 0x7f ? NULL : put_char(out, room_end, value, how);
}

/* Write what "&name" stands for; *at moves behind it. */
static char *put_named(const Reader *reader, const char **at, const char *end, int how, char *out, const char *room_end)
{
    const char *from = *at + 1, *behind = from;
    while (behind < end && is_alnum(*behind)) {
        behind++;
    }
    bool is_ended = behind < end && *behind == ';', is_whole = is_ended;
    Py_ssize_t size = behind - from + is_ended;
    for (; size > 0; size--, is_whole = false) {
        Text name = {from, size};
        int64_t number = size <= LONGEST_NAME + 1 ? find_name(&reader->references, name, hash_of(name)) : -1;
        if (number < 0) {
            continue;
        }
        const char *next = from + size;
        if (how == IN_ATTRIBUTE && !is_whole && next < end && (*next == '=' || is_alnum(*next))) {
            break; /* part of an address */
        }
        *at = next;
        return write_escaped(NULL, reader->reference_texts[number], how, out, room_end);
    }
    *at = from;
    return put(out, room_end, "&amp;", 5);
}

static const unsigned char STOPS[256] = {['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\r'] = 1, [0xc2] = 1};

/* Return where the next byte stands that may not be written as it is. */
static const char *next_stop(const char *at, const char *end)
{
#ifdef HAS_SIXTEEN
    for (; end - at >= 16; at += 16) {
        Sixteen bytes = sixteen_at(at);
        Sixteen marks = (bytes == '&') | (bytes == '<') | (bytes == '>') | (bytes == '"');
        if (has_any(marks | (bytes == '\r') | (bytes == (signed char)'\xc2'))) {
            break;
        }
    }
#endif
    while (at < end && !STOPS[(unsigned char)*at]) {
        at++;
    }
    return at;
}

/* Write a text or value as the parser does: references as what they stand for, "&", "<", ">", hard blanks and quotes of
   values escaped, ends of lines as "\n". No reader: it holds no references. Return the end; NULL: BENT. */
char *write_escaped(const Reader *reader, Text text, int how, char *out, const char *room_end)
{
    const char *at = text.at, *end = text.at + text.size;
    while (out != NULL && at < end) {
        const char *from = at;
        at = next_stop(at, end);
        out = put(out, room_end, from, at - from);
        if (at == end || out == NULL) {
            break;
        }
        if (*at == '&' && reader != NULL && at + 1 < end && (is_alnum(at[1]) || at[1] == '#')) {
            out = at[1] == '#' ? put_number(&at, end, how, out, room_end)
                               : put_named(reader, &at, end, how, out, room_end);
            continue;
        }
        char c = *at++;
        if (c == '&') {
            out = put(out, room_end, "&amp;", 5);
        } else if (c == '<' || c == '>') {
            out = put(out, room_end, c == '<' ? "&lt;" : "&gt;", 4);
        } else if (c == '"') {
            out = how == IN_ATTRIBUTE ? put(out, room_end, "&quot;", 6) : put(out, room_end, "\"", 1);
        } else if (c == '\r') {
            at += at < end && *at == '\n';
            out = put(out, room_end, "\n", 1);
        } else if (at < end && *at == '\xa0') {
            at++;
            out = put(out, room_end, "&nbsp;", 6);
        } else {
            out = put(out, room_end, &c, 1);
        }
    }
    return out;
}

bool may_refer_to_blank(Text text)
{
    return starts_with(text, "&#") || starts_with(text, "&NewLine;") || starts_with(text, "&Tab;");
}

int write_text(Straight *page, Text text)
{
    char *out = write_escaped(page->reader, text, IN_TEXT, page->out, page->out_end);
    page->out = out == NULL ? page->out : out;
    return out == NULL ? BENT : 0;
}

int write_lines(Straight *page, Text text)
{
    const char *at = text.at, *end = text.at + text.size;
    while (at < end) {
        const char *stop = memchr(at, '\r', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        if (write_out(page, (Text){at, stop - at}) || (stop < end && write_out(page, (Text){"\n", 1}))) {
            return BENT;
        }
        at = stop + (stop < end);
        at += stop < end && at < end && *at == '\n';
    }
    return 0;
}
