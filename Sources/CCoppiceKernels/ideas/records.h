#pragma once

// A batch of a replay: which records, and their numbers side by side in panels.

/// The words of a stream of random numbers, two of each Philox block, LANES blocks at once.
typedef struct {
  uint64_t key;
  /// The next block.
  uint64_t counter;
  /// How many words of the last blocks are drawn.
  int drawn;
  uint64_t word[2 * LANES];
} word_stream;

INLINE void refill_words(word_stream *stream) {
  naturals word[4] = {{0}, {0}, {0}, {0}};
  for (int lane = 0; lane < LANES; lane++) {
    word[0][lane] = (uint32_t)(stream->counter + (uint64_t)lane);
    word[1][lane] = (uint32_t)((stream->counter + (uint64_t)lane) >> 32);
  }
  philox(
      word, (naturals){0} + (uint32_t)stream->key,
      (naturals){0} + (uint32_t)(stream->key >> 32));
  for (int lane = 0; lane < LANES; lane++) {
    stream->word[2 * lane] = word[0][lane] | (uint64_t)word[1][lane] << 32;
    stream->word[2 * lane + 1] = word[2][lane] | (uint64_t)word[3][lane] << 32;
  }
  stream->counter += LANES;
  stream->drawn = 0;
}

INLINE uint64_t next_word(word_stream *stream) {
  if (stream->drawn == 2 * LANES) refill_words(stream);
  return stream->word[stream->drawn++];
}

/// Uniform without bias (Lemire 2019, "Fast random integer generation in an interval",
/// algorithm 5).
TARGET static void draw_rows(uint64_t key, uint64_t bound, ptrdiff_t count, int64_t *rows) {
  word_stream stream = {.key = key, .drawn = 2 * LANES};
  for (ptrdiff_t i = 0; i < count; i++) {
    unsigned __int128 product = (unsigned __int128)next_word(&stream) * bound;
    if ((uint64_t)product < bound) {
      uint64_t threshold = -bound % bound;
      while ((uint64_t)product < threshold) {
        product = (unsigned __int128)next_word(&stream) * bound;
      }
    }
    rows[i] = (int64_t)(product >> 64);
  }
}

/// `live` records to the lanes from `lane` on; the rest of LANES lanes becomes 0.
INLINE void transpose_lanes(
    const float *const *record, ptrdiff_t live, ptrdiff_t lane, const coppice_field *fields,
    ptrdiff_t field_count) {
  float block[LANES * LANES], turned[LANES * LANES];
  // which LANES numbers of the records are turned, and the next of them
  ptrdiff_t first = -LANES, next = LANES;
  for (ptrdiff_t f = 0; f < field_count; f++) {
    float *target = fields[f].panel + lane;
    for (ptrdiff_t i = 0; i < fields[f].count; i++, next++, target += COPPICE_PANEL) {
      if (next == LANES) {
        first += LANES;
        next = 0;
        for (int r = 0; r < LANES; r++) {
          v_store(block + r * LANES, r < live ? v_load(record[r] + first) : v_zero());
        }
        v_transpose(block, LANES, turned, LANES);
      }
      v_store(target, v_load(turned + next * LANES));
    }
  }
}

TARGET static void transpose_records(
    const float *records, ptrdiff_t stride, const int64_t *rows, ptrdiff_t row_count,
    const coppice_field *fields, ptrdiff_t field_count) {
  for (ptrdiff_t lane = 0; lane < COPPICE_PANEL; lane += LANES) {
    ptrdiff_t live = row_count - lane;
    const float *record[LANES];
    for (int r = 0; r < LANES; r++) record[r] = records + (r < live ? rows[lane + r] * stride : 0);
    transpose_lanes(record, live, lane, fields, field_count);
  }
}
