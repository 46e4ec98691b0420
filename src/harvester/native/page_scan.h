/* A coarse tokenizer of a page as it came, after the HTML standard (section 13.2.5): prescan.c, lean_page.c.

   No byte is looked at more than a fixed number of times. */

#ifndef HARVESTER_NATIVE_PAGE_SCAN_H
#define HARVESTER_NATIVE_PAGE_SCAN_H

#include <string.h>

#include "common.h"
#include "tag_marks.h"

/* The next `c` from `at` on; `end` where there is none. */
static inline const char *next(const char *at, const char *end, char c)
{
    const char *found = at < end ? memchr(at, c, (size_t)(end - at)) : NULL;
    return found ? found : end;
}

/* Whether `name`, in lower case, stands at `at`, in letters of either case. */
static inline int stands(const char *at, const char *end, const char *name)
{
    for (; *name; at++, name++)
        if (at == end || (*at | 0x20) != *name)
            return 0;
    return 1;
}

/* Over "= value", from the "=" on: a quote opens a value only there. */
static inline const char *over_value(const char *at, const char *end)
{
    for (at++; at < end && is_blank(*at); at++)
        ;
    if (at < end && (*at == '"' || *at == '\'')) {
        at = next(at + 1, end, *at);
        return at < end ? at + 1 : end;
    }
    while (at < end && !is_mark(*at, IS_BLANK | IS_END))
        at++;
    return at;
}

/* Over one attribute: a name, with a value or without one, or a value alone. */
static inline const char *over_attribute(const char *at, const char *end)
{
    if (*at != '=') {
        while (at < end && !is_mark(*at, IS_BLANK | IS_SLASH | IS_END | IS_EQUALS))
            at++;
        const char *behind = at;
        while (behind < end && is_blank(*behind))
            behind++;
        if (behind == end || *behind != '=')
            return behind;
        at = behind;
    }
    return over_value(at, end);
}

/* Over the rest of a tag, from its name on, and its ">"; NULL where it has more than `most` attributes. */
static inline const char *over_tag(const char *at, const char *end, Py_ssize_t most)
{
    while (at < end && !is_mark(*at, IS_BLANK | IS_SLASH | IS_END))
        at++;
    for (Py_ssize_t count = 0;; count++) {
        while (at < end && is_mark(*at, IS_BLANK | IS_SLASH))
            at++;
        if (at == end)
            return end;
        if (*at == '>')
            return at + 1;
        if (count == most)
            return NULL;
        at = over_attribute(at, end);
    }
}

/* The name of an element whose content is text to the parser, whatever it looks like; NULL for all others. */
static inline const char *raw_name(const char *at, const char *end)
{
    static const char *const names[] = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"};
    if (at == end || memchr("stxin", *at | 0x20, 5) == NULL) /* most tags are none of these */
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!stands(at, end, names[i]))
            continue;
        const char *behind = at + strlen(names[i]);
        if (behind < end && is_mark(*behind, IS_BLANK | IS_SLASH | IS_END))
            return names[i];
    }
    return NULL;
}

/* To the "-->" that ends a comment, or to the end. */
static inline const char *to_comment_end(const char *at, const char *end)
{
    for (; (at = next(at, end, '-')) < end; at++)
        if (at + 2 < end && at[1] == '-' && at[2] == '>')
            return at;
    return end;
}

#endif
