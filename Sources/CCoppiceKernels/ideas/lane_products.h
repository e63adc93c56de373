#pragma once

// Small products in every lane of a panel: a matrix of the lane's own times a vector of its own, and the
// outer product of two vectors.

/// output[r] = sum of left[r, k] right[k], for `rows` rows, a stripe of lanes at a time.
INLINE void lane_rows(
    const int rows, ptrdiff_t terms, const float *left, const float *right, float *output) {
  FOR_EACH_STRIPE(s) {
    vector sum[2][TILE_VECTORS];
    UNROLL for (int r = 0; r < rows; r++) {
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = v_zero();
    }
    for (ptrdiff_t k = 0; k < terms; k++) {
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
        ptrdiff_t element = k * COPPICE_PANEL + s + v * LANES;
        vector x = v_load(right + element);
        UNROLL for (int r = 0; r < rows; r++) {
          vector w = v_load(left + r * terms * COPPICE_PANEL + element);
          sum[r][v] = v_fma(w, x, sum[r][v]);
        }
      }
    }
    UNROLL for (int r = 0; r < rows; r++) {
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
        v_store(output + r * COPPICE_PANEL + s + v * LANES, sum[r][v]);
      }
    }
  }
}

TARGET static void lane_products(
    ptrdiff_t rows, ptrdiff_t terms, const float *left, const float *right, float *output) {
  ptrdiff_t row = 0;
  for (; row + 2 <= rows; row += 2) {
    lane_rows(2, terms, left + row * terms * COPPICE_PANEL, right, output + row * COPPICE_PANEL);
  }
  if (row < rows) {
    lane_rows(1, terms, left + row * terms * COPPICE_PANEL, right, output + row * COPPICE_PANEL);
  }
}

/// One row of an outer product, or of the sum of two, or of what is there and one.
INLINE void lane_outer_row(
    ptrdiff_t terms, const float *left, const float *right, const float *second_left,
    const float *second_right, int accumulate, float *output) {
  FOR_EACH_STRIPE(s) {
    vector a[TILE_VECTORS], b[TILE_VECTORS];
    UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
      a[v] = v_load(left + s + v * LANES);
      b[v] = second_left ? v_load(second_left + s + v * LANES) : v_zero();
    }
    for (ptrdiff_t k = 0; k < terms; k++) {
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
        ptrdiff_t element = k * COPPICE_PANEL + s + v * LANES;
        vector sum = accumulate ? v_load(output + element) : v_zero();
        sum = v_fma(a[v], v_load(right + element), sum);
        if (second_left) sum = v_fma(b[v], v_load(second_right + element), sum);
        v_store(output + element, sum);
      }
    }
  }
}

TARGET static void lane_outer(
    ptrdiff_t rows, ptrdiff_t terms, const float *left, const float *right,
    const float *second_left, const float *second_right, int accumulate, float *output) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    const float *a = left + row * COPPICE_PANEL;
    float *to = output + row * terms * COPPICE_PANEL;
    if (second_left) {
      const float *b = second_left + row * COPPICE_PANEL;
      lane_outer_row(terms, a, right, b, second_right, accumulate, to);
    } else {
      lane_outer_row(terms, a, right, NULL, NULL, accumulate, to);
    }
  }
}
