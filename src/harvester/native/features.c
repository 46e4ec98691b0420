/* The columns of the block classifier that come of counts (content/features/ has the interpreted form, and says what
   each is).

   Where a column is a logarithm, what it is of is written: numpy makes all logarithms, which knows faster ones than the
   C library's that differ in the last bit. Rows that need more than counts (words in the title, places) are left as
   they are. */

#include "feature_look.h"

#include <math.h>

static void fill_column(const struct look *look, int column, double value)
{
    double *to = column_of(look, column);
    for (Py_ssize_t at = 0; at < look->count; at++)
        to[at] = value;
}

static void copy_numbers(const struct look *look, int column, int row)
{
    double *to = column_of(look, column);
    const int64_t *from = numbers_of(look, row);
    for (Py_ssize_t at = 0; at < look->count; at++)
        to[at] = (double)from[at];
}

/* ── a block by itself ────────────────────────────────────────────────────────────────────────── */

static void write_shares(const struct look *look, Py_ssize_t at)
{
    const int64_t *own = look->blocks + at;
    double *to = look->columns + at;
    Py_ssize_t step = look->count;
    int64_t uncut = own[B_CHARS * step];
    double chars = own[B_CUT * step] ? 0.0 : (double)uncut, length = chars > 1.0 ? chars : 1.0;
    double cjk = (double)own[B_CJK * step];
    double words = (chars > 0.0 ? (double)own[B_SPACES * step] + 1.0 : 0.0) + cjk / 2.0;
    double some_words = words > 1.0 ? words : 1.0;
    to[F_CHARS * step] = chars + 2.0 * cjk;
    to[F_WORDS * step] = words;
    to[F_WORD_LENGTH * step] = chars / some_words;
    to[F_CJK_SHARE * step] = cjk / length;
    to[F_LINK_SHARE * step] = (double)own[B_LINKED * step] / (double)at_least_1(uncut);
    to[F_STRONG_SHARE * step] = (double)own[B_STRONG * step] / length;
    to[F_DIGIT_SHARE * step] = (double)own[B_DIGITS * step] / length;
    to[F_CAPITAL_SHARE * step] = (double)own[B_CAPITALS * step] / some_words;
    to[F_COMMA_SHARE * step] = (double)own[B_COMMAS * step] / some_words;
    to[F_STOP_SHARE * step] = (double)own[B_STOPS * step] / some_words;
    for (int mark = 0; mark < MARKS; mark++)
        to[(F_MARKS + mark) * step] = (double)(own[B_MARKS * step] >> mark & 1);
    for (int role = 0; role < BLOCK_ROLES; role++)
        to[(F_ROLES + role) * step] = own[B_ROLE * step] == role;
}

static void write_own(const struct look *look)
{
    static const int COPIED[][2] = {
        {F_COMMAS, B_COMMAS}, {F_STOPS, B_STOPS}, {F_ENDS_SENTENCE, B_LAST_END}, {F_ENDS_COLON, B_LAST_COLON},
        {F_STARTS_LOWER, B_FIRST_SMALL}, {F_LINES, B_LINES}, {F_SPANS, B_SPANS}, {F_LINKS, B_ANCHORS},
        {F_LEVEL, B_LEVEL}, {F_PROSE, B_PROSE},
    };
    for (size_t i = 0; i < sizeof COPIED / sizeof *COPIED; i++)
        copy_numbers(look, COPIED[i][0], COPIED[i][1]);
    for (Py_ssize_t at = 0; at < look->count; at++)
        write_shares(look, at);
}

/* ── its place on the page ────────────────────────────────────────────────────────────────────── */

static Py_ssize_t longest_prose(const struct look *look)
{
    const int64_t *prose = numbers_of(look, B_PROSE);
    Py_ssize_t longest = 0;
    for (Py_ssize_t at = 1; at < look->count; at++)
        if (prose[at] > prose[longest])
            longest = at;
    return longest;
}

static int64_t sum_of(const struct look *look, int row)
{
    int64_t sum = 0;
    for (Py_ssize_t at = 0; at < look->count; at++)
        sum += numbers_of(look, row)[at];
    return sum;
}

