#pragma once

// Runs the kernels of one instruction set on random data and compares them with plain loops in double
// precision. Memory is of exactly the size that the kernels are promised, so that a sanitiser sees
// every access that is not theirs.

#include <stddef.h>
#include <stdint.h>

#include "CCoppiceKernels.h"

/// One case: what it is drawn from, whose kernels it runs, and what it has allocated.
typedef struct {
  const char *set;
  const coppice_kernels *kernels;
  uint64_t seed, state;
  void *memory[256];
  int memory_count;
  int mistakes;
} trial;

uint64_t draw_word(trial *t);
/// From `low` to `high`, both included; small numbers more often.
ptrdiff_t draw_size(trial *t, ptrdiff_t low, ptrdiff_t high);
/// Uniform below `bound`.
ptrdiff_t draw_below(trial *t, ptrdiff_t bound);
/// From -1 to 1.
float draw_float(trial *t);

/// What kernels read: the one vector that they may read behind it is no number.
void *readable(trial *t, ptrdiff_t count, size_t size);
/// Random numbers to read.
float *random_floats(trial *t, ptrdiff_t count);
/// What kernels write: not a byte behind it, and nothing that could pass for a result in it.
void *writable(trial *t, ptrdiff_t count, size_t size);

/// Reports an element that is further from `expected` than rounding takes it.
void compare(
    trial *t, const char *what, ptrdiff_t count, const float *found, const double *expected);
void expect(trial *t, const char *what, int holds);

void check_dense(trial *t);
void check_sparse(trial *t);
void check_shared(trial *t);
void check_elementwise(trial *t);
void check_losses(trial *t);
void check_gaussian(trial *t);
void check_random_numbers(trial *t);
void check_records(trial *t);
void check_selection(trial *t);
