/* A whole page on the way to its head and its body: reader_page.c, reader_head.c. */

#ifndef HARVESTER_NATIVE_READER_PAGE_H
#define HARVESTER_NATIVE_READER_PAGE_H

#include "reader.h"

enum { DECLINED = 1 }; /* the parser's tree is to be asked */

/* Sets of tags, in the order of `compiled_reader.PAGE_SETS`. */
enum {
    UNSEEN_TAGS = 1 << 0,
    VOID_TAG = 1 << 1,
    RAW_TAGS = 1 << 2,
    EMBED_TAGS = 1 << 3,
    ODD_TAGS = 1 << 4,
    META_TAG = 1 << 5,
    LINK_TAG = 1 << 6,
    BASE_TAG = 1 << 7,
    SCRIPT_TAG = 1 << 8,
    TITLE_TAG = 1 << 9,
    SVG_TAG = 1 << 10,
    TEMPLATE_TAG = 1 << 11,
    PICTURE_TAG = 1 << 12,
    FIGURE_TAG = 1 << 13,
    ROOT_TAG = 1 << 14,
    BODY_TAG = 1 << 15,
    NOTE_TAGS = META_TAG | LINK_TAG | BASE_TAG | SCRIPT_TAG,
};

typedef struct {
    Page *page;
    Scan scan;
    const char *at;        /* read up to here */
    const char *kept_from; /* of the body: written down up to here, or left out */
    bool fills;            /* pictures whose image holds a place */
    bool in_head, in_body, is_over;
    int foreign, templates; /* drawings and templates that are open */
    int unseen;             /* elements of `unseen_name` that are open, the outermost of which is left out */
    Text unseen_name, embed; /* embed: its start tag; "" for others */
    int embeds, pictures;
    const char *image; /* the start tag that `filled` takes the place of */
    PyObject *filled;
    /* what the head says: */
    bool has_head_title, has_drawn_title;
    Text title, lang, base; /* .at NULL: there is none */
    PyObject *metas, *links, *scripts; /* lists, owned by the page */
    Py_ssize_t meta_count;
} Whole;

/* The name in a start or end tag; "" for a comment. */
static inline Text tag_name(Text tag)
{
    const char *from = tag.at + 1 + (tag.at[1] == '/'), *to = from;
    while (!is_mark(*to, IS_BLANK | IS_SLASH | IS_END)) {
        to++;
    }
    return (Text){from, to - from};
}

static inline bool is_same(Text one, Text other)
{
    return one.size == other.size && memcmp(one.at, other.at, (size_t)one.size) == 0;
}

static inline uint32_t page_sets(const Whole *whole, Text name)
{
    int64_t sets = find_name(&whole->page->reader->page_tags, name, hash_of(name));
    return sets < 0 ? 0 : (uint32_t)sets;
}

/* reader_head.c */
bool is_item(const Whole *whole, Text figure);
int note_tag(Whole *whole, Text tag, uint32_t sets, Text content);
int begin_head(Whole *whole);
PyObject *head_of(Whole *whole, PyObject *parts); /* new; takes the parts */

#endif
