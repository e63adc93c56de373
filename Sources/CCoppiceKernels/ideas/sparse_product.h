#pragma once

// A sparse matrix times a panel: every kept weight is one broadcast and one multiply-add per vector
// of samples, straight from the activations in the first cache. Inputs are taken in blocks of 128,
// so that they stay there for all rows.
//
// The kept weights of a row are summed block by block. Within a block, four at a time, the weights
// at even and odd places go to separate chains where there are two; what is left over, up to
// three weights, goes to the first chain.

/// The inputs of the next eight kept weights, one byte each.
///
/// They are loaded well before their turn. Loads are taken in their order when there are more than
/// the load units can take, so one whose result other loads need would hold all of them up.
INLINE uint64_t eight_inputs(const uint8_t *inputs) {
  uint64_t eight;
  memcpy(&eight, inputs, sizeof(eight));
  __asm__ volatile("" : "+r"(eight));
  return eight;
}

/// One kept weight for all samples of a pass.
INLINE void add_weighted(vector *sum, vector weight, const float *block, uint64_t input) {
  const float *x = block + input * COPPICE_PANEL;
  UNROLL for (int v = 0; v < ROW_VECTORS; v++) {
    sum[v] = v_fma(weight, v_load(x + v * LANES), sum[v]);
  }
}

INLINE void add_four_weighted(
    vector sum[ROW_CHAINS][ROW_VECTORS], const float *values, uint32_t inputs,
    const float *block) {
  quad weights = v_load_quad(values);
  UNROLL for (int i = 0; i < 4; i++) {
    add_weighted(
        sum[i % ROW_CHAINS], v_broadcast_quad(weights, i), block, (inputs >> (8 * i)) & 0xff);
  }
}

/// What the rows of a block begin with, and what happens when they are finished.
typedef struct {
  /// Whether these are the first and the last inputs of the row.
  int first, last;
  /// Forward: added to every output.
  const float *bias;
  /// Forward: what outputs are raised to, 0 or minus infinity.
  vector floor;
  /// Backward: outputs become 0 where it is not positive.
  const float *gate;
} row_frame;

INLINE void begin_row(vector *sum, row_frame frame, ptrdiff_t row, const float *output) {
  if (frame.first) {
    vector start = frame.bias ? v_broadcast(frame.bias[row]) : v_zero();
    UNROLL for (int v = 0; v < ROW_VECTORS; v++) sum[v] = start;
  } else {
    UNROLL for (int v = 0; v < ROW_VECTORS; v++) sum[v] = v_load(output + v * LANES);
  }
}

INLINE void end_row(
    const int backward, const vector *sum, row_frame frame, ptrdiff_t row, float *output) {
  if (!frame.last || (backward && !frame.gate)) {
    UNROLL for (int v = 0; v < ROW_VECTORS; v++) v_store(output + v * LANES, sum[v]);
  } else if (backward) {
    const float *gate = frame.gate + row * COPPICE_PANEL;
    UNROLL for (int v = 0; v < ROW_VECTORS; v++) {
      v_store(output + v * LANES, v_gate(sum[v], v_load(gate + v * LANES)));
    }
  } else {
    UNROLL for (int v = 0; v < ROW_VECTORS; v++) {
      v_store(output + v * LANES, v_max(frame.floor, sum[v]));
    }
  }
}

/// The row of a slot with fewer than SHORT_ROW kept weights: one chain, since the next rows hide the
/// latency of its additions.
///
/// `ahead` holds the inputs of its first weights, and those of the next slot on return.
INLINE void short_row(
    ptrdiff_t count, const float *values, const uint8_t *inputs, uint64_t *ahead,
    const float *block, vector *sum) {
  uint64_t eight = *ahead;
  *ahead = eight_inputs(inputs + count);
  for (ptrdiff_t k = 0; k < count; k++, eight >>= 8) {
    add_weighted(sum, v_broadcast(values[k]), block, eight & 0xff);
  }
}

/// The row of a slot with more kept weights; `ahead` as in a short row.
INLINE void long_row(
    ptrdiff_t count, const float *values, const uint8_t *inputs, uint64_t *ahead,
    const float *block, vector *first_sum) {
  vector sum[ROW_CHAINS][ROW_VECTORS];
  UNROLL for (int v = 0; v < ROW_VECTORS; v++) {
    sum[0][v] = first_sum[v];
    UNROLL for (int c = 1; c < ROW_CHAINS; c++) sum[c][v] = v_zero();
  }
  ptrdiff_t k = 0;
  uint64_t eight = *ahead;
  for (; k + 8 <= count; k += 8) {
    uint64_t next = eight_inputs(inputs + k + 8);
    add_four_weighted(sum, values + k, (uint32_t)eight, block);
    add_four_weighted(sum, values + k + 4, (uint32_t)(eight >> 32), block);
    eight = next;
  }
  *ahead = k < count ? eight_inputs(inputs + count) : eight;
  if (k + 4 <= count) {
    add_four_weighted(sum, values + k, (uint32_t)eight, block);
    eight >>= 32;
    k += 4;
  }
  for (; k < count; k++, eight >>= 8) {
    add_weighted(sum[0], v_broadcast(values[k]), block, eight & 0xff);
  }
  UNROLL for (int v = 0; v < ROW_VECTORS; v++) {
    UNROLL for (int c = 1; c < ROW_CHAINS; c++) sum[0][v] = sum[0][v] + sum[c][v];
    first_sum[v] = sum[0][v];
  }
}

