#pragma once

// Dense products of bf16 numbers, two terms of a sum in every lane, summed in single precision.
//
// What a sum runs over comes in pairs: inputs forward, outputs backward, samples in the weight
// gradients; behind an odd number of them stands a zero. Activations and gradients are single
// precision in memory and are rounded once per panel, into scratch that fits the first cache.
//
// The weights come in two orders: by rows, [row][pair of inputs], and in the order in which the tiles
// of the transposed product read them, [tile of columns][pair of rows][column of the tile].

#include "dense_tiles.h"
#include "sums.h"

enum {
  /// Samples of a panel two by two.
  PANEL_PAIRS = COPPICE_PANEL / 2,
  /// Pairs of features that are summed over at once.
  FEATURE_PAIRS = 128,
  /// Tiles of columns that are written side by side: whole cache lines of the rows are read for them.
  COLUMN_TILES = 8,
  /// Rows and panels of output gradients that are rounded at once for the weight gradients.
  GRADIENT_ROWS = 24,
  GRADIENT_PANELS = 8,
};

INLINE ptrdiff_t pairs_of(ptrdiff_t count) { return (count + 1) / 2; }

TARGET static ptrdiff_t paired_rows_count(coppice_shape shape) {
  return shape.outputs * pairs_of(shape.inputs);
}

TARGET static ptrdiff_t paired_columns_count(coppice_shape shape, ptrdiff_t columns) {
  return rounded_up(columns, TILE_ROWS) * pairs_of(shape.outputs);
}

/// Rounds a row of numbers, neighbours side by side.
INLINE void pair_row(ptrdiff_t count, const float *row, float *pairs) {
  for (ptrdiff_t i = 0; i < count; i += 2 * LANES) {
    vector lower = v_load_first(row + i, count - i);
    vector upper = v_load_first(row + i + LANES, larger(0, count - i - LANES));
    v_store_first(pairs + i / 2, v_pair_neighbours(lower, upper), pairs_of(count - i));
  }
}

TARGET static void pair_rows(coppice_shape shape, const float *weights, float *pairs) {
  ptrdiff_t step = pairs_of(shape.inputs);
  for (ptrdiff_t row = 0; row < shape.outputs; row++) {
    pair_row(shape.inputs, weights + row * shape.inputs, pairs + row * step);
  }
}

TARGET static void pair_columns(
    coppice_shape shape, ptrdiff_t first, ptrdiff_t count, const float *weights, float *pairs) {
  ptrdiff_t terms = pairs_of(shape.outputs);
  for (ptrdiff_t from = 0; from < count; from += COLUMN_TILES * TILE_ROWS) {
    ptrdiff_t to = smaller(count, from + COLUMN_TILES * TILE_ROWS);
    for (ptrdiff_t k = 0; k < terms; k++) {
      const float *even = weights + 2 * k * shape.inputs + first;
      const float *odd = even + shape.inputs;
      for (ptrdiff_t column = from; column < to; column += TILE_ROWS) {
        vector second = 2 * k + 1 < shape.outputs ? v_load(odd + column) : v_zero();
        float *tile = pairs + column * terms + k * TILE_ROWS;
        // what is stored too much lies where the next pairs go, until the last of the tile
        v_store_first(
            tile, v_pair_lanes(v_load(even + column), second),
            smaller(LANES, (terms - k) * TILE_ROWS));
      }
    }
  }
}

/// Rounds `count` features of a panel, two neighbouring ones side by side for every sample.
INLINE void pair_features(ptrdiff_t count, const float *panel, float *pairs) {
  for (ptrdiff_t f = 0; f < count; f += 2, pairs += COPPICE_PANEL) {
    const float *x = panel + f * COPPICE_PANEL;
    UNROLL for (int s = 0; s < COPPICE_PANEL; s += LANES) {
      vector second = f + 1 < count ? v_load(x + COPPICE_PANEL + s) : v_zero();
      v_store(pairs + s, v_pair_lanes(v_load(x + s), second));
    }
  }
}

/// Rounds the samples of a feature, neighbours side by side.
INLINE void pair_samples(const float *feature, float *pairs) {
  UNROLL for (int s = 0; s < COPPICE_PANEL; s += 2 * LANES) {
    v_store(pairs + s / 2, v_pair_neighbours(v_load(feature + s), v_load(feature + s + LANES)));
  }
}

