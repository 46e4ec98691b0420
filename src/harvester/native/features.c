/* The columns of the block classifier that come of counts (content/features/ has the interpreted form, and says what
   each is).

   Where a column is a logarithm, what it is of is written: numpy makes all logarithms, which knows faster ones than the
   C library's that differ in the last bit. Rows that need more than counts (words in the title, places) are left as
   they are. */

#include "features.h"

#include <math.h>

#define DATE_REACH 20
#define ITEM_HEAD 4

struct look {
    const int64_t *blocks;     /* BLOCK_ROWS x count */
    const int64_t *containers; /* CONTAINER_ROWS x places; the last place is for blocks without element */
    const int64_t *alike;      /* a number for each block: its group */
    const int64_t *dated;      /* dated lines before each block, and before the end */
    const double *wordings;    /* count x GROUPS */
    double *columns;           /* OWN_COLUMNS x count */
    Py_ssize_t count, places;
    int64_t headline;          /* block; -1: none */
    int64_t best_first, best_end; /* extent of the container that is worth most */
    int64_t heading;           /* the role of headings */
    int64_t prose;             /* characters of the page */
    int64_t *scratch;          /* `places` and one more */
    double *sums;              /* four rows of `count` */
};

static double *column_of(const struct look *look, int column)
{
    return look->columns + column * look->count;
}

static const int64_t *numbers_of(const struct look *look, int row)
{
    return look->blocks + row * look->count;
}

static const int64_t *places_of(const struct look *look, int row)
{
    return look->containers + row * look->places;
}

/* Returns the place of an element among the containers; that of -1 is the last. */
static Py_ssize_t place_of(const struct look *look, int64_t element)
{
    return element < 0 ? look->places - 1 : (Py_ssize_t)element;
}

static int64_t at_least_1(int64_t number)
{
    return number > 1 ? number : 1;
}

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
    for (int role = 0; role < ROLES; role++)
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

static int64_t size_of(const struct look *look, int64_t element)
{
    return places_of(look, C_END)[element] - places_of(look, C_FIRST)[element];
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

/* ── its containers, and the blocks like it ───────────────────────────────────────────────────── */

static void write_around(const struct look *look, Py_ssize_t at, int number, int64_t element)
{
    double *to = column_of(look, F_AROUND + number * AROUND) + at;
    Py_ssize_t step = look->count;
    if (element < 0) {
        to[0] = to[step] = to[2 * step] = to[3 * step] = NAN;
        return;
    }
    double prose = (double)places_of(look, C_PROSE)[element];
    double chars = (double)at_least_1(places_of(look, C_CHARS)[element]);
    to[0] = prose / (double)at_least_1(look->prose);
    to[step] = prose / chars;
    to[2 * step] = (double)places_of(look, C_LINKED)[element] / chars;
    to[3 * step] = (double)size_of(look, element);
}

static void write_ancestry(const struct look *look)
{
    const int64_t *larger = places_of(look, C_LARGER);
    for (Py_ssize_t at = 0; at < look->count; at++) {
        int64_t around = numbers_of(look, B_ELEMENT)[at];
        column_of(look, F_DEPTH)[at] = (double)places_of(look, C_DEPTH)[place_of(look, around)];
        for (int number = 0; number < NEAREST; number++) {
            around = larger[place_of(look, around)];
            write_around(look, at, number, around);
        }
    }
}

static double above_0(double number)
{
    return number > 0.0 ? number : 0.0;
}

static void write_best(const struct look *look)
{
    double first = (double)look->best_first, end = (double)look->best_end, count = (double)at_least_1(look->count);
    double size = end - first > 1.0 ? end - first : 1.0;
    for (Py_ssize_t at = 0; at < look->count; at++) {
        double index = (double)at;
        column_of(look, F_IN_BEST)[at] = index >= first && index < end;
        column_of(look, F_BEST_BEFORE)[at] = above_0(first - index) / count;
        column_of(look, F_BEST_AFTER)[at] = above_0(index - end + 1.0) / count;
        column_of(look, F_BEST_PLACE)[at] = (index - first) / size;
    }
}

static void write_alike(const struct look *look)
{
    double *prose = look->sums, *chars = prose + look->count, *links = chars + look->count, *size = links + look->count;
    for (Py_ssize_t at = 0; at < look->count; at++)
        prose[at] = chars[at] = links[at] = size[at] = 0.0;
    for (Py_ssize_t at = 0; at < look->count; at++) {
        int64_t group = look->alike[at];
        prose[group] += (double)numbers_of(look, B_PROSE)[at];
        chars[group] += (double)numbers_of(look, B_CHARS)[at];
        links[group] += (double)numbers_of(look, B_LINKED)[at];
        size[group] += 1.0;
    }
    for (Py_ssize_t at = 0; at < look->count; at++) {
        int64_t group = look->alike[at];
        double some = chars[group] > 1.0 ? chars[group] : 1.0;
        column_of(look, F_ALIKE_SHARE)[at] = prose[group] / (double)at_least_1(look->prose);
        column_of(look, F_ALIKE_PROSE)[at] = prose[group] / some;
        column_of(look, F_ALIKE_LINKS)[at] = links[group] / some;
        column_of(look, F_ALIKE_SIZE)[at] = size[group];
    }
}

/* ── dates ────────────────────────────────────────────────────────────────────────────────────── */

static int is_dated(const struct look *look, Py_ssize_t at)
{
    return look->dated[at + 1] != look->dated[at];
}

static void write_distances(const struct look *look)
{
    double *since = column_of(look, F_SINCE_DATE), *until = column_of(look, F_UNTIL_DATE);
    double away = DATE_REACH;
    for (Py_ssize_t at = 0; at < look->count; at++) {
        away = is_dated(look, at) ? 0.0 : away < DATE_REACH ? away + 1.0 : DATE_REACH;
        since[at] = away;
        column_of(look, F_DATED)[at] = is_dated(look, at);
    }
    away = DATE_REACH;
    for (Py_ssize_t at = look->count - 1; at >= 0; at--) {
        away = is_dated(look, at) ? 0.0 : away < DATE_REACH ? away + 1.0 : DATE_REACH;
        until[at] = away;
    }
}

static void write_dated_windows(const struct look *look)
{
    static const Py_ssize_t WIDTHS[] = {6, 20};
    for (int window = 0; window < 2; window++)
        for (Py_ssize_t at = 0; at < look->count; at++) {
            Py_ssize_t low = at > WIDTHS[window] ? at - WIDTHS[window] : 0;
            Py_ssize_t high = at + WIDTHS[window] + 1 < look->count ? at + WIDTHS[window] + 1 : look->count;
            double found = (double)(look->dated[high] - look->dated[low]);
            column_of(look, F_DATED_WITHIN + window)[at] = found / (double)at_least_1(high - low);
        }
}

static void write_dates(const struct look *look)
{
    double *near = look->sums, *size = near + look->count;
    write_distances(look);
    write_dated_windows(look);
    for (Py_ssize_t at = 0; at < look->count; at++)
        near[at] = size[at] = 0.0;
    for (Py_ssize_t at = 0; at < look->count; at++) {
        near[look->alike[at]] += column_of(look, F_SINCE_DATE)[at] <= ITEM_HEAD;
        size[look->alike[at]] += 1.0;
    }
    for (Py_ssize_t at = 0; at < look->count; at++)
        column_of(look, F_ALIKE_DATED)[at] = near[look->alike[at]] / size[look->alike[at]];
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
        write_ancestry(look);
        write_best(look);
        write_alike(look);
        write_dates(look);
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
