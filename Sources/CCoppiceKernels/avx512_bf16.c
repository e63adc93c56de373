// The products of bf16 numbers, for AVX-512 with the extension BF16.

#include "include/CCoppiceKernels.h"

#if defined(__x86_64__)

#include "vector/avx512_bf16.h"

#include "ideas/paired_dense.h"
#include "ideas/paired_shared.h"

static const coppice_pair_kernels pair_kernels = {
    .dense_rows_count = paired_rows_count,
    .dense_columns_count = paired_columns_count,
    .pair_rows = pair_rows,
    .pair_columns = pair_columns,
    .dense_forward = paired_dense_forward,
    .dense_backward_data = paired_dense_backward_data,
    .transposed_count = paired_transposed_count,
    .transpose = paired_transpose,
    .dense_backward_weights = paired_dense_backward_weights,
    .pair_shared_forward = pair_shared_forward,
    .pair_shared_backward = pair_shared_backward,
    .shared_forward = paired_shared_forward,
    .shared_backward_data = paired_shared_backward_data,
    .halved_count = halved_count,
    .halve = halve,
    .shared_backward_weights = paired_shared_backward_weights,
};

const coppice_pair_kernels *coppice_avx512_bf16(void) {
  return coppice_avx512() && __builtin_cpu_supports("avx512bf16") ? &pair_kernels : NULL;
}

#else

const coppice_pair_kernels *coppice_avx512_bf16(void) { return NULL; }

#endif
