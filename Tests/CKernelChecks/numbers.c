// Everything that runs along one row of numbers, and the random ones.

#include "checks.h"

#include <math.h>
#include <string.h>

/// A copy to write to.
static float *copied(trial *t, ptrdiff_t count, const float *from) {
  float *copy = writable(t, count, sizeof(float));
  memcpy(copy, from, (size_t)count * sizeof(float));
  return copy;
}

static void check_adam(trial *t, ptrdiff_t count) {
  float *w = random_floats(t, count), *m = random_floats(t, count), *v = random_floats(t, count);
  float *g = random_floats(t, count), *target = random_floats(t, count);
  double *answer[4];
  for (int i = 0; i < 4; i++) answer[i] = writable(t, count, sizeof(double));
  coppice_adam step = {0.01f, 1.5f, 0.9f, 0.99f, 1e-2f, draw_below(t, 2) ? 0.1f : 0};
  float rate = 0.25f;
  for (ptrdiff_t i = 0; i < count; i++) {
    v[i] = fabsf(v[i]) + 0.01f;
    double slope = g[i] + (double)step.weight_decay * w[i];
    double first = step.first_decay * (double)m[i] + (1 - (double)step.first_decay) * slope;
    double second =
        step.second_decay * (double)v[i] + (1 - (double)step.second_decay) * slope * slope;
    double root = sqrt(second * step.second_moment_correction) + step.epsilon;
    double next = w[i] - step.scaled_learning_rate * first / root;
    answer[0][i] = next;
    answer[1][i] = first;
    answer[2][i] = second;
    answer[3][i] = target[i] + rate * (next - target[i]);
  }
  for (int with_target = 0; with_target < 2; with_target++) {
    float *found[4] = {
        copied(t, count, w), copied(t, count, m), copied(t, count, v), copied(t, count, target)};
    t->kernels->adam(
        count, found[0], found[1], found[2], g, step, with_target ? found[3] : NULL, rate);
    const char *names[] = {"adam", "first moment", "second moment", "target of adam"};
    for (int i = 0; i < 3 + with_target; i++) compare(t, names[i], count, found[i], answer[i]);
  }
}

static double clipped(double x, double limit) { return fmin(limit, fmax(-limit, x)); }

void check_elementwise(trial *t) {
  const coppice_kernels *k = t->kernels;
  ptrdiff_t count = draw_size(t, 1, 300) - 1;
  check_adam(t, count);
  float *a = random_floats(t, count), *b = random_floats(t, count);
  float *found = writable(t, count, sizeof(float));
  double *answer = writable(t, count, sizeof(double));
  float scale = 0.5f + fabsf(draw_float(t));
#define EACH(value) \
  for (ptrdiff_t i = 0; i < count; i++) answer[i] = (value)
  EACH(b[i] + 0.125 * ((double)a[i] - b[i]));
  memcpy(found, b, (size_t)count * sizeof(float));
  k->average(count, a, found, 0.125f);
  compare(t, "average", count, found, answer);

  EACH(a[i] + (double)b[i]);
  memcpy(found, b, (size_t)count * sizeof(float));
  k->add(count, a, found);
  compare(t, "sum", count, found, answer);

  EACH(clipped(a[i] + clipped((double)scale * b[i], 0.5), 0.75));
  memcpy(found, a, (size_t)count * sizeof(float));
  k->smooth_action(count, scale, 0.5f, 0.75f, b, found);
  compare(t, "smoothed action", count, found, answer);

  EACH(scale * tanh(a[i]));
  k->tanh(count, scale, a, found);
  compare(t, "tanh", count, found, answer);
  // the outputs of tanh lie within the scale
  EACH(b[i] * (double)scale * (1 - (double)a[i] * a[i]));
  for (ptrdiff_t i = 0; i < count; i++) a[i] *= scale;
  memcpy(found, b, (size_t)count * sizeof(float));
  k->tanh_backward(count, scale, a, found);
  compare(t, "gradient of tanh", count, found, answer);

  // in whole vectors, and far from 0 as well
  ptrdiff_t whole = count / COPPICE_PANEL * COPPICE_PANEL;
  float *values = writable(t, whole, sizeof(float)), *slopes = writable(t, whole, sizeof(float));
  double *slope = writable(t, whole, sizeof(double));
  for (ptrdiff_t i = 0; i < whole; i++) {
    values[i] = b[i] * (float)(1 << draw_below(t, 8));
    double x = values[i], logistic = 1 / (1 + exp(-x));
    answer[i] = scale * x * logistic;
    slope[i] = scale * logistic * (1 + x * (1 - logistic));
  }
  k->swish(whole, scale, values, slopes);
  compare(t, "swish", whole, values, answer);
  compare(t, "slope of swish", whole, slopes, slope);

  uint8_t *mask = readable(t, count, 1);
  for (ptrdiff_t i = 0; i < count; i++) mask[i] = (uint8_t)draw_below(t, 2);
  EACH(mask[i] ? b[i] : 0);
  k->keep_masked(count, mask, b, found);
  compare(t, "kept numbers", count, found, answer);
#undef EACH
}

