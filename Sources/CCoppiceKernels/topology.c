// Builds the two indices of a sparse layer from a mask, in time proportional to the mask plus the
// kept weights, without allocating.

#include <string.h>

#include "include/CCoppiceKernels.h"

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
static ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

/// 64-bit words of a row of the mask, one bit per weight; whole blocks.
static ptrdiff_t words_of_row(ptrdiff_t inputs) {
  return (inputs + 127) / 128 * 2;
}

/// The most blocks that the inputs of a row are cut into.
static ptrdiff_t most_blocks(ptrdiff_t inputs) { return (inputs + 127) / 128; }

/// The pieces of the scratch memory.
typedef struct {
  uint64_t *bits;
  int32_t *count;
  int32_t *order;
  int32_t *cursor;
  /// Where the weights of each row begin in each block of the forward index.
  int32_t *row_start;
  uint16_t *column_count;
} workspace;

static workspace workspace_in(int32_t *scratch, coppice_shape shape) {
  ptrdiff_t longest = larger(shape.outputs, shape.inputs);
  workspace space;
  space.bits = (uint64_t *)(void *)scratch;
  space.count = scratch + 2 * shape.outputs * words_of_row(shape.inputs);
  space.order = space.count + longest;
  space.cursor = space.order + longest;
  space.row_start = space.cursor + longest;
  space.column_count = (uint16_t *)(space.row_start + shape.outputs * most_blocks(shape.inputs));
  return space;
}

ptrdiff_t coppice_topology_scratch(coppice_shape shape) {
  ptrdiff_t longest = larger(shape.outputs, shape.inputs);
  return 2 * shape.outputs * words_of_row(shape.inputs) + 3 * longest +
         shape.outputs * most_blocks(shape.inputs) + longest / 2 + 1;
}

ptrdiff_t coppice_count_kept(ptrdiff_t count, const uint8_t *mask) {
  ptrdiff_t kept = 0;
  for (ptrdiff_t start = 0; start < count; start += 192) {
    uint8_t some = 0;  // small enough a piece that eight bits hold its count
    ptrdiff_t end = smaller(count, start + 192);
    for (ptrdiff_t i = start; i < end; i++) some += mask[i] != 0;
    kept += some;
  }
  return kept;
}

/// One bit per byte that is not 0, the first byte lowest.
static uint64_t bits_of_eight(const uint8_t *mask) {
  uint64_t bytes;
  memcpy(&bytes, mask, sizeof(bytes));
  // a byte's bits are gathered in its lowest, and the multiplication gathers these in the top byte
  bytes |= bytes >> 4;
  bytes |= bytes >> 2;
  bytes |= bytes >> 1;
  return ((bytes & 0x0101010101010101u) * 0x0102040810204080u) >> 56;
}

static void pack_row(ptrdiff_t inputs, const uint8_t *mask, uint64_t *bits) {
  ptrdiff_t words = words_of_row(inputs);
  for (ptrdiff_t word = 0; word < words; word++) {
    uint64_t packed = 0;
    ptrdiff_t end = smaller(inputs, 64 * (word + 1)), column = 64 * word;
    for (int shift = 0; column + 8 <= end; column += 8, shift += 8) {
      packed |= bits_of_eight(mask + column) << shift;
    }
    for (; column < end; column++) packed |= (uint64_t)(mask[column] != 0) << (column % 64);
    bits[word] = packed;
  }
}

/// The rows by falling count, equal ones in their natural order.
static void sort_by_count(ptrdiff_t rows, const int32_t *count, int32_t *order) {
  int32_t place[COPPICE_BLOCK_INPUTS + 2] = {0};
  for (ptrdiff_t row = 0; row < rows; row++) place[COPPICE_BLOCK_INPUTS - count[row] + 1]++;
  for (int c = 0; c <= COPPICE_BLOCK_INPUTS; c++) place[c + 1] += place[c];
  for (ptrdiff_t row = 0; row < rows; row++) {
    order[place[COPPICE_BLOCK_INPUTS - count[row]]++] = (int32_t)row;
  }
}

/// Appends the kept weights of one quarter of a slot; `some` has a bit for each.
static int32_t append_quarter(
    const coppice_topology *topology, uint64_t some, ptrdiff_t first, ptrdiff_t dense,
    int32_t kept) {
  uint8_t *restrict inputs = topology->forward.input;
  int32_t *restrict places = topology->dense_index;
  for (; some; some &= some - 1) {
    ptrdiff_t input = first + __builtin_ctzll(some);
    inputs[kept] = (uint8_t)input;
    places[kept++] = (int32_t)(dense + input);
  }
  return kept;
}

