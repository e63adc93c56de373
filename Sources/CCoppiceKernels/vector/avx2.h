#pragma once

// Eight floats in a register, sixteen registers.

#include <immintrin.h>

#include "common.h"

#define TARGET __attribute__((target("avx2,fma,bmi2,popcnt")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define COMPRESSES
#define APPENDS 8

enum {
  LANES = 8,
  TILE_ROWS = 6,
  TILE_VECTORS = 2,
  NARROW_TILE_ROWS = 12,
  SUM_ROWS = 2,
  ROW_VECTORS = 8,
  ROW_CHAINS = 1,
  SHORT_ROW = 8,
  SAMPLED_PANELS = 1,
  SAMPLED_CHAINS = 1,
  SHARED_VECTORS = 2,
  SHARED_SUM_INPUTS = 2,
};

typedef __m256 vector;
typedef int32_t words __attribute__((vector_size(32)));
typedef uint32_t naturals __attribute__((vector_size(32)));
typedef uint64_t wide_naturals __attribute__((vector_size(64)));
typedef uint8_t flags __attribute__((vector_size(8)));

INLINE vector v_zero(void) { return _mm256_setzero_ps(); }
INLINE vector v_broadcast(float x) { return _mm256_set1_ps(x); }
INLINE vector v_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void v_store(float *p, vector x) { _mm256_storeu_ps(p, x); }
INLINE vector v_fma(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vector v_sqrt(vector x) { return _mm256_sqrt_ps(x); }
INLINE words v_bits(vector x) { return (words)x; }
INLINE vector v_from_bits(words x) { return (vector)x; }
INLINE vector v_round(vector x) {
  return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

/// a / b, to a last bit, for numbers b whose reciprocal is a normal one.
INLINE vector v_divide(vector a, vector b) { return a / b; }

/// The smaller and the larger; `b` where a comparison with NaN decides.
INLINE vector v_min(vector a, vector b) { return _mm256_min_ps(a, b); }
INLINE vector v_max(vector a, vector b) { return _mm256_max_ps(a, b); }

/// `x` where `gate` is positive, else 0.
INLINE vector v_gate(vector x, vector gate) {
  return _mm256_and_ps(x, _mm256_cmp_ps(gate, v_zero(), _CMP_GT_OQ));
}

INLINE __m256i first_lanes(ptrdiff_t count) {
  return _mm256_cmpgt_epi32(
      _mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/// The first `count` lanes, the others 0.
INLINE vector v_load_first(const float *p, ptrdiff_t count) {
  return _mm256_maskload_ps(p, first_lanes(count));
}

INLINE void v_store_first(float *p, vector x, ptrdiff_t count) {
  _mm256_maskstore_ps(p, first_lanes(count), x);
}

/// The chosen lanes, side by side, with what follows them overwritten; returns how many they are.
INLINE ptrdiff_t v_compress(uint32_t *p, naturals x, words chosen) {
  unsigned lanes = (unsigned)_mm256_movemask_ps((__m256)chosen);
  // a byte for every chosen lane, and the numbers of these lanes side by side
  uint64_t bytes = _pdep_u64(lanes, 0x0101010101010101u) * 0xff;
  uint64_t order = _pext_u64(0x0706050403020100u, bytes);
  __m256i places = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)order));
  _mm256_storeu_si256((__m256i *)p, _mm256_permutevar8x32_epi32((__m256i)x, places));
  return __builtin_popcount(lanes);
}

/// Appends `first` and the number of each chosen one of eight to `bytes`, and what `from` has there,
/// plus `offset`, to `places`; eight are written.
INLINE void v_append(
    uint8_t *bytes, int32_t *places, unsigned chosen, uint8_t first, const int32_t *from,
    int32_t offset) {
  uint64_t those = _pdep_u64(chosen, 0x0101010101010101u) * 0xff;
  uint64_t order = _pext_u64(0x0706050403020100u, those);
  __m256i lanes = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)order));
  __m256i sources = _mm256_loadu_si256((const __m256i *)(const void *)from);
  sources = _mm256_permutevar8x32_epi32(sources, lanes);
  sources = _mm256_add_epi32(sources, _mm256_set1_epi32(offset));
  _mm256_storeu_si256((__m256i *)(void *)places, sources);
  order += first * 0x0101010101010101u;
  memcpy(bytes, &order, sizeof(order));
}

/// Adds one to each chosen one of eight.
INLINE void v_advance(int32_t *next, unsigned chosen) {
  __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  __m256i those = _mm256_and_si256(_mm256_set1_epi32((int32_t)chosen), bits);
  __m256i numbers = _mm256_loadu_si256((const __m256i *)(const void *)next);
  numbers = _mm256_sub_epi32(numbers, _mm256_cmpeq_epi32(those, bits));
  _mm256_storeu_si256((__m256i *)(void *)next, numbers);
}

