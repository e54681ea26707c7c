// The parts of an encoder block that work number by number or row by row: embedding, layer norm, GELU, residual sums.
#include "dispatch.h"

CNB_INLINE void sum_of_two(long width, const float *restrict a, const float *restrict b, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] = a[j] + b[j];
}

CNB_INLINE void dropped_sum_of_two(long width, cnb_coins coins, uint32_t start, const float *restrict a, const float *restrict b, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] = dropped(coins, start + (uint32_t)j, a[j] + b[j]);
}

CNB_INLINE void cnb_embed_body(
    long rows, long width, const float *from, const int32_t *indices, const float *positions, const int32_t *places, uint64_t key, uint64_t first, float share,
    float *into
) {
    cnb_coins coins = coins_of(key, first, share);
    for (long i = 0; i < rows; i++) {
        const float *a = from + indices[i] * width, *b = positions + places[i] * width;
        if (share > 0) dropped_sum_of_two(width, coins, (uint32_t)(i * width), a, b, into + i * width);
        else sum_of_two(width, a, b, into + i * width);
    }
}
CNB_VERSIONS(
    void, cnb_embed,
    (long rows, long width, const float *from, const int32_t *indices, const float *positions, const int32_t *places, uint64_t key, uint64_t first, float share,
     float *into),
    (rows, width, from, indices, positions, places, key, first, share, into))

CNB_INLINE void residual_row(long width, const float *restrict y, const float *restrict bias, const float *restrict x, float *restrict out) {
    CNB_LANES for (long j = 0; j < width; j++) out[j] = x[j] + (y[j] + bias[j]);
}

CNB_INLINE void dropped_residual_row(
    long width, cnb_coins coins, uint32_t start, const float *restrict y, const float *restrict bias, const float *restrict x, float *restrict out
) {
    CNB_LANES for (long j = 0; j < width; j++) out[j] = x[j] + dropped(coins, start + (uint32_t)j, y[j] + bias[j]);
}

CNB_INLINE void cnb_residual_body(
    long rows, long width, const float *y, const float *bias, uint64_t key, uint64_t first, float share, const float *x, float *out
) {
    cnb_coins coins = coins_of(key, first, share);
    for (long i = 0; i < rows; i++) {
        if (share > 0) dropped_residual_row(width, coins, (uint32_t)(i * width), y + i * width, bias, x + i * width, out + i * width);
        else residual_row(width, y + i * width, bias, x + i * width, out + i * width);
    }
}
CNB_VERSIONS(
    void, cnb_residual,
    (long rows, long width, const float *y, const float *bias, uint64_t key, uint64_t first, float share, const float *x, float *out),
    (rows, width, y, bias, key, first, share, x, out))

// Lanes 0...15 run beside each other and are put together in their order: the same digits with any vector width.
#define LANE_SUM(WIDTH, TERM, RESULT)                                            \
    {                                                                            \
        float lanes[16] = {0};                                                   \
        long whole = WIDTH / 16 * 16, j;                                         \
        for (long start = 0; start < whole; start += 16)                         \
            CNB_UNROLL for (int l = 0; l < 16; l++) {                            \
                j = start + l;                                                   \
                lanes[l] += TERM;                                                \
            }                                                                    \
        for (j = whole; j < WIDTH; j++) lanes[j & 15] += TERM;                   \
        CNB_UNROLL for (int l = 0; l < 8; l++) lanes[l] += lanes[l + 8];         \
        CNB_UNROLL for (int l = 0; l < 4; l++) lanes[l] += lanes[l + 4];         \
        RESULT = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);                  \
    }

CNB_INLINE void norm_row(
    long width, const float *restrict x, const float *restrict gain, const float *restrict bias, float *restrict y, float *restrict moments
) {
    float sum, squares;
    LANE_SUM(width, x[j], sum)
    float mean = sum / (float)width;
    LANE_SUM(width, (x[j] - mean) * (x[j] - mean), squares)
    float scale = 1.0f / __builtin_sqrtf(squares / (float)width + 1e-5f);
    CNB_LANES for (long j = 0; j < width; j++) y[j] = (x[j] - mean) * scale * gain[j] + bias[j];
    moments[0] = mean;
    moments[1] = scale;
}

