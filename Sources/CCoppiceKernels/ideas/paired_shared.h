#pragma once

// A matrix of shared rows with bf16 numbers, two terms of a sum in every lane, summed in single
// precision. What comes in pairs is for the forward product two kept inputs of a tile, brought
// together in registers; for the transposed one two rows of a tile; for the weight gradients two
// samples. A zero stands behind an odd number of them.
//
// The weights come in two orders: forward, [pair of entries][row of the tile], four rows in any
// case; backward, [entry][pair of rows], two pairs in any case.

#include "paired_dense.h"
#include "shared_tiles.h"

enum {
  /// Panels whose gradients are rounded at once for the weight gradients of a tile.
  SHARED_GRADIENT_PANELS = 64,
  ROW_PAIRS = COPPICE_SHARED_ROWS / 2,
};

/// Where the forward weights of a tile begin: its pairs of entries follow those of the tiles before,
/// each of which has at most one half pair.
INLINE ptrdiff_t first_pair(const coppice_shared_index *index, ptrdiff_t tile) {
  return (index->start[tile] + tile) / 2 * COPPICE_SHARED_ROWS;
}

INLINE void pair_entries(
    ptrdiff_t rows, ptrdiff_t count, const float *values, float *forward) {
  if (rows == COPPICE_SHARED_ROWS) {
    for (ptrdiff_t k = 0; k < count; k += 8) {
      const float *from = values + k * rows;
      ptrdiff_t owned = (count - k) * rows;
      vector lower = v_load_first(from, owned);
      vector upper = v_load_first(from + LANES, larger(0, owned - LANES));
      v_store_first(
          forward + k / 2 * rows, v_pair_fours(lower, upper),
          pairs_of(count - k) * COPPICE_SHARED_ROWS);
    }
    return;
  }
  for (ptrdiff_t k = 0; k < count; k += 2, forward += COPPICE_SHARED_ROWS) {
    vector first = v_load_first(values + k * rows, rows);
    vector second = v_load_first(values + (k + 1) * rows, k + 1 < count ? rows : 0);
    v_store_first(forward, v_pair_lanes(first, second), COPPICE_SHARED_ROWS);
  }
}

TARGET static void pair_shared_forward(
    const coppice_shared_index *index, const float *values, float *forward) {
  for (ptrdiff_t tile = 0; tile < index->blocks * index->groups; tile++) {
    pair_entries(
        rows_of_tile(index, tile % index->groups), index->start[tile + 1] - index->start[tile],
        values + index->value_start[tile], forward + first_pair(index, tile));
  }
}

TARGET static void pair_shared_backward(
    const coppice_shared_index *index, const float *values, float *backward) {
  for (ptrdiff_t tile = 0; tile < index->blocks * index->groups; tile++) {
    ptrdiff_t rows = rows_of_tile(index, tile % index->groups);
    ptrdiff_t count = index->start[tile + 1] - index->start[tile];
    const float *from = values + index->value_start[tile];
    float *to = backward + (ptrdiff_t)index->start[tile] * ROW_PAIRS;
    if (rows == COPPICE_SHARED_ROWS) {
      pair_row(count * rows, from, to);
      continue;
    }
    for (ptrdiff_t k = 0; k < count; k++, from += rows, to += ROW_PAIRS) {
      v_store_first(to, v_pair_neighbours(v_load_first(from, rows), v_zero()), ROW_PAIRS);
    }
  }
}

/// The outputs of one tile of `rows` rows.
INLINE void paired_shared_forward_tile(
    const int rows, ptrdiff_t count, const float *weights, const uint8_t *inputs,
    const float *block, int resume, finish end, float *output) {
  vector sum[COPPICE_SHARED_ROWS][SHARED_VECTORS];
  begin_shared_tile(rows, sum, resume, end, output);
  for (ptrdiff_t k = 0; k < count; k += 2, weights += COPPICE_SHARED_ROWS) {
    // the weight behind an odd entry is zero, whatever it meets
    const float *x = block + (ptrdiff_t)inputs[k] * PANEL_PAIRS;
    const float *y = block + (ptrdiff_t)inputs[k + (k + 1 < count)] * PANEL_PAIRS;
    vector column[SHARED_VECTORS];
    UNROLL for (int v = 0; v < SHARED_VECTORS; v += 2) {
      vector first = v_load(x + v / 2 * LANES), second = v_load(y + v / 2 * LANES);
      column[v] = v_pair_lower(first, second);
      column[v + 1] = v_pair_upper(first, second);
    }
    UNROLL for (int r = 0; r < rows; r++) {
      vector weight = v_broadcast(weights[r]);
      UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
        sum[r][v] = v_dot(weight, column[v], sum[r][v]);
      }
    }
  }
  end_shared_tile(rows, sum, end, output);
}