/// The lowest bits of 64 bytes.
INLINE uint64_t v_pack(const uint8_t *bytes) {
  __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
  __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
  uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(low, 7));
  uint32_t last = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(high, 7));
  return (uint64_t)last << 32 | first;
}

/// 128 numbers to look up.
typedef const float *lookup;

INLINE lookup v_lookup(const float *block) { return block; }

/// The numbers at LANES places, counted from the last multiple of 128.
INLINE vector v_look_up(const lookup *table, const uint8_t *places) {
  __m256i place = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)places));
  place = _mm256_and_si256(place, _mm256_set1_epi32(127));
  return _mm256_i32gather_ps(*table, place, 4);
}

/// Four weights, ready to be broadcast one by one.
typedef __m256 quad;

INLINE quad v_load_quad(const float *p) {
  quad four = _mm256_broadcast_ps((const __m128 *)p);
  // see vector/avx512.h
  __asm__("" : "+x"(four));
  return four;
}

INLINE vector v_broadcast_quad(quad four, const int place) {
  return place == 0   ? _mm256_permute_ps(four, 0x00)
         : place == 1 ? _mm256_permute_ps(four, 0x55)
         : place == 2 ? _mm256_permute_ps(four, 0xaa)
                      : _mm256_permute_ps(four, 0xff);
}

/// Stores the sums over the lanes of the first `count` of four vectors, or adds them.
INLINE void v_store_sums(
    float *p, vector a, vector b, vector c, vector d, ptrdiff_t count, int accumulate) {
  vector ab = _mm256_unpacklo_ps(a, b) + _mm256_unpackhi_ps(a, b);
  vector cd = _mm256_unpacklo_ps(c, d) + _mm256_unpackhi_ps(c, d);
  vector abcd = (vector)_mm256_unpacklo_pd((__m256d)ab, (__m256d)cd) +
                (vector)_mm256_unpackhi_pd((__m256d)ab, (__m256d)cd);
  __m128 sums = _mm256_castps256_ps128(abcd) + _mm256_extractf128_ps(abcd, 1);
  if (count == 4) {
    if (accumulate) sums = sums + _mm_loadu_ps(p);
    _mm_storeu_ps(p, sums);
    return;
  }
  __m128i owned = _mm256_castsi256_si128(first_lanes(count));
  if (accumulate) sums = sums + _mm_maskload_ps(p, owned);
  _mm_maskstore_ps(p, owned, sums);
}

/// Transposes the squares that four vectors have in every four lanes.
INLINE void v_transpose_fours(vector row[4]) {
  __m256d ab = (__m256d)_mm256_unpacklo_ps(row[0], row[1]);
  __m256d cd = (__m256d)_mm256_unpacklo_ps(row[2], row[3]);
  __m256d high_ab = (__m256d)_mm256_unpackhi_ps(row[0], row[1]);
  __m256d high_cd = (__m256d)_mm256_unpackhi_ps(row[2], row[3]);
  row[0] = (vector)_mm256_unpacklo_pd(ab, cd);
  row[1] = (vector)_mm256_unpackhi_pd(ab, cd);
  row[2] = (vector)_mm256_unpacklo_pd(high_ab, high_cd);
  row[3] = (vector)_mm256_unpackhi_pd(high_ab, high_cd);
}

/// Transposes a square of `LANES` rows and columns.
INLINE void v_transpose(
    const float *source, ptrdiff_t source_stride, float *target, ptrdiff_t target_stride) {
  vector row[8], mixed[8];
  UNROLL for (int i = 0; i < 8; i++) row[i] = v_load(source + i * source_stride);
  UNROLL for (int i = 0; i < 4; i++) {
    mixed[2 * i] = _mm256_unpacklo_ps(row[2 * i], row[2 * i + 1]);
    mixed[2 * i + 1] = _mm256_unpackhi_ps(row[2 * i], row[2 * i + 1]);
  }
  UNROLL for (int i = 0; i < 8; i += 4) {
    __m256d a = (__m256d)mixed[i], b = (__m256d)mixed[i + 1];
    __m256d c = (__m256d)mixed[i + 2], d = (__m256d)mixed[i + 3];
    row[i] = (vector)_mm256_unpacklo_pd(a, c);
    row[i + 1] = (vector)_mm256_unpackhi_pd(a, c);
    row[i + 2] = (vector)_mm256_unpacklo_pd(b, d);
    row[i + 3] = (vector)_mm256_unpackhi_pd(b, d);
  }
  UNROLL for (int i = 0; i < 4; i++) {
    v_store(target + i * target_stride, _mm256_permute2f128_ps(row[i], row[i + 4], 0x20));
    v_store(target + (i + 4) * target_stride, _mm256_permute2f128_ps(row[i], row[i + 4], 0x31));
  }
}
