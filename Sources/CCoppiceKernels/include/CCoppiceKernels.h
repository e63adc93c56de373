#pragma once

// The C kernels of Coppice: float arithmetic on panels of 64 samples, written once per idea and
// compiled once per instruction set.
//
// A panel holds 64 samples feature by feature: feature f of sample s lies at [f * 64 + s]. Every
// kernel writes only the elements that it owns and may read up to one vector behind the last
// element of a buffer. No kernel allocates, and none keeps state.
//
// Every number is summed in an order that follows from the instruction set, the shape, the kept
// weights and the number of panels alone: cutting the work in parts never changes a bit.

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#define COPPICE_NULLABLE _Nullable
#else
#define COPPICE_NULLABLE
#endif

enum {
  /// Samples of one panel.
  COPPICE_PANEL = 64,
  /// The most inputs of one block of a sparse index: a byte tells them apart.
  COPPICE_BLOCK_INPUTS = 256,
  /// Pieces that a block is cut into, so that the weight gradients can take fewer inputs at once.
  COPPICE_BLOCK_QUARTERS = 4,
  /// What is written beyond the last kept weight while an index is built, and read ahead of its turn.
  COPPICE_INDEX_SLACK = 16,
  /// Neighbouring rows that share their kept inputs in a matrix of shared rows.
  COPPICE_SHARED_ROWS = 4,
  /// Inputs of one block of such a matrix.
  COPPICE_SHARED_INPUTS = 256,
};

/// The panels of a batch: the first, the floats to the next, and how many there are.
typedef struct {
  const float *start;
  ptrdiff_t stride;
  ptrdiff_t count;
} coppice_panels;

/// A dense layer: `outputs` rows of `inputs` weights.
typedef struct {
  ptrdiff_t outputs;
  ptrdiff_t inputs;
} coppice_shape;

/// Which inputs each row of a sparse matrix reads; see `SparseIndex` in Swift for the layout.
typedef struct {
  ptrdiff_t rows;
  ptrdiff_t inputs;
  /// Inputs of one block: 128 or 256.
  ptrdiff_t block_inputs;
  ptrdiff_t blocks;
  int32_t *slot_start;
  int32_t *slot_row;
  int32_t *quarter_start;
  /// With room for COPPICE_INDEX_SLACK more.
  uint8_t *input;
} coppice_index;

/// What weights are ordered by: key[i] = (words[i] & significant) ^ flip.
typedef struct {
  /// Integers, or floats that are read as if they were.
  const void *words;
  uint32_t significant;
  uint32_t flip;
} coppice_keys;

/// Both indices of one sparse layer and what connects them.
typedef struct {
  coppice_shape shape;
  /// The inputs that the backward index has rows for: [first_column, last_column).
  ptrdiff_t first_column;
  ptrdiff_t last_column;
  coppice_index forward;
  coppice_index backward;
  /// For each kept weight, in the order of the forward index, where it lies in the dense matrix;
  /// with room for COPPICE_INDEX_SLACK more.
  int32_t *dense_index;
  /// For each entry of the backward index, the place of the same weight in the forward one.
  int32_t *backward_source;
  /// Of `coppice_topology_scratch` words; keeps the mask as bits from one build to the next.
  int32_t *scratch;
} coppice_topology;

/// A sparse matrix whose rows share their kept inputs four by four; see `SharedRowFormat` in Swift.
typedef struct {
  ptrdiff_t rows;
  ptrdiff_t inputs;
  ptrdiff_t blocks;
  /// Tiles of a block: the rows over COPPICE_SHARED_ROWS, rounded up.
  ptrdiff_t groups;
  /// Where the entries of each tile begin, block by block; one more for the end.
  int32_t *start;
  /// Where the weights of each tile begin; one more for the end.
  int32_t *value_start;
  /// The input of each entry within its block.
  uint8_t *input;
} coppice_shared_index;

/// Some consecutive numbers of a record, and the panel that they go to.
typedef struct {
  ptrdiff_t count;
  float *panel;
} coppice_field;