TARGET static void paired_shared_forward(
    const coppice_shared_index *index, const float *forward, const float *bias, int rectify,
    const float *input, float *output) {
  _Static_assert(SHARED_VECTORS * LANES == COPPICE_PANEL, "a tile has all samples of a panel");
  _Alignas(64) float block[COPPICE_SHARED_INPUTS * PANEL_PAIRS];
  for (ptrdiff_t b = 0, tile = 0; b < index->blocks; b++) {
    ptrdiff_t before = b * COPPICE_SHARED_INPUTS;
    ptrdiff_t width = smaller(COPPICE_SHARED_INPUTS, index->inputs - before);
    for (ptrdiff_t i = 0; i < width * PANEL_PAIRS; i += LANES) {
      const float *x = input + before * COPPICE_PANEL + 2 * i;
      v_store(block + i, v_halve(v_load(x), v_load(x + LANES)));
    }
    finish end = {.bias = bias, .rectify = rectify && b + 1 == index->blocks};
    for (ptrdiff_t group = 0; group < index->groups; group++, tile++) {
      ptrdiff_t row = group * COPPICE_SHARED_ROWS, first = index->start[tile];
#define FORWARD(rows)                                                                        \
  paired_shared_forward_tile(                                                                \
      rows, index->start[tile + 1] - first, forward + first_pair(index, tile),               \
      index->input + first, block, b > 0, finish_from(end, row, 0), output + row * COPPICE_PANEL)
      WITH_ROWS(rows_of_tile(index, group), FORWARD)
#undef FORWARD
    }
  }
}

/// Adds what one tile of `rows` rows gives to the gradients of its kept inputs.
INLINE void paired_shared_backward_tile(
    const int rows, ptrdiff_t count, const float *weights, const uint8_t *inputs,
    const float *gradient, float *block) {
  const int pairs = (rows + 1) / 2;
  vector row[ROW_PAIRS][SHARED_VECTORS];
  UNROLL for (int p = 0; p < pairs; p++) {
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
      const float *d = gradient + 2 * p * COPPICE_PANEL + v * LANES;
      vector second = 2 * p + 1 < rows ? v_load(d + COPPICE_PANEL) : v_zero();
      row[p][v] = v_pair_lanes(v_load(d), second);
    }
  }
  for (ptrdiff_t k = 0; k < count; k++, weights += ROW_PAIRS) {
    float *to = block + (ptrdiff_t)inputs[k] * COPPICE_PANEL;
    vector sum[SHARED_VECTORS];
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) sum[v] = v_load(to + v * LANES);
    UNROLL for (int p = 0; p < pairs; p++) {
      vector weight = v_broadcast(weights[p]);
      UNROLL for (int v = 0; v < SHARED_VECTORS; v++) sum[v] = v_dot(weight, row[p][v], sum[v]);
    }
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) v_store(to + v * LANES, sum[v]);
  }
}

/// The gradients of inputs [from, to) of one block, which `gradient_block` has room for.
INLINE void paired_shared_backward_block(
    const coppice_shared_index *index, ptrdiff_t b, ptrdiff_t from, ptrdiff_t to,
    const float *backward, const float *output_gradient, float *gradient_block) {
  ptrdiff_t width = smaller(COPPICE_SHARED_INPUTS, index->inputs - b * COPPICE_SHARED_INPUTS);
  for (ptrdiff_t group = 0; group < index->groups; group++) {
    ptrdiff_t tile = b * index->groups + group;
    ptrdiff_t first = index->start[tile], last = index->start[tile + 1];
    if (to - from < width) narrow_entries(index->input, from, to, &first, &last);
#define BACKWARD(rows)                                                                  \
  paired_shared_backward_tile(                                                          \
      rows, last - first, backward + first * ROW_PAIRS, index->input + first,           \
      output_gradient + group * COPPICE_SHARED_ROWS * COPPICE_PANEL,                    \
      gradient_block - from * COPPICE_PANEL)
    WITH_ROWS(rows_of_tile(index, group), BACKWARD)
#undef BACKWARD
  }
}

TARGET static void paired_shared_backward_data(
    const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t count, const float *backward,
    const float *output_gradient, const float *gate, float *input_gradient) {
  memset(input_gradient, 0, (size_t)(count * COPPICE_PANEL) * sizeof(float));
  for (ptrdiff_t b = 0; b < index->blocks; b++) {
    ptrdiff_t block = b * COPPICE_SHARED_INPUTS;
    ptrdiff_t from = larger(0, first - block);
    ptrdiff_t to = smaller(COPPICE_SHARED_INPUTS, first + count - block);
    if (from >= to) continue;
    float *wanted = input_gradient + (block + from - first) * COPPICE_PANEL;
    paired_shared_backward_block(index, b, from, to, backward, output_gradient, wanted);
  }
  if (!gate) return;
  for (ptrdiff_t i = 0; i < count * COPPICE_PANEL; i += LANES) {
    v_store(input_gradient + i, v_gate(v_load(input_gradient + i), v_load(gate + i)));
  }
}

