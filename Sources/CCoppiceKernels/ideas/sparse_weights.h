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

/// The gradients of kept weights [kept, end) of one row, the first four of which read `four`.
INLINE void sampled_row(
    const int panels, const int accumulate, const float *block, ptrdiff_t stride,
    const vector *row, const uint8_t *inputs, uint32_t four, ptrdiff_t kept, ptrdiff_t end,
    float *output) {
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

/// The output gradients of one row for `panels` panels.
INLINE void load_row(
    const int panels, const float *gradient, ptrdiff_t stride, vector *row) {
  UNROLL for (int p = 0; p < panels; p++) {
    UNROLL for (int v = 0; v < COPPICE_PANEL / LANES; v++) {
      row[p * (COPPICE_PANEL / LANES) + v] = v_load(gradient + p * stride + v * LANES);
    }
  }
}

/// The sum of a row over the batch, which is the gradient of its bias.
INLINE void sum_row(const int panels, const int accumulate, const vector *row, float *bias) {
  vector sum = row[0];
  UNROLL for (int v = 1; v < panels * (COPPICE_PANEL / LANES); v++) sum = sum + row[v];
  v_store_sums(bias, sum, v_zero(), v_zero(), v_zero(), 1, accumulate);
}

/// Where a block's slots are visited: one group of panels and some quarters of the inputs.
typedef struct {
  const coppice_index *index;
  /// The panels' activations from the block's first input on, and their output gradients.
  coppice_panels inputs, gradients;
  float *output;
  /// Receives the sums of the rows; nothing where they are had already.
  float *bias;
} sampled_visit;

/// Slots [slot, end) of one block, `quarters` quarters of its inputs from `quarter` on.
INLINE void sampled_slots(
    const int panels, const int accumulate, sampled_visit visit, ptrdiff_t slot, ptrdiff_t end,
    int quarter, int quarters) {
  const coppice_index *index = visit.index;
  const int32_t *start = index->quarter_start + COPPICE_BLOCK_QUARTERS * slot + quarter;
  uint32_t ahead = four_inputs(index->input + start[0]);
  ptrdiff_t next_row = index->slot_row[slot];
  for (; slot < end; slot++, start += COPPICE_BLOCK_QUARTERS) {
    uint32_t four = ahead;
    ptrdiff_t kept = start[0], last = start[quarters], row_number = next_row;
    if (slot + 1 < end) {
      ahead = four_inputs(index->input + start[COPPICE_BLOCK_QUARTERS]);
      next_row = index->slot_row[slot + 1];
      __asm__ volatile("" : "+r"(next_row));
    }
    if (kept == last && !visit.bias) continue;
    vector row[SAMPLED_PANELS * (COPPICE_PANEL / LANES)];
    load_row(
        panels, visit.gradients.start + row_number * COPPICE_PANEL, visit.gradients.stride, row);
    if (visit.bias) sum_row(panels, accumulate, row, visit.bias + row_number);
    sampled_row(
        panels, accumulate, visit.inputs.start, visit.inputs.stride, row, index->input, four, kept,
        last, visit.output);
  }
}

/// Slots [first, last) for one group of panels.
INLINE void sampled_panels(
    const int panels, const int accumulate, sampled_visit visit, ptrdiff_t first, ptrdiff_t last,
    int quarters) {
  const coppice_index *index = visit.index;
  const float *inputs = visit.inputs.start;
  float *bias = visit.bias;
  while (first < last) {
    ptrdiff_t b = first / index->rows;
    ptrdiff_t end = smaller(last, (b + 1) * index->rows);
    visit.inputs.start = inputs + b * index->block_inputs * COPPICE_PANEL;
    for (int q = 0; q < COPPICE_BLOCK_QUARTERS; q += quarters) {
      visit.bias = b == 0 && q == 0 ? bias : NULL;
      sampled_slots(panels, accumulate, visit, first, end, q, quarters);
    }
    first = end;
  }
}

TARGET static void sparse_backward_weights(
    const coppice_index *index, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
    coppice_panels gradients, float *output, float *bias) {
  // few kept weights per row want more inputs at once, lest loading the row outweighs its use
  ptrdiff_t kept = index->slot_start[index->blocks * index->rows];
  int quarters = kept * 10 > index->rows * index->inputs ? 2 : 4;
  sampled_visit visit = {
      .index = index, .inputs = inputs, .gradients = gradients, .output = output, .bias = bias};
  for (ptrdiff_t panel = 0; panel < inputs.count;) {
    int pair = SAMPLED_PANELS == 2 && panel + 2 <= inputs.count;
    visit.inputs.start = inputs.start + panel * inputs.stride;
    visit.gradients.start = gradients.start + panel * gradients.stride;
    if (pair && panel == 0) {
      sampled_panels(SAMPLED_PANELS, 0, visit, first, last, quarters);
    } else if (pair) {
      sampled_panels(SAMPLED_PANELS, 1, visit, first, last, quarters);
    } else if (panel == 0) {
      sampled_panels(1, 0, visit, first, last, quarters);
    } else {
      sampled_panels(1, 1, visit, first, last, quarters);
    }
    panel += pair ? 2 : 1;
  }
}
