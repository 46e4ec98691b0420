/* The columns of the block classifier that come of what is around a block: its containers, the blocks like it, dates
   (content/features/neighbourhood_features.py and repetition_features.py have the interpreted form). */

#include "feature_look.h"

#include <math.h>

#define DATE_REACH 20
#define ITEM_HEAD 4

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

void write_surroundings(const struct look *look)
{
    write_ancestry(look);
    write_best(look);
    write_alike(look);
    write_dates(look);
}
