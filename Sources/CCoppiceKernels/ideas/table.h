#pragma once

// All kernels of one instruction set, and the table of them. Included last, after a vector header.

#include "dense_products.h"
#include "sums.h"
#include "dense_weights.h"
#include "sparse_product.h"
#include "sparse_weights.h"
#include "shared_rows.h"
#include "moves.h"
#include "elementwise.h"
#include "normal.h"
#include "select_largest.h"

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
    .keep_masked = keep_masked,
    .gather = gather,
    .scatter = scatter,
    .adam = adam,
    .average = average,
    .tanh = scaled_tanh,
    .tanh_backward = tanh_backward,
    .smooth_action = smooth_action,
    .fill_normal = fill_normal,
    .transpose_rows = transpose_rows,
    .select_in_rows = select_in_rows,
    .select_in_columns = select_in_columns,
};
