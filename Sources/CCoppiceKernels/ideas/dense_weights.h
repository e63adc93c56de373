#pragma once

// Dense weight gradients: the inputs are transposed, so that a tile of outputs by inputs is summed
// in registers over the batch, one chain per weight in the order of the samples.
//
// The transposed inputs are blocks of 64 inputs, [block][sample][64]. The columns behind the last
// whole vector go through the transposed scratch too when they fill most of one, else they are
// summed one by one; so does a layer with few outputs, which needs no scratch.

enum {
  /// Layers with fewer outputs are summed without transposing their inputs.
  FEWEST_TRANSPOSED_OUTPUTS = 13,
};

/// How many inputs go through the transposed scratch.
INLINE ptrdiff_t transposed_inputs(coppice_shape shape) {
  if (shape.outputs < FEWEST_TRANSPOSED_OUTPUTS) return 0;
  ptrdiff_t rest = shape.inputs % LANES;
  return rest * 8 > LANES * 5 ? shape.inputs : shape.inputs - rest;
}

TARGET static ptrdiff_t transposed_count(coppice_shape shape, ptrdiff_t panel_count) {
  return rounded_up(transposed_inputs(shape), 64) * panel_count * COPPICE_PANEL;
}

TARGET static void transpose(
    coppice_shape shape, ptrdiff_t panel, ptrdiff_t panel_count, const float *input,
    float *transposed) {
  ptrdiff_t inputs = transposed_inputs(shape);
  for (ptrdiff_t feature = 0; feature < inputs; feature += LANES) {
    const float *source = input + feature * COPPICE_PANEL;
    float rest[LANES * COPPICE_PANEL];
    if (feature + LANES > inputs) {
      size_t owned = (size_t)(inputs - feature) * COPPICE_PANEL;
      memcpy(rest, source, owned * sizeof(float));
      memset(rest + owned, 0, sizeof(rest) - owned * sizeof(float));
      source = rest;
    }
    ptrdiff_t block = feature / 64 * panel_count + panel;
    float *target = transposed + block * 64 * COPPICE_PANEL + feature % 64;
    for (ptrdiff_t sample = 0; sample < COPPICE_PANEL; sample += LANES) {
      v_transpose(source + sample, COPPICE_PANEL, target + sample * 64, 64);
    }
  }
}

/// Weight gradients of `rows` outputs and `vectors` vectors of inputs, the last one cut to `owned`.
///
/// With `accumulate` the chains go on from what the output holds.
INLINE void weight_tile(
    const int rows, const int vectors, coppice_panels gradients, const float *transposed,
    int accumulate, float *output, ptrdiff_t row_step, ptrdiff_t owned) {
  vector sum[NARROW_TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    const float *from = output + r * row_step;
    UNROLL for (int v = 0; v < vectors; v++) {
      const ptrdiff_t count = v + 1 < vectors ? LANES : owned;
      sum[r][v] = accumulate ? v_load_first(from + v * LANES, count) : v_zero();
      // the next tile's, which are asked for once this one's sums are done
      if (accumulate) __builtin_prefetch(from + rows * row_step + v * LANES, 1);
    }
  }
  for (ptrdiff_t panel = 0; panel < gradients.count; panel++) {
    const float *d = gradients.start + panel * gradients.stride;
    const float *x = transposed + panel * COPPICE_PANEL * 64;
    UNROLL_FOUR for (ptrdiff_t s = 0; s < COPPICE_PANEL; s++) {
      vector column[TILE_VECTORS];
      UNROLL for (int v = 0; v < vectors; v++) column[v] = v_load(x + s * 64 + v * LANES);
      UNROLL for (int r = 0; r < rows; r++) {
        vector row = v_broadcast(d[r * COPPICE_PANEL + s]);
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = v_fma(row, column[v], sum[r][v]);
      }
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    float *to = output + r * row_step;
    UNROLL for (int v = 0; v + 1 < vectors; v++) v_store(to + v * LANES, sum[r][v]);
    if (owned == LANES) {
      v_store(to + (vectors - 1) * LANES, sum[r][vectors - 1]);
    } else {
      v_store_first(to + (vectors - 1) * LANES, sum[r][vectors - 1], owned);
    }
  }
}

/// Weight gradients of output gradients [0, rows) and `vectors` vectors of inputs.
INLINE void weight_rows(
    const int vectors, ptrdiff_t rows, coppice_panels gradients, const float *transposed,
    int accumulate, float *output, ptrdiff_t row_step, ptrdiff_t owned) {
  const int tall = vectors == 1 ? NARROW_TILE_ROWS : TILE_ROWS;
#define TILE(count)                                                                        \
  weight_tile(                                                                             \
      count, vectors, gradients, transposed, accumulate, output + row * row_step, row_step, \
      owned);                                                                              \
  gradients.start += count * COPPICE_PANEL;                                                \
  row += count
  ptrdiff_t row = 0;
  while (rows - row >= tall) { TILE(tall); }
  while (rows - row >= 4) { TILE(4); }
  while (rows - row >= 2) { TILE(2); }
  if (rows - row == 1) { TILE(1); }
#undef TILE
}

TARGET static void dense_backward_weights(
    coppice_shape shape, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
    coppice_panels gradients, const float *transposed, int accumulate, float *weights,
    float *bias) {
  ptrdiff_t whole = transposed_inputs(shape);
  coppice_panels from = gradients;
  from.start += first * COPPICE_PANEL;
  float *output = weights + first * shape.inputs;
  for (ptrdiff_t column = 0; column < whole;) {
    ptrdiff_t vectors = (smaller(64, whole - column / 64 * 64) - column % 64 + LANES - 1) / LANES;
    vectors = smaller(vectors, TILE_VECTORS);
    const float *x =
        transposed + column / 64 * 64 * gradients.count * COPPICE_PANEL + column % 64;
    ptrdiff_t owned = smaller(LANES, whole - column - (vectors - 1) * LANES);
    switch (vectors) {
#define CASE(count)                                                                          \
  case count:                                                                                \
    weight_rows(                                                                             \
        count, last - first, from, x, accumulate, output + column, shape.inputs, owned);     \
    break;
      CASE(1)
      CASE(2)
#if defined(FOUR_VECTOR_TILES)
      CASE(3)
      CASE(4)
#endif
#undef CASE
      default: break;
    }
    column += vectors * LANES;
  }
  product_sums(
      shape.inputs, first, last, whole, shape.inputs, inputs, gradients, accumulate, weights);
  sum_biases(first, last, gradients, accumulate, bias);
}