/// The numbers of one Adam step that are the same for every weight.
typedef struct {
  float scaled_learning_rate;
  float second_moment_correction;
  float first_decay;
  float second_decay;
  float epsilon;
  float weight_decay;
} coppice_adam;

/// How an output becomes the logarithm of a deviation: clamped to [low, high], or where `smooth` is not
/// 0 carried there by tanh.
typedef struct {
  float low;
  float high;
  int32_t smooth;
} coppice_log_deviation;

/// Everything that one instruction set computes.
typedef struct {
  /// Floats of one vector register.
  int32_t lanes;

  void (*dense_forward)(
      coppice_shape shape, const float *weights, const float *bias, int rectify,
      const float *input, float *output);

  /// Columns [first, first + count) of the transposed product.
  void (*dense_backward_data)(
      coppice_shape shape, ptrdiff_t first, ptrdiff_t count, const float *weights,
      const float *output_gradient, const float *COPPICE_NULLABLE gate, float *input_gradient);

  /// Floats of scratch for the transposed inputs of a batch; 0 where none are needed.
  ptrdiff_t (*transposed_count)(coppice_shape shape, ptrdiff_t panel_count);

  void (*transpose)(
      coppice_shape shape, ptrdiff_t panel, ptrdiff_t panel_count, const float *input,
      float *transposed);

  /// Rows [first, last) of the weight and bias gradients, which `accumulate` adds to what is there.
  void (*dense_backward_weights)(
      coppice_shape shape, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
      coppice_panels output_gradients, const float *COPPICE_NULLABLE transposed, int accumulate,
      float *weight_gradient, float *bias_gradient);

  /// Sums of rows [first, last) over the batch.
  void (*bias_gradient)(
      ptrdiff_t first, ptrdiff_t last, coppice_panels output_gradients, float *bias_gradient);

  /// One panel times a sparse matrix.
  void (*sparse_forward)(
      const coppice_index *index, const float *values, const float *bias, int rectify,
      const float *input, float *output);

  /// One panel times the transpose of a sparse matrix, which `index` is the index of.
  void (*sparse_backward_data)(
      const coppice_index *index, const float *values, const float *COPPICE_NULLABLE gate,
      const float *output_gradient, float *input_gradient);

  /// The gradients of the kept weights of slots [first, last), and of the biases of the rows whose
  /// first slots they are.
  void (*sparse_backward_weights)(
      const coppice_index *index, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
      coppice_panels output_gradients, float *value_gradient, float *bias_gradient);

  /// One panel times a matrix of shared rows.
  void (*shared_forward)(
      const coppice_shared_index *index, const float *values, const float *bias, int rectify,
      const float *input, float *output);

  /// Columns [first, first + count) of one panel times the transpose of a matrix of shared rows.
  void (*shared_backward_data)(
      const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t count, const float *values,
      const float *output_gradient, const float *COPPICE_NULLABLE gate, float *input_gradient);

  /// The gradients of the weights of tiles [first, last), and of the biases of the rows whose first
  /// tiles they are.
  void (*shared_backward_weights)(
      const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t last, coppice_panels inputs,
      coppice_panels output_gradients, float *value_gradient, float *bias_gradient);

  /// output[r] = sum over k of left[r, k] right[k], in every lane of a panel.
  void (*lane_products)(
      ptrdiff_t rows, ptrdiff_t terms, const float *left, const float *right, float *output);

  /// output[r, k] = left[r] right[k], and second_left[r] second_right[k] where they are given, in every
  /// lane of a panel, which `accumulate` adds to what is there.
  void (*lane_outer)(
      ptrdiff_t rows, ptrdiff_t terms, const float *left, const float *right,
      const float *COPPICE_NULLABLE second_left, const float *COPPICE_NULLABLE second_right,
      int accumulate, float *output);

  /// output[i] = mask[i] ? input[i] : 0.
  void (*keep_masked)(ptrdiff_t count, const uint8_t *mask, const float *input, float *output);

  /// One sample times a dense layer.
  void (*dense_forward_one)(
      coppice_shape shape, const float *weights, const float *bias, int rectify,
      const float *input, float *output);

  /// One sample times a sparse matrix; `input` has room for a multiple of 128 finite numbers.
  void (*sparse_forward_one)(
      const coppice_index *index, const float *values, const float *bias, int rectify,
      const float *input, float *output);

  /// One sample times a matrix of shared rows.
  void (*shared_forward_one)(
      const coppice_shared_index *index, const float *values, const float *bias, int rectify,
      const float *input, float *output);

  /// output[i] = input[source[i]].
  void (*gather)(ptrdiff_t count, const int32_t *source, const float *input, float *output);

  /// values[i] = dense[dense_index[i]] for the kept weights of a topology that `build_topology` filled.
  void (*gather_kept)(const coppice_topology *topology, const float *dense, float *values);

  /// output[target[i]] = input[i].
  void (*scatter)(ptrdiff_t count, const int32_t *target, const float *input, float *output);

  void (*adam)(
      ptrdiff_t count, float *parameters, float *first_moment, float *second_moment,
      const float *gradient, coppice_adam step, float *COPPICE_NULLABLE target, float rate);

  /// target += rate * (parameters - target).
  void (*average)(ptrdiff_t count, const float *parameters, float *target, float rate);

  /// output += input.
  void (*add)(ptrdiff_t count, const float *input, float *output);

  /// output *= input.
  void (*multiply)(ptrdiff_t count, const float *input, float *output);

  /// output = scale * tanh(input).
  void (*tanh)(ptrdiff_t count, float scale, const float *input, float *output);

  /// gradient *= scale * (1 - (output / scale)^2).
  void (*tanh_backward)(ptrdiff_t count, float scale, const float *outputs, float *gradient);

  /// values = scale * x * s(x) with the logistic function s, and slopes = its derivative at x, for x =
  /// values; slopes may be null.
  void (*swish)(ptrdiff_t count, float scale, float *values, float *COPPICE_NULLABLE slopes);

  /// actions = clip(actions + clip(noise_scale * noise, noise_clip), limit), clip to [-c, c].
  void (*smooth_action)(
      ptrdiff_t count, float noise_scale, float noise_clip, float limit, const float *noise,
      float *actions);

  /// actions = tanh(mean + sigma * noise) for a panel of `action_count` actions, and the logarithms of
  /// their densities, summed over the actions of each sample. `outputs` are the means, then what the
  /// logarithms of sigma are made of.
  void (*squashed_sample)(
      ptrdiff_t action_count, coppice_log_deviation bound, const float *outputs,
      const float *noise, float *actions, float *log_densities);

  /// The gradients of the outputs from those of the actions and of the logarithms of the densities.
  void (*squashed_backward)(
      ptrdiff_t action_count, coppice_log_deviation bound, const float *outputs,
      const float *noise, const float *action_gradient, const float *density_gradient,
      float *output_gradient);

  /// goal = reward + discount * continues * min(first, second) for the lanes of a panel.
  void (*value_goals)(
      float discount, const float *reward, const float *continues, const float *first,
      const float *second, float *goal);

  /// goal = reward + discount * continues * (min(first, second) - temperature * log_density).
  void (*soft_value_goals)(
      float discount, float temperature, const float *reward, const float *continues,
      const float *first, const float *second, const float *log_density, float *goal);

  /// gradient = weight * (prediction - goal) in the first `live` lanes of a panel and 0 in the
  /// others; returns the sum of the squared differences.
  float (*squared_error)(
      ptrdiff_t live, float weight, const float *prediction, const float *goal, float *gradient);

  /// gradient = weight in the first `live` lanes of a panel and 0 in the others; returns the sum of
  /// the values.
  float (*mean_gradient)(ptrdiff_t live, float weight, const float *value, float *gradient);

  /// The gradients of weight * min(first, second) in the first `live` lanes of a panel, of which the
  /// first has those of equal values, and 0 in the others; returns the sum of the smaller values.
  float (*smaller_gradient)(
      ptrdiff_t live, float weight, const float *first, const float *second,
      float *first_gradient, float *second_gradient);

  /// Standard normals from Philox 4x32-10: element 4 b + i is normal i of block `counter` + b.
  void (*fill_normal)(uint64_t key, uint64_t counter, ptrdiff_t count, float *output);

  /// Standard normals for `rows` rows of 64 lanes, each lane by a key of its own: rows 4 b to 4 b + 3 are
  /// the normals of the block at the counter words (b, stream, node's halves).
  ///
  /// Lanes from `live` on may be left as they are.
  void (*lane_normals)(
      ptrdiff_t rows, ptrdiff_t live, const uint32_t *low_keys, const uint32_t *high_keys,
      uint64_t node, uint32_t stream, float *output);

  /// Random words from Philox 4x32-10: element 4 b + i is word i of block `counter` + b.
  void (*fill_words)(uint64_t key, uint64_t counter, ptrdiff_t count, uint32_t *output);

  /// rows[i] = number i in [0, bound) of the stream of `key`, as `RandomStream` in Swift draws it.
  void (*draw_rows)(uint64_t key, uint64_t bound, ptrdiff_t count, int64_t *rows);

  /// The fields of the records rows[lane], one behind the other from their first number on: number
  /// f of a field goes to panel[f][lane]. Lanes from `row_count` on become 0.
  void (*transpose_records)(
      const float *records, ptrdiff_t stride, const int64_t *rows, ptrdiff_t row_count,
      const coppice_field *fields, ptrdiff_t field_count);

  /// panel[f][lane] = `unit` · byte f of record rows[lane], of `count` bytes. Lanes whose row is negative
  /// and those from `row_count` on become 0.
  void (*transpose_bytes)(
      const uint8_t *records, ptrdiff_t stride, const int64_t *rows, ptrdiff_t row_count,
      ptrdiff_t count, float unit, float *panel);

  /// Byte f of record rows[lane] = panel[f][lane], cut to 0 and `most`, times `units` and rounded; of
  /// the first `row_count` lanes and `count` numbers. A number that is none is 0.
  ///
  /// most · units is below 255.5.
  void (*pack_bytes)(
      const float *panel, ptrdiff_t count, float most, float units, const int64_t *rows,
      ptrdiff_t row_count, uint8_t *records, ptrdiff_t stride);

  /// mask = 1 for the `keep` largest magnitudes of every `group` weights along a row, else 0.
  void (*select_in_rows)(
      coppice_shape shape, ptrdiff_t keep, ptrdiff_t group, const float *weights, uint8_t *mask);

  /// mask = 1 for the `keep` largest magnitudes of every `group` weights along a column, else 0.
  void (*select_in_columns)(
      coppice_shape shape, ptrdiff_t keep, ptrdiff_t group, const float *weights, uint8_t *mask);

  /// How many numbers are not zero.
  ptrdiff_t (*count_nonzero)(ptrdiff_t count, const float *values);

  /// Sets all but the `wanted` largest magnitudes to zero, of equal ones the last, and mask = 1 for
  /// those that are left and are not zero, else 0; `scratch` holds `count` words. Returns how many
  /// are left.
  ptrdiff_t (*keep_largest)(
      ptrdiff_t count, ptrdiff_t wanted, float *values, uint8_t *mask, uint32_t *scratch);

  /// Those of `count` keys that lie in [low, low + width], in their order, into `found`, which holds
  /// `count` words and may be the words of the keys; returns how many there are, and in `beyond` how many
  /// lie above.
  ptrdiff_t (*collect_keys)(
      ptrdiff_t count, coppice_keys keys, uint32_t low, uint32_t width, uint32_t *found,
      ptrdiff_t *beyond);

  /// mask = `mark` where the key is at least `low`.
  void (*mark_keys)(
      ptrdiff_t count, coppice_keys keys, uint32_t low, uint8_t mark, uint8_t *mask);

  /// Fills both indices of a layer from a mask `[outputs, inputs]` of zeros and ones; returns how many
  /// weights are kept.
  ptrdiff_t (*build_topology)(const coppice_topology *topology, const uint8_t *mask);

  /// Multiply-adds of single floats in one turn of `multiply_adds`.
  int32_t multiply_adds_of_turn;

  /// Multiply-adds in registers and nothing else, to be timed; returns a number that depends on all.
  float (*multiply_adds)(ptrdiff_t turns, float scale);

  /// The sum of `count` floats, a multiple of 128, to be timed.
  float (*read_all)(ptrdiff_t count, const float *numbers);
} coppice_kernels;

