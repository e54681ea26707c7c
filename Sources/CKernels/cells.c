// The recurrent cells: after the matrix product, all that a step does to a row in one pass over it, forward and backward.
#include "dispatch.h"

CNB_INLINE void rnn_row(
    long hidden, const float *restrict x, const float *restrict u, const float *restrict bias, float *restrict h
) {
    CNB_LANES for (long j = 0; j < hidden; j++) h[j] = tanh_of(x[j] + u[j] + bias[j]);
}

CNB_INLINE void cnb_rnn_forward_body(
    long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias, float *h
) {
    for (long r = 0; r < rows; r++)
        rnn_row(hidden, x + (inputs ? inputs[r] : r) * hidden, u + (parents ? parents[r] : 0) * hidden, bias, h + r * hidden);
}
CNB_VERSIONS(
    void, cnb_rnn_forward,
    (long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias, float *h),
    (rows, hidden, u, parents, x, inputs, bias, h))

CNB_INLINE void cnb_rnn_backward_body(long rows, long hidden, const float *restrict h, const float *restrict dh, float *restrict d) {
    CNB_LANES for (long i = 0; i < rows * hidden; i++) d[i] = dh[i] * (1.0f - h[i] * h[i]);
}
CNB_VERSIONS(void, cnb_rnn_backward, (long rows, long hidden, const float *h, const float *dh, float *d), (rows, hidden, h, dh, d))

CNB_INLINE void lstm_row(
    long hidden, const float *restrict x, const float *restrict u, const float *restrict bias, const float *restrict c_before,
    float *restrict gates, float *restrict c, float *restrict tanh_c, float *restrict h
) {
    CNB_LANES for (long j = 0; j < hidden; j++) {
        float i = sigmoid_of(x[j] + u[j] + bias[j]);
        float f = sigmoid_of(x[hidden + j] + u[hidden + j] + bias[hidden + j]);
        float g = tanh_of(x[2 * hidden + j] + u[2 * hidden + j] + bias[2 * hidden + j]);
        float o = sigmoid_of(x[3 * hidden + j] + u[3 * hidden + j] + bias[3 * hidden + j]);
        float cell = f * c_before[j] + i * g;
        float squashed = tanh_of(cell);
        gates[j] = i;
        gates[hidden + j] = f;
        gates[2 * hidden + j] = g;
        gates[3 * hidden + j] = o;
        c[j] = cell;
        tanh_c[j] = squashed;
        h[j] = o * squashed;
    }
}

CNB_INLINE void cnb_lstm_forward_body(
    long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias,
    const float *c_before, float *gates, float *c, float *tanh_c, float *h
) {
    for (long r = 0; r < rows; r++) {
        long parent = parents ? parents[r] : 0, input = inputs ? inputs[r] : r;
        lstm_row(
            hidden, x + input * 4 * hidden, u + parent * 4 * hidden, bias, c_before + parent * hidden, gates + r * 4 * hidden, c + r * hidden,
            tanh_c + r * hidden, h + r * hidden);
    }
}
CNB_VERSIONS(
    void, cnb_lstm_forward,
    (long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias,
     const float *c_before, float *gates, float *c, float *tanh_c, float *h),
    (rows, hidden, u, parents, x, inputs, bias, c_before, gates, c, tanh_c, h))

CNB_INLINE void lstm_row_back(
    long hidden, const float *restrict gates, const float *restrict c_before, const float *restrict tanh_c, const float *restrict dh,
    float *restrict dc, float *restrict d
) {
    CNB_LANES for (long j = 0; j < hidden; j++) {
        float i = gates[j], f = gates[hidden + j], g = gates[2 * hidden + j], o = gates[3 * hidden + j], squashed = tanh_c[j];
        float cell = dc[j] + dh[j] * o * (1.0f - squashed * squashed);
        d[j] = cell * g * i * (1.0f - i);
        d[hidden + j] = cell * c_before[j] * f * (1.0f - f);
        d[2 * hidden + j] = cell * i * (1.0f - g * g);
        d[3 * hidden + j] = dh[j] * squashed * o * (1.0f - o);
        dc[j] = cell * f;
    }
}

