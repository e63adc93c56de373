#pragma once

// The registers of AVX-512 with products of bf16 pairs: a lane of 32 bits holds two numbers of eight
// bits of precision, the first in its lower half, and a term of a sum is the two products of a lane.
//
// Pairs travel as floats: in memory, in broadcasts and in registers they are 32 bits that nobody
// looks into but `v_dot`.

#define TARGET \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,avx2,fma")))
#define V_TERM v_dot

#include "avx512.h"

/// sum + first · first + second · second of every lane, in single precision.
INLINE vector v_dot(vector a, vector b, vector sum) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

/// Thirty-two neighbours, rounded to nearest even: lane i holds numbers 2 i and 2 i + 1.
INLINE vector v_pair_neighbours(vector lower, vector upper) {
  return (vector)_mm512_cvtne2ps_pbh(upper, lower);
}

/// Two vectors, rounded to nearest even: lane i holds number i of both.
INLINE vector v_pair_lanes(vector first, vector second) {
  const __m512i order = _mm512_set_epi16(
      31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4,
      19, 3, 18, 2, 17, 1, 16, 0);
  __m512i neighbours = (__m512i)v_pair_neighbours(first, second);
  return (vector)_mm512_permutexvar_epi16(order, neighbours);
}

/// Thirty-two neighbours, rounded to nearest even, in the order that `v_pair_lower` and
/// `v_pair_upper` undo.
INLINE vector v_halve(vector lower, vector upper) {
  const __m512i order = _mm512_set_epi64(7, 3, 6, 2, 5, 1, 4, 0);
  return (vector)_mm512_permutexvar_epi64(order, (__m512i)v_pair_neighbours(lower, upper));
}

/// The first sixteen, or the last, of two vectors that `v_halve` made: lane i holds number i of both.
INLINE vector v_pair_lower(vector first, vector second) {
  return (vector)_mm512_unpacklo_epi16((__m512i)first, (__m512i)second);
}

INLINE vector v_pair_upper(vector first, vector second) {
  return (vector)_mm512_unpackhi_epi16((__m512i)first, (__m512i)second);
}

/// Eight times four numbers, rounded to nearest even: lane 4 i + j holds number j of the fours 2 i
/// and 2 i + 1.
INLINE vector v_pair_fours(vector lower, vector upper) {
  const __m512i order = _mm512_set4_epi32(0x0f0e0706, 0x0d0c0504, 0x0b0a0302, 0x09080100);
  return (vector)_mm512_shuffle_epi8((__m512i)v_pair_neighbours(lower, upper), order);
}