/// Products of bf16 numbers, summed in single precision.
///
/// Activations and gradients are single precision in memory; the kernels round them to nearest even.
/// Weights are rounded beforehand, two to a float, in two orders: by rows for the forward product,
/// by columns for the transposed one. Only these kernels know what the orders are.
typedef struct {
  /// Floats of the weights by rows, and of some of their columns.
  ptrdiff_t (*dense_rows_count)(coppice_shape shape);
  ptrdiff_t (*dense_columns_count)(coppice_shape shape, ptrdiff_t columns);

  /// Rounds the weights, by rows.
  void (*pair_rows)(coppice_shape shape, const float *weights, float *rows);

  /// Rounds columns [first, first + count) of the weights, by columns.
  void (*pair_columns)(
      coppice_shape shape, ptrdiff_t first, ptrdiff_t count, const float *weights, float *columns);

  void (*dense_forward)(
      coppice_shape shape, const float *rows, const float *bias, int rectify, const float *input,
      float *output);

  /// The transposed product of the `count` columns that were rounded.
  void (*dense_backward_data)(
      coppice_shape shape, ptrdiff_t count, const float *columns, const float *output_gradient,
      const float *COPPICE_NULLABLE gate, float *input_gradient);

  /// Floats of scratch for the transposed inputs of a batch.
  ptrdiff_t (*transposed_count)(coppice_shape shape, ptrdiff_t panel_count);

  void (*transpose)(
      coppice_shape shape, ptrdiff_t panel, ptrdiff_t panel_count, const float *input,
      float *transposed);

  /// Rows [first, last) of the weight and bias gradients; the biases' in single precision.
  void (*dense_backward_weights)(
      coppice_shape shape, ptrdiff_t first, ptrdiff_t last, coppice_panels output_gradients,
      const float *transposed, float *weight_gradient, float *bias_gradient);

  /// Rounds the weights of shared rows, two entries of a tile side by side: two floats for every
  /// entry and tile, and four more.
  void (*pair_shared_forward)(
      const coppice_shared_index *index, const float *values, float *forward);

  /// Rounds the weights of shared rows, two rows side by side: two floats for every entry.
  void (*pair_shared_backward)(
      const coppice_shared_index *index, const float *values, float *backward);

  void (*shared_forward)(
      const coppice_shared_index *index, const float *forward, const float *bias, int rectify,
      const float *input, float *output);

  /// Columns [first, first + count) of the transposed product.
  void (*shared_backward_data)(
      const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t count, const float *backward,
      const float *output_gradient, const float *COPPICE_NULLABLE gate, float *input_gradient);

  /// Floats of scratch for the rounded inputs of a batch.
  ptrdiff_t (*halved_count)(coppice_shape shape, ptrdiff_t panel_count);

  void (*halve)(coppice_shape shape, ptrdiff_t panel, const float *input, float *halved);

  /// The gradients of the weights of tiles [first, last), and of the biases of the rows whose first
  /// tiles they are.
  void (*shared_backward_weights)(
      const coppice_shared_index *index, ptrdiff_t first, ptrdiff_t last,
      coppice_panels output_gradients, const float *halved, float *value_gradient,
      float *bias_gradient);
} coppice_pair_kernels;

