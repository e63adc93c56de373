#pragma once

// What the index of a sparse layer is built in: how its scratch memory is cut up, and how large it is.

#include "../include/CCoppiceKernels.h"

/// 64-bit words of a row of a matrix of bits; whole blocks.
static inline ptrdiff_t words_of_row(ptrdiff_t columns) { return (columns + 127) / 128 * 2; }

/// The pieces of the scratch memory.
typedef struct {
  /// `[outputs][words of the inputs]`: a bit for each weight.
  uint64_t *bits;
  /// `[64 × words of the inputs][words of the outputs]`: the same, transposed.
  uint64_t *transposed;
  int32_t *count;
  int32_t *order;
  int32_t *cursor;
  /// Where the weights of each row begin in each block of the forward index.
  int32_t *row_start;
} topology_space;

static inline ptrdiff_t topology_words(coppice_shape shape) {
  return shape.outputs * words_of_row(shape.inputs);
}

static inline ptrdiff_t transposed_words(coppice_shape shape) {
  return 64 * words_of_row(shape.inputs) * words_of_row(shape.outputs);
}

static inline ptrdiff_t longest_side(coppice_shape shape) {
  return shape.outputs > shape.inputs ? shape.outputs : shape.inputs;
}

static inline topology_space topology_space_in(int32_t *scratch, coppice_shape shape) {
  ptrdiff_t longest = longest_side(shape);
  topology_space space;
  space.bits = (uint64_t *)(void *)scratch;
  space.transposed = space.bits + topology_words(shape);
  space.count = (int32_t *)(void *)(space.transposed + transposed_words(shape));
  space.order = space.count + longest;
  space.cursor = space.order + longest;
  space.row_start = space.cursor + longest;
  return space;
}

/// 32-bit words of the scratch memory.
static inline ptrdiff_t topology_space_size(coppice_shape shape) {
  ptrdiff_t most_blocks = (shape.inputs + 127) / 128;
  return 2 * (topology_words(shape) + transposed_words(shape)) + 3 * longest_side(shape) +
         shape.outputs * most_blocks;
}
