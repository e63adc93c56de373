#pragma once

// A sparse matrix of which four neighbouring rows keep the same inputs: what was loaded for one row
// serves four, so that the multiply-adds are the limit and not the loads.
//
// One index serves all three products. The kept inputs of four rows are a tile's entries; the
// weights of an entry lie side by side. The last tile of a block may have fewer rows.
//
// Forward, every output is one chain in the order of its kept inputs. Backward, the gradients of an
// input are summed tile by tile, the rows of a tile in their order. The weight gradients run over
// the vectors of the batch in one chain per lane, then the lanes are added as a tree.

#include "shared_tiles.h"

/// The outputs of one tile of `rows` rows for SHARED_VECTORS vectors of samples.
INLINE void shared_forward_tile(
    const int rows, ptrdiff_t count, const float *values, const uint8_t *inputs,
    const float *block, int resume, finish end, float *output) {
  vector sum[COPPICE_SHARED_ROWS][SHARED_VECTORS];
  begin_shared_tile(rows, sum, resume, end, output);
  for (ptrdiff_t k = 0; k < count; k++, values += rows) {
    const float *x = block + (ptrdiff_t)inputs[k] * COPPICE_PANEL;
    vector column[SHARED_VECTORS];
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) column[v] = v_load(x + v * LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      vector weight = v_broadcast(values[r]);
      UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
        sum[r][v] = v_fma(weight, column[v], sum[r][v]);
      }
    }
  }
  end_shared_tile(rows, sum, end, output);
}

TARGET static void shared_forward(
    const coppice_shared_index *index, const float *values, const float *bias, int rectify,
    const float *input, float *output) {
  for (ptrdiff_t b = 0, tile = 0; b < index->blocks; b++) {
    int last_block = b + 1 == index->blocks;
    finish end = {.bias = bias, .rectify = rectify && last_block};
    for (ptrdiff_t group = 0; group < index->groups; group++, tile++) {
      ptrdiff_t row = group * COPPICE_SHARED_ROWS;
      ptrdiff_t first = index->start[tile], count = index->start[tile + 1] - first;
      const float *weights = values + index->value_start[tile];
      for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += SHARED_VECTORS * LANES) {
        const float *block = input + b * COPPICE_SHARED_INPUTS * COPPICE_PANEL + s;
#define FORWARD(rows)                                                                      \
  shared_forward_tile(                                                                     \
      rows, count, weights, index->input + first, block, b > 0, finish_from(end, row, s),  \
      output + row * COPPICE_PANEL + s)
        WITH_ROWS(rows_of_tile(index, group), FORWARD)
#undef FORWARD
      }
    }
  }
}

/// Adds what one tile of `rows` rows gives to the gradients of its kept inputs.
INLINE void shared_backward_tile(
    const int rows, ptrdiff_t count, const float *values, const uint8_t *inputs,
    const float *gradient, float *block) {
  vector row[COPPICE_SHARED_ROWS][SHARED_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
      row[r][v] = v_load(gradient + r * COPPICE_PANEL + v * LANES);
    }
  }
  for (ptrdiff_t k = 0; k < count; k++, values += rows) {
    float *to = block + (ptrdiff_t)inputs[k] * COPPICE_PANEL;
    vector sum[SHARED_VECTORS];
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) sum[v] = v_load(to + v * LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      vector weight = v_broadcast(values[r]);
      UNROLL for (int v = 0; v < SHARED_VECTORS; v++) {
        sum[v] = v_fma(weight, row[r][v], sum[v]);
      }
    }
    UNROLL for (int v = 0; v < SHARED_VECTORS; v++) v_store(to + v * LANES, sum[v]);
  }
}

/// The gradients of inputs [from, to) of one block, which `gradient_block` has room for.
INLINE void shared_backward_block(
    const coppice_shared_index *index, ptrdiff_t b, ptrdiff_t from, ptrdiff_t to,
    const float *values, const float *output_gradient, float *gradient_block) {
  ptrdiff_t width = smaller(COPPICE_SHARED_INPUTS, index->inputs - b * COPPICE_SHARED_INPUTS);
  for (ptrdiff_t group = 0; group < index->groups; group++) {
    ptrdiff_t tile = b * index->groups + group, rows = rows_of_tile(index, group);
    ptrdiff_t begin = index->start[tile], first = begin, last = index->start[tile + 1];
    if (to - from < width) narrow_entries(index->input, from, to, &first, &last);
    const float *weights = values + index->value_start[tile] + (first - begin) * rows;
    const float *gradient = output_gradient + group * COPPICE_SHARED_ROWS * COPPICE_PANEL;
    for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += SHARED_VECTORS * LANES) {
      float *to_gradient = gradient_block - from * COPPICE_PANEL + s;
#define BACKWARD(rows)    \
  shared_backward_tile(   \
      rows, last - first, weights, index->input + first, gradient + s, to_gradient)
      WITH_ROWS(rows, BACKWARD)
#undef BACKWARD
    }
  }
}

