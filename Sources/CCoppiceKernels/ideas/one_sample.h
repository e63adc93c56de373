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

TARGET static void sparse_forward_one(
    const coppice_index *index, const float *values, const float *bias, int rectify,
    const float *input, float *output) {
  for (ptrdiff_t row = 0; row < index->rows; row++) output[row] = bias[row];
  for (ptrdiff_t b = 0; b < index->blocks; b++) {
    lookup table = v_lookup(input + b * COPPICE_BLOCK_INPUTS);
    ptrdiff_t end = (b + 1) * index->rows;
    for (ptrdiff_t slot = b * index->rows; slot < end; slot += 4) {
      vector sum[4];
      float sums[4];
      UNROLL for (int i = 0; i < 4; i++) {
        const int32_t *start = index->slot_start + smaller(slot + i, end - 1);
        sum[i] = kept_products(&table, values, index->input, start[0], start[1]);
      }
      v_store_sums(sums, sum[0], sum[1], sum[2], sum[3], 4, 0);
      ptrdiff_t owned = smaller(4, end - slot);
      for (ptrdiff_t i = 0; i < owned; i++) output[index->slot_row[slot + i]] += sums[i];
    }
  }
  rectify_outputs(index->rows, rectify, output);
}
