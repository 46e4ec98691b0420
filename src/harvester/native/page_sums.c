/* What is summed up of a page and of its groups of like containers, for the classifier of page types
   (content/page_sums.py has the interpreted form). Whole numbers all, so that the order of adding does not matter. */

#include "blocks.h"

#define ROLES 8
#define GIVEN 5           /* traits that more than counts tell: images, prices, years, times, questions */
#define SHORT_CHARS 60
#define MIN_ALIKE 3       /* containers of like markup, from which they are a group */
#define PICKED 4          /* groups that are told: of most prose, characters, members, linked headings */

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
    static const int BY[PICKED] = {T_PROSE, T_CHARS, G_SIZE, T_LINKED_HEADINGS};
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

enum { BLOCKS, CONTAINERS, V_GIVEN, MAIN, V_GROUPS, V_SUMS, V_PICKED, VIEWS };

static const struct wanted WANTED[VIEWS] = {
    [BLOCKS] = {"blocks", "lq", 8, 2, READ},  [CONTAINERS] = {"containers", "lq", 8, 2, READ},
    [V_GIVEN] = {"given", "lq", 8, 2, READ},  [MAIN] = {"main", "?", 1, 1, READ},
    [V_GROUPS] = {"groups", "lq", 8, 1, READ}, [V_SUMS] = {"sums", "lq", 8, 2, WRITE},
    [V_PICKED] = {"picked", "lq", 8, 2, WRITE},
};

static int fit(const Py_buffer *views)
{
    Py_ssize_t count = views[BLOCKS].shape[1], places = views[CONTAINERS].shape[1];
    return views[BLOCKS].shape[0] == BLOCK_ROWS && views[CONTAINERS].shape[0] == CONTAINER_ROWS && places > 0 &&
           views[V_GIVEN].shape[0] == GIVEN && views[V_GIVEN].shape[1] == count && views[MAIN].shape[0] == count &&
           views[V_GROUPS].shape[0] == places && views[V_SUMS].shape[0] == 2 && views[V_SUMS].shape[1] == SUMS &&
           views[V_PICKED].shape[0] == PICKED && views[V_PICKED].shape[1] == GROUP_SUMS;
}

static int is_sound(const struct page *page)
{
    const int64_t *first = page->containers + C_FIRST * page->places, *end = page->containers + C_END * page->places;
    return are_within(first, page->places, 0, page->count + 1) && are_within(end, page->places, 0, page->count + 1) &&
           are_within(page->groups, page->places, -1, page->places);
}

static PyObject *sum_views(const Py_buffer *views, int64_t heading)
{
    struct page page = {
        .blocks = views[BLOCKS].buf,
        .count = views[BLOCKS].shape[1],
        .containers = views[CONTAINERS].buf,
        .places = views[CONTAINERS].shape[1],
        .given = views[V_GIVEN].buf,
        .groups = views[V_GROUPS].buf,
        .heading = heading,
    };
    if (!fit(views) || !is_sound(&page)) {
        PyErr_SetString(PyExc_ValueError, "the numbers of blocks and containers, and the sums, do not fit each other");
        return NULL;
    }
    if (sum_all(&page, views[MAIN].buf, views[V_SUMS].buf, views[V_PICKED].buf) < 0)
        return PyErr_NoMemory();
    return Py_NewRef(Py_None);
}

static PyObject *sum_page(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!has_arguments(count, VIEWS + 1))
        return NULL;
    int64_t heading = PyLong_AsLongLong(arguments[VIEWS]);
    Py_buffer views[VIEWS];
    if (PyErr_Occurred() || take_buffers(arguments, WANTED, VIEWS, views) < 0)
        return NULL;
    PyObject *result = sum_views(views, heading);
    release_buffers(views, VIEWS);
    return result;
}

/* ── shares ───────────────────────────────────────────────────────────────────────────────────── */

enum { ROWS, PARTS, WHOLES, VALUES, SHARE_VIEWS };

static void divide(const Py_buffer *views)
{
    const int64_t *parts = views[PARTS].buf, *wholes = views[WHOLES].buf;
    double *to = views[VALUES].buf;
    for (Py_ssize_t row = 0; row < views[ROWS].shape[0]; row++) {
        const int64_t *own = (const int64_t *)views[ROWS].buf + row * views[ROWS].shape[1];
        for (Py_ssize_t at = 0; at < views[PARTS].shape[0]; at++)
            *to++ = (double)own[parts[at]] / (double)(own[wholes[at]] > 1 ? own[wholes[at]] : 1);
    }
}

static PyObject *write_shares(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted SHARES_WANTED[SHARE_VIEWS] = {
        [ROWS] = {"rows", "lq", 8, 2, READ},     [PARTS] = {"parts", "lq", 8, 1, READ},
        [WHOLES] = {"wholes", "lq", 8, 1, READ}, [VALUES] = {"values", "d", 8, 2, WRITE},
    };
    Py_buffer views[SHARE_VIEWS];
    (void)module;
    if (!has_arguments(count, SHARE_VIEWS) || take_buffers(arguments, SHARES_WANTED, SHARE_VIEWS, views) < 0)
        return NULL;
    Py_ssize_t shares = views[PARTS].shape[0], columns = views[ROWS].shape[1];
    int fits = views[WHOLES].shape[0] == shares && views[VALUES].shape[0] == views[ROWS].shape[0] &&
               views[VALUES].shape[1] == shares && are_within(views[PARTS].buf, shares, 0, columns) &&
               are_within(views[WHOLES].buf, shares, 0, columns);
    if (fits)
        divide(views);
    else
        PyErr_SetString(PyExc_ValueError, "rows, shares and values do not fit each other");
    release_buffers(views, SHARE_VIEWS);
    return fits ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef functions[] = {
    {"write_shares", (PyCFunction)(void (*)(void))write_shares, METH_FASTCALL,
     "write_shares(rows, parts, wholes, values)\n\n"
     "Write to `values` (rows x shares) the column of each part divided by that of its whole, at least 1."},
    {"sum_page", (PyCFunction)(void (*)(void))sum_page, METH_FASTCALL,
     "sum_page(blocks, containers, given, main, groups, sums, picked, heading)\n\n"
     "Write to `sums` those of all blocks, and of the `main` ones; to `picked` those of the greatest groups. Both are 0."},
    {NULL, NULL, 0, NULL},
};

int add_page_sums(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
