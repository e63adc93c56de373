#pragma once

// What a batch is compared with and what comes back: one feature of one panel, of which the first
// `live` lanes are samples. A sum takes one chain per lane over the vectors, then the lanes as a
// tree.

/// How many of LANES lanes from `sample` on are samples.
INLINE ptrdiff_t live_lanes(ptrdiff_t live, ptrdiff_t sample) {
  return live <= sample ? 0 : smaller(LANES, live - sample);
}

INLINE float lane_sum(vector x) {
  float sum;
  v_store_sums(&sum, x, v_zero(), v_zero(), v_zero(), 1, 0);
  return sum;
}

TARGET static void value_goals(
    float discount, const float *reward, const float *continues, const float *first,
    const float *second, float *goal) {
  vector factor = v_broadcast(discount);
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    vector later = factor * v_load(continues + s);
    vector value = v_min(v_load(second + s), v_load(first + s));
    v_store(goal + s, v_fma(later, value, v_load(reward + s)));
  }
}

TARGET static void soft_value_goals(
    float discount, float temperature, const float *reward, const float *continues,
    const float *first, const float *second, const float *log_density, float *goal) {
  vector factor = v_broadcast(discount), surprise = v_broadcast(-temperature);
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    vector later = factor * v_load(continues + s);
    vector value = v_min(v_load(second + s), v_load(first + s));
    value = v_fma(surprise, v_load(log_density + s), value);
    v_store(goal + s, v_fma(later, value, v_load(reward + s)));
  }
}

TARGET static float squared_error(
    ptrdiff_t live, float weight, const float *prediction, const float *goal, float *gradient) {
  vector factor = v_broadcast(weight), sum = v_zero();
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    // lanes that are not loaded are 0, and so is their gradient
    ptrdiff_t owned = live_lanes(live, s);
    vector difference = v_load_first(prediction + s, owned) - v_load_first(goal + s, owned);
    v_store(gradient + s, factor * difference);
    sum = v_fma(difference, difference, sum);
  }
  return lane_sum(sum);
}

TARGET static float mean_gradient(
    ptrdiff_t live, float weight, const float *value, float *gradient) {
  float slopes[LANES];
  vector factor = v_broadcast(weight), sum = v_zero();
  v_store(slopes, factor);
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    ptrdiff_t owned = live_lanes(live, s);
    v_store(gradient + s, v_load_first(slopes, owned));
    sum = sum + v_load_first(value + s, owned);
  }
  return lane_sum(sum);
}

TARGET static float smaller_gradient(
    ptrdiff_t live, float weight, const float *first, const float *second, float *first_gradient,
    float *second_gradient) {
  float slopes[LANES];
  vector sum = v_zero();
  v_store(slopes, v_broadcast(weight));
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    ptrdiff_t owned = live_lanes(live, s);
    vector a = v_load_first(first + s, owned), b = v_load_first(second + s, owned);
    words slope = v_bits(v_load_first(slopes, owned)), is_second = b < a;
    v_store(first_gradient + s, v_from_bits(slope & ~is_second));
    v_store(second_gradient + s, v_from_bits(slope & is_second));
    sum = sum + v_min(b, a);
  }
  return lane_sum(sum);
}
