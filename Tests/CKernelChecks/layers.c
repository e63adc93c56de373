// Products with dense and sparse matrices.

#include "checks.h"

#include <string.h>

/// A layer of random numbers, and what double precision makes of it.
typedef struct {
  coppice_shape shape;
  ptrdiff_t weight_count, panel_count;
  /// The inputs that get gradients: [first, first + count).
  ptrdiff_t first, count;
  int rectify;
  uint8_t *mask;
  float *weights, *bias, *gate, *sample;
  coppice_panels inputs, gradients;
  double *output, *input_gradient, *weight_gradient, *bias_gradient, *sample_output;
} layer;

static coppice_panels random_panels(trial *t, ptrdiff_t features, ptrdiff_t count) {
  ptrdiff_t stride = (features + draw_below(t, 3)) * COPPICE_PANEL;
  float *start = random_floats(t, (count - 1) * stride + features * COPPICE_PANEL);
  return (coppice_panels){.start = start, .stride = stride, .count = count};
}

/// A mask that keeps some share of the weights; `shared` neighbouring rows keep the same ones.
static uint8_t *random_mask(trial *t, coppice_shape shape, ptrdiff_t shared) {
  uint8_t *mask = readable(t, shape.outputs * shape.inputs, 1);
  ptrdiff_t of_eight = draw_below(t, 10) - 1, group = draw_size(t, 1, 32);
  for (ptrdiff_t row = 0; row < shape.outputs; row++) {
    for (ptrdiff_t i = 0; i < shape.inputs; i++) {
      uint8_t kept = of_eight < 0 ? i % group == (row * 7) % group : draw_below(t, 8) < of_eight;
      uint8_t *at = mask + row * shape.inputs + i;
      *at = row % shared ? *(at - shape.inputs) : kept;
    }
  }
  return mask;
}

/// 0 with the probability 1/8, so that a gate meets the edge of its condition.
static float *random_gate(trial *t, ptrdiff_t count) {
  float *gate = random_floats(t, count);
  for (ptrdiff_t i = 0; i < count; i++) gate[i] *= draw_below(t, 8) != 0;
  return gate;
}

static double product(const layer *l, ptrdiff_t row, ptrdiff_t column) {
  double sum = 0;
  for (ptrdiff_t p = 0; p < l->panel_count; p++) {
    const float *x = l->inputs.start + p * l->inputs.stride + column * COPPICE_PANEL;
    const float *d = l->gradients.start + p * l->gradients.stride + row * COPPICE_PANEL;
    for (int s = 0; s < COPPICE_PANEL; s++) sum += (double)x[s] * d[s];
  }
  return sum;
}

static double rectified(const layer *l, double x) { return l->rectify && x < 0 ? 0 : x; }

static void answer_forward(layer *l) {
  for (ptrdiff_t row = 0; row < l->shape.outputs; row++) {
    const float *w = l->weights + row * l->shape.inputs;
    double sample = l->bias[row];
    for (ptrdiff_t i = 0; i < l->shape.inputs; i++) sample += (double)w[i] * l->sample[i];
    l->sample_output[row] = rectified(l, sample);
    for (int s = 0; s < COPPICE_PANEL; s++) {
      double sum = l->bias[row];
      for (ptrdiff_t i = 0; i < l->shape.inputs; i++) {
        sum += (double)w[i] * l->inputs.start[i * COPPICE_PANEL + s];
      }
      l->output[row * COPPICE_PANEL + s] = rectified(l, sum);
    }
  }
}