TARGET static void shared_backward_data(
    const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t count, const float *values,
    const float *output_gradient, const float *gate, float *input_gradient) {
  memset(input_gradient, 0, (size_t)(count * COPPICE_PANEL) * sizeof(float));
  for (ptrdiff_t b = 0; b < index->blocks; b++) {
    ptrdiff_t block = b * COPPICE_SHARED_INPUTS;
    ptrdiff_t from = larger(0, first - block);
    ptrdiff_t to = smaller(COPPICE_SHARED_INPUTS, first + count - block);
    if (from >= to) continue;
    float *wanted = input_gradient + (block + from - first) * COPPICE_PANEL;
    shared_backward_block(index, b, from, to, values, output_gradient, wanted);
    if (!gate) continue;
    const float *open = gate + (block + from - first) * COPPICE_PANEL;
    for (ptrdiff_t i = 0; i < (to - from) * COPPICE_PANEL; i += LANES) {
      v_store(wanted + i, v_gate(v_load(wanted + i), v_load(open + i)));
    }
  }
}

/// The gradients of `count` entries, up to SHARED_SUM_INPUTS, of a tile of `rows` rows.
INLINE void shared_sums(
    const int rows, const int count, const uint8_t *entry, ptrdiff_t first_input,
    coppice_panels inputs, coppice_panels gradients, float *output) {
  vector sum[SHARED_SUM_INPUTS][COPPICE_SHARED_ROWS];
  const float *x[SHARED_SUM_INPUTS];
  UNROLL for (int c = 0; c < count; c++) {
    x[c] = inputs.start + (first_input + entry[c]) * COPPICE_PANEL;
    UNROLL for (int r = 0; r < COPPICE_SHARED_ROWS; r++) sum[c][r] = v_zero();
  }
  const float *d = gradients.start;
  for (ptrdiff_t panel = 0; panel < inputs.count; panel++) {
    UNROLL for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
      vector column[SHARED_SUM_INPUTS];
      UNROLL for (int c = 0; c < count; c++) column[c] = v_load(x[c] + s);
      UNROLL for (int r = 0; r < rows; r++) {
        vector row = v_load(d + r * COPPICE_PANEL + s);
        UNROLL for (int c = 0; c < count; c++) sum[c][r] = v_fma(row, column[c], sum[c][r]);
      }
    }
    d += gradients.stride;
    UNROLL for (int c = 0; c < count; c++) x[c] += inputs.stride;
  }
  UNROLL for (int c = 0; c < count; c++) {
    v_store_sums(output + c * rows, sum[c][0], sum[c][1], sum[c][2], sum[c][3], rows, 0);
  }
}

/// The gradients of all entries of a tile.
INLINE void shared_weight_tile(
    const int rows, ptrdiff_t count, const uint8_t *entry, ptrdiff_t first_input,
    coppice_panels inputs, coppice_panels gradients, float *output) {
  ptrdiff_t k = 0;
  for (; k + SHARED_SUM_INPUTS <= count; k += SHARED_SUM_INPUTS) {
    shared_sums(
        rows, SHARED_SUM_INPUTS, entry + k, first_input, inputs, gradients, output + k * rows);
  }
  for (; k < count; k++) {
    shared_sums(rows, 1, entry + k, first_input, inputs, gradients, output + k * rows);
  }
}

TARGET static void shared_backward_weights(
    const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
    coppice_panels gradients, float *output, float *bias) {
  for (ptrdiff_t tile = first; tile < last; tile++) {
    ptrdiff_t group = tile % index->groups, begin = index->start[tile];
    ptrdiff_t count = index->start[tile + 1] - begin;
    coppice_panels from = gradients;
    from.start += group * COPPICE_SHARED_ROWS * COPPICE_PANEL;
    // the sums of the rows first: they bring the rows to the first cache
    if (tile < index->groups) {
      ptrdiff_t row = group * COPPICE_SHARED_ROWS;
      bias_gradient(row, row + rows_of_tile(index, group), gradients, bias);
    }
#define WEIGHTS(rows)                                                                           \
  shared_weight_tile(                                                                           \
      rows, count, index->input + begin, tile / index->groups * COPPICE_SHARED_INPUTS, inputs,  \
      from, output + index->value_start[tile])
    WITH_ROWS(rows_of_tile(index, group), WEIGHTS)
#undef WEIGHTS
  }
}
