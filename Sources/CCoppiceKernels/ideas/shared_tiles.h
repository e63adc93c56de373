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
