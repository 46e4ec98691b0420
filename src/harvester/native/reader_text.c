/* Strings of the compiled reader: UTF-8, as Python's str would see it. */

#include "reader.h"
#include "sixteen.h"

#define ONES 0x0101010101010101u /* one in each byte of a word */

/* ── looking ─────────────────────────────────────────────────────────────────────────────── */

/* Sixteen places at once are asked for the first byte and the last one of the part: hardly any has both. */
Py_ssize_t place_of(Text text, Text part)
{
    if (part.size == 0 || part.size > text.size) {
        return part.size == 0 ? 0 : -1;
    }
    const char *at = text.at, *last = text.at + text.size - part.size;
#ifdef HAS_BITS_OF_SIXTEEN
    for (Py_ssize_t end = part.size - 1; last - at >= 15; at += 16) {
        Sixteen both = (sixteen_at(at) == part.at[0]) & (sixteen_at(at + end) == part.at[end]);
        if (!has_any(both)) {
            continue;
        }
        uint64_t halves[2];
        memcpy(halves, &both, sizeof halves);
        for (int half = 0; half < 2; half++) {
            for (uint64_t bits = halves[half] & ONE_A_BYTE; bits; bits &= bits - 1) {
                const char *place = at + 8 * half + first_byte(bits);
                if (memcmp(place, part.at, (size_t)part.size) == 0) {
                    return place - text.at;
                }
            }
        }
    }
#endif
    while (at <= last && (at = memchr(at, part.at[0], (size_t)(last - at + 1))) != NULL) {
        if (memcmp(at, part.at, (size_t)part.size) == 0) {
            return at - text.at;
        }
        at++;
    }
    return -1;
}

bool is_ascii(Text text)
{
    uint64_t all = 0, word;
    Py_ssize_t at = 0;
    for (; text.size - at >= 8; at += 8) {
        memcpy(&word, text.at + at, 8);
        all |= word;
    }
    for (; at < text.size; at++) {
        all |= (unsigned char)text.at[at];
    }
    return (all & (ONES << 7)) == 0;
}

static const char *behind_spaces(const char *at, const char *end)
{
    while (at < end && is_ascii_space(*at)) {
        at++;
    }
    while (at < end) {
        const char *next = at;
        if (!is_space(char_at(&next))) {
            break;
        }
        at = next;
    }
    return at;
}

bool is_blank_text(Text text)
{
    const char *end = text.at + text.size;
    return behind_spaces(text.at, end) == end;
}

Text stripped(Text text)
{
    const char *end = text.at + text.size, *start = behind_spaces(text.at, end);
    while (end > start) {
        const char *last = end - 1;
        while (last > start && (*last & 0xc0) == 0x80) {
            last--;
        }
        const char *next = last;
        if (!is_space(char_at(&next))) {
            break;
        }
        end = last;
    }
    return (Text){start, end - start};
}

Py_ssize_t chars_of(Text text)
{
    Py_ssize_t at = 0, inner = 0; /* bytes within a character: 10xxxxxx */
    for (uint64_t word; text.size - at >= 8; at += 8) {
        memcpy(&word, text.at + at, 8);
        inner += (Py_ssize_t)((((word >> 7) & ~(word >> 6) & ONES) * ONES) >> 56);
    }
    for (; at < text.size; at++) {
        inner += (text.at[at] & 0xc0) == 0x80;
    }
    return text.size - inner;
}

/* ── rewriting ───────────────────────────────────────────────────────────────────────────── */

static const struct {
    const char *written, *means;
} REFERENCES[] = {{"&nbsp;", "\xc2\xa0"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}};

/* Return the reference that `text` begins with; -1: it begins with none. */
static int reference_at(Text text)
{
    for (int at = 0; at < (int)(sizeof(REFERENCES) / sizeof(REFERENCES[0])); at++) {
        if (starts_with(text, REFERENCES[at].written)) {
            return at;
        }
    }
    return -1;
}