static void write_page(const struct look *look)
{
    const int64_t *prose = numbers_of(look, B_PROSE);
    double count = (double)at_least_1(look->count), total = (double)at_least_1(look->prose);
    Py_ssize_t longest = longest_prose(look);
    int64_t before = 0;
    for (Py_ssize_t at = 0; at < look->count; before += prose[at++]) {
        column_of(look, F_POSITION)[at] = (double)at / count;
        column_of(look, F_PROSE_BEFORE)[at] = (double)before / total;
        column_of(look, F_PROSE_SHARE)[at] = (double)prose[at] / total;
        column_of(look, F_FROM_LONGEST)[at] = (double)(at - longest);
    }
    fill_column(look, F_PAGE_BLOCKS, (double)look->count);
    fill_column(look, F_PAGE_PROSE, total);
    fill_column(look, F_PAGE_LINKS, (double)sum_of(look, B_LINKED) / (double)at_least_1(sum_of(look, B_CHARS)));
}

/* Writes to the scratch how many containers up from the headline's that stands which it shares with each place; the
   number of those around the headline where there is none. Returns that number. */
static int64_t count_shared(const struct look *look)
{
    const int64_t *parents = places_of(look, C_PARENT);
    int64_t levels = 0;
    for (Py_ssize_t at = 0; at < look->places; at++)
        look->scratch[at] = -1;
    for (int64_t at = numbers_of(look, B_ELEMENT)[look->headline]; at >= 0; at = parents[at])
        look->scratch[at] = levels++;
    for (Py_ssize_t at = 0; at < look->places; at++)
        if (look->scratch[at] < 0)
            look->scratch[at] = parents[at] < 0 ? levels : look->scratch[parents[at]];
    return levels;
}

/* Returns the element that stands `level` containers up from the headline's. */
static int64_t around_headline(const struct look *look, int64_t level)
{
    int64_t at = numbers_of(look, B_ELEMENT)[look->headline];
    while (level-- > 0)
        at = places_of(look, C_PARENT)[at];
    return at;
}

static void write_shared(const struct look *look)
{
    int64_t levels = count_shared(look), known = -1, size = look->count;
    double count = (double)at_least_1(look->count);
    for (Py_ssize_t at = 0; at < look->count; at++) {
        int64_t level = look->scratch[place_of(look, numbers_of(look, B_ELEMENT)[at])];
        if (level != known)
            size = level == levels ? look->count : size_of(look, around_headline(look, level));
        known = level;
        column_of(look, F_SHARED_DEPTH)[at] = (double)level;
        column_of(look, F_SHARED_SIZE)[at] = (double)size / count;
    }
}

static void write_headline(const struct look *look)
{
    if (look->headline < 0) {
        for (int column = F_FROM_HEADLINE; column <= F_SHARED_SIZE; column++)
            fill_column(look, column, NAN);
        return;
    }
    const int64_t *prose = numbers_of(look, B_PROSE), *roles = numbers_of(look, B_ROLE);
    const int64_t *levels = numbers_of(look, B_LEVEL);
    int64_t since = 0, rivals = 0;
    for (Py_ssize_t at = 0; at < look->count; at++) {
        int is_behind = at > look->headline;
        rivals += is_behind && roles[at] == look->heading && levels[at] == levels[look->headline];
        column_of(look, F_FROM_HEADLINE)[at] = (double)(at - look->headline);
        column_of(look, F_PROSE_SINCE_HEADLINE)[at] = (double)since;
        column_of(look, F_RIVALS)[at] = (double)rivals;
        since += at >= look->headline ? prose[at] : 0;
    }
    write_shared(look);
}

static void write_wordings(const struct look *look)
{
    static const double NOTHING[GROUPS] = {0};
    const double *above = NOTHING;
    for (Py_ssize_t at = 0; at < look->count; at++) {
        const double *own = look->wordings + at * GROUPS;
        double any = 0.0;
        for (int group = 0; group < GROUPS; group++) {
            any = own[group] > any ? own[group] : any;
            column_of(look, F_SAYS + 2 * group)[at] = own[group];
            column_of(look, F_SAYS + 2 * group + 1)[at] = above[group];
        }
        column_of(look, F_WORDING)[at] = any;
        if (numbers_of(look, B_ROLE)[at] == look->heading)
            above = own;
    }
}

