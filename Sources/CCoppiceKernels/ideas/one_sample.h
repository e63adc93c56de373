#pragma once

// One sample through a layer, as acting wants it: vectors run along the inputs instead of along the
// samples, and the lanes of four outputs are added together.
//
// An output is its bias plus its products: one chain per lane along the inputs, or along the kept
// weights of a block, then the lanes as a tree, then the blocks in order.

/// output = max(0, output) where asked for.
INLINE void rectify_outputs(ptrdiff_t count, int rectify, float *output) {
  if (!rectify) return;
#define RECTIFY(LOAD, STORE) STORE(output + i, v_max(v_zero(), LOAD(output + i)));
  FOR_EACH_VECTOR(RECTIFY)
#undef RECTIFY
}

enum {
  /// Outputs that are computed together.
  ONE_SAMPLE_ROWS = 8,
};

/// The products of ONE_SAMPLE_ROWS rows, the first `owned` of which are wanted.
INLINE void dense_row_sums(
    ptrdiff_t inputs, const float *weights, const float *input, ptrdiff_t owned, float *sums) {
  const float *row[ONE_SAMPLE_ROWS];
  vector sum[ONE_SAMPLE_ROWS];
  UNROLL for (int r = 0; r < ONE_SAMPLE_ROWS; r++) {
    row[r] = weights + (r < owned ? r : 0) * inputs;
    sum[r] = v_zero();
  }
  ptrdiff_t k = 0;
  for (; k + LANES <= inputs; k += LANES) {
    vector x = v_load(input + k);
    UNROLL for (int r = 0; r < ONE_SAMPLE_ROWS; r++) sum[r] = v_fma(v_load(row[r] + k), x, sum[r]);
  }
  if (k < inputs) {
    vector x = v_load_first(input + k, inputs - k);
    UNROLL for (int r = 0; r < ONE_SAMPLE_ROWS; r++) {
      sum[r] = v_fma(v_load_first(row[r] + k, inputs - k), x, sum[r]);
    }
  }
  UNROLL for (int r = 0; r < ONE_SAMPLE_ROWS; r += 4) {
    v_store_sums(sums + r, sum[r], sum[r + 1], sum[r + 2], sum[r + 3], 4, 0);
  }
}

TARGET static void dense_forward_one(
    coppice_shape shape, const float *weights, const float *bias, int rectify, const float *input,
    float *output) {
  for (ptrdiff_t row = 0; row < shape.outputs; row += ONE_SAMPLE_ROWS) {
    float sums[ONE_SAMPLE_ROWS];
    ptrdiff_t owned = smaller(ONE_SAMPLE_ROWS, shape.outputs - row);
    dense_row_sums(shape.inputs, weights + row * shape.inputs, input, owned, sums);
    for (ptrdiff_t r = 0; r < owned; r++) output[row + r] = bias[row + r] + sums[r];
  }
  rectify_outputs(shape.outputs, rectify, output);
}

/// The products of kept weights [kept, end), lane by lane.
INLINE vector kept_products(
    const lookup *table, const float *values, const uint8_t *inputs, ptrdiff_t kept,
    ptrdiff_t end) {
  vector sum = v_zero();
  for (; kept + LANES <= end; kept += LANES) {
    sum = v_fma(v_load(values + kept), v_look_up(table, inputs + kept), sum);
  }
  if (kept < end) {
    sum = v_fma(v_load_first(values + kept, end - kept), v_look_up(table, inputs + kept), sum);
  }
  return sum;
}

/// Adds the products of 128 inputs of a block to the outputs; `quarters` quarters of it hold them.
INLINE void add_kept_products(
    const coppice_index *index, ptrdiff_t b, int quarter, int quarters, const float *values,
    const float *input, float *output) {
  lookup table = v_lookup(input);
  ptrdiff_t end = (b + 1) * index->rows;
  for (ptrdiff_t slot = b * index->rows; slot < end; slot += 4) {
    vector sum[4];
    float sums[4];
    UNROLL for (int i = 0; i < 4; i++) {
      const int32_t *start =
          index->quarter_start + COPPICE_BLOCK_QUARTERS * smaller(slot + i, end - 1) + quarter;
      sum[i] = kept_products(&table, values, index->input, start[0], start[quarters]);
    }
    v_store_sums(sums, sum[0], sum[1], sum[2], sum[3], 4, 0);
    ptrdiff_t owned = smaller(4, end - slot);
    for (ptrdiff_t i = 0; i < owned; i++) output[index->slot_row[slot + i]] += sums[i];
  }
}

TARGET static void sparse_forward_one(
    const coppice_index *index, const float *values, const float *bias, int rectify,
    const float *input, float *output) {
  const int quarters = (int)(COPPICE_BLOCK_QUARTERS * LOOKUP_INPUTS / index->block_inputs);
  for (ptrdiff_t row = 0; row < index->rows; row++) output[row] = bias[row];
  for (ptrdiff_t b = 0; b < index->blocks; b++) {
    for (int quarter = 0; quarter < COPPICE_BLOCK_QUARTERS; quarter += quarters) {
      ptrdiff_t first =
          b * index->block_inputs + quarter * index->block_inputs / COPPICE_BLOCK_QUARTERS;
      if (first >= index->inputs) break;
      add_kept_products(index, b, quarter, quarters, values, input + first, output);
    }
  }
  rectify_outputs(index->rows, rectify, output);
}

/// Four floats, of whatever instructions.
typedef float four_floats __attribute__((vector_size(16), aligned(4)));

/// The weights of one entry of a tile of `rows` rows.
INLINE four_floats entry_weights(const int rows, const float *values) {
  four_floats weights = {0};
  memcpy(&weights, values, (size_t)rows * sizeof(float));
  return weights;
}

/// The products of one tile of shared rows: four chains, taken by turns, then added as a tree; what is
/// left over goes to the first.
INLINE void shared_tile_sums(
    const int rows, ptrdiff_t count, const float *values, const uint8_t *inputs,
    const float *block, float *sums) {
  four_floats sum[4] = {{0}, {0}, {0}, {0}};
  ptrdiff_t k = 0;
  for (; k + 4 <= count; k += 4) {
    UNROLL for (int i = 0; i < 4; i++) {
      sum[i] += entry_weights(rows, values + (k + i) * rows) * block[inputs[k + i]];
    }
  }
  for (; k < count; k++) sum[0] += entry_weights(rows, values + k * rows) * block[inputs[k]];
  four_floats total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  memcpy(sums, &total, sizeof(total));
}

TARGET static void shared_forward_one(
    const coppice_shared_index *index, const float *values, const float *bias, int rectify,
    const float *input, float *output) {
  for (ptrdiff_t row = 0; row < index->rows; row++) output[row] = bias[row];
  for (ptrdiff_t tile = 0; tile < index->blocks * index->groups; tile++) {
    ptrdiff_t group = tile % index->groups, first = index->start[tile];
    const float *block = input + tile / index->groups * COPPICE_SHARED_INPUTS;
    ptrdiff_t rows = rows_of_tile(index, group);
    float sums[COPPICE_SHARED_ROWS];
#define SUMS(rows)                                                                             \
  shared_tile_sums(                                                                            \
      rows, index->start[tile + 1] - first, values + index->value_start[tile],                 \
      index->input + first, block, sums)
    WITH_ROWS(rows, SUMS)
#undef SUMS
    for (ptrdiff_t r = 0; r < rows; r++) output[group * COPPICE_SHARED_ROWS + r] += sums[r];
  }
  rectify_outputs(index->rows, rectify, output);
}
