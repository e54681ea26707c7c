// Activations, the softmax, dropout and Adam.
#include "dispatch.h"

CNB_INLINE void cnb_tanh_body(long count, const float *restrict x, float *restrict y) {
    CNB_LANES for (long i = 0; i < count; i++) y[i] = tanh_of(x[i]);
}
CNB_VERSIONS(void, cnb_tanh, (long count, const float *x, float *y), (count, x, y))

CNB_INLINE void cnb_sigmoid_body(long count, const float *restrict x, float *restrict y) {
    CNB_LANES for (long i = 0; i < count; i++) y[i] = sigmoid_of(x[i]);
}
CNB_VERSIONS(void, cnb_sigmoid, (long count, const float *x, float *y), (count, x, y))

CNB_INLINE void cnb_exp_body(long count, const float *restrict x, float *restrict y) {
    CNB_LANES for (long i = 0; i < count; i++) y[i] = exp_of(x[i]);
}
CNB_VERSIONS(void, cnb_exp, (long count, const float *x, float *y), (count, x, y))

/// The natural logarithm of a number of at least 1, or what is not finite as it is: exponent, and the series of the inverse hyperbolic tangent
/// of the mantissa; no libm, so the same digits everywhere.
static double log_of(double x) {
    union { double number; uint64_t bits; } split = {x};
    if (!(x < 1e300)) return x;
    int64_t exponent = (int64_t)(split.bits >> 52) - 1023;
    split.bits = (split.bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
    double m = split.number;
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent++;
    }
    double s = (m - 1) / (m + 1), z = s * s, sum = 0;
    for (int i = 17; i >= 1; i -= 2) sum = sum * z + 1.0 / i;
    return 2 * s * sum + (double)exponent * 0.6931471805599453;
}

CNB_INLINE float softmax_row(long classes, const float *restrict bias, float *restrict logits, float *restrict out) {
    CNB_LANES for (long j = 0; j < classes; j++) logits[j] += bias[j];
    // Lanes 0...15 run beside each other and are put together in their order: the same digits with any vector width.
    float lanes[16];
    float top = logits[0];
    if (classes >= 16) {
        for (int l = 0; l < 16; l++) lanes[l] = logits[l];
        long j = 16;
        for (; j + 16 <= classes; j += 16)
            for (int l = 0; l < 16; l++) lanes[l] = logits[j + l] > lanes[l] ? logits[j + l] : lanes[l];
        for (; j < classes; j++) top = logits[j] > top ? logits[j] : top;
        for (int l = 0; l < 16; l++) top = lanes[l] > top ? lanes[l] : top;
    } else {
        for (long j = 1; j < classes; j++) top = logits[j] > top ? logits[j] : top;
    }
    CNB_LANES for (long j = 0; j < classes; j++) out[j] = exp_of(logits[j] - top);
    for (int l = 0; l < 16; l++) lanes[l] = 0;
    long j = 0;
    for (; j + 16 <= classes; j += 16)
        for (int l = 0; l < 16; l++) lanes[l] += out[j + l];
    for (; j < classes; j++) lanes[j & 15] += out[j];
    float sum = 0;
    for (int l = 0; l < 16; l++) sum += lanes[l];
    float scale = 1.0f / sum;
    CNB_LANES for (long i = 0; i < classes; i++) out[i] *= scale;
    return (float)((double)top + log_of((double)sum));
}

CNB_INLINE void cnb_softmax_body(long rows, long classes, const float *bias, float *logits, float *probabilities, float *log_sums) {
    for (long r = 0; r < rows; r++) log_sums[r] = softmax_row(classes, bias, logits + r * classes, probabilities + r * classes);
}
CNB_VERSIONS(
    void, cnb_softmax, (long rows, long classes, const float *bias, float *logits, float *probabilities, float *log_sums),
    (rows, classes, bias, logits, probabilities, log_sums))

CNB_INLINE void cnb_dropout_body(long count, uint64_t key, uint64_t first, float share, const float *x, float *y) {
    cnb_coins coins = coins_of(key, first, share);
    CNB_LANES for (long i = 0; i < count; i++) y[i] = dropped(coins, (uint32_t)i, x[i]);
}
CNB_VERSIONS(
    void, cnb_dropout, (long count, uint64_t key, uint64_t first, float share, const float *x, float *y), (count, key, first, share, x, y))

