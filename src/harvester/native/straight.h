/* Pages whose markup the parser would write down front to back. In the order to read them in:

   straight_page.c    which they are; the page, its comments and text
   straight_modes.c   what tags and text do before the body, in it, in drawings, behind it
   straight_tags.c    a tag and its attributes
   straight_text.c    character references, and what is escaped
   straight_stack.c   the elements that are open
   straight_body.c    what tags in a body do
   straight_tables.c  what tags in a table do

   The names of the rules are those of the HTML standard (13.2). What is read and written belongs to the `Straight`, which
   is freed before the call returns; the markup itself is the caller's. */

#ifndef HARVESTER_NATIVE_STRAIGHT_H
#define HARVESTER_NATIVE_STRAIGHT_H

#include "reader.h"

enum { BENT = 1 }; /* the parser is to be asked: something goes elsewhere than to the end, or is not known here */

enum { MOST_DEEP = 1000, MOST_FORMATTING = 64, MOST_TEMPLATES = 8 /* in each other */, MOST_OF_TAG = 200 /* attributes */ };

/* What a tag is to the rules. */
enum {
    ORDINARY, FOREIGN, BLOCK_TAG, HEADING_TAG, PRE_TAG, P_TAG, LI_TAG, DD_TAG, FORM_TAG, BUTTON_KIND, A_TAG, FORMATTING,
    OBJECT_TAG, TABLE_KIND, GROUP_TAG, TR_KIND, CELL_TAG, CAPTION_TAG, COLGROUP_TAG, COL_TAG, VOID_KIND, INPUT_TAG,
    BARE_VOID, HR_TAG, META_KIND, RAW_HEAD, RAW_BODY, TITLE_KIND, TEXTAREA_TAG, SELECT_TAG, OPTION_TAG, NOSCRIPT_KIND,
    SVG_KIND, HTML_TAG, HEAD_TAG, BODY_KIND, TEMPLATE_KIND, ODD_TAG,
    MARKER, /* of no tag: parts the active formatting elements of a cell, caption, object or template from those around it */
};

/* What else it is. */
enum { SPECIAL = 1 << 0, SCOPE = 1 << 1, IMPLIED = 1 << 2, LIST_SCOPE = 1 << 3 };

typedef struct {
    const char *name;
    unsigned char kind, flags;
} TagRule;

extern const TagRule TAG_RULES[]; /* ends with a NULL */

typedef struct {
    int number; /* in TAG_RULES; -1: not there */
    int kind, flags;
    Text name;
} TagName;

/* An element of the list of active formatting elements, or a marker. */
typedef struct {
    TagName tag; /* kind MARKER: none, but a border */
    Text text;   /* its start tag */
    int depth;   /* its place on the stack; LOST: it was closed by another's end, and is to be opened again */
} Format;

enum { LOST = -1, FORM_OF_TABLE = MOST_DEEP };

typedef enum {
    BEFORE_HTML, BEFORE_HEAD, IN_HEAD, IN_HEAD_NOSCRIPT, AFTER_HEAD, IN_TEMPLATE, IN_BODY, IN_TABLE, IN_GROUP, IN_ROW,
    IN_CELL, IN_CAPTION, IN_COLUMNS, AFTER_BODY, AFTER_ALL,
} Mode;

typedef struct {
    const Reader *reader;
    const char *at, *end;
    char *out, *out_end;             /* written so far; what is written stays where it is, but for blanks behind the head */
    const char *head_end, *body_end; /* of what is written: behind the head's content; of the start tag of a body that no
                                        tag had asked for, NULL of others */
    Text body_attributes;            /* what a later tag says of it */
    Mode mode, modes[MOST_TEMPLATES]; /* around each template */
    int template_count;
    bool is_typed, knows_quirks; /* typed: another doctype says nothing; quirks: a table ends a paragraph, surely */
    int form;          /* its place on the stack; -1: none is open; FORM_OF_TABLE: it holds nothing */
    TagName stack[MOST_DEEP];
    int depth, select_count; /* of them that are a <select>: most tags need not be sought in one */
    Format formats[MOST_FORMATTING];
    int format_count;
    /* the tag being read */
    char *tag_text, *tag_room_end; /* as it is written down */
    Text tag;
    TagName name;
    bool is_self_closing, is_hidden_input, is_foreign; /* foreign: inside a drawing */
} Straight;

static inline TagName *current(Straight *page)
{
    return page->stack + page->depth - 1;
}

static inline int write_out(Straight *page, Text text)
{
    if (page->out_end - page->out < text.size) {
        return BENT;
    }
    memcpy(page->out, text.at, (size_t)text.size);
    page->out += text.size;
    return 0;
}

static inline bool is_one_name(const TagName *one, const TagName *other)
{
    return one->number >= 0 || other->number >= 0
               ? one->number == other->number
               : one->name.size == other->name.size && memcmp(one->name.at, other->name.at, (size_t)one->name.size) == 0;
}

/* Return whether a name in small letters is another one, which may have capitals. */
static inline bool is_in_small(Text small, const char *name)
{
    for (Py_ssize_t at = 0; at < small.size; at++) {
        if (lower(name[at]) != small.at[at]) { /* also at its end */
            return false;
        }
    }
    return name[small.size] == '\0';
}

/* straight_modes.c */
int meet_straight_tag(Straight *page);
int meet_text(Straight *page, Text text);
bool is_drawing(const Straight *page);
int meet_second_html(const Straight *page);
Text behind_html_blanks(Text text);

/* straight_page.c */
PyObject *straight_page(PyObject *self, PyObject *html); /* new */

/* straight_text.c */
enum { IN_TEXT, IN_ATTRIBUTE };
bool may_refer_to_blank(Text text); /* begins with a reference to a blank of HTML, or to something by its number */
int write_text(Straight *page, Text text);
int write_lines(Straight *page, Text text); /* with nothing escaped */
int read_references(Reader *reader, PyObject *references); /* a dict: name -> what it stands for */
char *write_escaped(const Reader *reader, Text text, int how, char *out, const char *room_end); /* NULL: BENT */

/* straight_tags.c */
int read_straight_tag(Straight *page); /* from behind "<" or "</" on */
int add_tag_rules(Names *names);
void name_tag(Straight *page, Text name);

/* straight_stack.c */
enum { ITEMS_END = -2, BUTTONS_END = -3 }; /* what else bounds a scope */
int pop(Straight *page);
int pop_until(Straight *page, int depth);
int push(Straight *page);
int push_implied(Straight *page, const char *tag);
int imply_ends(Straight *page, const TagName *but);
int depth_in(const Straight *page, int kind, const TagName *name, int more);
int depth_in_scope(const Straight *page, int kind, const TagName *name);
int end_element(Straight *page, int depth, const TagName *but);
int end_paragraph(Straight *page);
int end_ordinary(Straight *page);
int reopen_formats(Straight *page);
bool has_lost_formats(const Straight *page);
int add_format(Straight *page, Text text);
int end_format(Straight *page);
int add_marker(Straight *page);
void drop_to_marker(Straight *page);

/* straight_body.c */
int start_in_body(Straight *page);
int end_in_body(Straight *page);
int open_template(Straight *page);
int close_template(Straight *page);
int write_raw(Straight *page, bool is_plain);

/* straight_tables.c */
enum { AGAIN = 2, AS_IN_BODY = 3 };
int start_in_table(Straight *page);
int end_in_table(Straight *page);

#endif
