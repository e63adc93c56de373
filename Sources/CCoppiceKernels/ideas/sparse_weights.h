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

/// The inputs of the next four kept weights, loaded before their turn as in sparse_product.h.
INLINE uint32_t four_inputs(const uint8_t *inputs) {
  uint32_t four;
  memcpy(&four, inputs, sizeof(four));
  __asm__ volatile("" : "+r"(four));
  return four;
}

/// Kept weights [kept, end) of one row, the first four of which read the inputs `four`.
INLINE void sampled_row(
    const int panels, const float *block, ptrdiff_t stride, const float *gradient,
    ptrdiff_t gradient_stride, const uint8_t *inputs, uint32_t four, ptrdiff_t kept, ptrdiff_t end,
    int accumulate, float *output) {
  vector row[SAMPLED_PANELS * (COPPICE_PANEL / LANES)];
  UNROLL for (int p = 0; p < panels; p++) {
    UNROLL for (int v = 0; v < COPPICE_PANEL / LANES; v++) {
      row[p * (COPPICE_PANEL / LANES) + v] = v_load(gradient + p * gradient_stride + v * LANES);
    }
  }
#define DOT(i) \
  sampled_dot(panels, row, block + ((four >> (8 * i)) & 0xff) * COPPICE_PANEL, stride)
  for (; kept + 4 <= end; kept += 4) {
    uint32_t next = four_inputs(inputs + kept + 4);
    v_store_sums(output + kept, DOT(0), DOT(1), DOT(2), DOT(3), 4, accumulate);
    four = next;
  }
  switch (end - kept) {
    case 3:
      v_store_sums(output + kept, DOT(0), DOT(1), DOT(2), v_zero(), 3, accumulate);
      break;
    case 2:
      v_store_sums(output + kept, DOT(0), DOT(1), v_zero(), v_zero(), 2, accumulate);
      break;
    case 1:
      v_store_sums(output + kept, DOT(0), v_zero(), v_zero(), v_zero(), 1, accumulate);
      break;
    default: break;
  }
#undef DOT
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
      const int32_t *quarter = index->quarter_start + COPPICE_BLOCK_QUARTERS * first + q;
      uint32_t ahead = four_inputs(index->input + quarter[0]);
      ptrdiff_t next_row = index->slot_row[first];
      for (ptrdiff_t slot = first; slot < end; slot++, quarter += COPPICE_BLOCK_QUARTERS) {
        uint32_t four = ahead;
        const float *gradient = gradients + next_row * COPPICE_PANEL;
        if (slot + 1 < end) {
          ahead = four_inputs(index->input + quarter[COPPICE_BLOCK_QUARTERS]);
          next_row = index->slot_row[slot + 1];
          __asm__ volatile("" : "+r"(next_row));
        }
        if (quarter[0] == quarter[quarters]) continue;
        sampled_row(
            panels, block, stride, gradient, gradient_stride, index->input, four, quarter[0],
            quarter[quarters], accumulate, output);
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
  int quarters = kept * 10 > index->rows * index->inputs ? 2 : 4;
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
