// Checks every kernel of every instruction set that this machine runs.
//
//   check-kernels [CASES [SEED]]     (300 cases from seed 1; one case of a seed replays it)

#define _POSIX_C_SOURCE 200112L
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t draw_word(trial *t) {
  // SplitMix64 (Steele, Lea, Flood 2014)
  uint64_t z = t->state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static double draw_unit(trial *t) { return (double)(draw_word(t) >> 11) * 0x1p-53; }

ptrdiff_t draw_below(trial *t, ptrdiff_t bound) {
  return (ptrdiff_t)(draw_word(t) % (uint64_t)bound);
}

ptrdiff_t draw_size(trial *t, ptrdiff_t low, ptrdiff_t high) {
  double span = (double)(high - low + 1);
  return low + (ptrdiff_t)(pow(span, draw_unit(t)) - 1 + 1e-9);
}

float draw_float(trial *t) { return (float)(2 * draw_unit(t) - 1); }

static void *allocate(trial *t, size_t bytes) {
  void *memory = NULL;
  if (t->memory_count == 256 || posix_memalign(&memory, 64, bytes ? bytes : 1) != 0) abort();
  return t->memory[t->memory_count++] = memory;
}

void *readable(trial *t, ptrdiff_t count, size_t size) {
  size_t bytes = (size_t)count * size, slack = (size_t)t->kernels->lanes * sizeof(float);
  char *memory = allocate(t, bytes + slack);
  memset(memory, 0, bytes);
  memset(memory + bytes, 0xff, slack);
  return memory;
}

float *random_floats(trial *t, ptrdiff_t count) {
  float *numbers = readable(t, count, sizeof(float));
  for (ptrdiff_t i = 0; i < count; i++) numbers[i] = draw_float(t);
  return numbers;
}

void *writable(trial *t, ptrdiff_t count, size_t size) {
  size_t bytes = (size_t)count * size;
  return memset(allocate(t, bytes), 0xff, bytes);
}

static void report(trial *t, const char *what) {
  t->mistakes++;
  fprintf(stderr, "%s, seed %llu: %s", t->set, (unsigned long long)t->seed, what);
}

void compare(
    trial *t, const char *what, ptrdiff_t count, const float *found, const double *expected) {
  double size = 1;
  for (ptrdiff_t i = 0; i < count; i++) size = fmax(size, fabs(expected[i]));
  for (ptrdiff_t i = 0; i < count; i++) {
    if (fabs(found[i] - expected[i]) <= 1e-5 * size) continue;
    report(t, what);
    fprintf(
        stderr, " is %.9g at %td of %td, expected %.9g\n", found[i], i, count, expected[i]);
    return;
  }
}

void expect(trial *t, const char *what, int holds) {
  if (holds) return;
  report(t, what);
  fprintf(stderr, " is not as it should be\n");
}

static void (*const checks[])(trial *) = {
    check_dense,  check_sparse,         check_shared,  check_elementwise,
    check_losses, check_random_numbers, check_records, check_selection,
    check_gaussian,
};

/// Runs all checks once; returns how many mistakes they found.
static int run_case(const char *set, const coppice_kernels *kernels, uint64_t seed) {
  int mistakes = 0;
  for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
    trial t = {.set = set, .kernels = kernels, .seed = seed, .state = seed * 64 + i};
    checks[i](&t);
    while (t.memory_count > 0) free(t.memory[--t.memory_count]);
    mistakes += t.mistakes;
  }
  return mistakes;
}

int main(int count, char **words) {
  long cases = count > 1 ? atol(words[1]) : 300;
  uint64_t seed = count > 2 ? (uint64_t)atoll(words[2]) : 1;
  const char *names[] = {"avx512", "avx2", "neon", "portable"};
  const coppice_kernels *sets[] = {
      coppice_avx512(), coppice_avx2(), coppice_neon(), coppice_portable()};
  int mistakes = 0;
  for (int s = 0; s < 4; s++) {
    if (!sets[s]) continue;
    int found = 0;
    for (long i = 0; i < cases; i++) found += run_case(names[s], sets[s], seed + (uint64_t)i);
    printf("%s: %ld cases, %d mistakes\n", names[s], cases, found);
    mistakes += found;
  }
  return mistakes ? 1 : 0;
}
