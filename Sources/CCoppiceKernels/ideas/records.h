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

// Records of bytes, each of which stands for a number: they take a quarter of the memory.

/// LANES bytes, or as many as there are, as numbers.
INLINE vector numbers_of(const uint8_t *bytes, ptrdiff_t owned) {
  flags own = {0};
  memcpy(&own, bytes, (size_t)owned);
  return __builtin_convertvector(__builtin_convertvector(own, words), vector);
}

TARGET static void transpose_bytes(
    const uint8_t *records, ptrdiff_t stride, const int64_t *rows, ptrdiff_t row_count,
    ptrdiff_t count, float unit, float *panel) {
  float block[LANES * LANES], turned[LANES * LANES];
  for (ptrdiff_t lane = 0; lane < COPPICE_PANEL; lane += LANES) {
    const uint8_t *record[LANES];
    for (int r = 0; r < LANES; r++) {
      int64_t row = lane + r < row_count ? rows[lane + r] : -1;
      record[r] = row < 0 ? NULL : records + row * stride;
    }
    for (ptrdiff_t first = 0; first < count; first += LANES) {
      ptrdiff_t owned = smaller(LANES, count - first);
      for (int r = 0; r < LANES; r++) {
        vector numbers = v_zero();
        if (record[r]) {
          const uint8_t *bytes = record[r] + first;
          numbers = owned == LANES ? numbers_of(bytes, LANES) : numbers_of(bytes, owned);
        }
        v_store(block + r * LANES, numbers * v_broadcast(unit));
      }
      v_transpose(block, LANES, turned, LANES);
      float *target = panel + first * COPPICE_PANEL + lane;
      for (ptrdiff_t i = 0; i < owned; i++) {
        v_store(target + i * COPPICE_PANEL, v_load(turned + i * LANES));
      }
    }
  }
}

TARGET static void pack_bytes(
    const float *panel, ptrdiff_t count, float most, float units, const int64_t *rows,
    ptrdiff_t row_count, uint8_t *records, ptrdiff_t stride) {
  float block[LANES * LANES], turned[LANES * LANES];
  for (ptrdiff_t first = 0; first < count; first += LANES) {
    ptrdiff_t owned = smaller(LANES, count - first);
    for (ptrdiff_t lane = 0; lane < row_count; lane += LANES) {
      const float *source = panel + first * COPPICE_PANEL + lane;
      for (ptrdiff_t i = 0; i < LANES; i++) {
        vector numbers = i < owned ? v_load(source + i * COPPICE_PANEL) : v_zero();
        numbers = v_min(v_max(numbers, v_zero()), v_broadcast(most));
        v_store(block + i * LANES, v_fma(numbers, v_broadcast(units), v_broadcast(0.5f)));
      }
      v_transpose(block, LANES, turned, LANES);
      for (ptrdiff_t r = 0; r < LANES && lane + r < row_count; r++) {
        words whole = __builtin_convertvector(v_load(turned + r * LANES), words);
        flags bytes = __builtin_convertvector(whole, flags);
        memcpy(records + rows[lane + r] * stride + first, &bytes, (size_t)owned);
      }
    }
  }
}
