/* Programs of patterns: RE2's syntax as far as the tables of wordings use it; what else there is, is left to RE2.

   A part that is repeated is read as often as it is written out, so that no tree of the pattern is made. */

#include "line_program.h"

#include <string.h>

enum { NO_ROW = -1, UNKNOWN = -2, MAX_TIMES = 400, ENDLESS = -1, MAX_DEPTH = 40 };

struct reader {
    struct program *program;
    int any_case, depth;
};

typedef const unsigned char *Place;

static int write_either(struct reader *reader, Place at, Place end);

/* ── characters ──────────────────────────────────────────────────────────────────────────────── */

static uint32_t code_at(Place at, int *bytes)
{
    *bytes = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t code = *bytes == 1 ? at[0] : at[0] & (0x7fu >> *bytes);
    for (int byte = 1; byte < *bytes; byte++)
        code = code << 6 | (at[byte] & 0x3fu);
    return code;
}

static int row_of_code(uint32_t code)
{
    if (code < LATIN)
        return (int)code;
    return code >= PRINT && code < PRINT_END ? (int)(LATIN + code - PRINT) : NO_ROW;
}

/* Whether these characters, which have no row, are in stretches of which none is another case of one that has: all but
   the Greek mu, the capital sharp s, the signs of Kelvin and Angstrom, and letters of phonetic script. */
static int are_strange(uint32_t first, uint32_t last)
{
    static const uint32_t STRETCHES[][2] = {
        {0x370, 0x39b},   {0x39d, 0x3bb},   {0x3bd, 0x1cff},  {0x1e00, 0x1e9d},   {0x1ea0, 0x1fff},
        {0x2070, 0x20ff}, {0x2190, 0x2bff}, {0x2e00, 0xa63f}, {0xac00, 0x10ffff},
    };
    for (size_t at = 0; at < sizeof STRETCHES / sizeof *STRETCHES; at++)
        if (first >= STRETCHES[at][0] && last <= STRETCHES[at][1])
            return 1;
    return 0;
}

/* ── steps ───────────────────────────────────────────────────────────────────────────────────── */

/* Returns the place of a new step, -1 where there is no room. */
static int add_step(struct reader *reader, enum op op, int value)
{
    struct program *program = reader->program;
    if (program->step_count == MAX_STEPS)
        return -1;
    if (program->step_count == program->step_room) {
        int room = program->step_room ? 2 * program->step_room : 64;
        struct step *steps = PyMem_Realloc(program->steps, (size_t)room * sizeof *steps);
        if (!steps)
            return -1;
        program->steps = steps;
        program->step_room = room;
    }
    program->steps[program->step_count] = (struct step){(uint8_t)op, (uint16_t)value};
    return program->step_count++;
}

static int write_step(struct reader *reader, enum op op, int value)
{
    return add_step(reader, op, value) >= 0;
}

static void lead_on(struct reader *reader, int step)
{
    reader->program->steps[step].value = (uint16_t)reader->program->step_count;
}

static int write_character(struct reader *reader, uint32_t code)
{
    int row = row_of_code(code);
    if (row == NO_ROW)
        return are_strange(code, code) && write_step(reader, NEVER, 0);
    return reader->any_case ? write_step(reader, FOLDED, reader->program->letters->folded[row])
                            : write_step(reader, WRITTEN, row);
}

/* ── sets ────────────────────────────────────────────────────────────────────────────────────── */

static uint32_t *new_set(struct reader *reader)
{
    struct program *program = reader->program;
    if (program->set_count == MAX_SETS)
        return NULL;
    void *sets = PyMem_Realloc(program->sets, ((size_t)program->set_count + 1) * sizeof *program->sets);
    if (!sets)
        return NULL;
    program->sets = sets;
    return memset(program->sets[program->set_count++], 0, sizeof *program->sets);
}

static void add_row(const struct reader *reader, uint32_t *set, int row)
{
    int own = reader->any_case ? reader->program->letters->folded[row] : row;
    set[own / 32] |= UINT32_C(1) << (own % 32);
}

/* Adds a range of characters; 0 where that needs more than is known here. */
static int add_range(const struct reader *reader, uint32_t *set, uint32_t first, uint32_t last)
{
    int has_rows = row_of_code(first) != NO_ROW && row_of_code(last) != NO_ROW && (last < LATIN || first >= PRINT);
    if (!has_rows || first > last)
        return first <= last && are_strange(first, last);
    for (uint32_t code = first; code <= last; code++)
        add_row(reader, set, row_of_code(code));
    return 1;
}

/* Adds what a letter behind a backslash stands for; 0 where it is no set. */
static int add_named(const struct reader *reader, uint32_t *set, char name)
{
    for (int row = 0; row < 0x80; row++) {
        int is_one = name == 'd'   ? row >= '0' && row <= '9'
                     : name == 'w' ? is_word_row(row)
                                   : row == '\t' || row == '\n' || row == '\f' || row == '\r' || row == ' ';
        if (is_one)
            add_row(reader, set, row);
    }
    return name == 'd' || name == 'w' || name == 's';
}

