/* Programs of patterns: RE2's syntax as far as the tables of wordings use it; what else there is, is left to RE2.

   A part that is repeated is read as often as it is written out, so that no tree of the pattern is made. */

#include "line_reader.h"

enum { MAX_TIMES = 400, ENDLESS = -1, MAX_DEPTH = 40 };

static int write_either(struct reader *reader, Place at, Place end);

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

int write_step(struct reader *reader, enum op op, int value)
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
    if (name == 'b') /* not "B", which RE2 also finds between the bytes of a character */
        return write_step(reader, AT_BORDER, 0);
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
        if (!write_part(reader, at, end) || reader->program->step_count == first)
            return 0; /* parts of nothing, each some hundred times in another, would be read without end */
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