CNB_INLINE double cnb_sum_squares_body(long count, const float *restrict x) {
    float lanes[64] = {0};
    double total = 0;
    long i = 0;
    while (i + 64 <= count) {
        // A block's squares are summed in single precision, the blocks in double.
        long end = count - i > 4096 ? i + 4096 : count;
        for (int l = 0; l < 64; l++) lanes[l] = 0;
        for (; i + 64 <= end; i += 64)
            for (int l = 0; l < 64; l++) lanes[l] += x[i + l] * x[i + l];
        for (int l = 0; l < 64; l++) total += (double)lanes[l];
    }
    for (; i < count; i++) total += (double)x[i] * (double)x[i];
    return total;
}
CNB_VERSIONS(double, cnb_sum_squares, (long count, const float *x), (count, x))

CNB_INLINE void add_parts(long count, const float *restrict a, const float *restrict b, float *restrict into) {
    CNB_LANES for (long i = 0; i < count; i++) into[i] = a[i] + b[i];
}

CNB_INLINE void add_part(long count, const float *restrict a, float *restrict into) {
    CNB_LANES for (long i = 0; i < count; i++) into[i] += a[i];
}

CNB_INLINE double cnb_sum_parts_body(long count, long parts, const float *const *from, long first, float *into) {
    double total = 0;
    // Block by block, so that the sums stay in the nearest cache.
    for (long start = 0; start < count; start += 2048) {
        long width = count - start < 2048 ? count - start : 2048;
        if (parts == 1) {
            for (long i = 0; i < width; i++) into[start + i] = from[0][first + start + i];
        } else {
            add_parts(width, from[0] + first + start, from[1] + first + start, into + start);
            for (long p = 2; p < parts; p++) add_part(width, from[p] + first + start, into + start);
        }
        total += cnb_sum_squares_body(width, into + start);
    }
    return total;
}
CNB_VERSIONS(double, cnb_sum_parts, (long count, long parts, const float *const *from, long first, float *into), (count, parts, from, first, into))

CNB_INLINE void cnb_adam_body(
    long count, float *restrict p, const float *restrict g, float *restrict m, float *restrict v, float scale, double beta1, double beta2,
    float epsilon, float step_size, float root
) {
    // 1 - 0.999 in single precision would be off by 1e-5 of its value.
    float inverse_root = 1.0f / root, rest1 = (float)(1.0 - beta1), keep2 = (float)beta2, rest2 = (float)(1.0 - beta2);
    CNB_LANES for (long i = 0; i < count; i++) {
        float gradient = g[i] * scale;
        float mean = m[i] + rest1 * (gradient - m[i]);
        float square = keep2 * v[i] + rest2 * gradient * gradient;
        m[i] = mean;
        v[i] = square;
        p[i] -= step_size * mean / (__builtin_sqrtf(square) * inverse_root + epsilon);
    }
}
CNB_VERSIONS(
    void, cnb_adam,
    (long count, float *p, const float *g, float *m, float *v, float scale, double beta1, double beta2, float epsilon, float step_size, float root),
    (count, p, g, m, v, scale, beta1, beta2, epsilon, step_size, root))

CNB_INLINE void cnb_blend_body(long count, float keep, float *restrict x, float share, const float *restrict y) {
    CNB_LANES for (long i = 0; i < count; i++) x[i] = keep * x[i] + share * y[i];
}
CNB_VERSIONS(void, cnb_blend, (long count, float keep, float *x, float share, const float *y), (count, keep, x, share, y))

CNB_INLINE void cnb_momentum_body(long count, float *restrict p, const float *restrict g, float *restrict m, float scale, float keep, float rate) {
    CNB_LANES for (long i = 0; i < count; i++) {
        float mean = keep * m[i] + scale * g[i];
        m[i] = mean;
        p[i] -= rate * mean;
    }
}
CNB_VERSIONS(
    void, cnb_momentum, (long count, float *p, const float *g, float *m, float scale, float keep, float rate), (count, p, g, m, scale, keep, rate))