/// The row of one slot, from beginning to end.
INLINE void block_row(
    const int backward, ptrdiff_t row, ptrdiff_t count, const float *values,
    const uint8_t *inputs, uint64_t *ahead, const float *block, row_frame frame, float *output) {
  float *to = output + row * COPPICE_PANEL;
  vector sum[ROW_VECTORS];
  begin_row(sum, frame, row, to);
  if (count < SHORT_ROW) {
    short_row(count, values, inputs, ahead, block, sum);
  } else {
    long_row(count, values, inputs, ahead, block, sum);
  }
  end_row(backward, sum, frame, row, to);
}

/// All rows of one block whose slots all keep `count` weights, in their natural order.
INLINE void even_block(
    const int backward, const coppice_index *index, ptrdiff_t slot, ptrdiff_t count,
    const float *values, const float *block, row_frame frame, float *output) {
  values += index->slot_start[slot];
  const uint8_t *inputs = index->input + index->slot_start[slot];
  uint64_t ahead = eight_inputs(inputs);
  for (ptrdiff_t row = 0; row < index->rows; row++, values += count, inputs += count) {
    block_row(backward, row, count, values, inputs, &ahead, block, frame, output);
  }
}

/// All rows of one block, by falling count.
INLINE void uneven_block(
    const int backward, const coppice_index *index, ptrdiff_t slot, const float *values,
    const float *block, row_frame frame, float *output) {
  ptrdiff_t kept = index->slot_start[slot], last = slot + index->rows;
  uint64_t ahead = eight_inputs(index->input + kept);
  ptrdiff_t row = index->slot_row[slot];
  for (; slot < last; slot++) {
    ptrdiff_t next = index->slot_start[slot + 1];
    ptrdiff_t next_row = slot + 1 < last ? index->slot_row[slot + 1] : 0;
    __asm__ volatile("" : "+r"(next_row));
    block_row(
        backward, row, next - kept, values + kept, index->input + kept, &ahead, block, frame,
        output);
    kept = next;
    row = next_row;
  }
}

/// One block, with a constant number of weights where that is a usual one.
INLINE void any_block(
    const int backward, const coppice_index *index, ptrdiff_t slot, const float *values,
    const float *block, row_frame frame, float *output) {
  ptrdiff_t count = index->slot_start[slot + 1] - index->slot_start[slot];
  ptrdiff_t total = index->slot_start[slot + index->rows] - index->slot_start[slot];
  // slots that differ lie by falling count, so a first one of average size means equal ones
  if (count * index->rows != total) {
    uneven_block(backward, index, slot, values, block, frame, output);
    return;
  }
#define EVEN(n) \
  case n: even_block(backward, index, slot, n, values, block, frame, output); break;
  switch (count) {
    EVEN(64)
    EVEN(32)
    EVEN(16)
    EVEN(8)
    EVEN(4)
    EVEN(2)
    default: even_block(backward, index, slot, count, values, block, frame, output);
  }
#undef EVEN
}

/// The product of one panel, for ROW_VECTORS vectors of samples at a time.
INLINE void all_blocks(
    const int backward, const coppice_index *index, const float *values, row_frame frame,
    const float *input, float *output) {
  const ptrdiff_t stripe = ROW_VECTORS * LANES;
  const float *gate = frame.gate;
  for (ptrdiff_t sample = 0; sample < COPPICE_PANEL; sample += stripe) {
    if (gate) frame.gate = gate + sample;
    for (ptrdiff_t b = 0; b < index->blocks; b++) {
      const float *block = input + b * index->block_inputs * COPPICE_PANEL + sample;
      frame.first = b == 0;
      frame.last = b + 1 == index->blocks;
      any_block(backward, index, b * index->rows, values, block, frame, output + sample);
    }
  }
}

TARGET static void sparse_forward(
    const coppice_index *index, const float *values, const float *bias, int rectify,
    const float *input, float *output) {
  row_frame frame = {.bias = bias, .floor = v_broadcast(rectify ? 0 : -__builtin_inff())};
  all_blocks(0, index, values, frame, input, output);
}

TARGET static void sparse_backward_data(
    const coppice_index *index, const float *values, const float *gate,
    const float *output_gradient, float *input_gradient) {
  row_frame frame = {.gate = gate};
  all_blocks(1, index, values, frame, output_gradient, input_gradient);
}
