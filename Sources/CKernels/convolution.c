// What dilated convolutions over a tree of events need beside products: sums of table rows, and rectifiers.
#include "dispatch.h"

CNB_INLINE float rectified(float x) { return x > 0.0f ? x : 0.0f; }

CNB_INLINE void copy_row(long width, const float *restrict from, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] = from[j];
}

CNB_INLINE void add_tap(long width, const float *restrict from, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] += from[j];
}

CNB_INLINE void rectify_row(long width, const float *restrict bias, float *restrict x) {
    CNB_LANES for (long j = 0; j < width; j++) x[j] = rectified(x[j] + bias[j]);
}

CNB_INLINE void dropped_row(long width, cnb_coins coins, uint32_t start, float *restrict x) {
    CNB_LANES for (long j = 0; j < width; j++) x[j] = dropped(coins, start + (uint32_t)j, x[j]);
}

CNB_INLINE void cnb_bias_relu_body(long rows, long width, const float *bias, uint64_t key, uint64_t first, float share, float *x) {
    cnb_coins coins = coins_of(key, first, share);
    for (long i = 0; i < rows; i++) {
        rectify_row(width, bias, x + i * width);
        if (share > 0) dropped_row(width, coins, (uint32_t)(i * width), x + i * width);
    }
}
CNB_VERSIONS(
    void, cnb_bias_relu, (long rows, long width, const float *bias, uint64_t key, uint64_t first, float share, float *x),
    (rows, width, bias, key, first, share, x))

CNB_INLINE void cnb_sum_taps_body(long count, long taps, long width, const float *table, const int32_t *rows, float *into) {
    for (long i = 0; i < count; i++) {
        float *row = into + i * width;
        copy_row(width, table + rows[i * taps] * width, row);
        for (long t = 1; t < taps; t++) add_tap(width, table + rows[i * taps + t] * width, row);
    }
}
CNB_VERSIONS(
    void, cnb_sum_taps, (long count, long taps, long width, const float *table, const int32_t *rows, float *into), (count, taps, width, table, rows, into))

CNB_INLINE void cnb_spread_taps_body(long count, long taps, long width, const float *from, const int32_t *rows, float *table) {
    for (long i = 0; i < count; i++)
        for (long t = 0; t < taps; t++) add_tap(width, from + i * width, table + rows[i * taps + t] * width);
}
CNB_VERSIONS(
    void, cnb_spread_taps, (long count, long taps, long width, const float *from, const int32_t *rows, float *table), (count, taps, width, from, rows, table))

CNB_INLINE void residual_relu_row(long width, const float *restrict a, const float *restrict b, const float *restrict bias, float *restrict y) {
    CNB_LANES for (long j = 0; j < width; j++) y[j] = rectified(a[j] + (b[j] + bias[j]));
}

CNB_INLINE void cnb_residual_relu_body(
    long rows, long width, const float *x, const float *residual, const int32_t *indices, const float *bias, float *y
) {
    for (long i = 0; i < rows; i++) residual_relu_row(width, x + i * width, residual + indices[i] * width, bias, y + i * width);
}
CNB_VERSIONS(
    void, cnb_residual_relu, (long rows, long width, const float *x, const float *residual, const int32_t *indices, const float *bias, float *y),
    (rows, width, x, residual, indices, bias, y))

CNB_INLINE void cnb_relu_backward_body(long count, const float *restrict y, float scale, const float *dy, float *d) {
    CNB_LANES for (long i = 0; i < count; i++) d[i] = y[i] > 0.0f ? dy[i] * scale : 0.0f;
}
CNB_VERSIONS(void, cnb_relu_backward, (long count, const float *y, float scale, const float *dy, float *d), (count, y, scale, dy, d))
