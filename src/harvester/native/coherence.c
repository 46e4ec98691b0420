/* Which of the steps that settle a choice may change it (`STEPS` of content/coherence.py): one look at all candidates
   instead of a dozen small arrays for each step, of which most have nothing to do on most pages.

   A step that is said to have nothing to do would return the choice as it is; one that may change it may still not. */

#include "blocks.h"

#include <math.h>

/* Places in PAGE_ROLES. */
enum { HEADING, PARAGRAPH, LIST_ITEM, QUOTE, CODE, TABLE, CAPTION };

/* A bit for each step, in the order of `STEPS`. */
enum {
    SIBLINGS = 1, INNER_GROUPS = 2, INNER_LINES = 4, COLUMN = 8, WHOLE_LISTS = 16, LINK_RUNS = 32, KEY_POINTS = 64,
    BOXES = 128
};

/* Numbers of content/coherence.py and content/inserted_boxes.py, which say what they are for. */
#define HOPELESS 0.05
#define SOME_CHANCE 0.1
#define HEADING_CHANCE 0.2
#define PARAGRAPH_CHANCE 0.2
#define SOME_LINKS 0.3
#define SURE_OUTSIDE 0.7
#define SURE_BOX 0.75
#define ALL_LINKS 0.85
enum { MIN_GROUP = 3, MIN_LINK_RUN = 2, MIN_KEY_POINT = 30 };

/* One block that may be content. */
typedef struct {
    int64_t role, chars, linked, prose;
    double length, probability;
    int is_chosen;
} Candidate;

/* What was seen of those before. */
typedef struct {
    int steps, grouped, linked, has_chosen, has_chosen_item, has_likely_item;
    int is_line_chosen, is_line_open; /* of the last line that is no caption; open: it may come in */
} Seen;

/* Returns the probability from which a line comes in between two that are chosen; above 1: it never does. */
static double chance_between(const Candidate *own)
{
    int is_sentences = own->prose > 0 && (double)own->linked < SOME_LINKS * (double)own->chars;
    if (own->role == HEADING)
        return HEADING_CHANCE;
    if (own->linked == 0 && (own->role == QUOTE || (own->role == PARAGRAPH && own->prose == 0)))
        return SOME_CHANCE;
    return own->role == PARAGRAPH && is_sentences ? PARAGRAPH_CHANCE : INFINITY;
}

/* A line that is not chosen may come in between two that are, a heading above one that is, behind the first; captions
   part nothing. */
static void look_between(const Candidate *own, Seen *seen)
{
    if (own->role == CAPTION)
        return;
    if (seen->is_line_open && own->is_chosen)
        seen->steps |= INNER_LINES;
    int may_head = own->role == HEADING && own->linked == 0 && seen->has_chosen;
    seen->is_line_open = (seen->is_line_chosen || may_head) && !own->is_chosen &&
                         own->probability >= chance_between(own);
    seen->is_line_chosen = own->is_chosen;
}

static void look_at(const Candidate *own, Seen *seen)
{
    look_between(own, seen);
    int is_grouped = (own->role == TABLE || own->role == LIST_ITEM) && own->linked == 0;
    seen->grouped = is_grouped ? seen->grouped + 1 : 0; /* in a row */
    if (seen->grouped >= MIN_GROUP || own->role == CODE)
        seen->steps |= INNER_GROUPS;
    if (own->role == LIST_ITEM) {
        seen->has_chosen_item |= own->is_chosen;
        seen->has_likely_item |= !own->is_chosen && own->probability >= SOME_CHANCE;
    }
    seen->has_chosen |= own->is_chosen;
    if (own->is_chosen) {
        seen->linked += (double)own->linked / (own->length > 1.0 ? own->length : 1.0) >= ALL_LINKS;
        seen->steps |= (own->probability < SURE_OUTSIDE ? COLUMN : 0) | (own->probability < SURE_BOX ? BOXES : 0);
        return;
    }
    if (own->probability >= HOPELESS && own->prose > 0)
        seen->steps |= SIBLINGS;
    if (own->role == LIST_ITEM && own->linked == 0 && own->length >= MIN_KEY_POINT)
        seen->steps |= KEY_POINTS;
}

enum { NUMBERS, AT, LENGTHS, PROBABILITIES, CHOSEN, VIEWS };

/* Returns the bits of the steps. */
static int steps_of(const Py_buffer *views)
{
    Py_ssize_t blocks = views[NUMBERS].shape[1];
    Seen seen = {0};
    for (Py_ssize_t place = 0; place < views[AT].shape[0]; place++) {
        const int64_t *own = (const int64_t *)views[NUMBERS].buf + ((const int64_t *)views[AT].buf)[place];
        Candidate candidate = {
            .role = own[B_ROLE * blocks],
            .chars = own[B_CHARS * blocks],
            .linked = own[B_LINKED * blocks],
            .prose = own[B_PROSE * blocks],
            .length = ((const double *)views[LENGTHS].buf)[place],
            .probability = ((const double *)views[PROBABILITIES].buf)[place],
            .is_chosen = ((const unsigned char *)views[CHOSEN].buf)[place] != 0,
        };
        look_at(&candidate, &seen);
    }
    return seen.steps | (seen.has_chosen_item && seen.has_likely_item ? WHOLE_LISTS : 0) |
           (seen.linked >= MIN_LINK_RUN ? LINK_RUNS : 0);
}

static PyObject *open_steps(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    static const struct wanted WANTED[VIEWS] = {
        [NUMBERS] = {"numbers", "lq", 8, 2, READ}, [AT] = {"at", "lq", 8, 1, READ},
        [LENGTHS] = {"lengths", "d", 8, 1, READ},  [PROBABILITIES] = {"probabilities", "d", 8, 1, READ},
        [CHOSEN] = {"chosen", "?", 1, 1, READ},
    };
    Py_buffer views[VIEWS];
    (void)module;
    if (!has_arguments(count, VIEWS) || take_buffers(arguments, WANTED, VIEWS, views) < 0)
        return NULL;
    Py_ssize_t places = views[AT].shape[0];
    int fits = views[NUMBERS].shape[0] == BLOCK_ROWS && views[LENGTHS].shape[0] == places &&
               views[PROBABILITIES].shape[0] == places && views[CHOSEN].shape[0] == places &&
               are_within(views[AT].buf, places, 0, views[NUMBERS].shape[1]);
    int steps = fits ? steps_of(views) : 0;
    release_buffers(views, VIEWS);
    if (fits)
        return PyLong_FromLong(steps);
    PyErr_SetString(PyExc_ValueError, "blocks, candidates and choice do not fit each other");
    return NULL;
}

static PyMethodDef functions[] = {
    {"open_steps", (PyCFunction)(void (*)(void))open_steps, METH_FASTCALL,
     "open_steps(numbers, at, lengths, probabilities, chosen)\n\n"
     "Return a bit for each step of content/coherence.py that may change the choice."},
    {NULL, NULL, 0, NULL},
};

int add_coherence(PyObject *module) { return PyModule_AddFunctions(module, functions); }
