#include "include/CCoppiceKernels.h"

void coppice_prefetch_rows(
    const void *records, ptrdiff_t stride, ptrdiff_t length, const int64_t *rows,
    ptrdiff_t row_count) {
  for (ptrdiff_t r = 0; r < row_count; r++) {
    if (rows[r] < 0) continue;
    const char *first = (const char *)records + rows[r] * stride;
    const char *last = first + length - 1;
    // every cache line of 64 bytes that the record touches
    const char *line = first - ((uintptr_t)first & 63);
    for (; line <= last; line += 64) __builtin_prefetch(line);
  }
}