void check_losses(trial *t) {
  enum { COUNT = COPPICE_PANEL };
  float *reward = random_floats(t, COUNT), *continues = random_floats(t, COUNT);
  float *first = random_floats(t, COUNT), *second = random_floats(t, COUNT);
  float *found = writable(t, COUNT, sizeof(float));
  double answer[COUNT], squares = 0, sum = 0;
  for (int i = 0; i < COUNT; i++) {
    answer[i] = reward[i] + 0.9f * (double)continues[i] * fmin(first[i], second[i]);
  }
  t->kernels->value_goals(0.9f, reward, continues, first, second, found);
  compare(t, "value goals", COUNT, found, answer);

  float *density = random_floats(t, COUNT);
  for (int i = 0; i < COUNT; i++) {
    double value = fmin(first[i], second[i]) - 0.5 * density[i];
    answer[i] = reward[i] + 0.9f * (double)continues[i] * value;
  }
  t->kernels->soft_value_goals(
      0.9f, 0.5f, reward, continues, first, second, density, found);
  compare(t, "soft value goals", COUNT, found, answer);

  ptrdiff_t live = draw_below(t, COUNT + 1);
  float weight = draw_float(t);
  for (int i = 0; i < COUNT; i++) {
    double difference = i < live ? (double)first[i] - second[i] : 0;
    answer[i] = weight * difference;
    squares += difference * difference;
  }
  float total = t->kernels->squared_error(live, weight, first, second, found);
  compare(t, "gradient of squared error", COUNT, found, answer);
  compare(t, "squared error", 1, &total, &squares);

  for (int i = 0; i < COUNT; i++) {
    answer[i] = i < live ? weight : 0;
    sum += i < live ? first[i] : 0;
  }
  total = t->kernels->mean_gradient(live, weight, first, found);
  compare(t, "gradient of mean", COUNT, found, answer);
  compare(t, "sum of values", 1, &total, &sum);

  float *other = writable(t, COUNT, sizeof(float));
  double other_answer[COUNT];
  sum = 0;
  for (int i = 0; i < COUNT; i++) {
    answer[i] = i < live && first[i] <= second[i] ? weight : 0;
    other_answer[i] = i < live && first[i] > second[i] ? weight : 0;
    sum += i < live ? fmin(first[i], second[i]) : 0;
  }
  total = t->kernels->smaller_gradient(live, weight, first, second, found, other);
  compare(t, "gradient of the smaller value, first", COUNT, found, answer);
  compare(t, "gradient of the smaller value, second", COUNT, other, other_answer);
  compare(t, "sum of smaller values", 1, &total, &sum);
}

