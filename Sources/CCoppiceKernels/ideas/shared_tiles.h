#pragma once

// The tiles of a matrix of shared rows.

/// How many rows tile `group` has.
INLINE ptrdiff_t rows_of_tile(const coppice_shared_index *index, ptrdiff_t group) {
  return smaller(COPPICE_SHARED_ROWS, index->rows - group * COPPICE_SHARED_ROWS);
}

/// Calls `RUN` with the number of rows as a constant.
#define WITH_ROWS(rows, RUN) \
  switch (rows) {            \
    case 4: RUN(4); break;   \
    case 3: RUN(3); break;   \
    case 2: RUN(2); break;   \
    default: RUN(1);         \
  }

/// The entries [first, last) of a tile that lie in columns [from, to) of their block.
INLINE void narrow_entries(
    const uint8_t *inputs, ptrdiff_t from, ptrdiff_t to, ptrdiff_t *first, ptrdiff_t *last) {
  while (*first < *last && inputs[*first] < from) ++*first;
  while (*first < *last && inputs[*last - 1] >= to) --*last;
}

/// What the sums of a forward tile of `rows` rows begin with.
INLINE void begin_shared_tile(
    const int rows, vector (*sum)[SHARED_VECTORS], int resume, finish end, const float *output) {
  UNROLL for (int r = 0; r < rows; r++) {
    vector start = end.bias ? v_broadcast(end.bias[r]) : v_zero();
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
      sum[r][v] = resume ? v_load(output + r * COPPICE_PANEL + v * LANES) : start;
    }
  }
}

/// Stores the finished sums of a forward tile.
INLINE void end_shared_tile(
    const int rows, vector (*sum)[SHARED_VECTORS], finish end, float *output) {
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
      ptrdiff_t element = r * COPPICE_PANEL + v * LANES;
      v_store(output + element, finished(sum[r][v], end, element));
    }
  }
}