/// The kernels of an instruction set, or nothing where this machine cannot run them.
const coppice_kernels *COPPICE_NULLABLE coppice_avx512(void);
const coppice_kernels *COPPICE_NULLABLE coppice_avx2(void);
const coppice_kernels *COPPICE_NULLABLE coppice_neon(void);
const coppice_kernels *coppice_portable(void);
const coppice_pair_kernels *COPPICE_NULLABLE coppice_avx512_bf16(void);

/// Asks for the cache lines of `row_count` records of `length` bytes each, `stride` bytes apart. A
/// negative row is none.
void coppice_prefetch_rows(
    const void *records, ptrdiff_t stride, ptrdiff_t length, const int64_t *rows,
    ptrdiff_t row_count);

/// How many 32-bit words of scratch the indices of a layer of this shape are built with.
ptrdiff_t coppice_topology_scratch(coppice_shape shape);

/// How many bytes of `mask` are not 0.
ptrdiff_t coppice_count_kept(ptrdiff_t count, const uint8_t *mask);

/// Fills an index of shared rows from a mask whose rows agree four by four, and where each weight
/// lies in the dense matrix; returns how many weights are kept.
ptrdiff_t coppice_shared_build(
    const coppice_shared_index *index, const uint8_t *mask, int32_t *dense_index);

