/* Strings of the room: UTF-8 that somebody else holds, bytes that grow, strings by name (reader_text.c, reader_memory.c). */

#ifndef HARVESTER_NATIVE_TEXTS_H
#define HARVESTER_NATIVE_TEXTS_H

#include "common.h"
#include "tag_marks.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define NO_CHARS ((Text){"", 0})

/* UTF-8 that somebody else holds. */
typedef struct {
    const char *at;
    Py_ssize_t size;
} Text;

typedef struct {
    char *at;
    Py_ssize_t size, room;
} Buffer;

typedef struct Chunk Chunk;

/* Bytes that live as long as their page. */
typedef struct {
    Chunk *last;
} Arena;

typedef struct {
    Text key;
    uint64_t hash;
    int64_t value;
} Slot;

/* Strings and a number for each. The keys live elsewhere; all else is one piece of memory, `slots`. */
typedef struct {
    Slot *slots;
    size_t room; /* a power of two, or 0 */
    size_t count;
} Names;

void *grown(void *items, Py_ssize_t *room, Py_ssize_t wanted, size_t each);
void *taken(Arena *arena, size_t size);
void free_arena(Arena *arena);
int append(Buffer *buffer, Text text);
int append_char(Buffer *buffer, char c);

void seed_hashes(uint64_t secret);
uint64_t hash_of(Text text);
int64_t find_name(const Names *names, Text key, uint64_t hash); /* -1: is not there */
int64_t find_any_case(const Names *names, Text key);             /* of up to MOST_LETTERS in ASCII */
int add_name(Names *names, Text key, uint64_t hash, int64_t value);

Py_ssize_t place_of(Text text, Text part); /* of the first one; -1: there is none */
bool is_ascii(Text text);
bool is_blank_text(Text text); /* str.isspace, and true of "" */
static inline bool is_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}
static inline Text behind(Text text, Py_ssize_t count)
{
    return (Text){text.at + count, text.size - count};
}
static inline bool contains(Text text, Text part)
{
    return place_of(text, part) >= 0;
}
static inline Text behind_blanks(Text text)
{
    while (text.size && is_ascii_space(text.at[0])) {
        text = behind(text, 1);
    }
    return text;
}
static inline Text of_buffer(const Buffer *buffer)
{
    return (Text){buffer->at ? buffer->at : "", buffer->size};
}
Text stripped(Text text);
Py_ssize_t chars_of(Text text);
Py_ssize_t cjk_letters_of(Text text);
/* What was written down as `text`: itself, or in the arena, or in the buffer; .at NULL: no memory. */
Text from_unescaped(Arena *arena, Text text);
Text unescaped_in(Buffer *buffer, Text text);
Py_ssize_t append_visible(Buffer *out, Text text);
bool is_prose(Text line, Text sentence_end);

/* What a text is long of: words, but for its Han and kana letters; those; characters. */
typedef struct {
    Py_ssize_t words, letters, chars;
} Units;

Units units_of(Text text);
bool may_hold_cjk(Text text); /* a character from kana to Hangul, by the bytes that such begin with, 0xe3 to 0xef */

/* Whether other digits than those of ASCII begin with a byte; 0xe2 begins marks of print and signs, none of them a digit. */
static inline bool may_begin_digit(char byte)
{
    return (unsigned char)byte >= 0xd9 && (unsigned char)byte != 0xe2;
}

PyObject *str_of(Text text);

/* Small enough to be compiled into who calls them. */

/* The text of a string; .at NULL with an exception, which is set already where there is no string. */
static inline Text utf8_of(PyObject *str)
{
    Text text = {NULL, 0};
    text.at = str ? PyUnicode_AsUTF8AndSize(str, &text.size) : NULL;
    return text;
}

static inline bool is_equal(Text one, const char *other)
{
    return one.size == (Py_ssize_t)strlen(other) && memcmp(one.at, other, (size_t)one.size) == 0;
}

static inline bool starts_with(Text text, const char *prefix)
{
    Py_ssize_t size = (Py_ssize_t)strlen(prefix);
    return text.size >= size && memcmp(text.at, prefix, (size_t)size) == 0;
}

static inline bool starts_with_any_case(Text text, const char *small)
{
    for (Py_ssize_t at = 0; small[at]; at++) {
        if (at >= text.size || lower(text.at[at]) != small[at]) {
            return false;
        }
    }
    return true;
}

/* The character at `*at`, which moves on; the text is valid UTF-8. */
static inline uint32_t char_at(const char **at)
{
    const unsigned char *p = (const unsigned char *)*at;
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if (p[0] < 0xe0) {
        *at += 2;
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    }
    if (p[0] < 0xf0) {
        *at += 3;
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    }
    *at += 4;
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 | (uint32_t)(p[2] & 0x3f) << 6
           | (p[3] & 0x3f);
}

/* As str.isspace sees it; they are the same in all versions of Unicode since 6.3. */
static inline bool is_space(uint32_t c)
{
    if (c < 0x80) {
        return is_ascii_space((char)c);
    }
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029
           || c == 0x202f || c == 0x205f || c == 0x3000;
}

#endif
