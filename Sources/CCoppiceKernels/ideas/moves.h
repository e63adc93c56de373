#pragma once

// Numbers brought into another order: kept weights.

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
