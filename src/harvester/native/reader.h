/* The compiled reader: a body's markup in, blocks and what is around them out (`harvester.dom.compiled_reader`).

   What each function does and why is told once, where it is interpreted: `dom/walk.py`, `block_writer.py`,
   `flat_markup.py`, `pruning.py`, `attributes.py`. The names here are the names there, and both give equal results on every input.

   A call of `read` or `page` splits the markup into tokens, walks over them once, and makes Python objects of what was
   found. In the order to read the files in:

   texts.h              strings, and bytes that grow: reader_text.c, reader_memory.c; tag_marks.h, sixteen.h
   reader.c             the Python type, one call
   reader_vocabulary.c  what it knows; reader_vocabulary.h
   straight*.c          a whole page written down without the parser, before anything here; straight.h
   reader_page.c        a whole page: the tags of its body, without what is never read; reader_page.h
   reader_head.c        what a page says of itself
   reader_tokens.c      markup -> tags and the text between them; where each element ends
   reader_walk.c        the walk
   reader_tags.c        what a start tag says, asked once for each distinct tag
   reader_attributes.c  attributes and styles
   reader_image.c       what a picture says
   reader_cuts.c        what an element may be cut out as
   reader_aside.c       what is cut out, passed by, or no part of its sentence
   reader_survey.c      what stands in an element that may be cut out
   reader_elements.c    elements that are opened and left
   reader_run.c         the text between two block borders
   reader_blocks.c      the blocks made of it
   reader_objects.c     the Python objects that come out; records.h
   reader_strings.c     the tokens among them

   Calls of their own, for the blocks of an article:

   reader_inlines.c     inline elements of a block; reader_inlines.h
   reader_marks.c       the marks of all of them; reader_marks.h
   reader_marks_made.c  one mark of a stretch of text and what its start tag means

   All memory of one page hangs on its `Page` and is freed with it: bytes in the arena, Python objects in `owned`.
   Places are those of the list of tokens in Python: text at even ones, tags at odd ones. */

#ifndef HARVESTER_NATIVE_READER_H
#define HARVESTER_NATIVE_READER_H

#include "reader_vocabulary.h"

/* ── a page ──────────────────────────────────────────────────────────────────────────────── */

/* A hostile page nests thousands of what is looked into and then read. */
enum { MAX_SURVEYS_IN_VAIN = 64, MAX_PANELS_DEEP = 8 };

typedef struct {
    Text text;
    uint32_t sets; /* of tags */
    bool has_dash;
    int is_asked; /* whether elements of it may be cut out whatever they are called; -1: not known yet */
    int open; /* the last start tag that is open while ends are looked for */
    PyObject *str;
} Name;

typedef struct {
    int name; /* ID, CLASS, ... */
    Text value;
} Attribute;

typedef struct {
    bool is_never_shown;
    Text sign; /* an emoji; "" for others */
    PyObject *url, *alt, *width, *height; /* url NULL: there is none */
} ImageSays;

typedef enum { START, END, COMMENT } Kind;

/* One distinct tag or comment, as it is written. */
typedef struct {
    Text text;
    Kind kind;
    int name; /* -1 for a comment */
    bool is_counted; /* a start tag that `end_of_element` counts */
    PyObject *token;
    /* of a start tag, once it was read: */
    bool is_read, is_met;
    bool is_hidden, is_border, is_link, is_telling, keeps_lines, is_clipped, is_tool; /* as in flat_markup.Opening */
    bool is_apart, is_line_number, is_code_line;
    bool has_attributes;
    int attribute_count;
    Attribute *attributes;
    PyObject *rules;   /* of the site; NULL: none */
    PyObject **traits, **span;
    PyObject *label; /* what it may be cut out as; NULL: nothing */
    bool cuts_prose, cuts_links, spares_values; /* also sentences; only where half of it is links; no terms and values */
    int link; /* number of its address; -1: not asked for yet */
    int panel; /* -1: not asked for yet */
    ImageSays *image;
    /* of any: */
    bool is_learned, is_barring, is_hiding; /* as in pruning.Tokens */
    bool is_term, has_ingredients;          /* its own name and words, of a learned one */
} Tag;

