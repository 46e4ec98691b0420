/* The simhash of a text: `fingerprint.py` in compiled form, which says how it is made.

   BLAKE2b after RFC 7693, unkeyed, with a digest of eight bytes. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

enum { BLOCK = 128, DIGEST = 8, BITS = 64 };

static const uint64_t START[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Of rounds 10 and 11 the order is that of 0 and 1. */
static const uint8_t ORDER[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static inline uint64_t turned(uint64_t x, int by) { return x >> by | x << (64 - by); }

static inline void mix(uint64_t *v, int a, int b, int c, int d, uint64_t x, uint64_t y)
{
    v[a] += v[b] + x;
    v[d] = turned(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = turned(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = turned(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = turned(v[b] ^ v[c], 63);
}

static inline uint64_t number_at(const unsigned char *b)
{
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
           (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

#define MIX(n, i, a, b, c, d) mix(v, a, b, c, d, m[ORDER[n][i]], m[ORDER[n][i + 1]]);
#define ROUND(n)                                                                                                       \
    MIX(n, 0, 0, 4, 8, 12) MIX(n, 2, 1, 5, 9, 13) MIX(n, 4, 2, 6, 10, 14) MIX(n, 6, 3, 7, 11, 15)                      \
    MIX(n, 8, 0, 5, 10, 15) MIX(n, 10, 1, 6, 11, 12) MIX(n, 12, 2, 7, 8, 13) MIX(n, 14, 3, 4, 9, 14)

/* Works one block into the state; `seen` bytes so far, this block's among them. */
static void compress(uint64_t state[8], const unsigned char *block, uint64_t seen, int is_last)
{
    uint64_t m[16], v[16];
    for (int i = 0; i < 16; i++)
        m[i] = number_at(block + 8 * i);
    memcpy(v, state, 8 * sizeof *v);
    memcpy(v + 8, START, 8 * sizeof *v);
    v[12] ^= seen;
    if (is_last)
        v[14] = ~v[14];
    /* Written out, so that the compiler knows each place: a third faster than a loop. */
    ROUND(0) ROUND(1) ROUND(2) ROUND(3) ROUND(4) ROUND(5) ROUND(6) ROUND(7) ROUND(8) ROUND(9) ROUND(0) ROUND(1)
    for (int i = 0; i < 8; i++)
        state[i] ^= v[i] ^ v[i + 8];
}

/* The BLAKE2b digest of eight bytes, read as a number, little-endian. */
static uint64_t digest_of(const char *bytes, size_t size)
{
    uint64_t state[8];
    memcpy(state, START, sizeof state);
    state[0] ^= 0x01010000 ^ DIGEST;
    size_t done = 0;
    for (; size - done > BLOCK; done += BLOCK)
        compress(state, (const unsigned char *)bytes + done, done + BLOCK, 0);
    unsigned char last[BLOCK] = {0};
    memcpy(last, bytes + done, size - done);
    compress(state, last, size, 1);
    return state[0];
}

/* Four digests at once, of up to BLOCK bytes each, where the processor has vectors for them: half of the time. */
enum { FOUR = 4 };

#if defined(__x86_64__) && defined(__GNUC__)
#define WIDE __attribute__((target("avx2")))
#define has_wide_vectors() __builtin_cpu_supports("avx2")

typedef uint64_t Four __attribute__((vector_size(FOUR * sizeof(uint64_t))));

#define TURNED_FOUR(x, by) ((x) >> (by) | (x) << (64 - (by)))
/* By whole bytes it is one step, which gcc does not see by itself. */
#if defined(__clang__)
#define TURNED_BYTES(x, by) TURNED_FOUR(x, 8 * (by))
#else
typedef unsigned char Bytes __attribute__((vector_size(sizeof(Four))));
#define FROM(lane, by, i) (8 * (lane) + ((by) + (i)) % 8)
#define LANE(lane, by)                                                                                                 \
    FROM(lane, by, 0), FROM(lane, by, 1), FROM(lane, by, 2), FROM(lane, by, 3), FROM(lane, by, 4), FROM(lane, by, 5),  \
        FROM(lane, by, 6), FROM(lane, by, 7)
#define TURNED_BYTES(x, by)                                                                                            \
    ((Four)__builtin_shuffle((Bytes)(x), (Bytes){LANE(0, by), LANE(1, by), LANE(2, by), LANE(3, by)}))
#endif
#undef MIX
#define MIX(n, i, a, b, c, d)                                                                                          \
    v[a] += v[b] + m[ORDER[n][i]];                                                                                     \
    v[d] = TURNED_BYTES(v[d] ^ v[a], 4);                                                                               \
    v[c] += v[d];                                                                                                      \
    v[b] = TURNED_BYTES(v[b] ^ v[c], 3);                                                                               \
    v[a] += v[b] + m[ORDER[n][i + 1]];                                                                                 \
    v[d] = TURNED_BYTES(v[d] ^ v[a], 2);                                                                               \
    v[c] += v[d];                                                                                                      \
    v[b] = TURNED_FOUR(v[b] ^ v[c], 63);

/* Works the first numbers of four blocks into their states; those behind them are 0, and the compiler leaves them out. */
#define DEFINE_DIGEST(name, numbers)                                                                                   \
    WIDE static void name(const char *const *bytes, const size_t *sizes, uint64_t *digests)                            \
    {                                                                                                                  \
        unsigned char blocks[FOUR][8 * (numbers)] = {{0}};                                                             \
        for (int lane = 0; lane < FOUR; lane++)                                                                        \
            memcpy(blocks[lane], bytes[lane], sizes[lane]);                                                            \
        Four m[16] = {{0}}, v[16];                                                                                     \
        for (int i = 0; i < (numbers); i++)                                                                            \
            m[i] = (Four){number_at(blocks[0] + 8 * i), number_at(blocks[1] + 8 * i), number_at(blocks[2] + 8 * i),    \
                          number_at(blocks[3] + 8 * i)};                                                               \
        for (int i = 0; i < 16; i++)                                                                                   \
            v[i] = (Four){START[i % 8], START[i % 8], START[i % 8], START[i % 8]};                                     \
        v[0] ^= 0x01010000 ^ DIGEST;                                                                                   \
        v[12] ^= (Four){sizes[0], sizes[1], sizes[2], sizes[3]};                                                       \
        v[14] = ~v[14];                                                                                                \
        ROUND(0) ROUND(1) ROUND(2) ROUND(3) ROUND(4) ROUND(5) ROUND(6) ROUND(7) ROUND(8) ROUND(9) ROUND(0) ROUND(1)    \
        for (int lane = 0; lane < FOUR; lane++)                                                                        \
            digests[lane] = START[0] ^ 0x01010000 ^ DIGEST ^ v[0][lane] ^ v[8][lane];                                  \
    }

enum { SHORT = 32 }; /* bytes; hardly any three words have more */

DEFINE_DIGEST(digest_short, SHORT / 8)
DEFINE_DIGEST(digest_long, BLOCK / 8)

static void digest_four(const char *const *bytes, const size_t *sizes, uint64_t *digests)
{
    int are_short = sizes[0] <= SHORT && sizes[1] <= SHORT && sizes[2] <= SHORT && sizes[3] <= SHORT;
    (are_short ? digest_short : digest_long)(bytes, sizes, digests);
}
#else
#define has_wide_vectors() 0

static void digest_four(const char *const *bytes, const size_t *sizes, uint64_t *digests)
{
    for (int lane = 0; lane < FOUR; lane++)
        digests[lane] = digest_of(bytes[lane], sizes[lane]);
}
#endif

typedef struct {
    const char *bytes;
    size_t size; /* 0: a free place */
    uint64_t digest;
} Shingle;

/* Distinct shingles, by their digests and, where those are equal, their bytes. */
typedef struct {
    Shingle *places;
    size_t mask;
    Py_ssize_t count;
    Py_ssize_t ones[BITS]; /* shingles with a 1 in each bit, but for those of `recent` */
    uint64_t recent[8];    /* in byte i of number j, shingles with a 1 in bit 8 * i + j: eight bits are counted at once */
    int recent_count;      /* up to UINT8_MAX */
    int is_wide;
    int waiting; /* for the digests of four */
    const char *bytes[FOUR];
    size_t sizes[FOUR];
} Counts;

static void settle_recent(Counts *counts)
{
    for (int bit = 0; bit < BITS; bit++)
        counts->ones[bit] += counts->recent[bit % 8] >> (bit - bit % 8) & UINT8_MAX;
    memset(counts->recent, 0, sizeof counts->recent);
    counts->recent_count = 0;
}

static void add(Counts *counts, const char *bytes, size_t size, uint64_t digest)
{
    size_t at = (size_t)digest & counts->mask;
    for (; counts->places[at].size; at = (at + 1) & counts->mask) {
        const Shingle *other = &counts->places[at];
        if (other->digest == digest && other->size == size && memcmp(other->bytes, bytes, size) == 0)
            return;
    }
    counts->places[at] = (Shingle){bytes, size, digest};
    counts->count++;
    for (int bit = 0; bit < 8; bit++)
        counts->recent[bit] += digest >> bit & 0x0101010101010101;
    if (++counts->recent_count == UINT8_MAX)
        settle_recent(counts);
}

static void count(Counts *counts, const char *bytes, size_t size)
{
    if (!counts->is_wide || size > BLOCK) {
        add(counts, bytes, size, digest_of(bytes, size));
        return;
    }
    counts->bytes[counts->waiting] = bytes;
    counts->sizes[counts->waiting++] = size;
    if (counts->waiting == FOUR) {
        uint64_t digests[FOUR];
        digest_four(counts->bytes, counts->sizes, digests);
        for (int lane = 0; lane < FOUR; lane++)
            add(counts, counts->bytes[lane], counts->sizes[lane], digests[lane]);
        counts->waiting = 0;
    }
}

/* Counts what waits for others, which do not come. */
static void count_waiting(Counts *counts)
{
    for (int at = 0; at < counts->waiting; at++)
        add(counts, counts->bytes[at], counts->sizes[at], digest_of(counts->bytes[at], counts->sizes[at]));
    counts->waiting = 0;
}

/* Counts the shingles of a text of `tokens` tokens that begin at `starts`, each followed by one byte. */
static void count_all(Counts *counts, const char *text, const size_t *starts, Py_ssize_t tokens,
                      const unsigned char *sizes, Py_ssize_t usual)
{
    for (Py_ssize_t at = 0; at < tokens; at++) {
        Py_ssize_t behind = at + (sizes ? sizes[at] : usual);
        if (behind <= tokens)
            count(counts, text + starts[at], starts[behind] - 1 - starts[at]);
    }
    count_waiting(counts);
    if (counts->count == 0 && tokens)
        add(counts, text, starts[tokens] - 1, digest_of(text, starts[tokens] - 1));
}

static uint64_t simhash_from(Counts *counts)
{
    settle_recent(counts);
    uint64_t number = 0;
    for (int bit = 0; bit < BITS; bit++)
        if (2 * counts->ones[bit] > counts->count)
            number |= (uint64_t)1 << bit;
    return number;
}

/* Where each token of a text begins, and behind the last one the size of the text and one more; NULL: no memory. */
static size_t *starts_of(const char *text, size_t size, Py_ssize_t *tokens)
{
    *tokens = size ? 1 : 0;
    for (size_t at = 0; at < size; at++)
        *tokens += text[at] == ' ';
    size_t *starts = malloc(((size_t)*tokens + 1) * sizeof *starts);
    if (starts == NULL)
        return NULL;
    Py_ssize_t found = 0;
    starts[0] = 0;
    for (size_t at = 0; at < size; at++)
        if (text[at] == ' ')
            starts[++found] = at + 1;
    starts[*tokens] = size ? size + 1 : 0;
    return starts;
}

/* Returns the simhash of tokens that are joined by one blank; NULL with an exception. */
static PyObject *simhash_of(const char *text, Py_ssize_t length, const char *sizes, Py_ssize_t size_count,
                            Py_ssize_t usual)
{
    Py_ssize_t tokens;
    size_t *starts = starts_of(text, (size_t)length, &tokens);
    if (starts == NULL)
        return PyErr_NoMemory();
    PyObject *number = NULL;
    Counts counts = {.mask = 15, .is_wide = has_wide_vectors()};
    while (counts.mask < 2 * (size_t)tokens)
        counts.mask = 2 * counts.mask + 1;
    if (usual < 1 || usual > UINT8_MAX || (sizes && (size_count != tokens || memchr(sizes, 0, (size_t)tokens)))) {
        PyErr_SetString(PyExc_ValueError, "a size from 1 to 255 is needed for each token");
    } else if ((counts.places = calloc(counts.mask + 1, sizeof *counts.places)) == NULL) {
        PyErr_NoMemory();
    } else {
        count_all(&counts, text, starts, tokens, (const unsigned char *)sizes, usual);
        number = PyLong_FromUnsignedLongLong(simhash_from(&counts));
    }
    free(counts.places);
    free(starts);
    return number;
}

PyDoc_STRVAR(simhash_doc,
             "simhash(text, usual, sizes, /)\n--\n\n"
             "Return the simhash of tokens, of one byte or more, in UTF-8, one blank between two.\n\n"
             "A shingle is `usual` tokens, or as many as `sizes` says, a byte for each token, where it is no None.\n"
             "Raises ValueError where a size is none of 1 to 255, or `sizes` is of another length.");

static PyObject *simhash(PyObject *module, PyObject *args)
{
    (void)module;
    const char *text, *sizes;
    Py_ssize_t length, size_count, usual;
    if (!PyArg_ParseTuple(args, "y#nz#:simhash", &text, &length, &usual, &sizes, &size_count))
        return NULL;
    return simhash_of(text, length, sizes, size_count, usual);
}

/* ── texts in Latin letters ───────────────────────────────────────────────────────────────────── */

enum { OTHER = -1, NO_WORD, WORD };

/* What the character at `at` is, and how many bytes it has: a part of a word, none, or one that Unicode's tables are
   asked about. Told of ASCII, of the letters up to U+017F, and of the signs of print (U+2000 to U+203F). */
static int kind_of(const unsigned char *at, const unsigned char *end, int *bytes)
{
    unsigned char first = *at, second = end - at > 1 ? at[1] : 0;
    if (first < 0x80) {
        *bytes = 1;
        return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || (first >= '0' && first <= '9') ||
               first == '_';
    }
    *bytes = first < 0xe0 ? 2 : 3;
    switch (first) {
    case 0xc2: /* letters and figures among these signs are gone: the text is in NFKC */
        return second == 0xaa || second == 0xb2 || second == 0xb3 || second == 0xb5 || second == 0xb9 ||
                       second == 0xba || (second >= 0xbc && second <= 0xbe)
                   ? OTHER
                   : NO_WORD;
    case 0xc3: /* but for the signs of multiplication and division */
        return second != 0x97 && second != 0xb7;
    case 0xc4:
    case 0xc5:
        return WORD;
    case 0xe2:
        return second == 0x80 ? NO_WORD : OTHER;
    default:
        return OTHER;
    }
}

/* Writes the words of a text, a blank between two; returns how many bytes, or OTHER where it holds other characters. */
static Py_ssize_t join_words(const char *text, Py_ssize_t size, char *words)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    Py_ssize_t written = 0;
    int was_word = 0, bytes;
    for (; at < end; at += bytes) {
        int kind = kind_of(at, end, &bytes);
        if (kind == OTHER)
            return OTHER;
        if (kind == WORD) {
            if (!was_word && written)
                words[written++] = ' ';
            memcpy(words + written, at, (size_t)bytes);
            written += bytes;
        }
        was_word = kind == WORD;
    }
    return written;
}

PyDoc_STRVAR(simhash_of_words_doc,
             "simhash_of_words(text, usual, /)\n--\n\n"
             "Return the simhash of the words of a text, in NFKC and case folded; `usual` words make a shingle.\n\n"
             "None where it holds others than the commonest characters of Latin script.");

static PyObject *simhash_of_words(PyObject *module, PyObject *args)
{
    (void)module;
    const char *text;
    Py_ssize_t size, usual;
    if (!PyArg_ParseTuple(args, "s#n:simhash_of_words", &text, &size, &usual))
        return NULL;
    char *words = malloc(2 * (size_t)size + 1); /* a letter and a blank for each */
    if (words == NULL)
        return PyErr_NoMemory();
    Py_ssize_t length = join_words(text, size, words);
    PyObject *number = length == OTHER ? Py_NewRef(Py_None) : simhash_of(words, length, NULL, 0, usual);
    free(words);
    return number;
}

static PyMethodDef methods[] = {
    {"simhash", simhash, METH_VARARGS, simhash_doc},
    {"simhash_of_words", simhash_of_words, METH_VARARGS, simhash_of_words_doc},
    {NULL, NULL, 0, NULL},
};

int add_fingerprint(PyObject *module) { return PyModule_AddFunctions(module, methods); }