TARGET static void paired_dense_forward(
    coppice_shape shape, const float *rows, const float *bias, int rectify, const float *input,
    float *output) {
  _Alignas(64) float pairs[FEATURE_PAIRS * COPPICE_PANEL];
  ptrdiff_t terms = pairs_of(shape.inputs);
  for (ptrdiff_t k = 0; k < terms; k += FEATURE_PAIRS) {
    ptrdiff_t some = smaller(FEATURE_PAIRS, terms - k);
    finish end = {.bias = bias, .rectify = rectify && k + some == terms, .resume = k > 0};
    pair_features(
        smaller(2 * FEATURE_PAIRS, shape.inputs - 2 * k), input + 2 * k * COPPICE_PANEL, pairs);
    dense_panel(shape.outputs, some, rows + k, terms, 1, pairs, end, output);
  }
}

/// `rows` columns of the transposed product from `row` on, which are one tile of the weights.
#define TRANSPOSED_TILE(rows)                                                             \
  dense_tile(                                                                             \
      rows, TILE_VECTORS, some, weights, 1, TILE_ROWS, pairs, finish_from(end, row, 0),   \
      input_gradient + row * COPPICE_PANEL)

TARGET static void paired_dense_backward_data(
    coppice_shape shape, ptrdiff_t count, const float *columns, const float *output_gradient,
    const float *gate, float *input_gradient) {
  _Static_assert(TILE_VECTORS * LANES == COPPICE_PANEL, "a tile has all samples of a panel");
  _Alignas(64) float pairs[FEATURE_PAIRS * COPPICE_PANEL];
  ptrdiff_t terms = pairs_of(shape.outputs);
  for (ptrdiff_t k = 0; k < terms; k += FEATURE_PAIRS) {
    ptrdiff_t some = smaller(FEATURE_PAIRS, terms - k);
    finish end = {.gate = k + some == terms ? gate : NULL, .resume = k > 0};
    pair_features(
        smaller(2 * FEATURE_PAIRS, shape.outputs - 2 * k),
        output_gradient + 2 * k * COPPICE_PANEL, pairs);
    const float *weights = columns + k * TILE_ROWS;
    for (ptrdiff_t row = 0; row < count; row += TILE_ROWS, weights += terms * TILE_ROWS) {
      switch (smaller(TILE_ROWS, count - row)) {
        case 5: TRANSPOSED_TILE(5); break;
        case 4: TRANSPOSED_TILE(4); break;
        case 3: TRANSPOSED_TILE(3); break;
        case 2: TRANSPOSED_TILE(2); break;
        case 1: TRANSPOSED_TILE(1); break;
        default: TRANSPOSED_TILE(TILE_ROWS);
      }
    }
  }
}
#undef TRANSPOSED_TILE

TARGET static ptrdiff_t paired_transposed_count(coppice_shape shape, ptrdiff_t panel_count) {
  return rounded_up(shape.inputs, 64) * panel_count * PANEL_PAIRS;
}

/// Blocks of 64 inputs, [block][panel][pair of samples][64].
TARGET static void paired_transpose(
    coppice_shape shape, ptrdiff_t panel, ptrdiff_t panel_count, const float *input,
    float *transposed) {
  for (ptrdiff_t feature = 0; feature < shape.inputs; feature += LANES) {
    _Alignas(64) float pairs[LANES * PANEL_PAIRS];
    ptrdiff_t owned = smaller(LANES, shape.inputs - feature);
    if (owned < LANES) memset(pairs, 0, sizeof(pairs));
    for (ptrdiff_t f = 0; f < owned; f++) {
      pair_samples(input + (feature + f) * COPPICE_PANEL, pairs + f * PANEL_PAIRS);
    }
    ptrdiff_t block = feature / 64 * panel_count + panel;
    float *target = transposed + block * PANEL_PAIRS * 64 + feature % 64;
    for (ptrdiff_t s = 0; s < PANEL_PAIRS; s += LANES) {
      v_transpose(pairs + s, PANEL_PAIRS, target + s * 64, 64);
    }
  }
}

