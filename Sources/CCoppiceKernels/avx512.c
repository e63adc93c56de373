// The kernels for AVX-512 (F, VL, BW, DQ).

#include "include/CCoppiceKernels.h"

#if defined(__x86_64__)

#include "vector/avx512.h"

#include "ideas/table.h"

const coppice_kernels *coppice_avx512(void) {
  __builtin_cpu_init();
  int runs = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
  return runs ? &kernels : NULL;
}

#else

const coppice_kernels *coppice_avx512(void) { return NULL; }

#endif
