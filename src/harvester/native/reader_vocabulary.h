/* What the compiled reader knows: the words of the interpreted one (reader_vocabulary.c). */

#ifndef HARVESTER_NATIVE_READER_VOCABULARY_H
#define HARVESTER_NATIVE_READER_VOCABULARY_H

#include "texts.h"

/* Sets of tags, in the order of `compiled_reader.TAG_SETS`. */
enum {
    BLOCK = 1 << 0,
    VOID_TAGS = 1 << 1,
    CONTROLS = 1 << 2,
    CAPTIONS = 1 << 3,
    QUOTES = 1 << 4,
    PREFORMATTED = 1 << 5,
    ITEMS = 1 << 6,
    CELLS = 1 << 7,
    RUNNING = 1 << 8,
    PHRASE_HOLDERS = 1 << 9,
    LISTS = 1 << 10,
    ARTICLES = 1 << 11,
    STRONG = 1 << 12,
    IMAGES = 1 << 13,
    FRESH = 1 << 14,
    TELLING = 1 << 15,
    TAG_A = 1 << 16,
    TAG_TD = 1 << 17,
    TAG_TR = 1 << 18,
    TAG_TABLE = 1 << 19,
    TAG_BR = 1 << 20,
    TAG_NOSCRIPT = 1 << 21,
    TAG_BUTTON = 1 << 22,
    TAG_DIALOG = 1 << 23,
    TAG_ROOT = 1 << 24,
    TAG_TIME = 1 << 25,
    TAG_SETS = 26,
};
#define HEADING_LEVEL(flags) ((int)((flags) >> TAG_SETS)) /* 0: no heading */

/* Sets of words in a class attribute, in the order of `compiled_reader.CLASS_SETS`. */
enum { CLIPPED = 1 << 0, TOOLS = 1 << 1, DROP_CAPS = 1 << 2, KEEPING = 1 << 3, NUMBERS = 1 << 4, LINES = 1 << 5 };

/* Attributes that are read, in the order of `compiled_reader.ATTRIBUTES`; after them come the names of widgets, sorted. */
enum {
    ID, CLASS, ITEMPROP, ROLE, LABEL, LANG, HREF, STYLE, HIDDEN, OPEN, TITLE, REL, DATETIME, CONTENT, MODAL, ALT,
    WIDTH, HEIGHT, POPOVER, LABELLED_BY, THEME_KEY,
    DATA_DATETIME, DATA_DATE, DATA_TIMESTAMP, DATA_TIME, DATA_UTIME, DATA_PUBLISHED, DATA_PUBDATE,
    DATA_SRC, DATA_ORIGINAL, DATA_LAZY_SRC, DATA_ACTUALSRC, DATA_IMAGE, DATA_SRCSET, DATA_LAZY_SRCSET, SRC, SRCSET,
    FIRST_HINT,
};

/* In the order of `compiled_reader.ROLES`. */
enum { HEADING, PARAGRAPH, LIST_ITEM, QUOTE, CODE, TABLE, CAPTION, CONTROL, ROLES };

enum { MOST_WORDS = 32 /* bits of a mask */, MOST_SOUGHT = 64, MOST_LETTERS = 64 };

/* What begins with two letters, and LATER times that: what has them for its second and third. SEEKS: a name sought. */
enum { BARS = 1 << 0, HIDES = 1 << 1, LATER = 1 << 2, SEEKS = 1 << 4 };

enum { LETTER_PAIRS = 0x1f1f + 1 };

/* A number for two bytes, the same for letters of both cases; of others, that of a letter. */
static inline uint16_t letter_pair(const char *at)
{
    uint16_t both;
    memcpy(&both, at, sizeof(both));
    return both & 0x1f1f;
}

/* What the interpreted reader knows, handed over once: see `compiled_reader.vocabulary`. */
typedef struct {
    PyObject_HEAD
    PyObject *kept;     /* a list that holds all of the vocabulary: what is below is borrowed from it */
    newfunc make_tuple; /* tuple.__new__: a named tuple's own is written in Python */
    Names tags, classes, attributes, page_tags, sought; /* sought: number in `sought_names` */
    Names tag_rules, references; /* numbers in straight.h's TAG_RULES, in `reference_texts` */
    Text *reference_texts;
    int attribute_count;
    Text hint_names[MOST_WORDS];
    Text barring_tags[MOST_WORDS], barring_names[MOST_WORDS], barring_attributes[MOST_WORDS];
    int barring_tag_count, barring_name_count, barring_attribute_count; /* the last name is a word of its own */
    uint32_t barring_letters[256]; /* the names that begin with each, a bit for one */
    unsigned char signs[LETTER_PAIRS]; /* BARS, HIDES, SEEKS, by `letter_pair` */
    Text sentence_end, standin;
    Text data_ids[MOST_WORDS], items[MOST_WORDS]; /* of scripts that hold data; of figures that stand for an embed */
    int data_id_count, item_count;
    PyObject *attribute_names, *sought_names;
    PyObject *strings;  /* the type of tokens: reader_strings.c */
    PyObject *empty, *no_tuple;
    PyObject *block, *element, *span, *trace, *image, *markup, *parts, *too_many;
    PyObject *roles[ROLES];
    PyObject *read_opening, *collapse, *is_never_shown, *unwrap_cjk, *settle_code, *is_barring, *is_dialog, *is_panel;
    PyObject *is_line_number, *is_code_line, *has_alnum, *has_alpha, *is_data_table, *emoji_of, *side;
    PyObject *anchor_label, *meta, *head_link, *script, *embed_standin, *filled_image;
    Py_ssize_t max_blocks, max_elements, max_chars, max_spans, max_images, max_raw_span, max_notes;
    PyObject *says_blocks, *says_elements, *says_chars;
} Reader;

#endif
