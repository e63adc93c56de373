#pragma once

// What a core does at most: nothing but multiply-adds in registers, nothing but loads.

enum {
  /// Independent sums: more than any core has units times cycles of latency, within sixteen registers.
  ROOF_CHAINS = 12,
  /// Vectors that one turn of the loop of loads reads.
  ROOF_LOADS = 8,
};

/// `turns` times ROOF_CHAINS multiply-adds of whole vectors.
TARGET static float multiply_adds(ptrdiff_t turns, float scale) {
  vector sums[ROOF_CHAINS];
  vector factor = v_broadcast(scale), step = v_broadcast(1 - scale);
  UNROLL
  for (int c = 0; c < ROOF_CHAINS; c++) sums[c] = v_broadcast((float)c);
  for (ptrdiff_t turn = 0; turn < turns; turn++) {
    UNROLL
    for (int c = 0; c < ROOF_CHAINS; c++) sums[c] = v_fma(sums[c], factor, step);
  }
  vector sum = v_zero();
  UNROLL
  for (int c = 0; c < ROOF_CHAINS; c++) sum += sums[c];
  float lanes[LANES];
  v_store(lanes, sum);
  return lanes[0];
}

/// Reads `count` floats, a multiple of ROOF_LOADS vectors.
TARGET static float read_all(ptrdiff_t count, const float *numbers) {
  vector sums[ROOF_LOADS];
  UNROLL
  for (int c = 0; c < ROOF_LOADS; c++) sums[c] = v_zero();
  for (ptrdiff_t i = 0; i < count; i += ROOF_LOADS * LANES) {
    UNROLL
    for (int c = 0; c < ROOF_LOADS; c++) sums[c] += v_load(numbers + i + c * LANES);
  }
  vector sum = v_zero();
  UNROLL
  for (int c = 0; c < ROOF_LOADS; c++) sum += sums[c];
  float lanes[LANES];
  v_store(lanes, sum);
  return lanes[0];
}
