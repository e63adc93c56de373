#pragma once

// One pass over parameters, targets or actions. The last elements go through the same arithmetic
// in a vector that is loaded and stored in part.

/// Runs `BODY` for every vector of `count` elements; LOAD and STORE cover just the owned lanes.
#define FOR_EACH_VECTOR(BODY)                                   \
  ptrdiff_t i = 0;                                              \
  for (; i + LANES <= count; i += LANES) {                      \
    BODY(v_load, v_store)                                       \
  }                                                             \
  if (i < count) {                                              \
    BODY(LOAD_REST, STORE_REST)                                 \
  }
#define LOAD_REST(p) v_load_first(p, count - i)
#define STORE_REST(p, x) v_store_first(p, x, count - i)

TARGET static void adam(
    ptrdiff_t count, float *parameters, float *first_moment, float *second_moment,
    const float *gradient, coppice_adam step, float *target, float rate) {
  vector first_decay = v_broadcast(step.first_decay);
  vector first_share = v_broadcast(1 - step.first_decay);
  vector second_decay = v_broadcast(step.second_decay);
  vector second_share = v_broadcast(1 - step.second_decay);
  vector correction = v_broadcast(step.second_moment_correction);
  vector epsilon = v_broadcast(step.epsilon);
  vector learning = v_broadcast(-step.scaled_learning_rate);
  vector weight_decay = v_broadcast(step.weight_decay);
  vector share = v_broadcast(rate);
#define ADAM(LOAD, STORE)                                                                   \
  vector w = LOAD(parameters + i);                                                          \
  vector slope = v_fma(weight_decay, w, LOAD(gradient + i));                                \
  vector first = v_fma(first_decay, LOAD(first_moment + i), first_share * slope);           \
  vector second =                                                                           \
      v_fma(second_decay, LOAD(second_moment + i), second_share * slope * slope);           \
  STORE(first_moment + i, first);                                                           \
  STORE(second_moment + i, second);                                                         \
  w = v_fma(learning, first / (v_sqrt(second * correction) + epsilon), w);                  \
  STORE(parameters + i, w);                                                                 \
  if (target) {                                                                             \
    vector t = LOAD(target + i);                                                            \
    STORE(target + i, v_fma(share, w - t, t));                                              \
  }
  FOR_EACH_VECTOR(ADAM)
#undef ADAM
}

TARGET static void average(
    ptrdiff_t count, const float *parameters, float *target, float rate) {
  vector share = v_broadcast(rate);
#define AVERAGE(LOAD, STORE)       \
  vector t = LOAD(target + i);     \
  STORE(target + i, v_fma(share, LOAD(parameters + i) - t, t));
  FOR_EACH_VECTOR(AVERAGE)
#undef AVERAGE
}

TARGET static void add(ptrdiff_t count, const float *input, float *output) {
#define ADD(LOAD, STORE) STORE(output + i, LOAD(output + i) + LOAD(input + i));
  FOR_EACH_VECTOR(ADD)
#undef ADD
}

TARGET static void multiply(ptrdiff_t count, const float *input, float *output) {
#define MULTIPLY(LOAD, STORE) STORE(output + i, LOAD(output + i) * LOAD(input + i));
  FOR_EACH_VECTOR(MULTIPLY)
#undef MULTIPLY
}

TARGET static void smooth_action(
    ptrdiff_t count, float noise_scale, float noise_clip, float limit, const float *noise,
    float *actions) {
  vector scale = v_broadcast(noise_scale);
  vector clip = v_broadcast(noise_clip), low_clip = v_broadcast(-noise_clip);
  vector bound = v_broadcast(limit), low_bound = v_broadcast(-limit);
#define SMOOTH(LOAD, STORE)                                             \
  vector shift = v_min(clip, v_max(low_clip, scale * LOAD(noise + i))); \
  vector moved = LOAD(actions + i) + shift;                             \
  STORE(actions + i, v_min(bound, v_max(low_bound, moved)));
  FOR_EACH_VECTOR(SMOOTH)
#undef SMOOTH
}

/// A whole number k as k itself and as the power 2^k, for -127 < k < 128.
typedef struct {
  vector number;
  vector power;
} whole_power;