/* Inverts a set: of rows that stand for their letters in any case, those that do. */
static void invert(uint32_t *set)
{
    for (int word = 0; word < SET_WORDS; word++)
        set[word] = ~set[word];
}

static int write_set_step(struct reader *reader)
{
    return write_step(reader, reader->any_case ? IN_SET : IN_SET_WRITTEN, reader->program->set_count - 1);
}

/* Writes "\d", "\W" and the like. */
static int write_named(struct reader *reader, char name)
{
    uint32_t *set = new_set(reader);
    if (!set || !add_named(reader, set, (char)(name | 0x20)))
        return 0;
    if (!(name & 0x20))
        invert(set);
    return write_set_step(reader);
}

/* Writes "\p{L}" and the like; `at` is behind the p. */
static int write_kind(struct reader *reader, Place at, Place end)
{
    static const struct {
        const char *name;
        int kind;
    } KINDS[] = {{"{L}", LETTER_KIND}, {"{N}", NUMBER_KIND}, {"{Lu}", CAPITAL_KIND}, {"{Ll}", SMALL_KIND}};
    size_t asked = reader->any_case ? 2 : sizeof KINDS / sizeof *KINDS; /* other cases may have no row */
    uint32_t *set = new_set(reader);
    for (size_t kind = 0; set && kind < asked; kind++) {
        if (strlen(KINDS[kind].name) != (size_t)(end - at) || memcmp(KINDS[kind].name, at, (size_t)(end - at)) != 0)
            continue;
        for (int row = 0; row < ROWS; row++)
            if (reader->program->letters->kinds[row] & KINDS[kind].kind)
                add_row(reader, set, row);
        return write_set_step(reader);
    }
    return 0;
}

/* Reads one character of a set; returns its code, UNKNOWN (a set by itself, or what is not known here). */
static int64_t read_member(Place *at)
{
    int bytes;
    if (**at == '\\') {
        ++*at;
        int is_mark = **at < 0x80 && !is_word_row(**at);
        return is_mark ? *(*at)++ : UNKNOWN;
    }
    uint32_t code = code_at(*at, &bytes);
    *at += bytes;
    return code;
}

static int add_member(struct reader *reader, uint32_t *set, Place *at, Place end)
{
    if ((*at)[0] == '\\' && *at + 1 < end && memchr("dws", (*at)[1], 3)) {
        *at += 2;
        return add_named(reader, set, (char)(*at)[-1]);
    }
    int64_t first = read_member(at), last = first;
    if (first >= 0 && *at + 1 < end && **at == '-') {
        ++*at;
        last = read_member(at);
    }
    return first >= 0 && last >= 0 && add_range(reader, set, (uint32_t)first, (uint32_t)last);
}

/* Writes what stands between square brackets. */
static int write_class(struct reader *reader, Place at, Place end)
{
    int is_other = at < end && *at == '^';
    uint32_t *set = new_set(reader);
    at += is_other;
    while (set && at < end) {
        if (*at == '[' && at + 1 < end && at[1] == ':')
            return 0;
        if (!add_member(reader, set, &at, end))
            return 0;
    }
    if (set && is_other)
        invert(set);
    return set && write_set_step(reader);
}

/* ── parts ───────────────────────────────────────────────────────────────────────────────────── */

/* Returns the bracket that closes a class which begins at `at`; `end` where none does. */
static Place end_of_class(Place at, Place end)
{
    at += at + 1 < end && at[1] == '^' ? 2 : 1;
    for (at += at < end && *at == ']'; at < end && *at != ']'; at++)
        at += *at == '\\';
    return at;
}

/* Returns the place behind the part that begins at `at`; NULL where it does not end. */
static Place behind_part(Place at, Place end)
{
    int bytes, depth = 0;
    do {
        if (*at == '\\') {
            Place close = at + 2 < end && (at[1] == 'p' || at[1] == 'P') ? memchr(at, '}', (size_t)(end - at)) : at + 1;
            at = close ? close + 1 : end + 1;
        } else if (*at == '[') {
            at = end_of_class(at, end) + 1;
        } else {
            depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
            code_at(at, &bytes);
            at += bytes;
        }
    } while (depth > 0 && at < end);
    return depth == 0 && at <= end ? at : NULL;
}

static int write_group(struct reader *reader, Place at, Place end)
{
    static const struct {
        const char *form;
        int any_case; /* -1: as around it */
    } FORMS[] = {{"?:", -1}, {"?i:", 1}, {"?-i:", 0}};
    int before = reader->any_case;
    for (size_t form = 0; at < end && *at == '?'; form++) {
        if (form == sizeof FORMS / sizeof *FORMS)
            return 0;
        size_t size = strlen(FORMS[form].form);
        if ((size_t)(end - at) < size || memcmp(at, FORMS[form].form, size) != 0)
            continue;
        at += size;
        reader->any_case = FORMS[form].any_case < 0 ? before : FORMS[form].any_case;
        break;
    }
    int is_written = reader->depth++ < MAX_DEPTH && write_either(reader, at, end);
    reader->depth--;
    reader->any_case = before;
    return is_written;
}