/// The forward index, and the place of every kept weight in the dense matrix.
static ptrdiff_t build_forward(const coppice_topology *topology, workspace space) {
  const coppice_index *index = &topology->forward;
  ptrdiff_t rows = index->rows, inputs = index->inputs, words = words_of_row(inputs);
  ptrdiff_t block_words = index->block_inputs / 64, quarter = index->block_inputs / 4;
  int32_t kept = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    const uint64_t *bits = space.bits + block * block_words;
    ptrdiff_t own_words = smaller(block_words, words - block * block_words);
    for (ptrdiff_t row = 0; row < rows; row++) {
      space.count[row] = 0;
      for (ptrdiff_t word = 0; word < own_words; word++) {
        space.count[row] += __builtin_popcountll(bits[row * words + word]);
      }
    }
    sort_by_count(rows, space.count, space.order);
    for (ptrdiff_t place = 0; place < rows; place++) {
      ptrdiff_t slot = block * rows + place, row = space.order[place];
      ptrdiff_t dense = row * inputs + block * index->block_inputs;
      index->slot_start[slot] = kept;
      index->slot_row[slot] = (int32_t)row;
      space.row_start[block * rows + row] = kept;
      for (int q = 0; q < COPPICE_BLOCK_QUARTERS; q++) {
        index->quarter_start[COPPICE_BLOCK_QUARTERS * slot + q] = kept;
        ptrdiff_t first = q * quarter;
        if (first / 64 >= own_words) continue;
        uint64_t some = bits[row * words + first / 64] >> (first % 64);
        if (quarter < 64) some &= ((uint64_t)1 << quarter) - 1;
        kept = append_quarter(topology, some, first, dense, kept);
      }
    }
  }
  index->slot_start[index->blocks * rows] = kept;
  index->quarter_start[COPPICE_BLOCK_QUARTERS * index->blocks * rows] = kept;
  return kept;
}

/// How many weights each column of the backward index keeps in dense rows [first, last).
static void count_columns(
    const coppice_topology *topology, const uint8_t *mask, ptrdiff_t first, ptrdiff_t last,
    workspace space) {
  ptrdiff_t columns = topology->backward.rows;
  memset(space.column_count, 0, (size_t)columns * sizeof(uint16_t));
  for (ptrdiff_t row = first; row < last; row++) {
    const uint8_t *from = mask + row * topology->shape.inputs + topology->first_column;
    uint16_t *count = space.column_count;
    for (ptrdiff_t column = 0; column < columns; column++) count[column] += from[column] != 0;
  }
  for (ptrdiff_t column = 0; column < columns; column++) {
    space.count[column] = space.column_count[column];
  }
}

/// Appends the kept weights of one dense row to the columns that they belong to.
static void append_row(
    const coppice_topology *topology, ptrdiff_t row, uint8_t input, workspace space) {
  uint8_t *restrict inputs = topology->backward.input;
  int32_t *restrict sources = topology->backward_source, *restrict cursor = space.cursor;
  const uint64_t *bits = space.bits + row * words_of_row(topology->shape.inputs);
  ptrdiff_t first = topology->first_column, last = topology->last_column;
  ptrdiff_t block_words = topology->forward.block_inputs / 64;
  int32_t source = 0;
  for (ptrdiff_t word = first / 64 / block_words * block_words; 64 * word < last; word++) {
    if (word % block_words == 0) {
      source = space.row_start[word / block_words * topology->forward.rows + row];
    }
    uint64_t some = bits[word];
    ptrdiff_t base = 64 * word;
    if (base < first) {
      uint64_t before = first - base < 64 ? ~(~(uint64_t)0 << (first - base)) : ~(uint64_t)0;
      source += __builtin_popcountll(some & before);
      some &= ~before;
    }
    if (last - base < 64) some &= ~(~(uint64_t)0 << (last - base));
    for (; some; some &= some - 1) {
      int32_t entry = cursor[base + __builtin_ctzll(some) - first]++;
      inputs[entry] = input;
      sources[entry] = source++;
    }
  }
}

static void build_backward(
    const coppice_topology *topology, const uint8_t *mask, workspace space) {
  const coppice_index *index = &topology->backward;
  ptrdiff_t columns = index->rows, outputs = index->inputs;
  int32_t entries = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    ptrdiff_t first = block * index->block_inputs;
    ptrdiff_t last = smaller(outputs, first + index->block_inputs);
    count_columns(topology, mask, first, last, space);
    sort_by_count(columns, space.count, space.order);
    for (ptrdiff_t place = 0; place < columns; place++) {
      int32_t column = space.order[place];
      index->slot_start[block * columns + place] = entries;
      index->slot_row[block * columns + place] = column;
      space.cursor[column] = entries;
      entries += space.count[column];
    }
    for (int quarter = 0; quarter < COPPICE_BLOCK_QUARTERS; quarter++) {
      for (ptrdiff_t place = 0; place < columns; place++) {
        ptrdiff_t slot = block * columns + place;
        index->quarter_start[COPPICE_BLOCK_QUARTERS * slot + quarter] =
            space.cursor[space.order[place]];
      }
      ptrdiff_t end = smaller(last, first + (quarter + 1) * (index->block_inputs / 4));
      for (ptrdiff_t row = first + quarter * (index->block_inputs / 4); row < end; row++) {
        append_row(topology, row, (uint8_t)(row - first), space);
      }
    }
  }
  index->slot_start[index->blocks * columns] = entries;
  index->quarter_start[COPPICE_BLOCK_QUARTERS * index->blocks * columns] = entries;
}

ptrdiff_t coppice_topology_build(const coppice_topology *topology, const uint8_t *mask) {
  workspace space = workspace_in(topology->scratch, topology->shape);
  ptrdiff_t inputs = topology->shape.inputs;
  for (ptrdiff_t row = 0; row < topology->shape.outputs; row++) {
    pack_row(inputs, mask + row * inputs, space.bits + row * words_of_row(inputs));
  }
  ptrdiff_t kept = build_forward(topology, space);
  build_backward(topology, mask, space);
  return kept;
}