/// Whether rows [4 g, 4 g + 4) of a mask `[outputs, inputs]` agree for every g.
int coppice_shares_rows(coppice_shape shape, const uint8_t *mask);

/// Clock cycles per second of this core at this moment, from a chain of dependent additions.
double coppice_clock_frequency(double seconds);

/// How many cores this process may run on.
ptrdiff_t coppice_available_cores(void);

enum {
  /// Cells of a span of a view.
  COPPICE_SPAN_LENGTH = 16
};

/// Sixteen cells that lie side by side in a row of a view, relative to the agent that looks.
typedef struct {
  /// From the agent's cell to the first of these.
  int32_t cell;
  /// A bit for each, the first lowest, that is seen.
  uint32_t seen;
} coppice_span;

/// Where an agent looks from, and its direction, 0 to 3.
typedef struct {
  int32_t cell;
  int32_t direction;
} coppice_eye;

/// What the agents of a group see of a world.
typedef struct {
  /// `[cells]`: what lies there, 0 for nothing; from `first_group` on an agent of that group.
  const uint8_t *kinds;
  /// `[cells]`: which agent, where there is one.
  const int32_t *occupants;
  /// `[agents]`.
  const float *health;
  /// `[groups]`.
  const float *full_health;
  /// `[kinds]`: the channel in which it is seen; an agent's health is in the one behind it.
  const int32_t *channels;
  uint8_t first_group;
  /// `[4, height, spans_of_row]`.
  const coppice_span *spans;
  ptrdiff_t spans_of_row;
  /// `[4]`: in the world, from a cell of a span to the next, for each direction.
  const ptrdiff_t *steps;
  ptrdiff_t height;
  ptrdiff_t width;
  ptrdiff_t channel_count;
} coppice_sight;

