#pragma once

// The tiles of dense products: outputs by samples, summed in registers while the weights are read
// where they lie, one broadcast each.
//
// Every output is one chain: the bias (or 0), then the products in the order of the terms. A tile
// of fewer rows computes the same chains, so the tiling leaves no trace in the result. Only a layer
// with a single output sums even and odd terms apart.

#if !defined(V_TERM)
/// A term of a sum: a product, or two where a lane holds a pair of numbers.
#define V_TERM v_fma
#endif

/// What sums begin with, and what happens to finished ones.
typedef struct {
  const float *bias;
  const float *gate;
  int rectify;
  /// Whether the sums go on from what the output holds.
  int resume;
} finish;

INLINE vector finished(vector sum, finish end, ptrdiff_t element) {
  if (end.rectify) sum = v_max(v_zero(), sum);
  if (end.gate) sum = v_gate(sum, v_load(end.gate + element));
  return sum;
}

/// `rows` outputs for up to TILE_VECTORS vectors of samples.
///
/// Weight (r, k) lies at weights[r * row_step + k * term_step].
INLINE void dense_tile(
    const int rows, const int vectors, ptrdiff_t terms, const float *weights, ptrdiff_t row_step,
    ptrdiff_t term_step, const float *input, finish end, float *output) {
  vector sum[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    vector start = end.bias ? v_broadcast(end.bias[r]) : v_zero();
    UNROLL for (int v = 0; v < vectors; v++) {
      sum[r][v] = end.resume ? v_load(output + r * COPPICE_PANEL + v * LANES) : start;
    }
  }
  UNROLL_FOUR for (ptrdiff_t k = 0; k < terms; k++) {
    vector x[TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) {
      x[v] = v_load(input + k * COPPICE_PANEL + v * LANES);
    }
    UNROLL for (int r = 0; r < rows; r++) {
      vector w = v_broadcast(weights[r * row_step + k * term_step]);
      UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = V_TERM(w, x[v], sum[r][v]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      ptrdiff_t element = r * COPPICE_PANEL + v * LANES;
      v_store(output + element, finished(sum[r][v], end, element));
    }
  }
}

/// One output for TILE_VECTORS vectors of samples: two chains hide the latency of the additions.
INLINE void single_row_tile(
    ptrdiff_t terms, const float *weights, ptrdiff_t term_step, const float *input, finish end,
    float *output) {
  vector even[TILE_VECTORS], odd[TILE_VECTORS];
  UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
    vector start = end.bias ? v_broadcast(end.bias[0]) : v_zero();
    even[v] = end.resume ? v_load(output + v * LANES) : start;
    odd[v] = v_zero();
  }
  ptrdiff_t k = 0;
  for (; k + 2 <= terms; k += 2) {
    const float *x = input + k * COPPICE_PANEL;
    vector w = v_broadcast(weights[k * term_step]);
    vector u = v_broadcast(weights[(k + 1) * term_step]);
    UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
      even[v] = V_TERM(w, v_load(x + v * LANES), even[v]);
      odd[v] = V_TERM(u, v_load(x + COPPICE_PANEL + v * LANES), odd[v]);
    }
  }
  if (k < terms) {
    vector w = v_broadcast(weights[k * term_step]);
    UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
      even[v] = V_TERM(w, v_load(input + k * COPPICE_PANEL + v * LANES), even[v]);
    }
  }
  UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
    v_store(output + v * LANES, finished(even[v] + odd[v], end, v * LANES));
  }
}

/// All samples of a panel, TILE_VECTORS vectors at a time.
#define FOR_EACH_STRIPE(s) \
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += TILE_VECTORS * LANES)

INLINE finish finish_from(finish end, ptrdiff_t row, ptrdiff_t sample) {
  if (end.bias) end.bias += row;
  if (end.gate) end.gate += row * COPPICE_PANEL + sample;
  return end;
}

/// `rows` outputs from `row` on, for the whole panel.
INLINE void dense_rows(
    const int rows, ptrdiff_t row, ptrdiff_t terms, const float *weights, ptrdiff_t row_step,
    ptrdiff_t term_step, const float *input, finish end, float *output) {
  FOR_EACH_STRIPE(s) {
    dense_tile(
        rows, TILE_VECTORS, terms, weights + row * row_step, row_step, term_step, input + s,
        finish_from(end, row, s), output + row * COPPICE_PANEL + s);
  }
}

/// All outputs of a panel, in tiles of as many rows as fit.
INLINE void dense_panel(
    ptrdiff_t rows, ptrdiff_t terms, const float *weights, ptrdiff_t row_step, ptrdiff_t term_step,
    const float *input, finish end, float *output) {
  if (rows == 1) {
    FOR_EACH_STRIPE(s) {
      single_row_tile(terms, weights, term_step, input + s, finish_from(end, 0, s), output + s);
    }
    return;
  }
#define ROWS(count) \
  dense_rows(count, row, terms, weights, row_step, term_step, input, end, output); \
  row += count
  ptrdiff_t row = 0;
  // seven rows are better cut in four and three than in six and one
  while (rows - row >= TILE_ROWS && rows - row != TILE_ROWS + 1) { ROWS(TILE_ROWS); }
  if (rows - row > TILE_ROWS) { ROWS(4); }
  switch (rows - row) {
    case 5: { ROWS(5); break; }
    case 4: { ROWS(4); break; }
    case 3: { ROWS(3); break; }
    case 2: { ROWS(2); break; }
    case 1: { ROWS(1); break; }
    default: break;
  }
#undef ROWS
}
