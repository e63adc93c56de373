#pragma once

// All kernels of one instruction set, and the table of them. Included last, after a vector header.

#include "dense_products.h"
#include "sums.h"
#include "dense_weights.h"
#include "sparse_product.h"
#include "sparse_weights.h"
#include "shared_rows.h"
#include "lane_products.h"
#include "moves.h"
#include "elementwise.h"
#include "losses.h"
#include "one_sample.h"
#include "normal.h"
#include "gaussian.h"
#include "records.h"
#include "select_largest.h"
#include "largest.h"
#include "roofline.h"
#include "topology.h"

static const coppice_kernels kernels = {
    .lanes = LANES,
    .dense_forward = dense_forward,
    .dense_backward_data = dense_backward_data,
    .transposed_count = transposed_count,
    .transpose = transpose,
    .dense_backward_weights = dense_backward_weights,
    .bias_gradient = bias_gradient,
    .sparse_forward = sparse_forward,
    .sparse_backward_data = sparse_backward_data,
    .sparse_backward_weights = sparse_backward_weights,
    .shared_forward = shared_forward,
    .shared_backward_data = shared_backward_data,
    .shared_backward_weights = shared_backward_weights,
    .lane_products = lane_products,
    .lane_outer = lane_outer,
    .keep_masked = keep_masked,
    .dense_forward_one = dense_forward_one,
    .sparse_forward_one = sparse_forward_one,
    .shared_forward_one = shared_forward_one,
    .gather = gather,
    .gather_kept = gather_kept,
    .scatter = scatter,
    .adam = adam,
    .average = average,
    .add = add,
    .multiply = multiply,
    .tanh = scaled_tanh,
    .tanh_backward = tanh_backward,
    .swish = swish,
    .smooth_action = smooth_action,
    .squashed_sample = squashed_sample,
    .squashed_backward = squashed_backward,
    .value_goals = value_goals,
    .soft_value_goals = soft_value_goals,
    .squared_error = squared_error,
    .mean_gradient = mean_gradient,
    .smaller_gradient = smaller_gradient,
    .fill_normal = fill_normal,
    .lane_normals = lane_normals,
    .fill_words = fill_words,
    .draw_rows = draw_rows,
    .transpose_records = transpose_records,
    .transpose_bytes = transpose_bytes,
    .pack_bytes = pack_bytes,
    .select_in_rows = select_in_rows,
    .select_in_columns = select_in_columns,
    .count_nonzero = count_nonzero,
    .keep_largest = keep_largest,
    .collect_keys = collect_keys,
    .mark_keys = mark_keys,
    .build_topology = build_topology,
    .multiply_adds_of_turn = ROOF_CHAINS * LANES,
    .multiply_adds = multiply_adds,
    .read_all = read_all,
};