/* Write `text` to `out`, which has room for as much: each reference is longer than what it means. */
static Text write_unescaped(char *out, Text text)
{
    char *write = out;
    while (text.size) {
        int reference = text.at[0] == '&' ? reference_at(text) : -1;
        Py_ssize_t skip = 1;
        if (reference < 0) {
            *write++ = text.at[0];
        } else {
            skip = (Py_ssize_t)strlen(REFERENCES[reference].written);
            size_t size = strlen(REFERENCES[reference].means);
            memcpy(write, REFERENCES[reference].means, size);
            write += size;
        }
        text = (Text){text.at + skip, text.size - skip};
    }
    return (Text){out, write - out};
}

static bool is_escaped(Text text)
{
    return text.size && memchr(text.at, '&', (size_t)text.size) != NULL;
}

Text from_unescaped(Arena *arena, Text text)
{
    if (!is_escaped(text)) {
        return text;
    }
    char *out = taken(arena, (size_t)text.size);
    return out ? write_unescaped(out, text) : (Text){NULL, 0};
}

Text unescaped_in(Buffer *buffer, Text text)
{
    if (!is_escaped(text)) {
        return text;
    }
    char *out = grown(buffer->at, &buffer->room, text.size, 1);
    if (out == NULL) {
        return (Text){NULL, 0};
    }
    buffer->at = out;
    return write_unescaped(out, text);
}

PyObject *str_of(Text text)
{
    return PyUnicode_DecodeUTF8(text.at, text.size, NULL);
}

/* ── one line ────────────────────────────────────────────────────────────────────────────── */

/* As `text._INVISIBLE`. */
static bool is_invisible(uint32_t c)
{
    if (c < 0x80) {
        return c < 0x09 || (c >= 0x0e && c <= 0x1f) || c == 0x7f;
    }
    return c == 0xad || c == 0x200b || c == 0x200e || c == 0x200f || c == 0x2060 || c == 0xfeff
           || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Ranges of characters that are in NFC by themselves and next to each other, in every version of Unicode: none is
   changed, moved or joined to the one before it. What is outside of them is asked of Python. */
static const uint32_t SETTLED[][2] = {
    {0x0080, 0x02ff}, {0x0388, 0x03ff}, {0x0400, 0x0482}, {0x048a, 0x052f}, {0x05d0, 0x05ea}, {0x060c, 0x060f},
    {0x061b, 0x061b}, {0x061e, 0x064a}, {0x0660, 0x066f}, {0x0671, 0x06d5}, {0x06f0, 0x06ff}, {0x1680, 0x1680},
    {0x1e00, 0x1eff}, {0x2000, 0x206f}, {0x20a0, 0x20bf}, {0x2113, 0x2125}, {0x2150, 0x2328}, {0x232b, 0x23ff},
    {0x2460, 0x2adb}, {0x2e80, 0x2e99}, {0x2e9b, 0x2ef3}, {0x3000, 0x3029}, {0x3030, 0x303f}, {0x3041, 0x3096},
    {0x309b, 0x30ff}, {0x3105, 0x312f}, {0x3131, 0x318e}, {0x3190, 0x31e3}, {0x31f0, 0x33ff}, {0x3400, 0x9fff},
    {0xac00, 0xd7a3}, {0xfe00, 0xfe0f}, {0xfe30, 0xfe52}, {0xfeff, 0xfeff}, {0xff01, 0xffbe}, {0xffe0, 0xffee},
    {0x1f000, 0x1faff},
};

static bool is_settled(uint32_t c)
{
    size_t low = 0, high = sizeof(SETTLED) / sizeof(SETTLED[0]);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > SETTLED[middle][1]) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < sizeof(SETTLED) / sizeof(SETTLED[0]) && c >= SETTLED[low][0];
}

/* Write `text` on one line, as `text.collapse` does, behind what `out` holds, which has room; false: ask Python. */
static bool collapse_settled(Text text, Buffer *out)
{
    const char *at = text.at, *end = text.at + text.size;
    char *write = out->at + out->size;
    bool has_word = false, is_parted = false;
    while (at < end) {
        const char *from = at;
        if (*at > ' ' && *at < 0x7f) { /* most are */
            if (is_parted) {
                *write++ = ' ';
                is_parted = false;
            }
            has_word = true;
            while (at < end && *at > ' ' && *at < 0x7f) {
                *write++ = *at++;
            }
            continue;
        }
        uint32_t c = char_at(&at);
        if (is_invisible(c)) {
            continue;
        }
        if (is_space(c)) {
            is_parted = has_word;
            continue;
        }
        if (c >= 0x300 && !is_settled(c)) {
            return false;
        }
        if (is_parted) {
            *write++ = ' ';
            is_parted = false;
        }
        has_word = true;
        while (from < at) {
            *write++ = *from++;
        }
    }
    out->size = write - out->at;
    return true;
}

