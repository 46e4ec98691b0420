/* What is summed up of a page and of its groups of like containers, for the classifier of page types
   (content/page_sums.py has the interpreted form). Whole numbers all, so that the order of adding does not matter. */

#include "characters.h"
#include "page_sums.h"

#include <math.h>
#include <string.h>

#define ROLES 8
#define SHORT_CHARS 60
#define MIN_ALIKE 3       /* containers of like markup, from which they are a group */
/* Groups that are told: of most prose, characters, members, linked headings. */
enum { BY_PROSE, BY_CHARS, BY_SIZE, BY_HEADINGS, PICKED };

/* Traits of a block; behind those, what else is known of a selection of blocks, and of a group. */
enum {
    T_CHARS, T_LINKS, T_PROSE, T_PARAGRAPHS, T_LINKED, T_LINKED_HEADINGS, T_GIVEN,
    T_PRICES = T_GIVEN + 1,
    T_SHORT = T_GIVEN + GIVEN,
    T_ROLES,
    TRAITS = T_ROLES + ROLES,
    S_BLOCKS = TRAITS, S_LONGEST, S_FIRST_PRICE, S_ROLE_CHARS,
    S_COUNT = S_ROLE_CHARS + ROLES, /* blocks, at least one */
    S_ONE,
    SUMS,
    G_SIZE = TRAITS,
    G_COUNT, G_PAGE_PROSE, G_PAGE_CHARS, G_ONE, /* members, at least one; of the whole page */
    GROUP_SUMS
};

struct page {
    const int64_t *blocks; /* BLOCK_ROWS x count */
    Py_ssize_t count;
    const int64_t *containers; /* CONTAINER_ROWS x places */
    Py_ssize_t places;
    const int64_t *given;  /* GIVEN x count */
    const int64_t *groups; /* a number for each place, below `places`; -1: it is in none */
    int64_t heading;       /* the role of headings */
};

/* Writes the traits of a block. */
static void read_traits(const struct page *page, Py_ssize_t at, int64_t *traits)
{
    const int64_t *own = page->blocks + at;
    int64_t chars = own[B_CHARS * page->count], links = own[B_LINKED * page->count];
    int64_t prose = own[B_PROSE * page->count], role = own[B_ROLE * page->count];
    int is_linked = links * 2 > chars;
    traits[T_CHARS] = chars;
    traits[T_LINKS] = links;
    traits[T_PROSE] = prose;
    traits[T_PARAGRAPHS] = prose > 0;
    traits[T_LINKED] = is_linked;
    traits[T_LINKED_HEADINGS] = is_linked && role == page->heading;
    for (int number = 0; number < GIVEN; number++)
        traits[T_GIVEN + number] = page->given[number * page->count + at];
    traits[T_SHORT] = chars <= SHORT_CHARS;
    for (int number = 0; number < ROLES; number++)
        traits[T_ROLES + number] = role == number;
}

/* Adds a block to the sums of a selection. */
static void add_block(const int64_t *traits, int64_t *sums)
{
    if (traits[T_PRICES] && !sums[T_PRICES])
        sums[S_FIRST_PRICE] = sums[S_BLOCKS];
    for (int trait = 0; trait < TRAITS; trait++)
        sums[trait] += traits[trait];
    sums[S_BLOCKS]++;
    if (traits[T_PROSE] > sums[S_LONGEST])
        sums[S_LONGEST] = traits[T_PROSE];
    for (int role = 0; role < ROLES; role++)
        sums[S_ROLE_CHARS + role] += traits[T_ROLES + role] * traits[T_CHARS];
}

/* Sums up all blocks, and those of `main`; `running` becomes the traits of all before each block, and before the end. */
static void sum_blocks(const struct page *page, const unsigned char *main, int64_t *sums, int64_t *running)
{
    int64_t traits[TRAITS];
    for (Py_ssize_t at = 0; at < page->count; at++) {
        read_traits(page, at, traits);
        add_block(traits, sums);
        if (main[at])
            add_block(traits, sums + SUMS);
        for (int trait = 0; trait < TRAITS; trait++)
            running[(at + 1) * TRAITS + trait] = running[at * TRAITS + trait] + traits[trait];
    }
}