CNB_INLINE void cnb_layer_norm_body(long rows, long width, const float *x, const float *gain, const float *bias, float *y, float *moments) {
    for (long i = 0; i < rows; i++) norm_row(width, x + i * width, gain, bias, y + i * width, moments + 2 * i);
}
CNB_VERSIONS(
    void, cnb_layer_norm, (long rows, long width, const float *x, const float *gain, const float *bias, float *y, float *moments),
    (rows, width, x, gain, bias, y, moments))

CNB_INLINE void norm_row_back(
    long width, const float *restrict x, const float *restrict moments, const float *restrict gain, const float *restrict dy, float *restrict dx,
    float *restrict d_gain, float *restrict d_bias
) {
    float mean = moments[0], scale = moments[1], sum, product;
    LANE_SUM(width, dy[j] * gain[j], sum)
    LANE_SUM(width, dy[j] * gain[j] * (x[j] - mean), product)
    float level = sum / (float)width, slope = product * scale * scale / (float)width;
    CNB_LANES for (long j = 0; j < width; j++) {
        float centred = x[j] - mean;
        dx[j] += scale * (dy[j] * gain[j] - level - centred * slope);
        d_gain[j] += dy[j] * centred * scale;
        d_bias[j] += dy[j];
    }
}

CNB_INLINE void cnb_layer_norm_backward_body(
    long rows, long width, const float *x, const float *moments, const float *gain, const float *dy, float *dx, float *d_gain, float *d_bias
) {
    for (long i = 0; i < rows; i++) norm_row_back(width, x + i * width, moments + 2 * i, gain, dy + i * width, dx + i * width, d_gain, d_bias);
}
CNB_VERSIONS(
    void, cnb_layer_norm_backward,
    (long rows, long width, const float *x, const float *moments, const float *gain, const float *dy, float *dx, float *d_gain, float *d_bias),
    (rows, width, x, moments, gain, dy, dx, d_gain, d_bias))

CNB_INLINE void gelu_row(long width, const float *restrict bias, float *restrict x) {
    CNB_LANES for (long j = 0; j < width; j++) {
        float t = x[j] + bias[j];
        x[j] = t * (0.5f + 0.5f * erf_of(t * 0.707106781f));
    }
}

CNB_INLINE void cnb_gelu_body(long rows, long width, const float *bias, float *x) {
    for (long i = 0; i < rows; i++) gelu_row(width, bias, x + i * width);
}
CNB_VERSIONS(void, cnb_gelu, (long rows, long width, const float *bias, float *x), (rows, width, bias, x))

CNB_INLINE void gelu_row_saving(long width, const float *restrict bias, float *restrict x, float *restrict y) {
    CNB_LANES for (long j = 0; j < width; j++) {
        float t = x[j] + bias[j], share = 0.5f + 0.5f * erf_of(t * 0.707106781f);
        y[j] = t * share;
        x[j] = share + t * 0.398942280f * exp_of(-0.5f * t * t);
    }
}

CNB_INLINE void cnb_gelu_saving_body(long rows, long width, const float *bias, float *x, float *y) {
    for (long i = 0; i < rows; i++) gelu_row_saving(width, bias, x + i * width, y + i * width);
}
CNB_VERSIONS(void, cnb_gelu_saving, (long rows, long width, const float *bias, float *x, float *y), (rows, width, bias, x, y))

CNB_INLINE void slope_row(long width, const float *restrict slope, float *restrict d, float *restrict sums) {
    CNB_LANES for (long j = 0; j < width; j++) {
        d[j] *= slope[j];
        sums[j] += d[j];
    }
}

CNB_INLINE void cnb_gelu_backward_body(long rows, long width, const float *slopes, float *d, float *d_bias) {
    for (long i = 0; i < rows; i++) slope_row(width, slopes + i * width, d + i * width, d_bias);
}
CNB_VERSIONS(void, cnb_gelu_backward, (long rows, long width, const float *slopes, float *d, float *d_bias), (rows, width, slopes, d, d_bias))

CNB_INLINE void sum_row(long width, const float *restrict from, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] += from[j];
}

CNB_INLINE void cnb_add_rows_body(long rows, long width, const float *from, float *into) {
    for (long i = 0; i < rows; i++) sum_row(width, from + i * width, into);
}
CNB_VERSIONS(void, cnb_add_rows, (long rows, long width, const float *from, float *into), (rows, width, from, into))
