#pragma once

// Builds the two indices of a sparse layer from a mask, in time proportional to the mask plus the kept
// weights, without allocating. Where the instructions are there, several weights are appended at once
// without a branch, and what is written beyond the kept ones is overwritten by those that follow.

#include "topology_space.h"

#if !defined(APPENDS)
/// The lowest bits of 64 bytes.
INLINE uint64_t v_pack(const uint8_t *bytes) {
  uint64_t packed = 0;
  for (int shift = 0; shift < 64; shift += 8) {
    uint64_t eight;
    memcpy(&eight, bytes + shift, sizeof(eight));
    // the multiplication gathers the lowest bits of all bytes in the highest byte
    packed |= ((eight & 0x0101010101010101u) * 0x0102040810204080u) >> 56 << shift;
  }
  return packed;
}
#endif

/// Appends what 64 weights of a row give: `first` and the number of each kept one to `inputs`, and where
/// it lies, counted from `dense`, to `places`; returns how many are kept.
INLINE int32_t append_weights(
    uint8_t *inputs, int32_t *places, uint64_t some, uint8_t first, int32_t dense) {
  int32_t kept = 0;
#if defined(APPENDS)
  static const int32_t numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  UNROLL for (int bit = 0; bit < 64; bit += APPENDS) {
    unsigned chosen = some >> bit & ((1u << APPENDS) - 1);
    v_append(
        inputs + kept, places + kept, chosen, (uint8_t)(first + bit), numbers, dense + bit);
    kept += __builtin_popcount(chosen);
  }
#else
  for (; some; some &= some - 1, kept++) {
    int bit = __builtin_ctzll(some);
    inputs[kept] = (uint8_t)(first + bit);
    places[kept] = dense + bit;
  }
#endif
  return kept;
}

/// Appends what 64 rows of a column give: `first` and the number of each kept one to `inputs`, and what
/// `next` has for it, which is counted up, to `sources`; returns how many are kept.
INLINE int32_t append_rows(
    uint8_t *inputs, int32_t *sources, uint64_t some, uint8_t first, int32_t *next) {
  int32_t kept = 0;
#if defined(APPENDS)
  UNROLL for (int bit = 0; bit < 64; bit += APPENDS) {
    unsigned chosen = some >> bit & ((1u << APPENDS) - 1);
    v_append(inputs + kept, sources + kept, chosen, (uint8_t)(first + bit), next + bit, 0);
    v_advance(next + bit, chosen);
    kept += __builtin_popcount(chosen);
  }
#else
  for (; some; some &= some - 1, kept++) {
    int bit = __builtin_ctzll(some);
    inputs[kept] = (uint8_t)(first + bit);
    sources[kept] = next[bit]++;
  }
#endif
  return kept;
}

/// One bit for each byte of the mask.
TARGET static void pack_row(ptrdiff_t inputs, const uint8_t *mask, uint64_t *bits) {
  for (ptrdiff_t word = 0; word < words_of_row(inputs); word++) {
    ptrdiff_t column = 64 * word, there = inputs - column;
    uint8_t last[64] = {0};
    if (there > 0 && there < 64) memcpy(last, mask + column, (size_t)there);
    bits[word] = v_pack(there < 64 ? last : mask + column);
  }
}

/// Transposes a square of 64 by 64 bits: squares of half the size change places, and so on within them.
TARGET static void transpose_bits(uint64_t *rows) {
  uint64_t low = 0xffffffffu;
  for (int half = 32; half > 0; half /= 2, low ^= low << half) {
    for (int start = 0; start < 64; start += 2 * half) {
      for (int row = start; row < start + half; row++) {
        uint64_t change = (rows[row] >> half ^ rows[row + half]) & low;
        rows[row] ^= change << half;
        rows[row + half] ^= change;
      }
    }
  }
}

TARGET static void transpose_mask(coppice_shape shape, topology_space space) {
  ptrdiff_t words = words_of_row(shape.inputs), words_down = words_of_row(shape.outputs);
  for (ptrdiff_t down = 0; down < words_down; down++) {
    for (ptrdiff_t word = 0; word < words; word++) {
      uint64_t square[64] = {0};
      ptrdiff_t rows = smaller(64, shape.outputs - 64 * down);
      for (ptrdiff_t row = 0; row < rows; row++) {
        square[row] = space.bits[(64 * down + row) * words + word];
      }
      transpose_bits(square);
      for (ptrdiff_t column = 0; column < 64; column++) {
        space.transposed[(64 * word + column) * words_down + down] = square[column];
      }
    }
  }
}

