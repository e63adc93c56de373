#pragma once

// Four floats in a register, thirty-two registers.

#include <arm_neon.h>

#include "common.h"

#define TARGET
#define INLINE static inline __attribute__((always_inline))
#define FOUR_VECTOR_TILES

enum {
  LANES = 4,
  TILE_ROWS = 6,
  TILE_VECTORS = 4,
  NARROW_TILE_ROWS = 12,
  SUM_ROWS = 4,
  ROW_VECTORS = 16,
  ROW_CHAINS = 1,
  SHORT_ROW = 8,
  SAMPLED_PANELS = 1,
  SAMPLED_CHAINS = 1,
  SHARED_VECTORS = 4,
  SHARED_SUM_INPUTS = 4,
};

typedef float32x4_t vector;
typedef int32_t words __attribute__((vector_size(16)));
typedef uint32_t naturals __attribute__((vector_size(16)));
typedef uint64_t wide_naturals __attribute__((vector_size(32)));
typedef uint8_t flags __attribute__((vector_size(4)));

INLINE vector v_zero(void) { return vdupq_n_f32(0); }
INLINE vector v_broadcast(float x) { return vdupq_n_f32(x); }
INLINE vector v_load(const float *p) { return vld1q_f32(p); }
INLINE void v_store(float *p, vector x) { vst1q_f32(p, x); }
INLINE vector v_fma(vector a, vector b, vector c) { return vfmaq_f32(c, a, b); }
INLINE vector v_sqrt(vector x) { return vsqrtq_f32(x); }
INLINE words v_bits(vector x) { return (words)x; }
INLINE vector v_from_bits(words x) { return (vector)x; }
INLINE vector v_round(vector x) { return vrndnq_f32(x); }

/// a / b, to a last bit, for numbers b whose reciprocal is a normal one.
INLINE vector v_divide(vector a, vector b) { return a / b; }

/// The smaller and the larger; `b` where a comparison with NaN decides.
INLINE vector v_min(vector a, vector b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
INLINE vector v_max(vector a, vector b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }

/// `x` where `gate` is positive, else 0.
INLINE vector v_gate(vector x, vector gate) {
  return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(x), vcgtzq_f32(gate)));
}

/// The first `count` lanes, the others 0.
INLINE vector v_load_first(const float *p, ptrdiff_t count) {
  float all[4] = {0};
  memcpy(all, p, (size_t)count * sizeof(float));
  return v_load(all);
}

INLINE void v_store_first(float *p, vector x, ptrdiff_t count) {
  float all[4];
  v_store(all, x);
  memcpy(p, all, (size_t)count * sizeof(float));
}

/// 128 numbers to look up.
typedef const float *lookup;

INLINE lookup v_lookup(const float *block) { return block; }

/// The numbers at LANES places, counted from the last multiple of 128.
INLINE vector v_look_up(const lookup *table, const uint8_t *places) {
  const float *p = *table;
  float four[4] = {p[places[0] & 127], p[places[1] & 127], p[places[2] & 127], p[places[3] & 127]};
  return v_load(four);
}

/// Four weights, ready to be broadcast one by one.
typedef float32x4_t quad;

INLINE quad v_load_quad(const float *p) { return vld1q_f32(p); }

INLINE vector v_broadcast_quad(quad four, const int place) {
  return place == 0   ? vdupq_laneq_f32(four, 0)
         : place == 1 ? vdupq_laneq_f32(four, 1)
         : place == 2 ? vdupq_laneq_f32(four, 2)
                      : vdupq_laneq_f32(four, 3);
}

/// Stores the sums over the lanes of the first `count` of four vectors, or adds them.
INLINE void v_store_sums(
    float *p, vector a, vector b, vector c, vector d, ptrdiff_t count, int accumulate) {
  vector sums = vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d));
  if (count == 4) {
    v_store(p, accumulate ? vaddq_f32(sums, v_load(p)) : sums);
    return;
  }
  if (accumulate) sums = vaddq_f32(sums, v_load_first(p, count));
  v_store_first(p, sums, count);
}

/// Transposes a square of `LANES` rows and columns.
INLINE void v_transpose(
    const float *source, ptrdiff_t source_stride, float *target, ptrdiff_t target_stride) {
  vector a = v_load(source), b = v_load(source + source_stride);
  vector c = v_load(source + 2 * source_stride), d = v_load(source + 3 * source_stride);
  float32x4x2_t ab = vtrnq_f32(a, b), cd = vtrnq_f32(c, d);
  v_store(target, vcombine_f32(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0])));
  v_store(target + target_stride, vcombine_f32(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1])));
  v_store(
      target + 2 * target_stride, vcombine_f32(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0])));
  v_store(
      target + 3 * target_stride, vcombine_f32(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1])));
}

/// Transposes the square of four vectors.
INLINE void v_transpose_fours(vector row[4]) {
  float all[4 * LANES], turned[4 * LANES];
  UNROLL for (int i = 0; i < 4; i++) v_store(all + i * LANES, row[i]);
  v_transpose(all, LANES, turned, LANES);
  UNROLL for (int i = 0; i < 4; i++) row[i] = v_load(turned + i * LANES);
}