/* ── all of them ──────────────────────────────────────────────────────────────────────────────── */

static int is_sound(const struct look *look)
{
    return are_within(numbers_of(look, B_ELEMENT), look->count, -1, look->places - 1) &&
           are_within(look->alike, look->count, 0, look->count) && go_up(places_of(look, C_PARENT), look->places) &&
           go_up(places_of(look, C_LARGER), look->places) && look->headline >= -1 && look->headline < look->count;
}

static int write_all(struct look *look)
{
    look->prose = sum_of(look, B_PROSE);
    look->scratch = PyMem_Calloc((size_t)look->places + 1, sizeof(int64_t));
    look->sums = PyMem_Calloc(4 * (size_t)look->count + 1, sizeof(double));
    int is_possible = look->scratch && look->sums;
    if (is_possible) {
        write_own(look);
        write_page(look);
        write_headline(look);
        write_wordings(look);
        write_surroundings(look);
    }
    PyMem_Free(look->scratch);
    PyMem_Free(look->sums);
    return is_possible ? 0 : -1;
}

enum { BLOCKS, CONTAINERS, ALIKE, DATED, WORDINGS, COLUMNS, VIEWS };
enum { HEADLINE = VIEWS, BEST_FIRST, BEST_END, HEADING, ARGUMENTS };

static const struct wanted WANTED[VIEWS] = {
    [BLOCKS] = {"blocks", "lq", 8, 2, READ},     [CONTAINERS] = {"containers", "lq", 8, 2, READ},
    [ALIKE] = {"alike", "lq", 8, 1, READ},       [DATED] = {"dated", "lq", 8, 1, READ},
    [WORDINGS] = {"wordings", "d", 8, 2, READ},  [COLUMNS] = {"columns", "d", 8, 2, WRITE},
};

static int fit(const Py_buffer *views)
{
    Py_ssize_t count = views[BLOCKS].shape[1];
    return views[BLOCKS].shape[0] == BLOCK_ROWS && views[CONTAINERS].shape[0] == CONTAINER_ROWS &&
           views[CONTAINERS].shape[1] > 0 && views[ALIKE].shape[0] == count && views[DATED].shape[0] == count + 1 &&
           views[WORDINGS].shape[0] == count && views[WORDINGS].shape[1] == GROUPS &&
           views[COLUMNS].shape[0] == OWN_COLUMNS && views[COLUMNS].shape[1] == count;
}

static PyObject *write_views(const Py_buffer *views, struct look *look)
{
    look->blocks = views[BLOCKS].buf;
    look->count = views[BLOCKS].shape[1];
    look->containers = views[CONTAINERS].buf;
    look->places = views[CONTAINERS].shape[1];
    look->alike = views[ALIKE].buf;
    look->dated = views[DATED].buf;
    look->wordings = views[WORDINGS].buf;
    look->columns = views[COLUMNS].buf;
    if (!fit(views) || !is_sound(look)) {
        PyErr_SetString(PyExc_ValueError, "the numbers of blocks and containers, and the columns, do not fit each other");
        return NULL;
    }
    return write_all(look) < 0 ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static PyObject *write_columns(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!has_arguments(count, ARGUMENTS))
        return NULL;
    struct look look = {
        .headline = PyLong_AsLongLong(arguments[HEADLINE]),
        .best_first = PyLong_AsLongLong(arguments[BEST_FIRST]),
        .best_end = PyLong_AsLongLong(arguments[BEST_END]),
        .heading = PyLong_AsLongLong(arguments[HEADING]),
    };
    Py_buffer views[VIEWS];
    if (PyErr_Occurred() || take_buffers(arguments, WANTED, VIEWS, views) < 0)
        return NULL;
    PyObject *result = write_views(views, &look);
    release_buffers(views, VIEWS);
    return result;
}

static PyMethodDef functions[] = {
    {"write_columns", (PyCFunction)(void (*)(void))write_columns, METH_FASTCALL,
     "write_columns(blocks, containers, alike, dated, wordings, columns, headline, best_first, best_end, heading)\n\n"
     "Write the rows of `columns` (columns x blocks) that come of counts; for a logarithm, what it is of."},
    {NULL, NULL, 0, NULL},
};

int add_features(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