/// What the weight gradients of some rows and one block of inputs are summed from.
typedef struct {
  /// Pairs of samples of the batch that are at hand.
  ptrdiff_t terms;
  /// The gradients of the rows, `row_step` apart, and the inputs, transposed.
  const float *gradients;
  ptrdiff_t row_step;
  const float *inputs;
  /// Whether the sums go on from what the output holds.
  int resume;
} paired_sums;

/// Weight gradients of `rows` outputs and `vectors` vectors of inputs, of which `owned` exist.
INLINE void paired_weight_tile(
    const int rows, const int vectors, paired_sums from, float *output, ptrdiff_t output_step,
    ptrdiff_t owned) {
  _Alignas(64) float sums[TILE_ROWS * COPPICE_PANEL];
  size_t bytes = (size_t)owned * sizeof(float);
  if (from.resume) {
    memset(sums, 0, sizeof(sums));
    for (int r = 0; r < rows; r++) memcpy(sums + r * COPPICE_PANEL, output + r * output_step, bytes);
  }
  finish end = {.resume = from.resume};
  dense_tile(
      rows, vectors, from.terms, from.gradients, from.row_step, 1, from.inputs, end, sums);
  for (int r = 0; r < rows; r++) memcpy(output + r * output_step, sums + r * COPPICE_PANEL, bytes);
}

INLINE void paired_weight_rows(
    const int vectors, ptrdiff_t rows, paired_sums from, float *output, ptrdiff_t output_step,
    ptrdiff_t owned) {
#define TILE(count)                                                                       \
  paired_weight_tile(count, vectors, from, output + row * output_step, output_step, owned); \
  from.gradients += count * from.row_step;                                                \
  row += count
  ptrdiff_t row = 0;
  while (rows - row >= TILE_ROWS) { TILE(TILE_ROWS); }
  while (rows - row >= 2) { TILE(2); }
  if (rows - row == 1) { TILE(1); }
#undef TILE
}

/// Weight gradients of up to GRADIENT_ROWS rows, whose gradients are rounded, and of all inputs.
INLINE void paired_weight_blocks(
    coppice_shape shape, ptrdiff_t rows, ptrdiff_t block_step, paired_sums from, float *output) {
  for (ptrdiff_t column = 0; column < shape.inputs; column += 64, from.inputs += block_step) {
    ptrdiff_t owned = smaller(64, shape.inputs - column);
    float *to = output + column;
    switch ((owned + LANES - 1) / LANES) {
      case 1: paired_weight_rows(1, rows, from, to, shape.inputs, owned); break;
      case 2: paired_weight_rows(2, rows, from, to, shape.inputs, owned); break;
      case 3: paired_weight_rows(3, rows, from, to, shape.inputs, owned); break;
      default: paired_weight_rows(4, rows, from, to, shape.inputs, owned);
    }
  }
}

TARGET static void paired_dense_backward_weights(
    coppice_shape shape, ptrdiff_t first, ptrdiff_t last, coppice_panels gradients,
    const float *transposed, float *weights, float *bias) {
  _Alignas(64) float pairs[GRADIENT_ROWS * GRADIENT_PANELS * PANEL_PAIRS];
  for (ptrdiff_t row = first; row < last; row += GRADIENT_ROWS) {
    ptrdiff_t rows = smaller(GRADIENT_ROWS, last - row);
    for (ptrdiff_t panel = 0; panel < gradients.count; panel += GRADIENT_PANELS) {
      ptrdiff_t panels = smaller(GRADIENT_PANELS, gradients.count - panel);
      for (ptrdiff_t p = 0; p < panels; p++) {
        const float *d = gradients.start + (panel + p) * gradients.stride + row * COPPICE_PANEL;
        for (ptrdiff_t r = 0; r < rows; r++) {
          pair_samples(d + r * COPPICE_PANEL, pairs + (r * panels + p) * PANEL_PAIRS);
        }
      }
      paired_sums from = {
          .terms = panels * PANEL_PAIRS,
          .gradients = pairs,
          .row_step = panels * PANEL_PAIRS,
          .inputs = transposed + panel * PANEL_PAIRS * 64,
          .resume = panel > 0,
      };
      paired_weight_blocks(
          shape, rows, gradients.count * PANEL_PAIRS * 64, from, weights + row * shape.inputs);
    }
  }
  bias_gradient(first, last, gradients, bias);
}