static void answer_backward(layer *l) {
  for (ptrdiff_t i = 0; i < l->count; i++) {
    for (int s = 0; s < COPPICE_PANEL; s++) {
      double sum = 0;
      for (ptrdiff_t row = 0; row < l->shape.outputs; row++) {
        sum += (double)l->weights[row * l->shape.inputs + l->first + i] *
               l->gradients.start[row * COPPICE_PANEL + s];
      }
      int open = !l->gate || l->gate[i * COPPICE_PANEL + s] > 0;
      l->input_gradient[i * COPPICE_PANEL + s] = open ? sum : 0;
    }
  }
  for (ptrdiff_t row = 0; row < l->shape.outputs; row++) {
    for (ptrdiff_t i = 0; i < l->shape.inputs; i++) {
      ptrdiff_t at = row * l->shape.inputs + i;
      l->weight_gradient[at] = l->mask[at] ? product(l, row, i) : 0;
    }
    double sum = 0;
    for (ptrdiff_t p = 0; p < l->panel_count; p++) {
      const float *d = l->gradients.start + p * l->gradients.stride + row * COPPICE_PANEL;
      for (int s = 0; s < COPPICE_PANEL; s++) sum += d[s];
    }
    l->bias_gradient[row] = sum;
  }
}

static layer random_layer(trial *t, ptrdiff_t shared, int masked) {
  layer l = {0};
  // one case in sixteen is wide enough for several blocks
  ptrdiff_t most = draw_below(t, 16) ? 48 : 900;
  l.shape = (coppice_shape){draw_size(t, 1, 48), draw_size(t, 1, most)};
  if (draw_below(t, 2)) l.shape = (coppice_shape){l.shape.inputs, l.shape.outputs};
  l.weight_count = l.shape.outputs * l.shape.inputs;
  l.panel_count = draw_size(t, 1, 5);
  l.first = draw_below(t, l.shape.inputs);
  if (draw_below(t, 2)) l.first = 0;
  l.count = l.shape.inputs - l.first;
  if (draw_below(t, 2)) l.count = draw_below(t, l.count + 1);
  l.rectify = (int)draw_below(t, 2);
  l.mask = random_mask(t, l.shape, shared);
  if (!masked) memset(l.mask, 1, (size_t)l.weight_count);
  l.weights = random_floats(t, l.weight_count);
  for (ptrdiff_t i = 0; i < l.weight_count; i++) l.weights[i] *= l.mask[i];
  l.bias = random_floats(t, l.shape.outputs);
  l.gate = draw_below(t, 2) ? random_gate(t, l.count * COPPICE_PANEL) : NULL;
  // a sample has room for whole blocks of 128
  l.sample = random_floats(t, (l.shape.inputs + 127) / 128 * 128);
  l.inputs = random_panels(t, l.shape.inputs, l.panel_count);
  l.gradients = random_panels(t, l.shape.outputs, l.panel_count);
  l.output = writable(t, l.shape.outputs * COPPICE_PANEL, sizeof(double));
  l.input_gradient = writable(t, l.count * COPPICE_PANEL, sizeof(double));
  l.weight_gradient = writable(t, l.weight_count, sizeof(double));
  l.bias_gradient = writable(t, l.shape.outputs, sizeof(double));
  l.sample_output = writable(t, l.shape.outputs, sizeof(double));
  answer_forward(&l);
  answer_backward(&l);
  return l;
}

/// What kernels wrote.
typedef struct {
  float *output, *input_gradient, *weight_gradient, *bias_gradient, *sample_output;
} answers;

static answers no_answers(trial *t, const layer *l, ptrdiff_t gradient_count) {
  return (answers){
      .output = writable(t, l->shape.outputs * COPPICE_PANEL, sizeof(float)),
      .input_gradient = writable(t, l->count * COPPICE_PANEL, sizeof(float)),
      .weight_gradient = writable(t, gradient_count, sizeof(float)),
      .bias_gradient = writable(t, l->shape.outputs, sizeof(float)),
      .sample_output = writable(t, l->shape.outputs, sizeof(float))};
}

