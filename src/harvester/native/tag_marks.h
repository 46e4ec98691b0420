/* What names of tags begin with, and what parts the names and values in a tag (HTML standard, 13.2.5). */

#ifndef HARVESTER_NATIVE_TAG_MARKS_H
#define HARVESTER_NATIVE_TAG_MARKS_H

#include <stdbool.h>

static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_alnum(char c)
{
    return is_letter(c) || is_digit(c);
}

static inline char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

enum { IS_BLANK = 1 << 0, IS_SLASH = 1 << 1, IS_END = 1 << 2, IS_EQUALS = 1 << 3 };

static const unsigned char TAG_MARKS[256] = {
    [' '] = IS_BLANK, ['\t'] = IS_BLANK, ['\n'] = IS_BLANK, ['\f'] = IS_BLANK, ['\r'] = IS_BLANK,
    ['/'] = IS_SLASH, ['>'] = IS_END, ['='] = IS_EQUALS,
};

/* Return whether a character is one of those: most are none, and one look says so. */
static inline bool is_mark(char c, int marks)
{
    return TAG_MARKS[(unsigned char)c] & marks;
}

static inline bool is_blank(char c) /* what parts attributes in HTML */
{
    return is_mark(c, IS_BLANK);
}

#endif