void check_gaussian(trial *t) {
  ptrdiff_t actions = draw_size(t, 1, 9), count = actions * COPPICE_PANEL;
  coppice_log_deviation bound = {-1.5f, 0.5f, (int32_t)draw_below(t, 2)};
  float *outputs = random_floats(t, 2 * count), *noise = random_floats(t, count);
  float *slopes = random_floats(t, count), *densities = random_floats(t, COPPICE_PANEL);
  for (ptrdiff_t i = 0; i < 2 * count; i++) outputs[i] *= 3;
  float *action = writable(t, count, sizeof(float));
  float *density = writable(t, COPPICE_PANEL, sizeof(float));
  float *gradient = writable(t, 2 * count, sizeof(float));
  double *wanted = writable(t, count, sizeof(double));
  double *wanted_gradient = writable(t, 2 * count, sizeof(double)), sums[COPPICE_PANEL] = {0};
  for (ptrdiff_t i = 0; i < count; i++) {
    double raw = outputs[count + i], log_sigma = fmin(bound.high, fmax(bound.low, raw));
    double slope = raw >= bound.low && raw <= bound.high;
    if (bound.smooth) {
      log_sigma = -0.5 + tanh(raw);
      slope = 1 - tanh(raw) * tanh(raw);
    }
    double spread = exp(log_sigma) * noise[i], u = outputs[i] + spread;
    double squash = 1 - tanh(u) * tanh(u);
    wanted[i] = tanh(u);
    sums[i % COPPICE_PANEL] -= 0.5 * noise[i] * noise[i] + log_sigma +
                               0.5 * log(2 * 3.14159265358979323846) + log(squash);
    double through = slopes[i] * squash + 2 * densities[i % COPPICE_PANEL] * tanh(u);
    wanted_gradient[i] = through;
    wanted_gradient[count + i] = (through * spread - densities[i % COPPICE_PANEL]) * slope;
  }
  t->kernels->squashed_sample(actions, bound, outputs, noise, action, density);
  compare(t, "squashed sample", count, action, wanted);
  compare(t, "density of squashed sample", COPPICE_PANEL, density, sums);
  t->kernels->squashed_backward(actions, bound, outputs, noise, slopes, densities, gradient);
  compare(t, "gradient of squashed sample", 2 * count, gradient, wanted_gradient);
}

/// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011).
static void philox(uint32_t word[4], uint64_t key) {
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)word[0] * 0xD2511F53u, b = (uint64_t)word[2] * 0xCD9E8D57u;
    word[0] = (uint32_t)(b >> 32) ^ word[1] ^ low;
    word[1] = (uint32_t)b;
    word[2] = (uint32_t)(a >> 32) ^ word[3] ^ high;
    word[3] = (uint32_t)a;
    low += 0x9E3779B9u;
    high += 0xBB67AE85u;
  }
}

/// The normals of the block at the words of `word`.
static void normals_of_block(uint32_t word[4], uint64_t key, double normal[4]) {
  philox(word, key);
  for (int i = 0; i < 4; i += 2) {
    // rounded as the kernels do, for the logarithm near 1 magnifies the difference
    float uniform = fmaf((float)(word[i] >> 1), 0x1p-31f, 0x1p-32f);
    double radius = sqrt(-2 * log(uniform));
    double angle = 2 * 3.14159265358979323846 * (word[i + 1] >> 8) * 0x1p-24;
    normal[i] = radius * cos(angle);
    normal[i + 1] = radius * sin(angle);
  }
}

static void answer_normals(uint64_t key, uint64_t counter, double normal[4]) {
  uint32_t word[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), 0, 1};
  normals_of_block(word, key, normal);
}