static int collapse_by_python(Page *page, Text text, Buffer *out)
{
    PyObject *str = str_of(text);
    PyObject *line = str ? PyObject_CallFunctionObjArgs(page->reader->collapse, str, NULL) : NULL;
    Text found = utf8_of(line);
    int failed = found.at == NULL ? -1 : append(out, found);
    Py_XDECREF(str);
    Py_XDECREF(line);
    return failed;
}

/* Append `text` on one line. */
int collapse(Page *page, Text text, Buffer *out)
{
    char *room = grown(out->at, &out->room, out->size + text.size, 1);
    if (room == NULL) {
        return -1;
    }
    out->at = room;
    return collapse_settled(text, out) ? 0 : collapse_by_python(page, text, out);
}

/* Append the characters of written text that a reader sees, without white space: `text.visible`. Return how many; -1:
   no memory, with an exception, or ask Python. */
Py_ssize_t append_visible(Buffer *out, Text text)
{
    char *room = grown(out->at, &out->room, out->size + text.size, 1);
    if (room == NULL) {
        return -1;
    }
    out->at = room;
    if (is_escaped(text)) { /* in place: what is meant is shorter */
        text = write_unescaped(out->at + out->size, text);
    }
    char *write = out->at + out->size;
    Py_ssize_t chars = 0;
    for (const char *at = text.at, *end = text.at + text.size; at < end;) {
        const char *from = at;
        uint32_t c = char_at(&at);
        if (is_invisible(c) || is_space(c)) {
            continue;
        }
        if (c >= 0x300 && !is_settled(c)) {
            return -1;
        }
        chars++;
        while (from < at) {
            *write++ = *from++;
        }
    }
    out->size = write - out->at;
    return chars;
}

/* ── sentences ───────────────────────────────────────────────────────────────────────────── */

enum { PROSE_WORDS = 12, SENTENCE_WORDS = 6, CJK_FACTOR = 2 };

static bool is_cjk_letter(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff)
           || (c >= 0xf900 && c <= 0xfaff);
}

/* `text.cjk_letters`. */
Py_ssize_t cjk_letters_of(Text text)
{
    Py_ssize_t letters = 0;
    for (const char *at = text.at, *end = text.at + text.size; at < end;) {
        letters += is_cjk_letter(char_at(&at));
    }
    return letters;
}

static bool ends_sentence(Text line, Text marks)
{
    Py_ssize_t last = line.size - 1;
    while (last > 0 && (line.at[last] & 0xc0) == 0x80) {
        last--;
    }
    return last >= 0 && contains(marks, (Text){line.at + last, line.size - last});
}

Units units_of(Text text)
{
    const char *at = text.at, *end = text.at + text.size;
    Units found = {0, 0, 0};
    bool in_word = false;
    for (; at < end; found.chars++) {
        if ((signed char)*at > ' ') { /* as nearly all: of a word, in ASCII */
            found.words += !in_word;
            in_word = true;
            at++;
            continue;
        }
        uint32_t c = char_at(&at);
        bool is_letter = c >= 0x3040 && is_cjk_letter(c), is_inside = !is_letter && !is_space(c);
        found.letters += is_letter;
        found.words += is_inside && !in_word;
        in_word = is_inside;
    }
    return found;
}

/* `text.reads_as_prose` of a line without links. */
bool is_prose(Text line, Text sentence_end)
{
    Units found = units_of(line);
    Py_ssize_t units = found.words + found.letters, factor = found.letters * 3 > found.chars ? CJK_FACTOR : 1;
    return units >= PROSE_WORDS * factor || (units >= SENTENCE_WORDS * factor && ends_sentence(line, sentence_end));
}