/// The rows by falling count, equal ones in their natural order.
TARGET static void sort_by_count(ptrdiff_t rows, const int32_t *count, int32_t *order) {
  int32_t place[COPPICE_BLOCK_INPUTS + 2] = {0};
  for (ptrdiff_t row = 0; row < rows; row++) place[COPPICE_BLOCK_INPUTS - count[row] + 1]++;
  for (int c = 0; c <= COPPICE_BLOCK_INPUTS; c++) place[c + 1] += place[c];
  for (ptrdiff_t row = 0; row < rows; row++) {
    order[place[COPPICE_BLOCK_INPUTS - count[row]]++] = (int32_t)row;
  }
}

/// The rows of an index as bits: a row of `stride` words, of which a block has `words`.
typedef struct {
  const uint64_t *start;
  ptrdiff_t stride;
  ptrdiff_t words;
} bit_rows;

TARGET static bit_rows rows_of_block(
    const uint64_t *bits, ptrdiff_t stride, const coppice_index *index, ptrdiff_t block) {
  ptrdiff_t before = block * (index->block_inputs / 64);
  return (bit_rows){bits + before, stride, smaller(index->block_inputs / 64, stride - before)};
}

TARGET static int32_t count_bits(const uint64_t *words, ptrdiff_t count) {
  int32_t kept = 0;
  for (ptrdiff_t word = 0; word < count; word++) kept += __builtin_popcountll(words[word]);
  return kept;
}

/// Puts the rows of a block in order and says where each begins, the first at `kept`, and each quarter
/// of it; returns where the last one ends.
TARGET static int32_t lay_out_block(
    const coppice_index *index, ptrdiff_t block, bit_rows rows, int32_t kept, int32_t *row_start,
    topology_space space) {
  for (ptrdiff_t row = 0; row < index->rows; row++) {
    space.count[row] = count_bits(rows.start + row * rows.stride, rows.words);
  }
  sort_by_count(index->rows, space.count, space.order);
  ptrdiff_t half_words = index->block_inputs / COPPICE_BLOCK_QUARTERS / 32;
  for (ptrdiff_t place = 0; place < index->rows; place++) {
    ptrdiff_t slot = block * index->rows + place;
    int32_t row = space.order[place], begin = kept;
    index->slot_start[slot] = kept;
    index->slot_row[slot] = row;
    row_start[row] = kept;
    for (int quarter = 0; quarter < COPPICE_BLOCK_QUARTERS; quarter++) {
      index->quarter_start[COPPICE_BLOCK_QUARTERS * slot + quarter] = begin;
      for (ptrdiff_t half = quarter * half_words; half < (quarter + 1) * half_words; half++) {
        if (half / 2 >= rows.words) continue;
        uint64_t word = rows.start[row * rows.stride + half / 2];
        begin += __builtin_popcount((uint32_t)(word >> 32 * (half % 2)));
      }
    }
    kept += space.count[row];
  }
  index->slot_start[(block + 1) * index->rows] = kept;
  index->quarter_start[COPPICE_BLOCK_QUARTERS * (block + 1) * index->rows] = kept;
  return kept;
}

/// The forward index, and the place of every kept weight in the dense matrix.
TARGET static ptrdiff_t build_forward(const coppice_topology *topology, topology_space space) {
  const coppice_index *index = &topology->forward;
  int32_t kept = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    bit_rows rows = rows_of_block(space.bits, words_of_row(index->inputs), index, block);
    lay_out_block(index, block, rows, kept, space.row_start + block * index->rows, space);
    for (ptrdiff_t place = 0; place < index->rows; place++) {
      ptrdiff_t row = space.order[place];
      ptrdiff_t dense = row * index->inputs + block * index->block_inputs;
      for (ptrdiff_t word = 0; word < rows.words; word++) {
        uint64_t some = rows.start[row * rows.stride + word];
        kept += append_weights(
            index->input + kept, topology->dense_index + kept, some, (uint8_t)(64 * word),
            (int32_t)(dense + 64 * word));
      }
    }
  }
  return kept;
}

/// The kept weights of a column within a block, with room for what is written beyond them.
typedef struct {
  uint8_t inputs[COPPICE_BLOCK_INPUTS + COPPICE_INDEX_SLACK];
  int32_t sources[COPPICE_BLOCK_INPUTS + COPPICE_INDEX_SLACK];
} column_entries;