static void check_lane_normals(trial *t) {
  ptrdiff_t rows = draw_size(t, 1, 40), live = draw_below(t, COPPICE_PANEL + 1);
  uint64_t node = draw_word(t), keys[COPPICE_PANEL];
  uint32_t stream = (uint32_t)draw_word(t);
  uint32_t *low = readable(t, COPPICE_PANEL, sizeof(uint32_t));
  uint32_t *high = readable(t, COPPICE_PANEL, sizeof(uint32_t));
  float *found = writable(t, rows * COPPICE_PANEL, sizeof(float));
  for (int lane = 0; lane < COPPICE_PANEL; lane++) {
    keys[lane] = draw_word(t);
    low[lane] = (uint32_t)keys[lane];
    high[lane] = (uint32_t)(keys[lane] >> 32);
  }
  t->kernels->lane_normals(rows, live, low, high, node, stream, found);
  for (ptrdiff_t row = 0; row < rows; row++) {
    double answer[COPPICE_PANEL];
    for (ptrdiff_t lane = 0; lane < live; lane++) {
      uint32_t word[4] = {(uint32_t)row / 4, stream, (uint32_t)node, (uint32_t)(node >> 32)};
      double normal[4];
      normals_of_block(word, keys[lane], normal);
      answer[lane] = normal[row % 4];
    }
    compare(t, "normal numbers of lanes", live, found + row * COPPICE_PANEL, answer);
  }
}

/// Word `drawn` of the stream of a key.
static uint64_t stream_word(uint64_t key, uint64_t drawn) {
  uint64_t block = drawn / 2;
  uint32_t word[4] = {(uint32_t)block, (uint32_t)(block >> 32), 0, 0};
  philox(word, key);
  int first = drawn % 2 ? 2 : 0;
  return word[first] | (uint64_t)word[first + 1] << 32;
}

static void check_rows(trial *t, ptrdiff_t count) {
  uint64_t key = draw_word(t), bound = draw_word(t) >> draw_below(t, 63), drawn = 0;
  bound += bound == 0;
  int64_t *rows = writable(t, count, sizeof(int64_t));
  t->kernels->draw_rows(key, bound, count, rows);
  int same = 1;
  for (ptrdiff_t i = 0; i < count; i++) {
    unsigned __int128 wide;
    do {
      wide = (unsigned __int128)stream_word(key, drawn++) * bound;
    } while ((uint64_t)wide < -bound % bound);
    same &= rows[i] == (int64_t)(wide >> 64);
  }
  expect(t, "draw of rows", same);
}

void check_random_numbers(trial *t) {
  ptrdiff_t count = draw_size(t, 1, 400);
  uint64_t key = draw_word(t), counter = draw_word(t) >> draw_below(t, 64);
  float *found = writable(t, count, sizeof(float));
  double *answer = writable(t, count + 3, sizeof(double));
  for (ptrdiff_t i = 0; i < count; i += 4) {
    answer_normals(key, counter + (uint64_t)i / 4, answer + i);
  }
  t->kernels->fill_normal(key, counter, count, found);
  compare(t, "normal numbers", count, found, answer);

  uint32_t *words = writable(t, count, sizeof(uint32_t));
  t->kernels->fill_words(key, counter, count, words);
  int same = 1;
  for (ptrdiff_t i = 0; i < count; i++) {
    uint64_t block = counter + (uint64_t)i / 4;
    uint32_t word[4] = {(uint32_t)block, (uint32_t)(block >> 32), 0, 0};
    philox(word, key);
    same &= words[i] == word[i % 4];
  }
  expect(t, "random words", same);
  check_rows(t, count);
  check_lane_normals(t);
}

