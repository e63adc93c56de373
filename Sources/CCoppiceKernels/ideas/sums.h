#pragma once

// Sums over the batch of products of two features, and of one feature.
//
// A sum runs over the panels and over the vectors of each panel in one chain per lane; then the
// lanes are added as a tree. Which sums are computed together leaves no trace.

/// The sums of `rows` output gradients times `columns` inputs, stored `row_step` apart, or added there.
INLINE void product_sums_tile(
    const int rows, const int columns, coppice_panels inputs, coppice_panels gradients,
    int accumulate, float *output, ptrdiff_t row_step) {
  vector sum[SUM_ROWS][4];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int c = 0; c < 4; c++) sum[r][c] = v_zero();
  }
  for (ptrdiff_t panel = 0; panel < inputs.count; panel++) {
    const float *x = inputs.start + panel * inputs.stride;
    const float *d = gradients.start + panel * gradients.stride;
    for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
      vector column[4];
      UNROLL for (int c = 0; c < columns; c++) column[c] = v_load(x + c * COPPICE_PANEL + s);
      UNROLL for (int r = 0; r < rows; r++) {
        vector row = v_load(d + r * COPPICE_PANEL + s);
        UNROLL for (int c = 0; c < columns; c++) sum[r][c] = v_fma(row, column[c], sum[r][c]);
      }
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    v_store_sums(
        output + r * row_step, sum[r][0], sum[r][1], sum[r][2], sum[r][3], columns, accumulate);
  }
}

/// The sums of output gradients [0, rows) times up to four inputs.
INLINE void product_sums_rows(
    const int columns, ptrdiff_t rows, coppice_panels inputs, coppice_panels gradients,
    int accumulate, float *output, ptrdiff_t row_step) {
#define TILE(count)                                                                         \
  product_sums_tile(                                                                        \
      count, columns, inputs, gradients, accumulate, output + row * row_step, row_step);    \
  gradients.start += count * COPPICE_PANEL;                                                 \
  row += count
  ptrdiff_t row = 0;
  while (rows - row >= SUM_ROWS) { TILE(SUM_ROWS); }
  while (rows - row >= 2) { TILE(2); }
  if (rows - row == 1) { TILE(1); }
#undef TILE
}

/// Weight gradients of rows [first, last) and columns [first_column, last_column), each summed on
/// its own along the batch.
INLINE void product_sums(
    ptrdiff_t inputs_count, ptrdiff_t first, ptrdiff_t last, ptrdiff_t first_column,
    ptrdiff_t last_column, coppice_panels inputs, coppice_panels gradients, int accumulate,
    float *output) {
  gradients.start += first * COPPICE_PANEL;
  output += first * inputs_count;
  for (ptrdiff_t column = first_column; column < last_column; column += 4) {
    coppice_panels from = inputs;
    from.start += column * COPPICE_PANEL;
    float *to = output + column;
    switch (smaller(4, last_column - column)) {
#define CASE(count)                                                                           \
  case count:                                                                                 \
    product_sums_rows(count, last - first, from, gradients, accumulate, to, inputs_count);    \
    break;
      CASE(1)
      CASE(2)
      CASE(3)
      CASE(4)
#undef CASE
      default: break;
    }
  }
}

/// The sums of `rows` output gradients.
INLINE void bias_sums(const int rows, coppice_panels gradients, int accumulate, float *bias) {
  vector sum[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
  for (ptrdiff_t panel = 0; panel < gradients.count; panel++) {
    const float *d = gradients.start + panel * gradients.stride;
    for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
      UNROLL for (int r = 0; r < rows; r++) sum[r] = sum[r] + v_load(d + r * COPPICE_PANEL + s);
    }
  }
  v_store_sums(bias, sum[0], sum[1], sum[2], sum[3], rows, accumulate);
}

/// Sums of rows [first, last), stored or added.
INLINE void sum_biases(
    ptrdiff_t first, ptrdiff_t last, coppice_panels gradients, int accumulate, float *bias) {
  ptrdiff_t row = first;
  gradients.start += first * COPPICE_PANEL;
  for (; row + 4 <= last; row += 4, gradients.start += 4 * COPPICE_PANEL) {
    bias_sums(4, gradients, accumulate, bias + row);
  }
  for (; row < last; row++, gradients.start += COPPICE_PANEL) {
    bias_sums(1, gradients, accumulate, bias + row);
  }
}

TARGET static void bias_gradient(
    ptrdiff_t first, ptrdiff_t last, coppice_panels gradients, float *bias) {
  sum_biases(first, last, gradients, 0, bias);
}