static void sum_groups(const struct page *page, const int64_t *running, int64_t *of_groups)
{
    const int64_t *first = page->containers + C_FIRST * page->places, *end = page->containers + C_END * page->places;
    for (Py_ssize_t at = 0; at < page->places; at++) {
        if (page->groups[at] < 0)
            continue;
        int64_t *sums = of_groups + page->groups[at] * GROUP_SUMS;
        sums[G_SIZE]++;
        for (int trait = 0; trait < TRAITS; trait++)
            sums[trait] += running[end[at] * TRAITS + trait] - running[first[at] * TRAITS + trait];
    }
}

/* Copies the group that has most of a sum, the first of several; groups of few members count as empty. */
static void pick_group(const int64_t *of_groups, Py_ssize_t count, int by, int64_t *picked)
{
    Py_ssize_t best = 0;
    int64_t most = 0;
    for (Py_ssize_t group = 0; group < count; group++) {
        const int64_t *sums = of_groups + group * GROUP_SUMS;
        if (sums[G_SIZE] >= MIN_ALIKE && sums[by] > most) {
            best = group;
            most = sums[by];
        }
    }
    for (int sum = 0; sum < GROUP_SUMS; sum++)
        picked[sum] = of_groups[best * GROUP_SUMS + G_SIZE] >= MIN_ALIKE ? of_groups[best * GROUP_SUMS + sum] : 0;
}

/* Adds what others are shares of. */
static void add_wholes(int64_t *sums, int64_t *picked)
{
    for (int64_t *own = sums; own < sums + 2 * SUMS; own += SUMS) {
        own[S_COUNT] = own[S_BLOCKS] > 1 ? own[S_BLOCKS] : 1;
        own[S_ONE] = 1;
    }
    for (int64_t *own = picked; own < picked + PICKED * GROUP_SUMS; own += GROUP_SUMS) {
        own[G_COUNT] = own[G_SIZE] > 1 ? own[G_SIZE] : 1;
        own[G_PAGE_PROSE] = sums[T_PROSE];
        own[G_PAGE_CHARS] = sums[T_CHARS];
        own[G_ONE] = 1;
    }
}

static int sum_all(const struct page *page, const unsigned char *main, int64_t *sums, int64_t *picked)
{
    static const int BY[PICKED] = {
        [BY_PROSE] = T_PROSE, [BY_CHARS] = T_CHARS, [BY_SIZE] = G_SIZE, [BY_HEADINGS] = T_LINKED_HEADINGS};
    int64_t *running = PyMem_Calloc(((size_t)page->count + 1) * TRAITS, sizeof *running);
    int64_t *of_groups = PyMem_Calloc((size_t)page->places * GROUP_SUMS, sizeof *of_groups);
    int is_possible = running && of_groups;
    if (is_possible) {
        sum_blocks(page, main, sums, running);
        sum_groups(page, running, of_groups);
        for (int number = 0; number < PICKED; number++)
            pick_group(of_groups, page->places, BY[number], picked + number * GROUP_SUMS);
        add_wholes(sums, picked);
    }
    PyMem_Free(running);
    PyMem_Free(of_groups);
    return is_possible ? 0 : -1;
}

/* ── a page ───────────────────────────────────────────────────────────────────────────────────── */

enum { V_NUMBERS, V_CONTAINERS, V_TABLE, V_SUMS, V_PICKED, VIEWS };
enum { O_BLOCKS, O_IMAGES, O_ELEMENTS, O_PLACED, O_TAG, OBJECTS };

/* What is made for one page; each part is freed by `free_made`. */
typedef struct {
    int64_t *given, *groups;
    unsigned char *main; /* 1 for each block that is not placed */
} Made;

static void free_made(Made *made)
{
    PyMem_Free(made->given);
    PyMem_Free(made->groups);
    PyMem_Free(made->main);
}

/* -1 with an exception. */
static int make(Made *made, Py_ssize_t blocks, Py_ssize_t places)
{
    made->given = PyMem_Calloc((size_t)blocks * GIVEN + 1, sizeof *made->given);
    made->groups = PyMem_Malloc((size_t)places * sizeof *made->groups);
    made->main = PyMem_Malloc((size_t)blocks + 1);
    if (!made->given || !made->groups || !made->main) {
        PyErr_NoMemory();
        return -1;
    }
    memset(made->main, 1, (size_t)blocks + 1);
    return 0;
}

/* Notes which blocks rules took out by their place, a tuple of numbers; -1 with an exception. */
static int note_placed(PyObject *placed, unsigned char *main, Py_ssize_t blocks)
{
    for (Py_ssize_t at = 0; at < PyTuple_Size(placed); at++) {
        int64_t block = integer_of(placed, at);
        if (block < 0 || block >= blocks) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "a block that is not there is placed");
            return -1;
        }
        main[block] = 0;
    }
    return 0;
}

