/* What the compiled reader keeps things in: arrays that grow, bytes of a page, strings by name. */

#include "reader.h"

/* ── memory ──────────────────────────────────────────────────────────────────────────────── */

struct Chunk {
    Chunk *before;
    size_t used, room;
    char bytes[];
};

enum { CHUNK = 1 << 15 };

/* Return `items` with room for `wanted` of them; NULL with an exception: they are as they were. */
void *grown(void *items, Py_ssize_t *room, Py_ssize_t wanted, size_t each)
{
    if (items != NULL && wanted <= *room) {
        return items;
    }
    Py_ssize_t more = wanted + wanted / 2 + 16;
    if ((size_t)more > (size_t)PY_SSIZE_T_MAX / each) {
        PyErr_NoMemory();
        return NULL;
    }
    void *moved = PyMem_Realloc(items, (size_t)more * each);
    if (moved == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    *room = more;
    return moved;
}

void *taken(Arena *arena, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    Chunk *chunk = arena->last;
    if (chunk == NULL || chunk->room - chunk->used < size) {
        size_t room = size > CHUNK ? size : CHUNK;
        chunk = PyMem_Malloc(sizeof(Chunk) + room);
        if (chunk == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        *chunk = (Chunk){arena->last, 0, room};
        arena->last = chunk;
    }
    void *at = chunk->bytes + chunk->used;
    chunk->used += size;
    return at;
}

void free_arena(Arena *arena)
{
    while (arena->last != NULL) {
        Chunk *before = arena->last->before;
        PyMem_Free(arena->last);
        arena->last = before;
    }
}

int append(Buffer *buffer, Text text)
{
    char *at = grown(buffer->at, &buffer->room, buffer->size + text.size, 1);
    if (at == NULL) {
        return -1;
    }
    buffer->at = at;
    if (text.size) {
        memcpy(at + buffer->size, text.at, (size_t)text.size);
    }
    buffer->size += text.size;
    return 0;
}

int append_char(Buffer *buffer, char c)
{
    return append(buffer, (Text){&c, 1});
}

/* ── names ───────────────────────────────────────────────────────────────────────────────── */

static uint64_t seed;

static inline uint64_t eight_bytes(const char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

/* All of less than eight bytes as one number: other bytes give another one. */
static inline uint64_t last_bytes(const uint8_t *at, Py_ssize_t left)
{
    uint32_t first, last;
    if (left >= 4) {
        memcpy(&first, at, 4);
        memcpy(&last, at + left - 4, 4);
        return (uint64_t)last << 32 | first;
    }
    return left ? (uint64_t)at[0] << 16 | (uint64_t)at[left / 2] << 8 | at[left - 1] : 0;
}

/* Keys of one size, up to so many bytes, have one hash only if they are the same: each step of it can be undone. */
enum { MOST_TOLD = 8 };

/* Eight bytes at a time. The seed is the process's own, so that nobody can write a page whose tags all meet. */
uint64_t hash_of(Text text)
{
    const uint64_t factor = 0x9e3779b97f4a7c15u;
    uint64_t hash = seed ^ (uint64_t)text.size;
    const char *at = text.at;
    Py_ssize_t left = text.size;
    for (; left >= 8; left -= 8, at += 8) {
        hash = (hash ^ eight_bytes(at)) * factor;
        hash ^= hash >> 29;
    }
    hash = (hash ^ last_bytes((const uint8_t *)at, left)) * factor;
    return hash ^ (hash >> 32);
}

void seed_hashes(uint64_t secret)
{
    if (seed == 0) { /* once: there may be tables by the time that another interpreter loads the module */
        seed = (secret * 0x9e3779b97f4a7c15u) | 1;
    }
}

/* Behind the slots stands a byte of the hash of each, 0 where it is free: most words that are looked for are in no table,
   and the slots of a large one are in no cache. */
static uint8_t *marks_of(const Names *names)
{
    return (uint8_t *)(names->slots + names->room);
}

static uint8_t mark_of(uint64_t hash)
{
    return (uint8_t)(hash >> 56) | 1;
}

/* memcmp for keys that are nearly always the same, and short: it would cost more to be called. */
static inline bool are_same(const char *one, const char *other, Py_ssize_t size)
{
    for (; size >= 8; size -= 8, one += 8, other += 8) {
        if (eight_bytes(one) != eight_bytes(other)) {
            return false;
        }
    }
    return last_bytes((const uint8_t *)one, size) == last_bytes((const uint8_t *)other, size);
}

/* The number of the slot of a key, or of the free one where it would be. It calls nothing, being asked some twenty
   thousand times a page, and reads no short key: that would be one more look at what is in no cache. */
static inline size_t slot_of(const Names *names, Text key, uint64_t hash)
{
    const uint8_t *marks = marks_of(names), mark = mark_of(hash);
    const size_t mask = names->room - 1;
    size_t at = (size_t)hash & mask;
    for (; marks[at]; at = (at + 1) & mask) {
        const Slot *slot = names->slots + at;
        if (marks[at] == mark && slot->hash == hash && slot->key.size == key.size
            && (key.size <= MOST_TOLD || are_same(slot->key.at, key.at, key.size))) {
            break;
        }
    }
    return at;
}

int64_t find_name(const Names *names, Text key, uint64_t hash)
{
    if (names->room == 0) {
        return -1;
    }
    size_t at = slot_of(names, key, hash);
    return marks_of(names)[at] ? names->slots[at].value : -1;
}

int64_t find_any_case(const Names *names, Text key)
{
    char low[MOST_LETTERS];
    if (key.size > MOST_LETTERS) {
        return -1;
    }
    for (Py_ssize_t at = 0; at < key.size; at++) {
        low[at] = lower(key.at[at]);
    }
    Text text = {low, key.size};
    return find_name(names, text, hash_of(text));
}

/* Put a key into a table that has room. */
static void put_name(Names *names, const Slot *slot)
{
    uint8_t *marks = marks_of(names);
    size_t at = slot_of(names, slot->key, slot->hash);
    names->count += !marks[at];
    marks[at] = mark_of(slot->hash);
    names->slots[at] = *slot;
}

static int widen(Names *names)
{
    Names wider = {NULL, names->room ? 2 * names->room : 64, 0};
    wider.slots = wider.room <= PY_SSIZE_T_MAX / (sizeof(Slot) + 1) ? PyMem_Malloc(wider.room * (sizeof(Slot) + 1)) : NULL;
    if (wider.slots == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(marks_of(&wider), 0, wider.room); /* a slot without a mark is never read */
    for (size_t at = 0; at < names->room; at++) {
        if (marks_of(names)[at]) {
            put_name(&wider, names->slots + at);
        }
    }
    PyMem_Free(names->slots);
    *names = wider;
    return 0;
}

int add_name(Names *names, Text key, uint64_t hash, int64_t value)
{
    if (2 * (names->count + 1) > names->room && widen(names) < 0) {
        return -1;
    }
    put_name(names, &(Slot){key, hash, value});
    return 0;
}
