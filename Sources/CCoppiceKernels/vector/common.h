#pragma once

// What the kernels of all instruction sets share.

#include <string.h>

#include "../include/CCoppiceKernels.h"

// sums are kept in local arrays, which become registers only when these loops are unrolled
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define UNROLL_FOUR _Pragma("clang loop unroll_count(4)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#define UNROLL_FOUR _Pragma("GCC unroll 4")
#endif

static inline ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
static inline ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }
static inline ptrdiff_t rounded_up(ptrdiff_t a, ptrdiff_t step) {
  return (a + step - 1) / step * step;
}

enum {
  /// Numbers that `v_look_up` chooses from.
  LOOKUP_INPUTS = 128,
};
