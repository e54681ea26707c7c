// Element-wise loops and the packed matrix product, for row-major single-precision arrays.
//
// Each function has three bodies (AVX-512, AVX2 with FMA, plain) and takes the best that the CPU has; the digits of a function are the
// same for the same instruction set, whatever the number of rows in a call or the thread. Nothing allocates; nothing calls libm.
#pragma once
#include <stdint.h>

/// The instruction set that the functions below use here: "x86-64-v4", "x86-64-v3", "x86-64" or "generic".
const char *cnb_instruction_set(void);

// The packed product. Digits of a row of the result depend on that row and on B alone, never on how many rows are multiplied at once.

/// How many floats the packed form of B [k, n] takes: n is rounded up to whole panels of 32 columns.
long cnb_packed_count(long k, long n);
/// Packs B [k, n].
void cnb_pack(long k, long n, const float *b, float *packed);
/// Packs B = Tᵀ, with T [n, k].
void cnb_pack_transposed(long k, long n, const float *t, float *packed);
/// C [m, n] = A [m, k] · B, or C += A · B when `accumulate` is not 0.
void cnb_multiply_packed(long m, long n, long k, const float *a, const float *packed, int accumulate, float *c);

// Recurrent cells over one level of a prefix tree: row r continues row parents[r] of the level before.
// `parents` ascend; null at the first level, where `u` (and `c_before`) is one row of zeros.
// Pre-activations are x[inputs[r]] + u[parents[r]] + bias; a null `inputs` stands for 0, 1, 2, ...

/// h [rows, hidden] = tanh(pre-activation).
void cnb_rnn_forward(
    long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias, float *h);
/// d [rows, hidden] = dL/d pre-activation, from dh and the saved h.
void cnb_rnn_backward(long rows, long hidden, const float *h, const float *dh, float *d);

/// One LSTM step: gates [rows, 4·hidden] after their functions in the order input, forget, cell, output; c, tanh(c) and h [rows, hidden].
void cnb_lstm_forward(
    long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias,
    const float *c_before, float *gates, float *c, float *tanh_c, float *h);
/// d [rows, 4·hidden] = dL/d pre-activations; dc [rows, hidden] comes in as dL/dc from the later steps and leaves as dL/dc of the step before.
void cnb_lstm_backward(
    long rows, long hidden, const float *gates, const float *c_before, const int32_t *parents, const float *tanh_c, const float *dh, float *dc,
    float *d);

/// One GRU step as PyTorch's: n = tanh(x + bias + r·m) with m = u + recurrent_bias, h = (1 - z)·n + z·h_before. x, u and bias have 3·hidden columns in the
/// order reset, update, new; recurrent_bias has hidden. gates [rows, 4·hidden]: r, z and n after their functions, and m.
void cnb_gru_forward(
    long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias,
    const float *recurrent_bias, const float *h_before, float *gates, float *h);
/// d, du [rows, 3·hidden] = dL/d pre-activations as the input and as the recurrent product have them: they differ in n's part, by r. dh comes in as
/// dL/dh and leaves as that part of dL/dh_before that does not go through du. Adds to recurrent_bias_gradient [hidden].
void cnb_gru_backward(
    long rows, long hidden, const float *gates, const float *h_before, const int32_t *parents, float *dh, float *d, float *du,
    float *recurrent_bias_gradient);

// Echo states.

enum { CNB_RESERVOIR_LANES = 16 };
/// One step of leaky units for sixteen sequences side by side: next [units, 16] = state + leak · (tanh(drive + weights · state) - state).
/// Unit j is fed by the units columns[e] with weights[e], starts[j] <= e < starts[j + 1]. `leak` and `drive` are one a sequence; a leak of 0 leaves its state as it is.
void cnb_reservoir_step(
    long units, const int32_t *starts, const int32_t *columns, const float *weights, const float *leak, const float *const *drive, const float *state,
    float *next);

// Rows.

/// into[i] = from[rows[i]].
void cnb_gather(long count, long width, const float *from, const int32_t *rows, float *into);
/// The first `width` columns of into[i] = those of from[rows[i]], or of from[i] without `rows`; rows lie `from_stride` and `into_stride` apart.
void cnb_copy_columns(long count, long width, const float *from, long from_stride, const int32_t *rows, float *into, long into_stride);
/// into[rows[i]] += from[i], in the order of i.
void cnb_scatter_add(long count, long width, const float *from, const int32_t *rows, float *into);
/// into [into_rows, width] = for each row the sum of the rows of `from` whose parent it is; parents ascend, rows without children become 0.
void cnb_sum_children(long count, long into_rows, long width, const float *from, const int32_t *parents, float *into);
/// into [width] = the sum of the rows.
void cnb_sum_rows(long rows, long width, const float *from, float *into);

/// common[i] = how many events row rows[i] begins with in common with rows[i - 1]; 0 for the first. Row r's events are the lengths[r] codes
/// from codes[firsts[r]] on.
void cnb_common_starts(long count, const int32_t *rows, const int32_t *codes, const int32_t *firsts, const int32_t *lengths, int32_t *common);

/// into [width] += the sum of the rows.
void cnb_add_rows(long rows, long width, const float *from, float *into);

// Encoder blocks: rows are tokens of all sequences, one after the other, without padding.