static void check_bytes(trial *t) {
  ptrdiff_t record_count = draw_size(t, 64, 100), live = draw_below(t, COPPICE_PANEL + 1);
  ptrdiff_t count = draw_size(t, 1, 90);
  uint8_t *records = writable(t, record_count * count, 1);
  for (ptrdiff_t i = 0; i < record_count * count; i++) records[i] = (uint8_t)draw_below(t, 256);
  int64_t *rows = readable(t, live, sizeof(int64_t));
  for (ptrdiff_t i = 0; i < live; i++) rows[i] = draw_below(t, record_count + 1) - 1;
  float *panel = writable(t, count * COPPICE_PANEL, sizeof(float));
  t->kernels->transpose_bytes(records, count, rows, live, count, 1 / 127.0f, panel);
  int same = 1;
  for (ptrdiff_t f = 0; f < count; f++) {
    for (ptrdiff_t lane = 0; lane < COPPICE_PANEL; lane++) {
      int empty = lane >= live || rows[lane] < 0;
      float wanted = empty ? 0 : (float)records[rows[lane] * count + f] * (1 / 127.0f);
      same &= panel[f * COPPICE_PANEL + lane] == wanted;
    }
  }
  expect(t, "transposed bytes", same);
  uint8_t *packed = writable(t, record_count * count, 1);
  for (ptrdiff_t i = 0; i < live; i++) rows[i] = i;
  t->kernels->pack_bytes(panel, count, 2, 127, rows, live, packed, count);
  for (ptrdiff_t lane = 0; lane < live; lane++) {
    for (ptrdiff_t f = 0; f < count; f++) {
      float number = fminf(panel[f * COPPICE_PANEL + lane], 2);
      same &= packed[lane * count + f] == (uint8_t)fmaf(number, 127, 0.5f);
    }
  }
  expect(t, "packed bytes", same);
}

void check_records(trial *t) {
  ptrdiff_t record_count = draw_size(t, 1, 100), live = draw_below(t, COPPICE_PANEL + 1);
  ptrdiff_t field_count = draw_size(t, 1, 5), width = 0;
  coppice_field fields[5];
  for (ptrdiff_t f = 0; f < field_count; f++) {
    fields[f].count = draw_size(t, 1, 60);
    fields[f].panel = writable(t, fields[f].count * COPPICE_PANEL, sizeof(float));
    width += fields[f].count;
  }
  // records are padded to whole lines of sixteen
  ptrdiff_t stride = (width + 15) / 16 * 16;
  float *records = random_floats(t, record_count * stride);
  int64_t *rows = readable(t, live, sizeof(int64_t));
  for (ptrdiff_t i = 0; i < live; i++) rows[i] = draw_below(t, record_count);
  coppice_prefetch_rows(
      records, stride * (ptrdiff_t)sizeof(float), width * (ptrdiff_t)sizeof(float), rows, live);
  t->kernels->transpose_records(records, stride, rows, live, fields, field_count);
  int same = 1;
  for (ptrdiff_t f = 0, number = 0; f < field_count; f++) {
    for (ptrdiff_t i = 0; i < fields[f].count; i++, number++) {
      for (ptrdiff_t lane = 0; lane < COPPICE_PANEL; lane++) {
        float wanted = lane < live ? records[rows[lane] * stride + number] : 0;
        same &= fields[f].panel[i * COPPICE_PANEL + lane] == wanted;
      }
    }
  }
  expect(t, "transposed batch", same);
  check_bytes(t);
}

/// Whether weight `a` at place `i` of its group goes before weight `b` at place `j`.
static int precedes(float a, ptrdiff_t i, float b, ptrdiff_t j) {
  if (isnan(a) || isnan(b)) return isnan(a) && (!isnan(b) || i < j);
  return fabsf(a) > fabsf(b) || (fabsf(a) == fabsf(b) && i < j);
}

static int is_kept(
    const float *line, ptrdiff_t length, ptrdiff_t step, ptrdiff_t place, ptrdiff_t keep,
    ptrdiff_t group) {
  ptrdiff_t first = place / group * group, rank = 0;
  for (ptrdiff_t i = first; i < length && i < first + group; i++) {
    rank += precedes(line[i * step], i, line[place * step], place);
  }
  return rank < keep;
}