/// x / ln 2 to the nearest whole number.
///
/// Added to 1.5 * 2^23 the number stands in the last bits of a float; the exponent's bias stands there
/// with it.
INLINE whole_power nearest_power(vector x) {
  vector shift = v_broadcast(12582912.0f + 127);
  vector shifted = v_fma(x, v_broadcast(1.44269504f), shift);
  return (whole_power){
      .number = shifted - shift, .power = v_from_bits((words)((naturals)v_bits(shifted) << 23))};
}

/// exp(r) - 1 for |r| <= ln 2 / 2, relative error below 1e-7.
INLINE vector exponential_less_one(vector r) {
  vector p = v_broadcast(1.395047759e-3f);
  p = v_fma(p, r, v_broadcast(8.368882351e-3f));
  p = v_fma(p, r, v_broadcast(4.166620597e-2f));
  p = v_fma(p, r, v_broadcast(1.666651964e-1f));
  p = v_fma(p, r, v_broadcast(0.5f));
  return v_fma(p, r * r, r);
}

/// exp(x) for -87 <= x <= 88, relative error below 2e-7.
INLINE vector exponential(vector x) {
  whole_power whole = nearest_power(x);
  // ln 2 in two parts, the first with few enough bits for an exact product
  vector r = v_fma(whole.number, v_broadcast(-0.693359375f), x);
  r = v_fma(whole.number, v_broadcast(2.12194440e-4f), r);
  return (exponential_less_one(r) + v_broadcast(1)) * whole.power;
}

/// tanh(x), absolute error below 2e-7.
///
/// t / (t + 2) with t = exp(2 |x|) - 1, which is right to a few last bits near 0 too.
INLINE vector hyperbolic_tangent(vector x) {
  const words sign_bit = (words){0} + INT32_MIN;
  words sign = v_bits(x) & sign_bit;
  // ±10 is ±1 in float; NaN stays NaN
  vector size = v_min(v_broadcast(10), v_from_bits(v_bits(x) & ~sign_bit));
  vector twice = size + size;
  whole_power whole = nearest_power(twice);
  // ln 2 as one float: the whole number is at most 29
  vector r = v_fma(whole.number, v_broadcast(-0.693147181f), twice);
  vector t = v_fma(whole.power, exponential_less_one(r), whole.power - v_broadcast(1));
  vector y = v_divide(t, t + v_broadcast(2));
  return v_from_bits(v_bits(y) | sign);
}

TARGET static void scaled_tanh(
    ptrdiff_t count, float scale, const float *input, float *output) {
  vector factor = v_broadcast(scale);
#define TANH(LOAD, STORE) STORE(output + i, factor * hyperbolic_tangent(LOAD(input + i)));
  FOR_EACH_VECTOR(TANH)
#undef TANH
}

TARGET static void tanh_backward(
    ptrdiff_t count, float scale, const float *outputs, float *gradient) {
  vector factor = v_broadcast(scale), inverse = v_broadcast(-1 / scale);
  // scale (1 - (y / scale)²) = scale - y² / scale
#define TANH_BACKWARD(LOAD, STORE)                            \
  vector y = LOAD(outputs + i);                               \
  STORE(gradient + i, LOAD(gradient + i) * v_fma(y * inverse, y, factor));
  FOR_EACH_VECTOR(TANH_BACKWARD)
#undef TANH_BACKWARD
}

TARGET static void swish(ptrdiff_t count, float scale, float *values, float *slopes) {
  vector factor = v_broadcast(scale), one = v_broadcast(1);
  // beyond 80 the logistic function is 0 or 1 in float
#define SWISH(LOAD, STORE)                                                        \
  vector x = LOAD(values + i);                                                    \
  vector bounded = v_min(v_broadcast(80), v_max(v_broadcast(-80), v_zero() - x)); \
  vector logistic = v_divide(one, one + exponential(bounded));                    \
  vector y = factor * x * logistic;                                               \
  STORE(values + i, y);                                                           \
  if (slopes) STORE(slopes + i, v_fma(y, one - logistic, factor * logistic));
  FOR_EACH_VECTOR(SWISH)
#undef SWISH
}
