/* Sixteen bytes at once, where compiler and processor have vectors: for loops over text in which hardly any byte is of
   interest. */

#ifndef HARVESTER_NATIVE_SIXTEEN_H
#define HARVESTER_NATIVE_SIXTEEN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Elsewhere they would be taken apart again; and gcc warns of vectors for an Intel processor without them (i386). */
#if defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON))
#define HAS_SIXTEEN

typedef signed char Sixteen __attribute__((vector_size(16)));

static inline Sixteen sixteen_at(const void *at)
{
    Sixteen bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static inline void put_sixteen(void *at, Sixteen bytes)
{
    memcpy(at, &bytes, sizeof bytes);
}

/* Return whether any of them is other than 0. */
static inline bool has_any(Sixteen bytes)
{
    uint64_t halves[2];
    memcpy(halves, &bytes, sizeof bytes);
    return (halves[0] | halves[1]) != 0;
}

/* Return the bytes with ASCII capitals as small letters. */
static inline Sixteen small_sixteen(Sixteen bytes)
{
    return bytes | (((bytes >= 'A') & (bytes <= 'Z')) & 0x20);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HAS_BITS_OF_SIXTEEN
#define ONE_A_BYTE UINT64_C(0x0101010101010101)

/* Return which byte the lowest bit is of. */
static inline int first_byte(uint64_t bits)
{
    return __builtin_ctzll(bits) / 8;
}
#endif

#endif

#endif
