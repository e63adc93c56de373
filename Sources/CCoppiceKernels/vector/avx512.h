#pragma once

// Sixteen floats in a register, thirty-two registers.

#include <immintrin.h>

#include "common.h"

// a header with more instructions says so before it includes this one
#if !defined(TARGET)
#define TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,popcnt")))
#endif
#define FOUR_VECTOR_TILES
#define COMPRESSES
#define APPENDS 16
#define SQUEEZES
#define INLINE static inline __attribute__((always_inline)) TARGET

enum {
  LANES = 16,
  /// A dense tile: weights' rows by vectors of samples, all sums in registers.
  TILE_ROWS = 6,
  TILE_VECTORS = 4,
  /// Rows of a one-vector tile.
  NARROW_TILE_ROWS = 12,
  /// Rows of a tile of sums over the batch; it has four columns.
  SUM_ROWS = 6,
  /// Vectors of samples that a sparse row is summed for at once, and the sums per vector.
  ROW_VECTORS = 4,
  ROW_CHAINS = 2,
  /// Rows with fewer kept weights are summed in one chain per vector.
  SHORT_ROW = 8,
  /// Panels that a sampled dot product takes at once.
  SAMPLED_PANELS = 2,
  /// Partial sums of a sampled dot product.
  SAMPLED_CHAINS = 2,
  /// Vectors of samples of a tile of shared rows, and the inputs that its gradients are summed for at once.
  SHARED_VECTORS = 4,
  SHARED_SUM_INPUTS = 4,
};

typedef __m512 vector;
typedef int32_t words __attribute__((vector_size(64)));
typedef uint32_t naturals __attribute__((vector_size(64)));
typedef uint64_t wide_naturals __attribute__((vector_size(128)));
typedef uint8_t flags __attribute__((vector_size(16)));

INLINE vector v_zero(void) { return _mm512_setzero_ps(); }
INLINE vector v_broadcast(float x) { return _mm512_set1_ps(x); }
INLINE vector v_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void v_store(float *p, vector x) { _mm512_storeu_ps(p, x); }
INLINE vector v_fma(vector a, vector b, vector c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vector v_sqrt(vector x) { return _mm512_sqrt_ps(x); }
INLINE words v_bits(vector x) { return (words)x; }
INLINE vector v_from_bits(words x) { return (vector)x; }
INLINE vector v_round(vector x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

/// a / b, to a last bit, for numbers b whose reciprocal is a normal one.
INLINE vector v_divide(vector a, vector b) {
  // a reciprocal of fourteen bits, and what the quotient is off by
  vector reciprocal = _mm512_rcp14_ps(b);
  vector quotient = a * reciprocal;
  return _mm512_fmadd_ps(reciprocal, _mm512_fnmadd_ps(quotient, b, a), quotient);
}

/// The smaller and the larger; `b` where a comparison with NaN decides.
INLINE vector v_min(vector a, vector b) { return _mm512_min_ps(a, b); }
INLINE vector v_max(vector a, vector b) { return _mm512_max_ps(a, b); }

/// `x` where `gate` is positive, else 0.
INLINE vector v_gate(vector x, vector gate) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(gate, v_zero(), _CMP_GT_OQ), x);
}

INLINE __mmask16 first_lanes(ptrdiff_t count) {
  return count >= LANES ? 0xffff : (__mmask16)((1u << count) - 1);
}

/// The first `count` lanes, the others 0.
INLINE vector v_load_first(const float *p, ptrdiff_t count) {
  return _mm512_maskz_loadu_ps(first_lanes(count), p);
}

INLINE void v_store_first(float *p, vector x, ptrdiff_t count) {
  _mm512_mask_storeu_ps(p, first_lanes(count), x);
}

/// The numbers of the lanes whose bits are set, side by side; the others are not read.
INLINE vector v_load_chosen(const float *p, unsigned chosen) {
  __mmask16 lanes = (__mmask16)chosen;
  return _mm512_maskz_compress_ps(lanes, _mm512_maskz_loadu_ps(lanes, p));
}

