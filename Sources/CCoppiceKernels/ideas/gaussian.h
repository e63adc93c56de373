#pragma once

// Gaussian policies squashed by tanh, one panel of samples. The outputs of a network are the means of
// all actions, then the numbers that become the logarithms of the deviations.

/// The logarithms of the deviations.
INLINE vector log_deviation(coppice_log_deviation bound, vector raw) {
  vector low = v_broadcast(bound.low), high = v_broadcast(bound.high);
  if (!bound.smooth) return v_min(high, v_max(low, raw));
  vector half = v_broadcast(0.5f) * (high - low);
  return v_fma(half, hyperbolic_tangent(raw), low + half);
}

/// exp(-2 |u|): what tanh u lacks of ±1, in a form that loses no digits far from 0.
INLINE vector squash_remainder(vector u) {
  const words size_bits = (words){0} + INT32_MAX;
  vector size = v_from_bits(v_bits(u) & size_bits);
  // what is smaller changes no sum with 1, and its exponent would overflow
  return exponential(v_max(v_broadcast(-80), v_broadcast(-2) * size));
}

/// log(1 - tanh² u) = 2 (log 2 - |u| - log(1 + exp(-2 |u|))).
INLINE vector log_squash(vector u) {
  const words size_bits = (words){0} + INT32_MAX;
  vector size = v_from_bits(v_bits(u) & size_bits);
  vector tail = logarithm(v_broadcast(1) + squash_remainder(u));
  return v_broadcast(2) * (v_broadcast(0.693147181f) - size - tail);
}

/// 1 - tanh² u, to a relative error of 1e-6.
INLINE vector squash_slope(vector remainder) {
  vector all = v_broadcast(1) + remainder;
  return v_broadcast(4) * remainder / (all * all);
}

TARGET static void squashed_sample(
    ptrdiff_t action_count, coppice_log_deviation bound, const float *outputs, const float *noise,
    float *actions, float *log_densities) {
  const float *raw = outputs + action_count * COPPICE_PANEL;
  vector log_root_two_pi = v_broadcast(0.918938533f);
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    vector sum = v_zero();
    for (ptrdiff_t i = s; i < action_count * COPPICE_PANEL; i += COPPICE_PANEL) {
      vector log_sigma = log_deviation(bound, v_load(raw + i)), epsilon = v_load(noise + i);
      vector u = v_fma(exponential(log_sigma), epsilon, v_load(outputs + i));
      v_store(actions + i, hyperbolic_tangent(u));
      vector normal = v_fma(v_broadcast(0.5f) * epsilon, epsilon, log_sigma + log_root_two_pi);
      sum = sum - (normal + log_squash(u));
    }
    v_store(log_densities + s, sum);
  }
}

TARGET static void squashed_backward(
    ptrdiff_t action_count, coppice_log_deviation bound, const float *outputs, const float *noise,
    const float *action_gradient, const float *density_gradient, float *output_gradient) {
  const words sign_bit = (words){0} + INT32_MIN;
  const float *raw = outputs + action_count * COPPICE_PANEL;
  float *raw_gradient = output_gradient + action_count * COPPICE_PANEL;
  vector low = v_broadcast(bound.low), high = v_broadcast(bound.high);
  vector half = v_broadcast(0.5f) * (high - low);
  for (ptrdiff_t s = 0; s < COPPICE_PANEL; s += LANES) {
    vector density = v_load(density_gradient + s);
    for (ptrdiff_t i = s; i < action_count * COPPICE_PANEL; i += COPPICE_PANEL) {
      vector x = v_load(raw + i);
      vector spread = exponential(log_deviation(bound, x)) * v_load(noise + i);
      vector u = v_load(outputs + i) + spread;
      vector rest = squash_remainder(u);
      vector size = (v_broadcast(1) - rest) / (v_broadcast(1) + rest);
      vector action = v_from_bits(v_bits(size) | (v_bits(u) & sign_bit));
      // ∂ log π / ∂ u = 2 tanh u, and ∂ log π / ∂ log σ = -1 besides what goes through u
      vector slope = v_fma(
          v_load(action_gradient + i), squash_slope(rest), v_broadcast(2) * density * action);
      v_store(output_gradient + i, slope);
      vector deviation = v_fma(slope, spread, -density);
      if (bound.smooth) {
        v_store(raw_gradient + i, deviation * half * squash_slope(squash_remainder(x)));
      } else {
        words inside = (x >= low) & (x <= high);
        v_store(raw_gradient + i, v_from_bits(v_bits(deviation) & inside));
      }
    }
  }
}