void check_selection(trial *t) {
  coppice_shape shape = {draw_size(t, 1, 70), draw_size(t, 1, 70)};
  ptrdiff_t group = draw_below(t, 2) ? 1 + draw_below(t, 32) : 2 << draw_below(t, 5);
  ptrdiff_t keep = draw_below(t, group + 1), count = shape.outputs * shape.inputs;
  float *weights = random_floats(t, count);
  for (ptrdiff_t i = 0; i < count; i++) {
    // ties, zeros of both signs and numbers that are none
    if (draw_below(t, 4) == 0) weights[i] = (float)(draw_below(t, 3) - 1);
    if (draw_below(t, 40) == 0) weights[i] = NAN;
    if (draw_below(t, 40) == 0) weights[i] = -0.0f;
  }
  uint8_t *in_rows = writable(t, count, 1), *in_columns = writable(t, count, 1);
  t->kernels->select_in_rows(shape, keep, group, weights, in_rows);
  t->kernels->select_in_columns(shape, keep, group, weights, in_columns);
  int same_rows = 1, same_columns = 1;
  for (ptrdiff_t row = 0; row < shape.outputs; row++) {
    for (ptrdiff_t i = 0; i < shape.inputs; i++) {
      ptrdiff_t at = row * shape.inputs + i;
      same_rows &=
          in_rows[at] == is_kept(weights + row * shape.inputs, shape.inputs, 1, i, keep, group);
      same_columns &=
          in_columns[at] == is_kept(weights + i, shape.outputs, shape.inputs, row, keep, group);
    }
  }
  expect(t, "choice along rows", same_rows);
  expect(t, "choice along columns", same_columns);
}

void check_largest(trial *t) {
  ptrdiff_t count = draw_size(t, 1, 300), wanted = draw_below(t, count + 1), there = 0;
  float *numbers = random_floats(t, count);
  for (ptrdiff_t i = 0; i < count; i++) {
    if (draw_below(t, 4) == 0) numbers[i] = (float)(draw_below(t, 5) - 2) * 0.25f;
    there += numbers[i] != 0;
  }
  float *found = writable(t, count, sizeof(float));
  memcpy(found, numbers, (size_t)count * sizeof(float));
  uint8_t *mask = writable(t, count, 1);
  uint32_t *scratch = writable(t, count, sizeof(uint32_t));
  expect(t, "count of numbers that are not zero",
         t->kernels->count_nonzero(count, numbers) == there);
  ptrdiff_t left = t->kernels->keep_largest(count, wanted, found, mask, scratch), kept = 0;
  int same = 1;
  for (ptrdiff_t i = 0; i < count; i++) {
    int keep = numbers[i] != 0 && is_kept(numbers, count, 1, i, wanted, count);
    same &= mask[i] == keep && found[i] == (keep ? numbers[i] : 0);
    kept += keep;
  }
  expect(t, "the largest of many", same && kept == left);

  uint32_t *words = writable(t, count, sizeof(uint32_t));
  for (ptrdiff_t i = 0; i < count; i++) words[i] = (uint32_t)draw_word(t) >> draw_below(t, 32);
  coppice_keys keys = {words, draw_below(t, 2) ? ~0u : 0x7fffffffu, draw_below(t, 2) ? ~0u : 0};
  uint32_t low = (uint32_t)draw_word(t) >> draw_below(t, 32);
  uint32_t width = (uint32_t)draw_word(t) % (~0u - low + (low > 0));
  ptrdiff_t beyond = 0, above = 0, within = 0;
  ptrdiff_t length = t->kernels->collect_keys(count, keys, low, width, scratch, &beyond);
  int in_order = 1;
  for (ptrdiff_t i = 0; i < count; i++) {
    uint32_t key = (words[i] & keys.significant) ^ keys.flip;
    above += key > low + width;
    if (key < low || key > low + width) continue;
    in_order &= within < length && scratch[within] == key;
    within++;
  }
  expect(t, "keys in a bracket", in_order && within == length && above == beyond);
  uint8_t *marks = writable(t, count, sizeof(uint8_t));
  memset(marks, 7, (size_t)count);
  t->kernels->mark_keys(count, keys, low, 2, marks);
  int are_right = 1;
  for (ptrdiff_t i = 0; i < count; i++) {
    are_right &= marks[i] == (((words[i] & keys.significant) ^ keys.flip) >= low ? 2 : 7);
  }
  expect(t, "marks from a limit on", are_right);
}
