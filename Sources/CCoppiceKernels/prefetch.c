#include "include/CCoppiceKernels.h"

/// Every cache line of 64 bytes that the records touch.
#define FOR_EACH_LINE(BODY)                                                      \
  for (ptrdiff_t r = 0; r < row_count; r++) {                                    \
    const char *first = (const char *)(records + rows[r] * stride);              \
    const char *last = first + (size_t)floats * sizeof(float) - 1;               \
    const char *line = first - ((uintptr_t)first & 63);                          \
    for (; line <= last; line += 64) BODY;                                       \
  }

void coppice_prefetch_rows(
    const float *records, ptrdiff_t stride, ptrdiff_t floats, const int64_t *rows,
    ptrdiff_t row_count) {
  FOR_EACH_LINE(__builtin_prefetch(line, 0, 3))
}

void coppice_prefetch_rows_early(
    const float *records, ptrdiff_t stride, ptrdiff_t floats, const int64_t *rows,
    ptrdiff_t row_count) {
  FOR_EACH_LINE(__builtin_prefetch(line, 0, 2))
}
