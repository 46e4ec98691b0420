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

/* Return whether any of them is other than 0. */
static inline bool has_any(Sixteen bytes)
{
    uint64_t halves[2];
    memcpy(halves, &bytes, sizeof bytes);
    return (halves[0] | halves[1]) != 0;
}

#endif

#endif