/// How the numbers of views lie in memory: from each agent, cell and channel to the next. Either agents are
/// 1 apart, cells 64, and there is room for 64 agents; or channels are 1 apart.
typedef struct {
  ptrdiff_t agent;
  ptrdiff_t cell;
  ptrdiff_t channel;
} coppice_view_layout;

/// Writes all numbers of the views of up to 64 agents.
void coppice_look(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count, float *output,
    coppice_view_layout layout);

/// Writes the views of up to 64 agents into a panel where all numbers are 0 but those of `shown`, and what lies
/// `channel` behind them; lists those that are not 0 now, and returns how many they are. `shown` has room for
/// a number for each cell of 64 views.
ptrdiff_t coppice_look_again(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count, int32_t *shown,
    ptrdiff_t shown_count, float *output, ptrdiff_t channel);

/// Asks for memory that will be read and written soon.
static inline void coppice_prefetch(const void *place) { __builtin_prefetch(place, 1); }

/// number = the smaller of number and other, whoever else does the same at the same time.
static inline void coppice_keep_smaller(uint32_t *number, uint32_t other) {
  uint32_t now = __atomic_load_n(number, __ATOMIC_RELAXED);
  while (other < now && !__atomic_compare_exchange_n(
                            number, &now, other, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

/// Waits a few cycles and lets the other thread of a core run.
static inline void coppice_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