TARGET static ptrdiff_t halved_count(coppice_shape shape, ptrdiff_t panel_count) {
  return shape.inputs * panel_count * PANEL_PAIRS;
}

/// The inputs rounded, neighbouring samples side by side: [panel][input][pair of samples].
TARGET static void halve(
    coppice_shape shape, ptrdiff_t panel, const float *input, float *halved) {
  halved += panel * shape.inputs * PANEL_PAIRS;
  for (ptrdiff_t f = 0; f < shape.inputs; f++) {
    pair_samples(input + f * COPPICE_PANEL, halved + f * PANEL_PAIRS);
  }
}

/// The rounded inputs and gradients of some panels.
typedef struct {
  ptrdiff_t panels;
  const float *inputs;
  ptrdiff_t input_stride;
  /// [panel][row of the tile][pair of samples]
  const float *gradients;
  /// Whether the sums are added to what the output holds.
  int accumulate;
} halved_batch;

/// The gradients of `count` entries, up to SHARED_SUM_INPUTS, of a tile of `rows` rows.
INLINE void paired_shared_sums(
    const int rows, const int count, const uint8_t *entry, halved_batch batch, float *output) {
  vector sum[SHARED_SUM_INPUTS][COPPICE_SHARED_ROWS];
  const float *x[SHARED_SUM_INPUTS];
  UNROLL for (int c = 0; c < count; c++) {
    x[c] = batch.inputs + entry[c] * PANEL_PAIRS;
    UNROLL for (int r = 0; r < COPPICE_SHARED_ROWS; r++) sum[c][r] = v_zero();
  }
  const float *d = batch.gradients;
  for (ptrdiff_t panel = 0; panel < batch.panels; panel++, d += rows * PANEL_PAIRS) {
    UNROLL for (ptrdiff_t s = 0; s < PANEL_PAIRS; s += LANES) {
      vector column[SHARED_SUM_INPUTS];
      UNROLL for (int c = 0; c < count; c++) column[c] = v_load(x[c] + s);
      UNROLL for (int r = 0; r < rows; r++) {
        vector row = v_load(d + r * PANEL_PAIRS + s);
        UNROLL for (int c = 0; c < count; c++) sum[c][r] = v_dot(row, column[c], sum[c][r]);
      }
    }
    UNROLL for (int c = 0; c < count; c++) x[c] += batch.input_stride;
  }
  UNROLL for (int c = 0; c < count; c++) {
    v_store_sums(
        output + c * rows, sum[c][0], sum[c][1], sum[c][2], sum[c][3], rows, batch.accumulate);
  }
}

/// The gradients of all entries of a tile.
INLINE void paired_shared_weight_tile(
    const int rows, ptrdiff_t count, const uint8_t *entry, halved_batch batch, float *output) {
  ptrdiff_t k = 0;
  for (; k + SHARED_SUM_INPUTS <= count; k += SHARED_SUM_INPUTS) {
    paired_shared_sums(rows, SHARED_SUM_INPUTS, entry + k, batch, output + k * rows);
  }
  for (; k < count; k++) paired_shared_sums(rows, 1, entry + k, batch, output + k * rows);
}

TARGET static void paired_shared_backward_weights(
    const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t last, coppice_panels gradients,
    const float *halved, float *output, float *bias) {
  _Alignas(64) float pairs[SHARED_GRADIENT_PANELS * COPPICE_SHARED_ROWS * PANEL_PAIRS];
  for (ptrdiff_t tile = first; tile < last; tile++) {
    ptrdiff_t group = tile % index->groups, block = tile / index->groups;
    ptrdiff_t row = group * COPPICE_SHARED_ROWS, rows = rows_of_tile(index, group);
    ptrdiff_t begin = index->start[tile], stride = index->inputs * PANEL_PAIRS;
    if (block == 0) bias_gradient(row, row + rows, gradients, bias);
    for (ptrdiff_t panel = 0; panel < gradients.count; panel += SHARED_GRADIENT_PANELS) {
      halved_batch batch = {
          .panels = smaller(SHARED_GRADIENT_PANELS, gradients.count - panel),
          .inputs = halved + panel * stride + block * COPPICE_SHARED_INPUTS * PANEL_PAIRS,
          .input_stride = stride,
          .gradients = pairs,
          .accumulate = panel > 0,
      };
      for (ptrdiff_t p = 0; p < batch.panels; p++) {
        const float *d = gradients.start + (panel + p) * gradients.stride + row * COPPICE_PANEL;
        for (ptrdiff_t r = 0; r < rows; r++) {
          pair_samples(d + r * COPPICE_PANEL, pairs + (p * rows + r) * PANEL_PAIRS);
        }
      }
#define WEIGHTS(rows)                                                          \
  paired_shared_weight_tile(                                                   \
      rows, index->start[tile + 1] - begin, index->input + begin, batch,       \
      output + index->value_start[tile])
      WITH_ROWS(rows, WEIGHTS)
#undef WEIGHTS
    }
  }
}
