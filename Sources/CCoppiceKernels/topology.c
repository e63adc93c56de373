// Builds the two indices of a sparse layer from a mask, in time proportional to the mask plus the
// kept weights, without allocating.

#include <string.h>

#include "include/CCoppiceKernels.h"

enum {
  QUARTER_INPUTS = COPPICE_BLOCK_INPUTS / COPPICE_BLOCK_QUARTERS,
};

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
static ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

/// 64-bit words of a row of the mask, one bit per weight; whole blocks.
static ptrdiff_t words_of_row(ptrdiff_t inputs) {
  return (inputs + COPPICE_BLOCK_INPUTS - 1) / COPPICE_BLOCK_INPUTS * (COPPICE_BLOCK_INPUTS / 64);
}

/// The pieces of the scratch memory.
typedef struct {
  uint64_t *bits;
  int32_t *count;
  int32_t *order;
  int32_t *cursor;
  uint8_t *column_count;
} workspace;

static workspace workspace_in(int32_t *scratch, coppice_shape shape) {
  ptrdiff_t longest = larger(shape.outputs, shape.inputs);
  workspace space;
  space.bits = (uint64_t *)(void *)scratch;
  space.count = scratch + 2 * shape.outputs * words_of_row(shape.inputs);
  space.order = space.count + longest;
  space.cursor = space.order + longest;
  space.column_count = (uint8_t *)(space.cursor + longest);
  return space;
}

ptrdiff_t coppice_topology_scratch(coppice_shape shape) {
  ptrdiff_t longest = larger(shape.outputs, shape.inputs);
  return 2 * shape.outputs * words_of_row(shape.inputs) + 3 * longest + longest / 4 + 1;
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

/// The forward index, the place of every kept weight in the dense matrix, and the inverse of that.
static ptrdiff_t build_forward(const coppice_topology *topology, workspace space) {
  const coppice_index *index = &topology->forward;
  ptrdiff_t rows = index->rows, inputs = index->inputs, words = words_of_row(inputs);
  memset(topology->position, 0xff, (size_t)(rows * inputs) * sizeof(int32_t));
  int32_t kept = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    const uint64_t *bits = space.bits + block * (COPPICE_BLOCK_INPUTS / 64);
    for (ptrdiff_t row = 0; row < rows; row++) {
      space.count[row] = __builtin_popcountll(bits[row * words]) +
                         __builtin_popcountll(bits[row * words + 1]);
    }
    sort_by_count(rows, space.count, space.order);
    for (ptrdiff_t place = 0; place < rows; place++) {
      ptrdiff_t slot = block * rows + place, row = space.order[place];
      ptrdiff_t dense = row * inputs + block * COPPICE_BLOCK_INPUTS;
      index->slot_start[slot] = kept;
      index->slot_row[slot] = (int32_t)row;
      for (int quarter = 0; quarter < COPPICE_BLOCK_QUARTERS; quarter++) {
        index->quarter_start[COPPICE_BLOCK_QUARTERS * slot + quarter] = kept;
        int first = quarter * QUARTER_INPUTS;
        uint32_t some = (uint32_t)(bits[row * words + first / 64] >> (first % 64));
        for (; some; some &= some - 1) {
          int input = first + __builtin_ctz(some);
          index->input[kept] = (uint8_t)input;
          topology->dense_index[kept] = (int32_t)(dense + input);
          topology->position[dense + input] = kept++;
        }
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
  memset(space.column_count, 0, (size_t)columns);
  for (ptrdiff_t row = first; row < last; row++) {
    const uint8_t *from = mask + row * topology->shape.inputs + topology->first_column;
    uint8_t *count = space.column_count;
    for (ptrdiff_t column = 0; column < columns; column++) count[column] += from[column] != 0;
  }
  for (ptrdiff_t column = 0; column < columns; column++) {
    space.count[column] = space.column_count[column];
  }
}

/// Appends the kept weights of one dense row to the columns that they belong to.
static void append_row(
    const coppice_topology *topology, ptrdiff_t row, uint8_t input, workspace space) {
  const coppice_index *index = &topology->backward;
  const uint64_t *bits = space.bits + row * words_of_row(topology->shape.inputs);
  const int32_t *position = topology->position + row * topology->shape.inputs;
  ptrdiff_t first = topology->first_column, last = topology->last_column;
  for (ptrdiff_t base = first / 64 * 64; base < last; base += 64) {
    uint64_t some = bits[base / 64];
    if (base < first) some &= ~(uint64_t)0 << (first - base);
    if (last - base < 64) some &= ~(~(uint64_t)0 << (last - base));
    for (; some; some &= some - 1) {
      ptrdiff_t column = base + __builtin_ctzll(some);
      int32_t entry = space.cursor[column - first]++;
      index->input[entry] = input;
      topology->backward_source[entry] = position[column];
    }
  }
}

static void build_backward(
    const coppice_topology *topology, const uint8_t *mask, workspace space) {
  const coppice_index *index = &topology->backward;
  ptrdiff_t columns = index->rows, outputs = index->inputs;
  int32_t entries = 0;
  for (ptrdiff_t block = 0; block < index->blocks; block++) {
    ptrdiff_t first = block * COPPICE_BLOCK_INPUTS;
    ptrdiff_t last = smaller(outputs, first + COPPICE_BLOCK_INPUTS);
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
      ptrdiff_t end = smaller(last, first + (quarter + 1) * QUARTER_INPUTS);
      for (ptrdiff_t row = first + quarter * QUARTER_INPUTS; row < end; row++) {
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