/// into[i] = dropout(from[indices[i]] + positions[places[i]]), with the coins of `cnb_dropout`; none when `share` is 0.
void cnb_embed(
    long rows, long width, const float *from, const int32_t *indices, const float *positions, const int32_t *places, uint64_t key, uint64_t first, float share,
    float *into);
/// out = x + dropout(y + bias), [rows, width] each, with the coins of `cnb_dropout`; none when `share` is 0.
void cnb_residual(long rows, long width, const float *y, const float *bias, uint64_t key, uint64_t first, float share, const float *x, float *out);
/// y = (x - mean) / sqrt(variance + 1e-5) · gain + bias, row by row; moments [rows, 2] = mean and the inverse of the root.
void cnb_layer_norm(long rows, long width, const float *x, const float *gain, const float *bias, float *y, float *moments);
/// dx += dL/dx, d_gain += and d_bias += their parts, from dy and what the way forward saw and saved.
void cnb_layer_norm_backward(
    long rows, long width, const float *x, const float *moments, const float *gain, const float *dy, float *dx, float *d_gain, float *d_bias);
/// x = GELU(x + bias), with t · Φ(t) as GELU(t).
void cnb_gelu(long rows, long width, const float *bias, float *x);
/// y = GELU(x + bias), and x = the slope of GELU there.
void cnb_gelu_saving(long rows, long width, const float *bias, float *x, float *y);
/// d *= slopes; d_bias += the sum of the rows of d.
void cnb_gelu_backward(long rows, long width, const float *slopes, float *d, float *d_bias);

/// How many floats `cnb_attention` and its way back need as scratch for sequences of at most `queries` and `keys`, and heads of `width`.
long cnb_attention_room(long queries, long keys, long width);
/// out [queries, heads · width]: for each query and head the mean of the values, weighted by softmax(query · key / sqrt(width)).
///
/// Sequence s has the keys and values starts[s]..<starts[s + 1] and the queries query_starts[s]..<query_starts[s + 1]. q [queries, heads · width];
/// kv [keys, 2 · heads · width], a row's keys before its values; `q_bias` and `kv_bias`, as wide, are added to the rows first. Query i sees
/// the first limits[i] >= 1 keys of its sequence; a null `limits` stands for all. `zeros` are `width` zeros. peaks [queries, heads, 2]: what the way back needs of
/// the softmax.
void cnb_attention(
    long sequences, long heads, long width, const int32_t *starts, const int32_t *query_starts, const int32_t *limits, const float *q, const float *q_bias,
    const float *kv, const float *kv_bias, const float *zeros, float *scratch, float *out, float *peaks);
/// dq and dkv, as q and kv, from d_out [queries, heads · width].
void cnb_attention_backward(
    long sequences, long heads, long width, const int32_t *starts, const int32_t *query_starts, const int32_t *limits, const float *q, const float *q_bias,
    const float *kv, const float *peaks, const float *d_out, const float *zeros, float *scratch, float *dq, float *dkv);

// Convolutions: an output row reads `taps` rows, whose numbers stand one after the other in `rows`.

/// into[i] [width] = the sum of its rows of the table.
void cnb_sum_taps(long count, long taps, long width, const float *table, const int32_t *rows, float *into);
/// Each of a row's rows of the table += from[i], in the order of i.
void cnb_spread_taps(long count, long taps, long width, const float *from, const int32_t *rows, float *table);
/// x = dropout(max(0, x + bias)), with the coins of `cnb_dropout`; none when `share` is 0.
void cnb_bias_relu(long rows, long width, const float *bias, uint64_t key, uint64_t first, float share, float *x);
/// y[i] = max(0, x[i] + residual[indices[i]] + bias).
void cnb_residual_relu(long rows, long width, const float *x, const float *residual, const int32_t *indices, const float *bias, float *y);
/// d = scale · dy where y > 0, else 0. dy may be d.
void cnb_relu_backward(long count, const float *y, float scale, const float *dy, float *d);

// Activations and losses.

void cnb_tanh(long count, const float *x, float *y);
void cnb_sigmoid(long count, const float *x, float *y);
void cnb_exp(long count, const float *x, float *y);
/// logits [rows, classes] += bias; probabilities = softmax(logits); log_sums[r] = log Σ exp(logits[r]).
void cnb_softmax(long rows, long classes, const float *bias, float *logits, float *probabilities, float *log_sums);
/// y[i] = keep ? x[i] / (1 - share) : 0, with the coin of i following from (key, first + i) alone. x may be y.
void cnb_dropout(long count, uint64_t key, uint64_t first, float share, const float *x, float *y);

// Training.

/// into = the sum of `parts` arrays, from their number `first` on, in their order; returns the sum of squares of the result.
double cnb_sum_parts(long count, long parts, const float *const *from, long first, float *into);
/// The sum of squares, in a fixed order.
double cnb_sum_squares(long count, const float *x);
/// One step of Adam as PyTorch's: `step_size` = rate / (1 - beta1^t), `root` = sqrt(1 - beta2^t); the gradient is multiplied by `scale` first.
void cnb_adam(
    long count, float *p, const float *g, float *m, float *v, float scale, double beta1, double beta2, float epsilon, float step_size, float root);
/// x = keep · x + share · y; y is another array, or share is 0.
void cnb_blend(long count, float keep, float *x, float share, const float *y);
/// One step of gradient descent with momentum: m = keep · m + scale · g, p -= rate · m.
void cnb_momentum(long count, float *p, const float *g, float *m, float scale, float keep, float rate);
