/* Characters and sets of the patterns that line_program.c reads. */

#include "line_reader.h"

enum { NO_MEMBER = -2 };

/* ── characters ──────────────────────────────────────────────────────────────────────────────── */

uint32_t code_at(Place at, int *bytes)
{
    *bytes = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t code = *bytes == 1 ? at[0] : at[0] & (0x7fu >> *bytes);
    for (int byte = 1; byte < *bytes; byte++)
        code = code << 6 | (at[byte] & 0x3fu);
    return code;
}

int row_of_code(uint32_t code)
{
    if (code < LATIN)
        return (int)code;
    return code >= PRINT && code < PRINT_END ? (int)(LATIN + code - PRINT) : NO_ROW;
}

int are_strange(uint32_t first, uint32_t last)
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

int write_named(struct reader *reader, char name)
{
    uint32_t *set = new_set(reader);
    if (!set || !add_named(reader, set, (char)(name | 0x20)))
        return 0;
    if (!(name & 0x20))
        invert(set);
    return write_set_step(reader);
}

int write_kind(struct reader *reader, Place at, Place end)
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

/* Reads one character of a set; returns its code, NO_MEMBER (a set by itself, or what is not known here). */
static int64_t read_member(Place *at)
{
    int bytes;
    if (**at == '\\') {
        ++*at;
        int is_mark = **at < 0x80 && !is_word_row(**at);
        return is_mark ? *(*at)++ : NO_MEMBER;
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

int write_class(struct reader *reader, Place at, Place end)
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
