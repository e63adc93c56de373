#pragma once

// Dense forward and backward-data: the weights are read where they lie, one broadcast each.

#include "dense_tiles.h"

TARGET static void dense_forward(
    coppice_shape shape, const float *weights, const float *bias, int rectify, const float *input,
    float *output) {
  finish end = {.bias = bias, .rectify = rectify};
  dense_panel(shape.outputs, shape.inputs, weights, shape.inputs, 1, input, end, output);
}

enum {
  /// From this many inputs on the weights of one input lie too far apart to be read in place.
  WIDE_INPUTS = 768,
  /// How many tiles are copied together, and for how many terms.
  PACKED_TILES = 8,
  PACKED_TERMS = 256,
  /// Floats of a copied tile.
  PACKED_FLOATS = PACKED_TERMS * TILE_ROWS,
};

/// Copies the weights of `tiles` tiles so that those of one term lie side by side.
INLINE void pack_tiles(
    ptrdiff_t tiles, ptrdiff_t terms, const float *weights, ptrdiff_t term_step, float *packed) {
  for (ptrdiff_t k = 0; k < terms; k++) {
    for (ptrdiff_t t = 0; t < tiles; t++) {
      const float *from = weights + k * term_step + t * TILE_ROWS;
      float *to = packed + t * PACKED_FLOATS + k * TILE_ROWS;
      memcpy(to, from, TILE_ROWS * sizeof(float));
    }
  }
}

/// The transposed product with weights that lie far apart: some terms of some tiles at a time.
INLINE void packed_panel(
    ptrdiff_t rows, ptrdiff_t terms, const float *weights, ptrdiff_t term_step,
    const float *input, const float *gate, float *output) {
  float packed[PACKED_TILES * PACKED_FLOATS];
  for (ptrdiff_t k = 0; k < terms; k += PACKED_TERMS) {
    ptrdiff_t some = smaller(PACKED_TERMS, terms - k);
    finish end = {.gate = k + some == terms ? gate : NULL, .resume = k > 0};
    for (ptrdiff_t row = 0; row < rows;) {
      ptrdiff_t tiles = smaller(PACKED_TILES, (rows - row) / TILE_ROWS);
      const float *from = weights + k * term_step + row;
      const float *x = input + k * COPPICE_PANEL;
      if (tiles == 0) {
        // what is left over is read in place
        dense_rows(1, row, some, weights + k * term_step, 1, term_step, x, end, output);
        row++;
        continue;
      }
      pack_tiles(tiles, some, from, term_step, packed);
      for (ptrdiff_t t = 0; t < tiles; t++, row += TILE_ROWS) {
        FOR_EACH_STRIPE(s) {
          dense_tile(
              TILE_ROWS, TILE_VECTORS, some, packed + t * PACKED_FLOATS, 1, TILE_ROWS, x + s,
              finish_from(end, row, s), output + row * COPPICE_PANEL + s);
        }
      }
    }
  }
}

TARGET static void dense_backward_data(
    coppice_shape shape, ptrdiff_t first, ptrdiff_t count, const float *weights,
    const float *output_gradient, const float *gate, float *input_gradient) {
  weights += first;
  if (shape.inputs >= WIDE_INPUTS && count >= TILE_ROWS) {
    packed_panel(
        count, shape.outputs, weights, shape.inputs, output_gradient, gate, input_gradient);
    return;
  }
  finish end = {.gate = gate};
  dense_panel(
      count, shape.outputs, weights, 1, shape.inputs, output_gradient, end, input_gradient);
}
