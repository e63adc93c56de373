// How fast this core runs right now.

#include <time.h>

#include "include/CCoppiceKernels.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// `count` additions, each of which needs the one before: one cycle each.
static uint64_t add_in_turn(uint64_t count) {
  // an unknown step, for some processors add small constants ahead of time
  uint64_t sum = 0, step = 1;
  __asm__ volatile("" : "+r"(step));
  for (uint64_t i = 0; i < count; i += 16) {
    // the barriers keep the additions from being taken together
#define ADD sum += step; __asm__ volatile("" : "+r"(sum));
    ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD
#undef ADD
  }
  return sum;
}

double coppice_clock_frequency(double seconds) {
  const uint64_t additions = 1 << 18;
  double fastest = 0, end = now() + seconds;
  do {
    double start = now();
    uint64_t sum = add_in_turn(additions);
    double rate = (double)sum / (now() - start);
    // an interrupted repeat only looks slower
    if (rate > fastest) fastest = rate;
  } while (now() < end);
  return fastest;
}
