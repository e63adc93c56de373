// Builds the index of a sparse layer whose rows share their kept inputs four by four.

#include <string.h>

#include "include/CCoppiceKernels.h"

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

int coppice_shares_rows(coppice_shape shape, const uint8_t *mask) {
  for (ptrdiff_t row = 0; row + 1 < shape.outputs; row++) {
    if ((row + 1) % COPPICE_SHARED_ROWS == 0) continue;
    const uint8_t *this = mask + row * shape.inputs, *next = this + shape.inputs;
    for (ptrdiff_t i = 0; i < shape.inputs; i++) {
      if ((this[i] != 0) != (next[i] != 0)) return 0;
    }
  }
  return 1;
}

ptrdiff_t coppice_shared_build(
    const coppice_shared_index *index, const uint8_t *mask, int32_t *dense_index) {
  int32_t entries = 0, kept = 0;
  ptrdiff_t tile = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    ptrdiff_t first = block * COPPICE_SHARED_INPUTS;
    ptrdiff_t last = smaller(index->inputs, first + COPPICE_SHARED_INPUTS);
    for (ptrdiff_t group = 0; group < index->groups; group++, tile++) {
      ptrdiff_t row = group * COPPICE_SHARED_ROWS;
      ptrdiff_t rows = smaller(COPPICE_SHARED_ROWS, index->rows - row);
      const uint8_t *choice = mask + row * index->inputs;
      index->start[tile] = entries;
      index->value_start[tile] = kept;
      for (ptrdiff_t column = first; column < last; column++) {
        if (!choice[column]) continue;
        index->input[entries++] = (uint8_t)(column - first);
        for (ptrdiff_t r = 0; r < rows; r++) {
          dense_index[kept++] = (int32_t)((row + r) * index->inputs + column);
        }
      }
    }
  }
  index->start[tile] = entries;
  index->value_start[tile] = kept;
  return kept;
}