static void compare_layer(trial *t, const char *kind, const layer *l, answers a) {
  char what[64];
#define COMPARE(field, count)                                              \
  strcat(strcpy(what, kind), " " #field);                                  \
  compare(t, what, count, a.field, l->field)
  COMPARE(output, l->shape.outputs * COPPICE_PANEL);
  COMPARE(input_gradient, l->count * COPPICE_PANEL);
  COMPARE(weight_gradient, l->weight_count);
  COMPARE(bias_gradient, l->shape.outputs);
  COMPARE(sample_output, l->shape.outputs);
#undef COMPARE
}

void check_dense(trial *t) {
  const coppice_kernels *k = t->kernels;
  layer l = random_layer(t, 1, 0);
  answers a = no_answers(t, &l, l.weight_count);
  k->dense_forward(l.shape, l.weights, l.bias, l.rectify, l.inputs.start, a.output);
  k->dense_forward_one(l.shape, l.weights, l.bias, l.rectify, l.sample, a.sample_output);
  k->dense_backward_data(
      l.shape, l.first, l.count, l.weights, l.gradients.start, l.gate, a.input_gradient);
  ptrdiff_t scratch = k->transposed_count(l.shape, l.panel_count);
  float *transposed = scratch ? writable(t, scratch, sizeof(float)) : NULL;
  for (ptrdiff_t p = 0; transposed && p < l.panel_count; p++) {
    k->transpose(l.shape, p, l.panel_count, l.inputs.start + p * l.inputs.stride, transposed);
  }
  ptrdiff_t cut = draw_below(t, l.shape.outputs + 1);
  // added to nothing they are the same
  int accumulate = (int)draw_below(t, 2);
  if (accumulate) {
    memset(a.weight_gradient, 0, (size_t)l.weight_count * sizeof(float));
    memset(a.bias_gradient, 0, (size_t)l.shape.outputs * sizeof(float));
  }
  k->dense_backward_weights(
      l.shape, 0, cut, l.inputs, l.gradients, transposed, accumulate, a.weight_gradient,
      a.bias_gradient);
  k->dense_backward_weights(
      l.shape, cut, l.shape.outputs, l.inputs, l.gradients, transposed, accumulate,
      a.weight_gradient, a.bias_gradient);
  compare_layer(t, "dense", &l, a);
  float *bias = writable(t, l.shape.outputs, sizeof(float));
  k->bias_gradient(0, cut, l.gradients, bias);
  k->bias_gradient(cut, l.shape.outputs, l.gradients, bias);
  compare(t, "bias gradient", l.shape.outputs, bias, l.bias_gradient);
}

static coppice_index new_index(
    trial *t, ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t block_inputs, ptrdiff_t capacity) {
  ptrdiff_t blocks = (inputs + block_inputs - 1) / block_inputs, slots = blocks * rows;
  return (coppice_index){
      .rows = rows,
      .inputs = inputs,
      .block_inputs = block_inputs,
      .blocks = blocks,
      .slot_start = readable(t, slots + 1, sizeof(int32_t)),
      .slot_row = readable(t, slots, sizeof(int32_t)),
      .quarter_start = readable(t, 4 * slots + 1, sizeof(int32_t)),
      .input = readable(t, capacity, 1)};
}

/// The weights at their places in an index, and the gradients brought back from there.
static float *gathered(trial *t, ptrdiff_t count, const int32_t *source, const float *from) {
  float *values = readable(t, count, sizeof(float));
  t->kernels->gather(count, source, from, values);
  return values;
}

static float *scattered(
    trial *t, const layer *l, ptrdiff_t count, const int32_t *target, const float *from) {
  float *dense = writable(t, l->weight_count, sizeof(float));
  memset(dense, 0, (size_t)l->weight_count * sizeof(float));
  t->kernels->scatter(count, target, from, dense);
  return dense;
}

void check_sparse(trial *t) {
  const coppice_kernels *k = t->kernels;
  layer l = random_layer(t, 1, 1);
  ptrdiff_t kept = coppice_count_kept(l.weight_count, l.mask);
  coppice_topology topology = {
      .shape = l.shape,
      .first_column = l.first,
      .last_column = l.first + l.count,
      .forward = new_index(t, l.shape.outputs, l.shape.inputs, 128 << draw_below(t, 2), kept),
      .backward = new_index(t, l.count, l.shape.outputs, 128 << draw_below(t, 2), kept),
      .dense_index = writable(t, kept + COPPICE_INDEX_SLACK, sizeof(int32_t)),
      .backward_source = writable(t, kept + COPPICE_INDEX_SLACK, sizeof(int32_t)),
      .scratch = writable(t, coppice_topology_scratch(l.shape), sizeof(int32_t))};
  expect(t, "number of kept weights", k->build_topology(&topology, l.mask) == kept);
  const coppice_index *forward = &topology.forward, *backward = &topology.backward;
  float *values = gathered(t, kept, topology.dense_index, l.weights);
  float *same = writable(t, kept, sizeof(float));
  k->gather_kept(&topology, l.weights, same);
  expect(t, "kept weights", memcmp(same, values, (size_t)kept * sizeof(float)) == 0);
  ptrdiff_t backward_count = backward->slot_start[backward->blocks * backward->rows];
  float *derived = gathered(t, backward_count, topology.backward_source, values);

  answers a = no_answers(t, &l, kept);
  k->sparse_forward(forward, values, l.bias, l.rectify, l.inputs.start, a.output);
  k->sparse_forward_one(forward, values, l.bias, l.rectify, l.sample, a.sample_output);
  k->sparse_backward_data(backward, derived, l.gate, l.gradients.start, a.input_gradient);
  ptrdiff_t slots = forward->blocks * forward->rows, cut = draw_below(t, slots + 1);
  k->sparse_backward_weights(
      forward, 0, cut, l.inputs, l.gradients, a.weight_gradient, a.bias_gradient);
  k->sparse_backward_weights(
      forward, cut, slots, l.inputs, l.gradients, a.weight_gradient, a.bias_gradient);
  a.weight_gradient = scattered(t, &l, kept, topology.dense_index, a.weight_gradient);
  compare_layer(t, "sparse", &l, a);
}

void check_shared(trial *t) {
  const coppice_kernels *k = t->kernels;
  layer l = random_layer(t, COPPICE_SHARED_ROWS << draw_below(t, 2), 1);
  ptrdiff_t kept = coppice_count_kept(l.weight_count, l.mask);
  ptrdiff_t blocks = (l.shape.inputs + COPPICE_SHARED_INPUTS - 1) / COPPICE_SHARED_INPUTS;
  ptrdiff_t groups = (l.shape.outputs + COPPICE_SHARED_ROWS - 1) / COPPICE_SHARED_ROWS;
  ptrdiff_t tiles = blocks * groups;
  coppice_shared_index index = {
      .rows = l.shape.outputs,
      .inputs = l.shape.inputs,
      .blocks = blocks,
      .groups = groups,
      .start = readable(t, tiles + 1, sizeof(int32_t)),
      .value_start = readable(t, tiles + 1, sizeof(int32_t)),
      .input = readable(t, kept, 1)};
  int32_t *dense_index = writable(t, kept, sizeof(int32_t));
  expect(t, "sharing of rows", coppice_shares_rows(l.shape, l.mask));
  expect(t, "number of kept weights", coppice_shared_build(&index, l.mask, dense_index) == kept);
  float *values = gathered(t, kept, dense_index, l.weights);

  answers a = no_answers(t, &l, kept);
  k->shared_forward(&index, values, l.bias, l.rectify, l.inputs.start, a.output);
  k->shared_forward_one(&index, values, l.bias, l.rectify, l.sample, a.sample_output);
  k->shared_backward_data(
      &index, l.first, l.count, values, l.gradients.start, l.gate, a.input_gradient);
  ptrdiff_t cut = draw_below(t, tiles + 1);
  k->shared_backward_weights(
      &index, 0, cut, l.inputs, l.gradients, a.weight_gradient, a.bias_gradient);
  k->shared_backward_weights(
      &index, cut, tiles, l.inputs, l.gradients, a.weight_gradient, a.bias_gradient);
  a.weight_gradient = scattered(t, &l, kept, dense_index, a.weight_gradient);
  compare_layer(t, "shared", &l, a);
}
