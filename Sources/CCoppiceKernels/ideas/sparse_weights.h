#pragma once

// Gradients of the kept weights alone: sampled dot products along the batch, four at a time, whose
// lanes are added by one shared transposing reduction.
//
// A gradient is summed over SAMPLED_PANELS panels at a time; within, vectors at even and odd places
// go to separate chains where there are two, then the lanes are added as a tree.

/// The dot product over `panels` panels of one input with the row in registers.
INLINE vector sampled_dot(
    const int panels, const vector *row, const float *x, ptrdiff_t stride) {
  vector sum[SAMPLED_CHAINS];
  UNROLL for (int c = 0; c < SAMPLED_CHAINS; c++) sum[c] = v_zero();
  UNROLL for (int p = 0; p < panels; p++) {
    UNROLL for (int v = 0; v < COPPICE_PANEL / LANES; v++) {
      sum[v % SAMPLED_CHAINS] = v_fma(
          row[p * (COPPICE_PANEL / LANES) + v], v_load(x + p * stride + v * LANES),
          sum[v % SAMPLED_CHAINS]);
    }
  }
  UNROLL for (int c = 1; c < SAMPLED_CHAINS; c++) sum[0] = sum[0] + sum[c];
  return sum[0];
}

/// Kept weights [kept, end) of one row.
INLINE void sampled_row(
    const int panels, const float *block, ptrdiff_t stride, const float *gradient,
    ptrdiff_t gradient_stride, const uint8_t *input, ptrdiff_t kept, ptrdiff_t end,
    int accumulate, float *output) {
  vector row[SAMPLED_PANELS * (COPPICE_PANEL / LANES)];
  UNROLL for (int p = 0; p < panels; p++) {
    UNROLL for (int v = 0; v < COPPICE_PANEL / LANES; v++) {
      row[p * (COPPICE_PANEL / LANES) + v] = v_load(gradient + p * gradient_stride + v * LANES);
    }
  }
  for (; kept < end; kept += 4) {
    vector sum[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
    ptrdiff_t count = smaller(4, end - kept);
#define DOT(i) \
  sum[i] = sampled_dot( \
      panels, row, block + input[kept + i] * COPPICE_PANEL, stride)
    if (count == 4) {
      DOT(0);
      DOT(1);
      DOT(2);
      DOT(3);
    } else {
      DOT(0);
      if (count > 1) DOT(1);
      if (count > 2) DOT(2);
    }
#undef DOT
    v_store_sums(output + kept, sum[0], sum[1], sum[2], sum[3], count, accumulate);
  }
}

/// Slots [first, last) for one group of panels, `quarters` quarters of a block at a time.
INLINE void sampled_panels(
    const int panels, const coppice_index *index, ptrdiff_t first, ptrdiff_t last, int quarters,
    const float *inputs, ptrdiff_t stride, const float *gradients, ptrdiff_t gradient_stride,
    int accumulate, float *output) {
  while (first < last) {
    ptrdiff_t b = first / index->rows;
    ptrdiff_t end = smaller(last, (b + 1) * index->rows);
    const float *block = inputs + b * COPPICE_BLOCK_INPUTS * COPPICE_PANEL;
    for (ptrdiff_t q = 0; q < COPPICE_BLOCK_QUARTERS; q += quarters) {
      for (ptrdiff_t slot = first; slot < end; slot++) {
        const int32_t *quarter = index->quarter_start + COPPICE_BLOCK_QUARTERS * slot + q;
        if (quarter[0] == quarter[quarters]) continue;
        sampled_row(
            panels, block, stride, gradients + index->slot_row[slot] * COPPICE_PANEL,
            gradient_stride, index->input, quarter[0], quarter[quarters], accumulate, output);
      }
    }
    first = end;
  }
}

TARGET static void sparse_backward_weights(
    const coppice_index *index, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
    coppice_panels gradients, float *output) {
  // few kept weights per row want more inputs at once, lest loading the row outweighs its use
  ptrdiff_t kept = index->slot_start[index->blocks * index->rows];
  int quarters = kept * 5 > index->rows * index->inputs ? 2 : 4;
  ptrdiff_t panel = 0;
  for (; panel + SAMPLED_PANELS <= inputs.count; panel += SAMPLED_PANELS) {
    sampled_panels(
        SAMPLED_PANELS, index, first, last, quarters, inputs.start + panel * inputs.stride,
        inputs.stride, gradients.start + panel * gradients.stride, gradients.stride, panel > 0,
        output);
  }
  for (; panel < inputs.count; panel++) {
    sampled_panels(
        1, index, first, last, quarters, inputs.start + panel * inputs.stride, inputs.stride,
        gradients.start + panel * gradients.stride, gradients.stride, panel > 0, output);
  }
}
