#pragma once

// Numbers brought into another order: kept weights, and records of a replay.

TARGET static void gather(
    ptrdiff_t count, const int32_t *source, const float *input, float *output) {
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) v_store(output + i, v_gather(input, source + i));
  for (; i < count; i++) output[i] = input[source[i]];
}

TARGET static void scatter(
    ptrdiff_t count, const int32_t *target, const float *input, float *output) {
  for (ptrdiff_t i = 0; i < count; i++) output[target[i]] = input[i];
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

/// LANES records side by side, `count` floats of each.
INLINE void transpose_records(const float *const *record, ptrdiff_t count, float *panel) {
  float block[LANES * LANES], turned[LANES * LANES];
  for (ptrdiff_t f = 0; f < count; f += LANES) {
    ptrdiff_t wide = smaller(LANES, count - f);
    for (int r = 0; r < LANES; r++) {
      v_store(block + r * LANES, v_load_first(record[r] + f, wide));
    }
    if (wide == LANES) {
      v_transpose(block, LANES, panel + f * COPPICE_PANEL, COPPICE_PANEL);
    } else {
      v_transpose(block, LANES, turned, LANES);
      for (ptrdiff_t i = 0; i < wide; i++) {
        v_store(panel + (f + i) * COPPICE_PANEL, v_load(turned + i * LANES));
      }
    }
  }
}

TARGET static void transpose_rows(
    const float *records, ptrdiff_t stride, const int64_t *rows, ptrdiff_t row_count,
    ptrdiff_t first, ptrdiff_t count, float *panel) {
  ptrdiff_t lane = 0;
  for (; lane + LANES <= row_count; lane += LANES) {
    const float *record[LANES];
    for (int r = 0; r < LANES; r++) record[r] = records + rows[lane + r] * stride + first;
    transpose_records(record, count, panel + lane);
  }
  for (; lane < COPPICE_PANEL; lane++) {
    for (ptrdiff_t f = 0; f < count; f++) {
      panel[f * COPPICE_PANEL + lane] =
          lane < row_count ? records[rows[lane] * stride + first + f] : 0;
    }
  }
}