CNB_INLINE void cnb_lstm_backward_body(
    long rows, long hidden, const float *gates, const float *c_before, const int32_t *parents, const float *tanh_c, const float *dh, float *dc,
    float *d
) {
    for (long r = 0; r < rows; r++)
        lstm_row_back(
            hidden, gates + r * 4 * hidden, c_before + (parents ? parents[r] : 0) * hidden, tanh_c + r * hidden, dh + r * hidden, dc + r * hidden,
            d + r * 4 * hidden);
}
CNB_VERSIONS(
    void, cnb_lstm_backward,
    (long rows, long hidden, const float *gates, const float *c_before, const int32_t *parents, const float *tanh_c, const float *dh, float *dc,
     float *d),
    (rows, hidden, gates, c_before, parents, tanh_c, dh, dc, d))

CNB_INLINE void gru_row(
    long hidden, const float *restrict x, const float *restrict u, const float *restrict bias, const float *restrict recurrent_bias,
    const float *restrict h_before, float *restrict gates, float *restrict h
) {
    CNB_LANES for (long j = 0; j < hidden; j++) {
        float r = sigmoid_of(x[j] + u[j] + bias[j]);
        float z = sigmoid_of(x[hidden + j] + u[hidden + j] + bias[hidden + j]);
        float m = u[2 * hidden + j] + recurrent_bias[j];
        float n = tanh_of(x[2 * hidden + j] + bias[2 * hidden + j] + r * m);
        gates[j] = r;
        gates[hidden + j] = z;
        gates[2 * hidden + j] = n;
        gates[3 * hidden + j] = m;
        h[j] = n + z * (h_before[j] - n);
    }
}

CNB_INLINE void cnb_gru_forward_body(
    long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias,
    const float *recurrent_bias, const float *h_before, float *gates, float *h
) {
    for (long r = 0; r < rows; r++) {
        long parent = parents ? parents[r] : 0, input = inputs ? inputs[r] : r;
        gru_row(
            hidden, x + input * 3 * hidden, u + parent * 3 * hidden, bias, recurrent_bias, h_before + parent * hidden, gates + r * 4 * hidden,
            h + r * hidden);
    }
}
CNB_VERSIONS(
    void, cnb_gru_forward,
    (long rows, long hidden, const float *u, const int32_t *parents, const float *x, const int32_t *inputs, const float *bias,
     const float *recurrent_bias, const float *h_before, float *gates, float *h),
    (rows, hidden, u, parents, x, inputs, bias, recurrent_bias, h_before, gates, h))

CNB_INLINE void gru_row_back(
    long hidden, const float *restrict gates, const float *restrict h_before, float *restrict dh, float *restrict d, float *restrict du,
    float *restrict recurrent_bias_gradient
) {
    CNB_LANES for (long j = 0; j < hidden; j++) {
        float r = gates[j], z = gates[hidden + j], n = gates[2 * hidden + j], m = gates[3 * hidden + j];
        float inner = dh[j] * (1.0f - z) * (1.0f - n * n), scaled = inner * r;
        float reset = inner * m * r * (1.0f - r), update = dh[j] * (h_before[j] - n) * z * (1.0f - z);
        d[j] = reset;
        d[hidden + j] = update;
        d[2 * hidden + j] = inner;
        du[j] = reset;
        du[hidden + j] = update;
        du[2 * hidden + j] = scaled;
        recurrent_bias_gradient[j] += scaled;
        dh[j] *= z;
    }
}

CNB_INLINE void cnb_gru_backward_body(
    long rows, long hidden, const float *gates, const float *h_before, const int32_t *parents, float *dh, float *d, float *du,
    float *recurrent_bias_gradient
) {
    for (long r = 0; r < rows; r++)
        gru_row_back(
            hidden, gates + r * 4 * hidden, h_before + (parents ? parents[r] : 0) * hidden, dh + r * hidden, d + r * 3 * hidden, du + r * 3 * hidden,
            recurrent_bias_gradient);
}
CNB_VERSIONS(
    void, cnb_gru_backward,
    (long rows, long hidden, const float *gates, const float *h_before, const int32_t *parents, float *dh, float *d, float *du,
     float *recurrent_bias_gradient),
    (rows, hidden, gates, h_before, parents, dh, d, du, recurrent_bias_gradient))