/// The chosen lanes, side by side, with what follows them overwritten; returns how many they are.
INLINE ptrdiff_t v_compress(uint32_t *p, naturals x, words chosen) {
  __mmask16 lanes = _mm512_movepi32_mask((__m512i)chosen);
  // to a register first: the store that compresses is slow on some machines
  _mm512_storeu_si512(p, _mm512_maskz_compress_epi32(lanes, (__m512i)x));
  return __builtin_popcount(lanes);
}

/// Appends `first` and the number of each chosen one of sixteen to `bytes`, and what `from` has there,
/// plus `offset`, to `places`; sixteen are written.
INLINE void v_append(
    uint8_t *bytes, int32_t *places, unsigned chosen, uint8_t first, const int32_t *from,
    int32_t offset) {
  __mmask16 those = (__mmask16)chosen;
  __m512i lanes = _mm512_maskz_compress_epi32(
      those, _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  __m512i sources = _mm512_maskz_compress_epi32(those, _mm512_loadu_si512(from));
  _mm512_storeu_si512(places, _mm512_add_epi32(sources, _mm512_set1_epi32(offset)));
  __m128i numbers = _mm512_cvtepi32_epi8(_mm512_add_epi32(lanes, _mm512_set1_epi32(first)));
  _mm_storeu_si128((__m128i *)(void *)bytes, numbers);
}

/// Adds one to each chosen one of sixteen.
INLINE void v_advance(int32_t *next, unsigned chosen) {
  __m512i numbers = _mm512_loadu_si512(next);
  __m512i more = _mm512_mask_add_epi32(
      numbers, (__mmask16)chosen, numbers, _mm512_set1_epi32(1));
  _mm512_storeu_si512(next, more);
}

/// The lowest bits of 64 bytes.
INLINE uint64_t v_pack(const uint8_t *bytes) {
  return _mm512_test_epi8_mask(_mm512_loadu_si512(bytes), _mm512_set1_epi8(1));
}

/// The 128 numbers of a block, in registers.
typedef struct {
  vector part[8];
} lookup;

INLINE lookup v_lookup(const float *block) {
  lookup table;
  UNROLL for (int i = 0; i < 8; i++) table.part[i] = v_load(block + i * LANES);
  return table;
}

/// The numbers at LANES places, counted from the last multiple of 128.
INLINE vector v_look_up(const lookup *table, const uint8_t *places) {
  __m512i place = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)places));
  vector quarter[4];
  UNROLL for (int i = 0; i < 4; i++) {
    quarter[i] = _mm512_permutex2var_ps(table->part[2 * i], place, table->part[2 * i + 1]);
  }
  __mmask16 odd = _mm512_test_epi32_mask(place, _mm512_set1_epi32(32));
  __mmask16 upper = _mm512_test_epi32_mask(place, _mm512_set1_epi32(64));
  return _mm512_mask_mov_ps(
      _mm512_mask_mov_ps(quarter[0], odd, quarter[1]), upper,
      _mm512_mask_mov_ps(quarter[2], odd, quarter[3]));
}

/// Four weights, ready to be broadcast one by one.
typedef __m512 quad;

INLINE quad v_load_quad(const float *p) {
  quad four = _mm512_broadcast_f32x4(_mm_loadu_ps(p));
  // the barrier keeps the compiler from broadcasting each weight from memory again: the load ports
  // are what limits the sparse kernels, the permutes come for free
  __asm__("" : "+v"(four));
  return four;
}

INLINE vector v_broadcast_quad(quad four, const int place) {
  return place == 0   ? _mm512_permute_ps(four, 0x00)
         : place == 1 ? _mm512_permute_ps(four, 0x55)
         : place == 2 ? _mm512_permute_ps(four, 0xaa)
                      : _mm512_permute_ps(four, 0xff);
}