typedef struct {
    Py_ssize_t start; /* in the markup */
    int tag;
    int end; /* of a start tag: the number of its end tag; NO_END: none; UNSOUGHT: look for it */
} Token;

enum { NO_END = -1, UNSOUGHT = -2 };

typedef struct {
    int role, level, item, lists; /* level 0: none; item -1: none */
} Shape;

typedef struct {
    int tag, parent, place;
    Shape shape;
    Text path; /* .at NULL: not asked for yet */
    bool is_begun; /* an item whose mark was carried */
    bool is_ruled;
} ElementRow;

typedef struct {
    int role, level, element;
    Py_ssize_t chars, link_chars, strong_chars;
    PyObject *text, *path, *spans, *verdict, *spots; /* spots NULL: no trace */
} BlockRow;

typedef struct {
    ImageSays *says;
    int element, place;
    Py_ssize_t block;
} ImageRow;

/* One element on the way down. */
typedef struct {
    int tag, element, place;
    Py_ssize_t run, start, chars;
    bool is_border, is_line;
} Open;

/* One address. */
typedef struct {
    Py_ssize_t places, chars; /* of the blocks that its links stand in */
    Py_ssize_t run, slot;     /* the run that has its characters at `slot` */
    bool is_released;         /* links that hold a whole article are none */
} Link;

typedef struct {
    int link;
    Py_ssize_t block, chars;
} Linked;

/* The text between two block borders. */
typedef struct {
    Py_ssize_t number;
    Buffer text;
    Py_ssize_t *pieces; /* where each begins */
    Py_ssize_t piece_count, piece_room;
    int *spots;
    Py_ssize_t spot_count, spot_room;
    PyObject **spans;
    Py_ssize_t span_count, span_room;
    Linked *links; /* characters of each address */
    Py_ssize_t link_count, link_room;
    Py_ssize_t chars, link_chars, strong_chars;
    bool has_text, line_has_text;
} Run;

typedef struct {
    int end; /* place behind it */
    bool has_ingredients;
    Py_ssize_t link_chars, prose_chars, lines, labels; /* labels: lines that begin with one, and terms by their tag */
    Buffer text; /* a line for each run */
} Survey;

typedef struct {
    PyObject *label, *text;
    Py_ssize_t link_chars;
} Tool;

typedef struct {
    const Reader *reader;
    Text html;
    PyObject *cut_of, *marked;           /* NULL: none */
    PyObject *cut_tags, *cut_places; /* of elements that `cut_of` is asked about alone; NULL: about all */
    PyObject *known_cuts;            /* dict: tag of these, or "", and hits of places -> what `cut_of` said; NULL: none */
    bool reveal_hidden, is_bounded;

    Arena arena;
    PyObject **owned;
    Py_ssize_t owned_count, owned_room;

    Token *tokens;
    Py_ssize_t token_count, token_room;
    Tag *tags;
    Py_ssize_t tag_count, tag_room;
    Name *names;
    Py_ssize_t name_count, name_room;
    Names tag_ids, name_ids, link_ids;
    PyObject *token_list; /* NULL: not asked for yet */

    Buffer body; /* of a whole page; what `html` is then */
    Buffer scratch, other;

    /* what was found */
    ElementRow *elements;
    Py_ssize_t element_count, element_room;
    BlockRow *blocks;
    Py_ssize_t block_count, block_room;
    ImageRow *images;
    Py_ssize_t image_count, image_room;
    Tool *tools;
    Py_ssize_t tool_count, tool_room;
    PyObject *rules; /* dict: element -> rules of the site */

    /* the walk, as in walk.BodyReader */
    int place, container;
    Py_ssize_t most_prose;
    int surveys_in_vain, cells_in_vain, panels_deep;
    int panel_ends[MAX_PANELS_DEEP]; /* of the panels looked into that the place is in, outer ones first */
    int clear_from, clear_to; /* no token from the one to before the other bars */
    Open *stack;
    Py_ssize_t depth, stack_room;
    Py_ssize_t bare_inlines;
    Run run;
    int *open_links;
    Py_ssize_t open_link_count, open_link_room;
    Link *links;
    Py_ssize_t link_count, link_room;
    Linked *linked;
    Py_ssize_t linked_count, linked_room;
    int strong, listings, kept_lines, articles;
    bool lacks_image;
    bool *tables;
    Py_ssize_t table_count, table_room;
    bool in_row; /* of a data table */
    bool row_says;
    Py_ssize_t cell_count;
    Buffer row;
} Page;

