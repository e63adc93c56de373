#pragma once

// Numbers brought into another order: kept weights.

#include "topology_space.h"

/// Four loads at a time: on a Zen 5 a third faster than its gathering instructions; elsewhere that is not measured.
TARGET static void gather(
    ptrdiff_t count, const int32_t *source, const float *input, float *output) {
  ptrdiff_t i = 0;
  for (; i + 4 <= count; i += 4) {
    float first = input[source[i]], second = input[source[i + 1]];
    float third = input[source[i + 2]], fourth = input[source[i + 3]];
    output[i] = first;
    output[i + 1] = second;
    output[i + 2] = third;
    output[i + 3] = fourth;
  }
  for (; i < count; i++) output[i] = input[source[i]];
}

TARGET static void scatter(
    ptrdiff_t count, const int32_t *target, const float *input, float *output) {
  for (ptrdiff_t i = 0; i < count; i++) output[target[i]] = input[i];
}

/// The weights of a row of the dense matrix that one slot of the forward index keeps.
typedef struct {
  /// Where the row lies in the dense matrix, from the first input of the slot's block on.
  ptrdiff_t place;
  /// Where the kept ones begin in the order of the index.
  ptrdiff_t value;
  /// A bit for each input, and how many words of them there are.
  const uint64_t *bits;
  ptrdiff_t words;
} kept_row;

INLINE kept_row row_of_slot(const coppice_topology *topology, ptrdiff_t slot) {
  const coppice_index *index = &topology->forward;
  topology_space space = topology_space_in(topology->scratch, topology->shape);
  ptrdiff_t words = words_of_row(index->inputs), block_words = index->block_inputs / 64;
  ptrdiff_t row = index->slot_row[slot], before = slot / index->rows * block_words;
  return (kept_row){
      row * index->inputs + 64 * before, index->slot_start[slot],
      space.bits + row * words + before, smaller(block_words, words - before)};
}

enum {
  /// How many rows are asked for ahead of their turn: the weights lie beyond the second cache.
  ROWS_AHEAD = 24,
};

/// Asks for the cache lines of a row: rows are taken by falling count, an order that nothing foresees.
INLINE void prefetch_row(const float *dense, kept_row row) {
  for (ptrdiff_t word = 0; word < row.words; word++) {
    if (!row.bits[word]) continue;
    UNROLL for (int line = 0; line < 64; line += 16) {
      __builtin_prefetch(dense + row.place + 64 * word + line);
    }
  }
}

#if defined(SQUEEZES)
/// Moves the kept weights of a row together, whole vectors at a time.
INLINE void squeeze_row(kept_row row, const float *dense, float *values) {
  float *next = values + row.value;
  for (ptrdiff_t word = 0; word < row.words; word++) {
    uint64_t bits = row.bits[word];
    const float *place = dense + row.place + 64 * word;
    UNROLL for (int lane = 0; lane < 64; lane += LANES) {
      unsigned chosen = bits >> lane & ((1u << LANES) - 1);
      ptrdiff_t count = __builtin_popcount(chosen);
      v_store_first(next, v_load_chosen(place + lane, chosen), count);
      next += count;
    }
  }
}
#endif

TARGET static void gather_kept(
    const coppice_topology *topology, const float *dense, float *values) {
  const coppice_index *index = &topology->forward;
  ptrdiff_t slots = index->blocks * index->rows;
  for (ptrdiff_t slot = 0; slot < slots; slot++) {
    kept_row row = row_of_slot(topology, slot);
    if (slot + ROWS_AHEAD < slots) prefetch_row(dense, row_of_slot(topology, slot + ROWS_AHEAD));
    ptrdiff_t kept = index->slot_start[slot + 1] - row.value;
#if defined(SQUEEZES)
    // with fewer of them, one by one is faster
    if (kept > 16 * row.words) {
      squeeze_row(row, dense, values);
      continue;
    }
#endif
    gather(kept, topology->dense_index + row.value, dense, values + row.value);
  }
}

TARGET static void keep_masked(
    ptrdiff_t count, const uint8_t *mask, const float *input, float *output) {
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    flags kept;
    memcpy(&kept, mask + i, sizeof(kept));
    words keep = __builtin_convertvector(kept, words) != 0;
    v_store(output + i, v_from_bits(v_bits(v_load(input + i)) & keep));
  }
  for (; i < count; i++) output[i] = mask[i] ? input[i] : 0;
}
