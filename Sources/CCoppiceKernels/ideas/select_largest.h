#pragma once

// The N of M projection: in every group the largest magnitudes are kept, ties to the lower index.
//
// LANES groups lie side by side in registers, one vector per place in the group. Each pair of
// places is compared once; the rank of a weight is the number of weights that go before it. NaN
// counts as larger than any number.

enum {
  LARGEST_GROUP = 32,
  WIDEST_BLOCK = LARGEST_GROUP > LANES ? LARGEST_GROUP : LANES,
};

/// Magnitudes as whole numbers, in the same order.
INLINE words magnitude(vector x) {
  words size = v_bits(x) & 0x7fffffff;
  words is_nan = size > 0x7f800000;
  return (size & ~is_nan) | (is_nan & 0x7f800001);
}

/// Overwrites `group` vectors of weights by 1 where the weight is among the `keep` largest, else 0.
INLINE void select_places(ptrdiff_t keep, ptrdiff_t group, words place[LARGEST_GROUP]) {
  words rank[LARGEST_GROUP];
  for (ptrdiff_t j = 0; j < group; j++) {
    rank[j] = (words){0};
    for (ptrdiff_t i = 0; i < j; i++) {
      words later_larger = place[j] > place[i];
      rank[i] -= later_larger;
      rank[j] += later_larger + 1;
    }
  }
  for (ptrdiff_t i = 0; i < group; i++) place[i] = (rank[i] < (int32_t)keep) & 1;
}

/// One group of any size, one weight after the other.
static inline void select_group(
    ptrdiff_t keep, ptrdiff_t group, const float *weights, uint8_t *mask, ptrdiff_t step) {
  for (ptrdiff_t i = 0; i < group; i++) {
    int32_t rank = 0;
    for (ptrdiff_t j = 0; j < group; j++) {
      float a, b;
      memcpy(&a, weights + i * step, sizeof(a));
      memcpy(&b, weights + j * step, sizeof(b));
      a = a < 0 ? -a : a;
      b = b < 0 ? -b : b;
      int b_nan = b != b, a_nan = a != a;
      int larger = b_nan ? !a_nan : b > a;
      int equal = b_nan ? a_nan : b == a;
      rank += larger || (equal && j < i);
    }
    mask[i * step] = rank < keep;
  }
}

/// Whether groups of this size are taken in vectors.
static inline int is_vector_group(ptrdiff_t group) {
  return group == 2 || group == 4 || group == 8 || group == 16 || group == 32;
}

INLINE void select_rows_block(
    ptrdiff_t keep, ptrdiff_t group, ptrdiff_t width, const float *weights, ptrdiff_t stride,
    uint8_t *mask) {
  float turned[WIDEST_BLOCK * LANES], chosen[LANES * WIDEST_BLOCK];
  for (ptrdiff_t c = 0; c < width; c += LANES) {
    v_transpose(weights + c, stride, turned + c * LANES, LANES);
  }
  for (ptrdiff_t g = 0; g < width; g += group) {
    words place[LARGEST_GROUP];
    for (ptrdiff_t i = 0; i < group; i++) place[i] = magnitude(v_load(turned + (g + i) * LANES));
    select_places(keep, group, place);
    for (ptrdiff_t i = 0; i < group; i++) v_store(turned + (g + i) * LANES, v_from_bits(place[i]));
  }
  for (ptrdiff_t c = 0; c < width; c += LANES) {
    v_transpose(turned + c * LANES, LANES, chosen + c, width);
  }
  for (int r = 0; r < LANES; r++) {
    for (ptrdiff_t c = 0; c < width; c += LANES) {
      flags kept = __builtin_convertvector(v_bits(v_load(chosen + r * width + c)), flags);
      memcpy(mask + r * stride + c, &kept, sizeof(kept));
    }
  }
}

TARGET static void select_in_rows(
    coppice_shape shape, ptrdiff_t keep, ptrdiff_t group, const float *weights, uint8_t *mask) {
  ptrdiff_t inputs = shape.inputs, rows = 0, columns = 0;
  if (is_vector_group(group)) {
    ptrdiff_t width = group > LANES ? group : LANES;
    rows = shape.outputs / LANES * LANES;
    columns = inputs / width * width;
    for (ptrdiff_t row = 0; row < rows; row += LANES) {
      for (ptrdiff_t column = 0; column < columns; column += width) {
        ptrdiff_t at = row * inputs + column;
        switch (group) {
          case 2: select_rows_block(keep, 2, width, weights + at, inputs, mask + at); break;
          case 4: select_rows_block(keep, 4, width, weights + at, inputs, mask + at); break;
          case 8: select_rows_block(keep, 8, width, weights + at, inputs, mask + at); break;
          default: select_rows_block(keep, group, width, weights + at, inputs, mask + at);
        }
      }
    }
  }
  for (ptrdiff_t row = 0; row < shape.outputs; row++) {
    for (ptrdiff_t column = row < rows ? columns : 0; column < inputs; column += group) {
      ptrdiff_t at = row * inputs + column;
      select_group(keep, smaller(group, inputs - column), weights + at, mask + at, 1);
    }
  }
}

TARGET static void select_in_columns(
    coppice_shape shape, ptrdiff_t keep, ptrdiff_t group, const float *weights, uint8_t *mask) {
  ptrdiff_t inputs = shape.inputs, columns = is_vector_group(group) ? inputs / LANES * LANES : 0;
  for (ptrdiff_t row = 0; row < shape.outputs; row += group) {
    ptrdiff_t size = smaller(group, shape.outputs - row);
    for (ptrdiff_t column = 0; column < columns; column += LANES) {
      ptrdiff_t at = row * inputs + column;
      words place[LARGEST_GROUP];
      for (ptrdiff_t i = 0; i < size; i++) place[i] = magnitude(v_load(weights + at + i * inputs));
      select_places(keep, size, place);
      for (ptrdiff_t i = 0; i < size; i++) {
        flags kept = __builtin_convertvector(place[i], flags);
        memcpy(mask + at + i * inputs, &kept, sizeof(kept));
      }
    }
    for (ptrdiff_t column = columns; column < inputs; column++) {
      ptrdiff_t at = row * inputs + column;
      select_group(keep, size, weights + at, mask + at, inputs);
    }
  }
}