/* A scan of the markup, and what is known from tags that came to nothing, so that none of it is read for each of them.
 * Where a search for what closes a value or a comment failed, no later one needs to be made. How a tag goes on behind
 * its name or an attribute depends on nothing before that place: where one has passed, and begun no tag, none does. */
typedef struct {
    const char *start, *end, *no_quote, *no_comment_end;
    const char *name_end; /* of the name that was read last; names that begin inside it end there */
    char *passed;         /* a flag a byte; NULL until a tag comes to nothing, which is rare */
} Scan;

static inline int place_count(const Page *page)
{
    return page->html.size ? 2 * (int)page->token_count + 1 : 0;
}

static inline Tag *tag_at(const Page *page, int place)
{
    return page->tags + page->tokens[place / 2].tag;
}

static inline const Name *name_of(const Page *page, const Tag *tag)
{
    return page->names + tag->name;
}

static inline uint32_t sets_of(const Page *page, const Tag *tag)
{
    return name_of(page, tag)->sets;
}

static inline void clear_pieces(Run *run)
{
    run->text.size = run->piece_count = 0;
}

/* reader_strings.c */
PyObject *strings_type(void);                    /* new */
PyObject *strings_of(const Page *page);          /* new */
/* Of the tokens of a page: those that are read here, or a list, of what was read in Python. */
Py_ssize_t count_of_tokens(PyObject *tokens);    /* -1 with an exception: it is neither, and nothing else may be asked */
PyObject *token_at(PyObject *tokens, Py_ssize_t at);   /* borrowed */
Text text_of_token(PyObject *tokens, Py_ssize_t at);   /* .at NULL with an exception */

/* reader_objects.c */
PyObject *parts_of(Page *page); /* new: of the body */
PyObject *packed(PyObject *const *items, int count); /* a new tuple of new references, which are taken */
/* Hand over a new reference; return it borrowed, NULL where there was none or no memory. */
PyObject *owned(Page *page, PyObject *object);
int is_true(PyObject *answer); /* takes the reference; -1: there was none */

int collapse(Page *page, Text text, Buffer *out); /* appends the text on one line */

/* reader_vocabulary.c; -1: the vocabulary is not whole, also without an exception */
int read_vocabulary(Reader *reader, PyObject *vocabulary);

/* reader.c */
Text markup_of(PyObject *html);
PyObject *read_tokens(Page *page); /* new */
void free_page(Page *page);

/* reader_page.c */
PyObject *page_in(PyObject *self, PyObject *arguments); /* new */

/* reader_tokens.c */
const char *end_of_tag(const char *at, Scan *scan); /* NULL: the "<" there begins none */
int name_number(Page *page, Text text);             /* -1: no memory */
int add_token(Page *page, Text text, Py_ssize_t start);
int match_ends(Page *page);
PyObject *reader_met(PyObject *self, PyObject *html); /* new */
int split_markup(Page *page);
Text text_at(const Page *page, int place);
int end_of_element(const Page *page, int place, int name);
PyObject *token_str(Page *page, Tag *tag); /* borrowed */
PyObject *token_list(Page *page);          /* borrowed */

static inline int end_of(const Page *page, int place, const Tag *tag)
{
    return end_of_element(page, place, tag->name);
}