/// The sums over the lanes of four vectors.
INLINE __m128 v_four_sums(vector a, vector b, vector c, vector d) {
  vector ab = _mm512_unpacklo_ps(a, b) + _mm512_unpackhi_ps(a, b);
  vector cd = _mm512_unpacklo_ps(c, d) + _mm512_unpackhi_ps(c, d);
  vector abcd = (vector)_mm512_unpacklo_pd((__m512d)ab, (__m512d)cd) +
                (vector)_mm512_unpackhi_pd((__m512d)ab, (__m512d)cd);
  __m256 half = _mm512_castps512_ps256(abcd) + _mm512_extractf32x8_ps(abcd, 1);
  return _mm256_castps256_ps128(half) + _mm256_extractf128_ps(half, 1);
}

/// Stores the sums over the lanes of the first `count` of four vectors, or adds them.
INLINE void v_store_sums(
    float *p, vector a, vector b, vector c, vector d, ptrdiff_t count, int accumulate) {
  __m128 sums = v_four_sums(a, b, c, d);
  __mmask8 owned = (__mmask8)((1u << count) - 1);
  if (accumulate) sums = sums + _mm_maskz_loadu_ps(owned, p);
  _mm_mask_storeu_ps(p, owned, sums);
}

/// Transposes the squares that four vectors have in every four lanes.
INLINE void v_transpose_fours(vector row[4]) {
  __m512d ab = (__m512d)_mm512_unpacklo_ps(row[0], row[1]);
  __m512d cd = (__m512d)_mm512_unpacklo_ps(row[2], row[3]);
  __m512d high_ab = (__m512d)_mm512_unpackhi_ps(row[0], row[1]);
  __m512d high_cd = (__m512d)_mm512_unpackhi_ps(row[2], row[3]);
  row[0] = (vector)_mm512_unpacklo_pd(ab, cd);
  row[1] = (vector)_mm512_unpackhi_pd(ab, cd);
  row[2] = (vector)_mm512_unpacklo_pd(high_ab, high_cd);
  row[3] = (vector)_mm512_unpackhi_pd(high_ab, high_cd);
}

/// Transposes a square of `LANES` rows and columns.
INLINE void v_transpose(
    const float *source, ptrdiff_t source_stride, float *target, ptrdiff_t target_stride) {
  vector row[16], mixed[16];
  UNROLL for (int i = 0; i < 16; i++) row[i] = v_load(source + i * source_stride);
  // pairs, then fours within each quarter of a register
  UNROLL for (int i = 0; i < 8; i++) {
    mixed[2 * i] = _mm512_unpacklo_ps(row[2 * i], row[2 * i + 1]);
    mixed[2 * i + 1] = _mm512_unpackhi_ps(row[2 * i], row[2 * i + 1]);
  }
  UNROLL for (int i = 0; i < 16; i += 4) {
    __m512d a = (__m512d)mixed[i], b = (__m512d)mixed[i + 1];
    __m512d c = (__m512d)mixed[i + 2], d = (__m512d)mixed[i + 3];
    row[i] = (vector)_mm512_unpacklo_pd(a, c);
    row[i + 1] = (vector)_mm512_unpackhi_pd(a, c);
    row[i + 2] = (vector)_mm512_unpacklo_pd(b, d);
    row[i + 3] = (vector)_mm512_unpackhi_pd(b, d);
  }
  // then whole quarters
  UNROLL for (int i = 0; i < 4; i++) {
    mixed[i] = _mm512_shuffle_f32x4(row[i], row[i + 4], 0x88);
    mixed[i + 4] = _mm512_shuffle_f32x4(row[i], row[i + 4], 0xdd);
    mixed[i + 8] = _mm512_shuffle_f32x4(row[i + 8], row[i + 12], 0x88);
    mixed[i + 12] = _mm512_shuffle_f32x4(row[i + 8], row[i + 12], 0xdd);
  }
  UNROLL for (int i = 0; i < 8; i++) {
    v_store(target + i * target_stride, _mm512_shuffle_f32x4(mixed[i], mixed[i + 8], 0x88));
    v_store(target + (i + 8) * target_stride, _mm512_shuffle_f32x4(mixed[i], mixed[i + 8], 0xdd));
  }
}
