#pragma once

// Four floats by the vector extensions of the compiler: whatever the machine has, without leave to
// assume more than its basic instruction set.

#include <math.h>

#include "common.h"

#define TARGET
#define INLINE static inline __attribute__((always_inline))

enum {
  LANES = 4,
  TILE_ROWS = 6,
  TILE_VECTORS = 2,
  NARROW_TILE_ROWS = 12,
  SUM_ROWS = 2,
  ROW_VECTORS = 8,
  ROW_CHAINS = 1,
  SHORT_ROW = 8,
  SAMPLED_PANELS = 1,
  SAMPLED_CHAINS = 2,
  SHARED_VECTORS = 2,
  SHARED_SUM_INPUTS = 2,
};

typedef float vector __attribute__((vector_size(16)));
typedef int32_t words __attribute__((vector_size(16)));
typedef uint32_t naturals __attribute__((vector_size(16)));
typedef uint64_t wide_naturals __attribute__((vector_size(32)));
typedef uint8_t flags __attribute__((vector_size(4)));

INLINE vector v_broadcast(float x) { return (vector){x, x, x, x}; }
INLINE vector v_zero(void) { return v_broadcast(0); }
INLINE vector v_load(const float *p) {
  vector x;
  memcpy(&x, p, sizeof(x));
  return x;
}
INLINE void v_store(float *p, vector x) { memcpy(p, &x, sizeof(x)); }
INLINE vector v_fma(vector a, vector b, vector c) { return a * b + c; }
INLINE vector v_sqrt(vector x) {
  return (vector){sqrtf(x[0]), sqrtf(x[1]), sqrtf(x[2]), sqrtf(x[3])};
}
INLINE words v_bits(vector x) { return (words)x; }
INLINE vector v_from_bits(words x) { return (vector)x; }

/// a / b, to a last bit, for numbers b whose reciprocal is a normal one.
INLINE vector v_divide(vector a, vector b) { return a / b; }

/// The nearest whole number of magnitudes below 2^22, ties to even.
INLINE vector v_round(vector x) {
  // the sum has no bits for a fraction; the barrier keeps it from being simplified away
  vector shifted = x + v_broadcast(0x1.8p23f);
  __asm__("" : "+m"(shifted));
  return shifted - v_broadcast(0x1.8p23f);
}

/// `b` where a comparison with NaN decides.
INLINE vector v_min(vector a, vector b) {
  words less = a < b;
  return (vector)(((words)a & less) | ((words)b & ~less));
}
INLINE vector v_max(vector a, vector b) {
  words more = a > b;
  return (vector)(((words)a & more) | ((words)b & ~more));
}
INLINE vector v_gate(vector x, vector gate) { return (vector)((words)x & (gate > v_zero())); }

INLINE vector v_load_first(const float *p, ptrdiff_t count) {
  vector x = v_zero();
  memcpy(&x, p, (size_t)count * sizeof(float));
  return x;
}
INLINE void v_store_first(float *p, vector x, ptrdiff_t count) {
  memcpy(p, &x, (size_t)count * sizeof(float));
}

/// 128 numbers to look up.
typedef const float *lookup;
INLINE lookup v_lookup(const float *block) { return block; }
INLINE vector v_look_up(const lookup *table, const uint8_t *places) {
  const float *p = *table;
  return (vector){p[places[0] & 127], p[places[1] & 127], p[places[2] & 127], p[places[3] & 127]};
}

typedef vector quad;
INLINE quad v_load_quad(const float *p) { return v_load(p); }
INLINE vector v_broadcast_quad(quad four, const int place) { return v_broadcast(four[place]); }

INLINE vector lanes_of_row(vector a, vector b, vector c, vector d, const int lane) {
  return (vector){a[lane], b[lane], c[lane], d[lane]};
}

INLINE void v_store_sums(
    float *p, vector a, vector b, vector c, vector d, ptrdiff_t count, int accumulate) {
  vector sums = (lanes_of_row(a, b, c, d, 0) + lanes_of_row(a, b, c, d, 2)) +
                (lanes_of_row(a, b, c, d, 1) + lanes_of_row(a, b, c, d, 3));
  if (accumulate) sums = sums + v_load_first(p, count);
  v_store_first(p, sums, count);
}

INLINE void v_transpose(
    const float *source, ptrdiff_t source_stride, float *target, ptrdiff_t target_stride) {
  vector row[4];
  UNROLL for (int i = 0; i < 4; i++) row[i] = v_load(source + i * source_stride);
  UNROLL for (int i = 0; i < 4; i++) {
    v_store(target + i * target_stride, lanes_of_row(row[0], row[1], row[2], row[3], i));
  }
}

/// Transposes the square of four vectors.
INLINE void v_transpose_fours(vector row[4]) {
  float all[4 * LANES], turned[4 * LANES];
  UNROLL for (int i = 0; i < 4; i++) v_store(all + i * LANES, row[i]);
  v_transpose(all, LANES, turned, LANES);
  UNROLL for (int i = 0; i < 4; i++) row[i] = v_load(turned + i * LANES);
}