static int write_escaped(struct reader *reader, Place at, Place end)
{
    char name = (char)at[1];
    if (name == 'b' || name == 'B')
        return write_step(reader, name == 'b' ? AT_BORDER : AT_NO_BORDER, 0);
    if (name == 'p')
        return write_kind(reader, at + 2, end);
    if (memchr("dwsDWS", name, 6))
        return write_named(reader, name);
    return at[1] < 0x80 && !is_word_row(at[1]) && write_character(reader, at[1]);
}

static int write_part(struct reader *reader, Place at, Place end)
{
    int bytes;
    switch (*at) {
    case '(':
        return write_group(reader, at + 1, end - 1);
    case '[':
        return write_class(reader, at + 1, end - 1);
    case '\\':
        return end - at > 1 && write_escaped(reader, at, end);
    case '.':
        return write_step(reader, ANY, 0);
    case '^':
        return write_step(reader, AT_START, 0);
    case '$':
        return write_step(reader, AT_END, 0);
    case '*': case '+': case '?': case '{': case ')': case '|':
        return 0;
    default:
        return write_character(reader, code_at(at, &bytes));
    }
}

/* ── repetition, sequence, alternatives ──────────────────────────────────────────────────────── */

static int read_number(Place *at, Place end)
{
    int number = 0;
    Place first = *at;
    for (; *at < end && **at >= '0' && **at <= '9' && number <= MAX_TIMES; ++*at)
        number = 10 * number + **at - '0';
    return *at == first ? ENDLESS : number;
}

/* Reads how often a part is repeated and moves on; 0 where that is not known here. */
static int read_times(Place *at, Place end, int *least, int *most)
{
    *least = *most = 1;
    if (*at == end || !memchr("*+?{", **at, 4))
        return 1;
    char sign = (char)*(*at)++;
    *least = sign == '+';
    *most = sign == '?' ? 1 : ENDLESS;
    if (sign == '{') {
        *least = *most = read_number(at, end);
        if (*at < end && **at == ',') {
            ++*at;
            *most = read_number(at, end);
        }
        if (*least < 0 || *at == end || *(*at)++ != '}' || *least > MAX_TIMES || *most > MAX_TIMES)
            return 0;
    }
    *at += *at < end && **at == '?';
    return (*at == end || !memchr("*+?{", **at, 4)) && (*most == ENDLESS || *most >= *least);
}

/* Writes a part any number of times; `before` is the step that it begins with where it is written already. */
static int write_endless(struct reader *reader, Place at, Place end, int before)
{
    if (before >= 0)
        return write_step(reader, EITHER, before);
    int choice = add_step(reader, EITHER, 0);
    if (choice < 0 || !write_part(reader, at, end) || !write_step(reader, GO, choice))
        return 0;
    lead_on(reader, choice);
    return 1;
}

static int write_repeated(struct reader *reader, Place at, Place end, int least, int most)
{
    int first = -1, choices[MAX_TIMES], count = 0;
    for (int time = 0; time < least; time++) {
        first = reader->program->step_count;
        if (!write_part(reader, at, end))
            return 0;
    }
    if (most == ENDLESS)
        return write_endless(reader, at, end, first);
    for (int time = least; time < most; time++) {
        choices[count] = add_step(reader, EITHER, 0);
        if (choices[count++] < 0 || !write_part(reader, at, end))
            return 0;
    }
    while (count > 0)
        lead_on(reader, choices[--count]);
    return 1;
}

static int write_sequence(struct reader *reader, Place at, Place end)
{
    while (at < end) {
        int least, most;
        Place part = at;
        Place behind = behind_part(at, end);
        if (!behind)
            return 0;
        at = behind;
        if (!read_times(&at, end, &least, &most) || !write_repeated(reader, part, behind, least, most))
            return 0;
    }
    return 1;
}

/* Returns the next bar that parts alternatives; NULL where a part does not end. */
static Place next_bar(Place at, Place end)
{
    while (at && at < end && *at != '|')
        at = behind_part(at, end);
    return at;
}

static int write_either(struct reader *reader, Place at, Place end)
{
    int exits[MAX_TIMES], count = 0;
    for (;;) {
        Place bar = next_bar(at, end);
        if (!bar || count == MAX_TIMES)
            return 0;
        int choice = bar < end ? add_step(reader, EITHER, 0) : 0;
        if (choice < 0 || !write_sequence(reader, at, bar))
            return 0;
        if (bar == end)
            break;
        exits[count] = add_step(reader, GO, 0);
        if (exits[count++] < 0)
            return 0;
        lead_on(reader, choice);
        at = bar + 1;
    }
    while (count > 0)
        lead_on(reader, exits[--count]);
    return 1;
}

int write_program(struct program *program, const char *pattern, Py_ssize_t size)
{
    struct reader reader = {program, 1, 0};
    Place at = (Place)pattern;
    return write_either(&reader, at, at + size) && write_step(&reader, FITS, 0);
}
