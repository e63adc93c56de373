// The kernels for AVX2 with FMA and BMI2.

#include "include/CCoppiceKernels.h"

#if defined(__x86_64__)

#include "vector/avx2.h"

#include "ideas/table.h"

const coppice_kernels *coppice_avx2(void) {
  __builtin_cpu_init();
  int runs = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return runs ? &kernels : NULL;
}

#else

const coppice_kernels *coppice_avx2(void) { return NULL; }

#endif
