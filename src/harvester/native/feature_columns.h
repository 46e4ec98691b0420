/* The columns of the block classifier: what content/features/ calls them, in its order. */

#ifndef HARVESTER_NATIVE_FEATURE_COLUMNS_H
#define HARVESTER_NATIVE_FEATURE_COLUMNS_H

#include "blocks.h"

#define MARKS 7         /* that stand where prose has none */
#define BLOCK_ROLES 8         /* of blocks of a page */
#define GROUPS 8        /* of kinds of boilerplate */
#define PLACES 27       /* marks of containers: the groups, names of content, tags */
#define FLAGS 11        /* of the page as a whole */
#define NEAREST 3       /* containers around a block */
#define AROUND 4        /* columns for each of them */
#define LIST_VALUES 5   /* of the list of like items around a block */

/* Columns that are of one block, its containers and the page: the first of those that come of several. */
enum {
    F_CHARS, F_WORDS, F_WORD_LENGTH, F_CJK_SHARE, F_LINK_SHARE, F_STRONG_SHARE, F_DIGIT_SHARE, F_CAPITAL_SHARE,
    F_COMMAS, F_COMMA_SHARE, F_STOPS, F_STOP_SHARE, F_ENDS_SENTENCE, F_ENDS_COLON, F_STARTS_LOWER, F_LINES, F_SPANS,
    F_LINKS, F_LEVEL, F_PROSE,
    F_MARKS,
    F_ROLES = F_MARKS + MARKS,
    F_PLACED = F_ROLES + BLOCK_ROLES,
    F_POSITION, F_PROSE_BEFORE, F_PROSE_SHARE, F_FROM_LONGEST, F_TWINS, F_PAGE_BLOCKS, F_PAGE_PROSE, F_PAGE_LINKS,
    F_FROM_HEADLINE, F_PROSE_SINCE_HEADLINE, F_RIVALS, F_SHARED_DEPTH, F_SHARED_SIZE,
    F_IN_TITLE, F_IN_DESCRIPTION, F_IN_DATA_BODY,
    F_FLAGS,
    F_NEAR = F_FLAGS + FLAGS,
    F_NEAR_BODY = F_NEAR + GROUPS + 1,
    F_WORDING = F_NEAR + PLACES,
    F_SAYS, /* and under: a pair a group */
    F_DEPTH = F_SAYS + 2 * GROUPS,
    F_AROUND,
    F_IN_BEST = F_AROUND + NEAREST * AROUND,
    F_BEST_BEFORE, F_BEST_AFTER, F_BEST_PLACE,
    F_ALIKE_SHARE, F_ALIKE_PROSE, F_ALIKE_LINKS, F_ALIKE_SIZE,
    F_DATED, F_SINCE_DATE, F_UNTIL_DATE, F_DATED_WITHIN, /* two widths */
    F_ALIKE_DATED = F_DATED_WITHIN + 2,
    F_ITEMS,
    OWN_COLUMNS = F_ITEMS + LIST_VALUES
};

#endif