/* reader_attributes.c */
const Text *attribute(const Tag *tag, int name); /* NULL: it has none */
static inline Text value_of(const Tag *tag, int name)
{
    const Text *value = attribute(tag, name);
    return value ? *value : NO_CHARS;
}
void next_attribute(const char **at, const char *end, Text *name, Text *value);
int read_attributes(Page *page, Tag *tag);
int copy_attributes(Page *page, Tag *tag, PyObject *attributes); /* of an Opening, which the page keeps alive */
PyObject *attribute_dict(const Tag *tag, const Reader *reader);  /* new */
int ask_attributes(Page *page, Tag *tag, PyObject *question);    /* 0 or 1; -1: an exception */
bool style_hides(Text style);
bool style_keeps_lines(Text style), style_runs_on(Text style);
Text behind_property(Text text, const char *name); /* .at NULL: the text does not begin with it */

/* reader_tags.c */
int read_tag(Page *page, Tag *tag);
bool tag_is_hidden(const Tag *tag, uint32_t sets);
PyObject **span_of(Page *page, Tag *tag);
PyObject *str_value(Page *page, Text value); /* borrowed */
PyObject *name_str(Page *page, const Tag *tag);  /* borrowed */
PyObject *hints_str(Page *page, const Tag *tag); /* borrowed */
PyObject *element_of(Page *page, Tag *tag, Py_ssize_t parent);          /* new */
PyObject *made(const Reader *reader, PyObject *type, PyObject *fields); /* a named tuple; takes `fields` */
PyObject *shared(PyObject *object);

/* reader_cuts.c */
int meet_tag(Page *page, Tag *tag); /* reads it, and asks what it may be cut out as */
int link_of(Page *page, Tag *tag);
int is_panel(Page *page, Tag *tag);

/* reader_image.c */
ImageSays *image_of(Page *page, Tag *tag);
int has_address(Page *page, Text image); /* -1: no memory */

/* reader_survey.c: 1 found, 0 not to be cut out, -1 an exception; the survey's text is to be freed */
extern const char *const HIDING_WORDS[]; /* one of them is in each start tag of what is hidden; NULL ends them */
int survey_element(Page *page, int place, const Tag *tag, Survey *survey);
int survey_whole(Page *page, int place, const Tag *tag, Survey *survey);
void free_survey(Survey *survey);

/* reader_run.c */
enum { BREAK = '\0' }; /* stands for a <br> in a run: no parser lets one through */
int on_one_line(Page *page, Text pieces, Buffer *out);
int add_piece(Page *page, Text text);
int add_text(Page *page, Text text);
int break_line(Page *page);
int begin_line(Page *page);
int add_span(Page *page, const Open *opened);

/* reader_blocks.c */
int flush(Page *page);
int end_run(Page *page);
int close_cell(Page *page);
int close_row(Page *page);
int add_block(Page *page, BlockRow block);
Shape shape_here(const Page *page);
PyObject *path_str(Page *page, int element); /* borrowed */

/* reader_elements.c */
int add_element(Page *page, const Tag *tag, int place);
int index_inlines(Page *page);
int open_block(Page *page, Tag *tag, bool is_border, int place);
int open_inline(Page *page, Tag *tag, bool is_line);
int leave(Page *page);

/* reader_aside.c: places to go on from; 0: the element is read */
int opens(Page *page, Tag *tag, int place);
int cut_out(Page *page, Tag *tag, int place);
int end_of_aside(Page *page, Tag *tag, int place);
int is_phrase(Page *page, const Tag *tag, int place);
int emit_tools(Page *page);
bool is_label(Text line), is_term(const Tag *tag), names_ingredients(const Tag *tag);

/* reader_inlines.c */
PyObject *inlines_in(PyObject *self, PyObject *arguments); /* new */

/* reader_marks.c */
PyObject *marks_in(PyObject *self, PyObject *arguments); /* new */

/* reader_walk.c */
int walk(Page *page);

#endif