/// Lists a column's kept weights; `next` has the place of the next weight of each row in the forward
/// index.
TARGET static void list_column(
    const uint64_t *bits, ptrdiff_t words, int32_t *next, column_entries *entries) {
  ptrdiff_t kept = 0;
  for (ptrdiff_t word = 0; word < words; word++) {
    kept += append_rows(
        entries->inputs + kept, entries->sources + kept, bits[word], (uint8_t)(64 * word),
        next + 64 * word);
  }
}

/// Copies eight at a time, the last eight over some of those before.
TARGET static void copy_entries(
    const column_entries *from, ptrdiff_t count, uint8_t *inputs, int32_t *sources) {
  if (count < 8) {
    for (ptrdiff_t i = 0; i < count; i++) {
      inputs[i] = from->inputs[i];
      sources[i] = from->sources[i];
    }
    return;
  }
  for (ptrdiff_t i = 0; i < count; i += 8) {
    ptrdiff_t start = smaller(i, count - 8);
    memcpy(inputs + start, from->inputs + start, 8);
    memcpy(sources + start, from->sources + start, 8 * sizeof(int32_t));
  }
}

/// How many weights of a row lie in a block of the forward index before a column.
TARGET static int32_t count_before(
    const uint64_t *row, ptrdiff_t first_word, ptrdiff_t column) {
  ptrdiff_t whole = larger(first_word, column / 64);
  int32_t kept = count_bits(row + first_word, whole - first_word);
  ptrdiff_t rest = column - 64 * whole;
  return rest > 0 ? kept + __builtin_popcountll(row[whole] & ~(~(uint64_t)0 << rest)) : kept;
}

/// Lists the columns of one block of rows that lie in one block of the forward index, the lower ones
/// first: so each row's next weight is known.
TARGET static void list_columns(
    const coppice_topology *topology, ptrdiff_t block, ptrdiff_t forward_block,
    topology_space space) {
  const coppice_index *index = &topology->backward, *forward = &topology->forward;
  bit_rows columns = rows_of_block(
      space.transposed, words_of_row(topology->shape.outputs), index, block);
  ptrdiff_t start = forward_block * forward->block_inputs;
  ptrdiff_t first = larger(start, topology->first_column);
  ptrdiff_t last = smaller(start + forward->block_inputs, topology->last_column);
  ptrdiff_t first_row = block * index->block_inputs;
  ptrdiff_t words = words_of_row(topology->shape.inputs);
  int32_t next[COPPICE_BLOCK_INPUTS] = {0};
  for (ptrdiff_t row = 0; row < smaller(index->block_inputs, index->inputs - first_row); row++) {
    next[row] = space.row_start[forward_block * forward->rows + first_row + row] +
                count_before(space.bits + (first_row + row) * words, start / 64, first);
  }
  // columns are copied some turns later: what has just been written in pieces is slow to read
  enum { TURNS = 8 };
  column_entries entries[TURNS];
  for (ptrdiff_t column = first; column < last + TURNS - 1; column++) {
    if (column < last) {
      list_column(
          columns.start + column * columns.stride, columns.words, next, &entries[column % TURNS]);
    }
    ptrdiff_t listed = column - (TURNS - 1);
    if (listed < first || listed >= last) continue;
    ptrdiff_t own = listed - topology->first_column;
    copy_entries(
        &entries[listed % TURNS], space.count[own], index->input + space.cursor[own],
        topology->backward_source + space.cursor[own]);
  }
}

TARGET static void build_backward(const coppice_topology *topology, topology_space space) {
  const coppice_index *index = &topology->backward;
  ptrdiff_t words = words_of_row(topology->shape.outputs);
  ptrdiff_t width = topology->forward.block_inputs;
  int32_t entries = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    bit_rows columns = rows_of_block(
        space.transposed + topology->first_column * words, words, index, block);
    entries = lay_out_block(index, block, columns, entries, space.cursor, space);
    ptrdiff_t first = topology->first_column / width;
    for (ptrdiff_t other = first; other * width < topology->last_column; other++) {
      list_columns(topology, block, other, space);
    }
  }
}

TARGET static ptrdiff_t build_topology(const coppice_topology *topology, const uint8_t *mask) {
  topology_space space = topology_space_in(topology->scratch, topology->shape);
  ptrdiff_t inputs = topology->shape.inputs;
  for (ptrdiff_t row = 0; row < topology->shape.outputs; row++) {
    pack_row(inputs, mask + row * inputs, space.bits + row * words_of_row(inputs));
  }
  ptrdiff_t kept = build_forward(topology, space);
  if (topology->backward.rows > 0) transpose_mask(topology->shape, space);
  build_backward(topology, space);
  return kept;
}