static int are_tuples(PyObject *const *objects)
{
    for (int at = 0; at < O_TAG; at++)
        if (!PyTuple_Check(objects[at]))
            return 0;
    return PyUnicode_Check(objects[O_TAG]);
}

static int fit(PyObject *const *objects, const Py_buffer *views)
{
    Py_ssize_t count = views[V_NUMBERS].shape[1], places = views[V_CONTAINERS].shape[1];
    const int64_t *containers = views[V_CONTAINERS].buf;
    return views[V_NUMBERS].shape[0] == BLOCK_ROWS && PyTuple_Size(objects[O_BLOCKS]) == count &&
           views[V_CONTAINERS].shape[0] == CONTAINER_ROWS && places == PyTuple_Size(objects[O_ELEMENTS]) + 1 &&
           go_up(containers + C_PARENT * places, places) &&
           are_within(containers + C_FIRST * places, places, 0, count + 1) &&
           are_within(containers + C_END * places, places, 0, count + 1) && views[V_TABLE].shape[0] == TABLE_SIZE &&
           views[V_SUMS].shape[0] == 2 && views[V_SUMS].shape[1] == SUMS && views[V_PICKED].shape[0] == PICKED &&
           views[V_PICKED].shape[1] == GROUP_SUMS;
}

/* Writes the sums and counts the links; 0 where only Python can do it, -1 with an exception. */
static int sum_views(PyObject *const *objects, const Py_buffer *views, int64_t heading, Made *made, int64_t *links)
{
    GivenOf of = {objects[O_BLOCKS], objects[O_IMAGES], objects[O_TAG], views[V_NUMBERS].buf, views[V_TABLE].buf};
    struct page page = {views[V_NUMBERS].buf, views[V_NUMBERS].shape[1], views[V_CONTAINERS].buf, views[V_CONTAINERS].shape[1],
                        NULL, NULL, heading};
    if (make(made, page.count, page.places) < 0 || note_placed(objects[O_PLACED], made->main, page.count) < 0)
        return -1;
    int is_known = read_given(&of, made->given, links);
    if (is_known > 0 && group_containers(objects[O_ELEMENTS], page.containers, made->groups) < 0)
        is_known = -1;
    if (is_known < 0 && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) { /* half a surrogate pair */
        PyErr_Clear();
        return 0;
    }
    page.given = made->given;
    page.groups = made->groups;
    if (is_known > 0 && sum_all(&page, made->main, views[V_SUMS].buf, views[V_PICKED].buf) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    return is_known;
}

static PyObject *sum_page(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[VIEWS] = {
        [V_NUMBERS] = {"numbers", "lq", 8, 2, READ}, [V_CONTAINERS] = {"containers", "lq", 8, 2, READ},
        [V_TABLE] = {"table", "IL", 4, 1, READ},     [V_SUMS] = {"sums", "lq", 8, 2, WRITE},
        [V_PICKED] = {"picked", "lq", 8, 2, WRITE},
    };
    (void)module;
    if (!has_arguments(count, OBJECTS + VIEWS + 1))
        return NULL;
    int64_t heading = PyLong_AsLongLong(arguments[OBJECTS + VIEWS]), links[LINKS] = {0};
    Py_buffer views[VIEWS];
    if (PyErr_Occurred() || take_buffers(arguments + OBJECTS, WANTED, VIEWS, views) < 0)
        return NULL;
    Made made = {NULL, NULL, NULL};
    int is_known = -1;
    if (are_tuples(arguments) && fit(arguments, views))
        is_known = sum_views(arguments, views, heading, &made, links);
    else
        PyErr_SetString(PyExc_ValueError, "blocks, elements, their numbers and the sums do not fit each other");
    free_made(&made);
    release_buffers(views, VIEWS);
    if (is_known <= 0)
        return is_known < 0 ? NULL : Py_NewRef(Py_None);
    return Py_BuildValue("(LLL)", (long long)links[LINKS_ALL], (long long)links[LINKS_HERE],
                         (long long)links[LINKS_CONTACT]);
}

/* ── shares ───────────────────────────────────────────────────────────────────────────────────── */

enum { BLOCK_SUMS, BLOCK_PARTS, BLOCK_WHOLES, PICKED_SUMS, PARTS, WHOLES, VALUES, SHARE_VIEWS };

/* Writes the column of each part divided by that of its whole, of each row; returns where the next value goes. */
static double *divide(const Py_buffer *rows, const Py_buffer *parts, const Py_buffer *wholes, double *to)
{
    const int64_t *of = parts->buf, *by = wholes->buf;
    for (Py_ssize_t row = 0; row < rows->shape[0]; row++) {
        const int64_t *own = (const int64_t *)rows->buf + row * rows->shape[1];
        for (Py_ssize_t at = 0; at < parts->shape[0]; at++)
            *to++ = (double)own[of[at]] / (double)(own[by[at]] > 1 ? own[by[at]] : 1);
    }
    return to;
}

/* Writes all shares; NaN where there is no price whose place is the last of a row, and where there is no group. */
static void write_all(const Py_buffer *views)
{
    Py_ssize_t shares = views[BLOCK_PARTS].shape[0];
    double *values = views[VALUES].buf;
    double *of_groups = divide(&views[BLOCK_SUMS], &views[BLOCK_PARTS], &views[BLOCK_WHOLES], values);
    for (Py_ssize_t row = 0; row < 2 && shares; row++)
        if (((const int64_t *)views[BLOCK_SUMS].buf)[row * SUMS + T_PRICES] == 0)
            values[(row + 1) * shares - 1] = NAN;
    const int64_t *picked = views[PICKED_SUMS].buf;
    double *end = divide(&views[PICKED_SUMS], &views[PARTS], &views[WHOLES], of_groups);
    for (double *to = of_groups; picked[BY_SIZE * GROUP_SUMS + G_SIZE] == 0 && to < end; to++)
        *to = NAN;
}

static int are_shares(const Py_buffer *views)
{
    Py_ssize_t of_blocks = views[BLOCK_PARTS].shape[0], of_groups = views[PARTS].shape[0];
    return views[BLOCK_SUMS].shape[0] == 2 && views[BLOCK_SUMS].shape[1] == SUMS &&
           views[PICKED_SUMS].shape[0] == PICKED && views[PICKED_SUMS].shape[1] == GROUP_SUMS &&
           views[BLOCK_WHOLES].shape[0] == of_blocks && views[WHOLES].shape[0] == of_groups &&
           views[VALUES].shape[0] >= 2 * of_blocks + PICKED * of_groups &&
           are_within(views[BLOCK_PARTS].buf, of_blocks, 0, SUMS) &&
           are_within(views[BLOCK_WHOLES].buf, of_blocks, 0, SUMS) &&
           are_within(views[PARTS].buf, of_groups, 0, GROUP_SUMS) &&
           are_within(views[WHOLES].buf, of_groups, 0, GROUP_SUMS);
}

static PyObject *write_shares(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[SHARE_VIEWS] = {
        [BLOCK_SUMS] = {"sums", "lq", 8, 2, READ},     [BLOCK_PARTS] = {"parts", "lq", 8, 1, READ},
        [BLOCK_WHOLES] = {"wholes", "lq", 8, 1, READ}, [PICKED_SUMS] = {"picked", "lq", 8, 2, READ},
        [PARTS] = {"parts", "lq", 8, 1, READ},         [WHOLES] = {"wholes", "lq", 8, 1, READ},
        [VALUES] = {"values", "d", 8, 1, WRITE},
    };
    Py_buffer views[SHARE_VIEWS];
    (void)module;
    if (!has_arguments(count, SHARE_VIEWS) || take_buffers(arguments, WANTED, SHARE_VIEWS, views) < 0)
        return NULL;
    int fits = are_shares(views);
    if (fits)
        write_all(views);
    else
        PyErr_SetString(PyExc_ValueError, "sums, shares and values do not fit each other");
    release_buffers(views, SHARE_VIEWS);
    return fits ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef functions[] = {
    {"sum_page", (PyCFunction)(void (*)(void))sum_page, METH_FASTCALL,
     "sum_page(blocks, images, elements, placed, tag, numbers, containers, table, sums, picked, heading)\n\n"
     "Write to `sums` those of all blocks, and of those that are not placed; to `picked` those of the greatest groups. Both\n"
     "are 0. Return how many links there are, to the page itself, to telephones and mailboxes; None where only Python\n"
     "knows a character."},
    {"write_shares", (PyCFunction)(void (*)(void))write_shares, METH_FASTCALL,
     "write_shares(sums, parts, wholes, picked, parts, wholes, values)\n\n"
     "Write to `values` the column of each part divided by that of its whole, at least 1: of the sums, then of the groups."},
    {NULL, NULL, 0, NULL},
};

int add_page_sums(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
