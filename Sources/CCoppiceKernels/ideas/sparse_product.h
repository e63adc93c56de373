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

/// The row of one slot: `count` kept weights for ROW_VECTORS vectors of samples.
///
/// `ahead` holds the inputs of its first weights, and those of the next slot on return.
INLINE void sparse_row(
    ptrdiff_t count, const float *values, const uint8_t *inputs, uint64_t *ahead,
    const float *block, int first_block, int last_block, finish end, float *output) {
  vector sum[ROW_CHAINS][ROW_VECTORS];
  UNROLL for (int v = 0; v < ROW_VECTORS; v++) {
    sum[0][v] = !first_block ? v_load(output + v * LANES)
                : end.bias   ? v_broadcast(end.bias[0])
                             : v_zero();
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
    v_store(output + v * LANES, last_block ? finished(sum[0][v], end, v * LANES) : sum[0][v]);
  }
}

/// All rows of one block whose slots all keep `count` weights, in their natural order.
INLINE void uniform_block(
    const coppice_index *index, ptrdiff_t slot, ptrdiff_t count, const float *values,
    const float *block, int first_block, int last_block, finish end, float *output) {
  ptrdiff_t rows = index->rows;
  values += index->slot_start[slot];
  const uint8_t *inputs = index->input + index->slot_start[slot];
  uint64_t ahead = eight_inputs(inputs);
  for (ptrdiff_t row = 0; row < rows; row++, values += count, inputs += count) {
    sparse_row(
        count, values, inputs, &ahead, block, first_block, last_block, finish_from(end, row, 0),
        output + row * COPPICE_PANEL);
  }
}

/// All rows of one block, by falling count.
INLINE void uneven_block(
    const coppice_index *index, ptrdiff_t slot, const float *values, const float *block,
    int first_block, int last_block, finish end, float *output) {
  ptrdiff_t kept = index->slot_start[slot], last = slot + index->rows;
  uint64_t ahead = eight_inputs(index->input + kept);
  ptrdiff_t row = index->slot_row[slot];
  for (; slot < last; slot++) {
    ptrdiff_t next = index->slot_start[slot + 1];
    ptrdiff_t next_row = slot + 1 < last ? index->slot_row[slot + 1] : 0;
    __asm__ volatile("" : "+r"(next_row));
    sparse_row(
        next - kept, values + kept, index->input + kept, &ahead, block, first_block, last_block,
        finish_from(end, row, 0), output + row * COPPICE_PANEL);
    kept = next;
    row = next_row;
  }
}

TARGET static void sparse_product(
    const coppice_index *index, const float *values, const float *bias, int rectify,
    const float *gate, const float *input, float *output) {
  const ptrdiff_t stripe = ROW_VECTORS * LANES;
  for (ptrdiff_t sample = 0; sample < COPPICE_PANEL; sample += stripe) {
    finish end = {.bias = bias, .gate = gate ? gate + sample : NULL, .rectify = rectify};
    float *to = output + sample;
    for (ptrdiff_t b = 0; b < index->blocks; b++) {
      const float *block = input + b * COPPICE_BLOCK_INPUTS * COPPICE_PANEL + sample;
      int first_block = b == 0, last_block = b + 1 == index->blocks;
      ptrdiff_t slot = b * index->rows;
      ptrdiff_t count = index->slot_start[slot + 1] - index->slot_start[slot];
      ptrdiff_t total = index->slot_start[slot + index->rows] - index->slot_start[slot];
      // slots that differ lie by falling count, so a first one of average size means equal ones
      if (count * index->rows != total) {
        uneven_block(index, slot, values, block, first_block, last_block, end, to);
        continue;
      }
#define UNIFORM(n)                                                                         \
  case n:                                                                                  \
    uniform_block(index, slot, n, values, block, first_block, last_block, end, to);        \
    break;
      switch (count) {
        UNIFORM(64)
        UNIFORM(32)
        UNIFORM(16)
        UNIFORM(8)
        default:
          uniform_block(index, slot, count, values, block, first_block, last_block, end, to);
      }
#undef UNIFORM
    }
  }
}
