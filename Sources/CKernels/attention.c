// Scaled dot-product attention, head after head of one sequence at a time: all that a head needs lies packed in the nearest caches.
#include <string.h>
#include "dispatch.h"

typedef float floats8 __attribute__((vector_size(32), aligned(4)));
typedef float floats16 __attribute__((vector_size(64), aligned(4)));
typedef int32_t ints8 __attribute__((vector_size(32), aligned(4)));

CNB_INLINE long padded(long count) { return (count + 7) / 8 * 8; }

long cnb_attention_room(long queries, long keys, long width) {
    return 2 * queries * padded(keys) + (2 * queries + 4 * padded(keys)) * padded(width);
}

// C [ROWS, LANES] = A · B: A's number (r, p) lies at a[r · row + p · step]. Each number of the result is one chain of additions in the order of p.
#define BLOCK(NAME, VECTOR, ROWS)                                                                                                             \
    CNB_INLINE void NAME(long k, const float *a, long row, long step, const float *b, long b_stride, float *c, long c_stride) {                \
        VECTOR sum[ROWS];                                                                                                                     \
        CNB_UNROLL for (int r = 0; r < ROWS; r++) sum[r] = (VECTOR){0};                                                                       \
        for (long p = 0; p < k; p++) {                                                                                                        \
            VECTOR right = *(const VECTOR *)(b + p * b_stride);                                                                               \
            CNB_UNROLL for (int r = 0; r < ROWS; r++) sum[r] += a[r * row + p * step] * right;                                                \
        }                                                                                                                                     \
        CNB_UNROLL for (int r = 0; r < ROWS; r++) *(VECTOR *)(c + r * c_stride) = sum[r];                                                     \
    }
BLOCK(six_by_16, floats16, 6)
BLOCK(two_by_16, floats16, 2)
BLOCK(one_by_16, floats16, 1)
BLOCK(six_by_8, floats8, 6)
BLOCK(two_by_8, floats8, 2)
BLOCK(one_by_8, floats8, 1)

/// C [m, n] = A · B [k, n], n a multiple of 8.
CNB_INLINE void product(long m, long n, long k, const float *a, long row, long step, const float *b, long b_stride, float *c, long c_stride) {
    for (long j = 0; j + 16 <= n; j += 16) {
        long i = 0;
        for (; i + 6 <= m; i += 6) six_by_16(k, a + i * row, row, step, b + j, b_stride, c + i * c_stride + j, c_stride);
        for (; i + 2 <= m; i += 2) two_by_16(k, a + i * row, row, step, b + j, b_stride, c + i * c_stride + j, c_stride);
        if (i < m) one_by_16(k, a + i * row, row, step, b + j, b_stride, c + i * c_stride + j, c_stride);
    }
    if (n % 16 == 0) return;
    long i = 0, j = n - 8;
    for (; i + 6 <= m; i += 6) six_by_8(k, a + i * row, row, step, b + j, b_stride, c + i * c_stride + j, c_stride);
    for (; i + 2 <= m; i += 2) two_by_8(k, a + i * row, row, step, b + j, b_stride, c + i * c_stride + j, c_stride);
    if (i < m) one_by_8(k, a + i * row, row, step, b + j, b_stride, c + i * c_stride + j, c_stride);
}

/// x = exp(x - top), exactly 0 below -87: `exp_of` of dispatch.h on eight numbers that are at most `top`.
CNB_INLINE void exp8(float *x, float top) {
    floats8 v = *(floats8 *)x - top;
    ints8 present = v >= -87.0f;
    v = (floats8)((ints8)v & present);
    floats8 turns = v * 1.44269504f + 12582912.0f, n = turns - 12582912.0f;
    floats8 r = (v - n * 0.693145752f) - n * 1.42860677e-06f;
    floats8 p = ((((((r * (1.0f / 5040) + 1.0f / 720) * r + 1.0f / 120) * r + 1.0f / 24) * r + 1.0f / 6) * r + 0.5f) * r + 1.0f) * r + 1.0f;
    ints8 power = ((ints8)turns - 0x4B400000 + 127) << 23;
    *(floats8 *)x = (floats8)((ints8)(p * (floats8)power) & present);
}

typedef float floats4 __attribute__((vector_size(16), aligned(4)));
typedef float floats2 __attribute__((vector_size(8), aligned(4)));

CNB_INLINE float lane_sum(const floats8 *lanes) {
    floats4 four = __builtin_shufflevector(*lanes, *lanes, 0, 1, 2, 3) + __builtin_shufflevector(*lanes, *lanes, 4, 5, 6, 7);
    floats2 two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
}

CNB_INLINE float lane_top(const floats8 *lanes) {
    floats4 four = __builtin_elementwise_max(__builtin_shufflevector(*lanes, *lanes, 0, 1, 2, 3), __builtin_shufflevector(*lanes, *lanes, 4, 5, 6, 7));
    floats2 two = __builtin_elementwise_max(__builtin_shufflevector(four, four, 0, 1), __builtin_shufflevector(four, four, 2, 3));
    return two[0] > two[1] ? two[0] : two[1];
}

/// into [rows, padded(width)] = (x + bias) · scale, with x in rows of `stride` numbers; zeros beside it.
CNB_INLINE void pack(long rows, long width, const float *x, long stride, const float *bias, float scale, float *into) {
    long wide = padded(width);
    for (long i = 0; i < rows; i++) {
        const float *from = x + i * stride;
        float *row = into + i * wide;
        long j = 0;
        for (; j + 8 <= width; j += 8) *(floats8 *)(row + j) = (*(const floats8 *)(from + j) + *(const floats8 *)(bias + j)) * scale;
        if (j == width) continue;
        *(floats8 *)(row + j) = (floats8){0};
        for (; j < width; j++) row[j] = (from[j] + bias[j]) * scale;
    }
}

/// into [width, padded(rows)] = x transposed, in rows of `stride` numbers of which padded(width) can be read; zeros beside it.
CNB_INLINE void transpose(long rows, long width, const float *x, long stride, float *into) {
    long long_ = padded(rows);
    for (long c = 0; c < width; c += 8)
        for (long i = 0; i < long_; i += 8) {
            // Eight by eight at a time: whole vectors are read and written.
            floats8 t[8], u[8];
            CNB_UNROLL for (int r = 0; r < 8; r++) t[r] = i + r < rows ? *(const floats8 *)(x + (i + r) * stride + c) : (floats8){0};
            CNB_UNROLL for (int r = 0; r < 8; r += 2) {
                u[r] = __builtin_shufflevector(t[r], t[r + 1], 0, 8, 2, 10, 4, 12, 6, 14);
                u[r + 1] = __builtin_shufflevector(t[r], t[r + 1], 1, 9, 3, 11, 5, 13, 7, 15);
            }
            CNB_UNROLL for (int r = 0; r < 8; r += 4) CNB_UNROLL for (int s = 0; s < 2; s++) {
                t[r + s] = __builtin_shufflevector(u[r + s], u[r + s + 2], 0, 1, 8, 9, 4, 5, 12, 13);
                t[r + s + 2] = __builtin_shufflevector(u[r + s], u[r + s + 2], 2, 3, 10, 11, 6, 7, 14, 15);
            }
            CNB_UNROLL for (int r = 0; r < 4; r++) {
                u[r] = __builtin_shufflevector(t[r], t[r + 4], 0, 1, 2, 3, 8, 9, 10, 11);
                u[r + 4] = __builtin_shufflevector(t[r], t[r + 4], 4, 5, 6, 7, 12, 13, 14, 15);
            }
            CNB_UNROLL for (int r = 0; r < 8; r++) if (c + r < width) *(floats8 *)(into + (c + r) * long_ + i) = u[r];
        }
}

/// into in rows of `stride` numbers = x [rows, padded(width)] · scale.
CNB_INLINE void unpack(long rows, long width, const float *x, float scale, float *into, long stride) {
    long wide = padded(width);
    for (long i = 0; i < rows; i++) {
        long j = 0;
        for (; j + 8 <= width; j += 8) *(floats8 *)(into + i * stride + j) = *(const floats8 *)(x + i * wide + j) * scale;
        for (; j < width; j++) into[i * stride + j] = x[i * wide + j] * scale;
    }
}

/// Makes the scores from `seen` on so low that nothing is left of them.
CNB_INLINE void hide(float *scores, long seen, long wide) {
    const ints8 places = {0, 1, 2, 3, 4, 5, 6, 7};
    const floats8 low = {-1e30f, -1e30f, -1e30f, -1e30f, -1e30f, -1e30f, -1e30f, -1e30f};
    for (long j = seen / 8 * 8; j < wide; j += 8) {
        ints8 visible = places < (int32_t)(seen - j);
        *(floats8 *)(scores + j) = (floats8)(((ints8) * (floats8 *)(scores + j) & visible) | ((ints8)low & ~visible));
    }
}

CNB_INLINE void add_scaled(long width, const float *restrict x, float scale, const float *restrict bias, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] = x[j] * scale + bias[j];
}

// What a bias of the keys adds to the scores of a query is the same for all keys, so the softmax takes it away; what a bias of the values adds to their mean is the
// bias. Neither has a part in the slopes of the scores.

CNB_INLINE void cnb_attention_body(
    long sequences, long heads, long width, const int32_t *starts, const int32_t *query_starts, const int32_t *limits, const float *q, const float *q_bias,
    const float *kv, const float *kv_bias, const float *zeros, float *scratch, float *out, float *peaks
) {
    long d = heads * width, wide = padded(width);
    float scale = 1.0f / __builtin_sqrtf((float)width);
    for (long s = 0; s < sequences; s++) {
        long first = starts[s], keys = starts[s + 1] - first, first_query = query_starts[s], queries = query_starts[s + 1] - first_query, row = padded(keys);
        if (queries == 0 || keys == 0) continue;
        float *scores = scratch, *packed_q = scores + queries * row, *packed = packed_q + queries * wide, *turned = packed + row * wide;
        for (long h = 0; h < heads; h++) {
            const float *k = kv + first * 2 * d + h * width, *v = k + d, *v_bias = kv_bias + d + h * width;
            pack(queries, width, q + first_query * d + h * width, d, q_bias + h * width, scale, packed_q);
            // After the keys of a row come its values, so that whole vectors can be read.
            transpose(keys, width, k, 2 * d, turned);
            product(queries, row, width, packed_q, wide, 1, turned, row, scores, row);
            for (long i = 0; i < queries; i++) {
                float *line = scores + i * row;
                hide(line, limits ? limits[first_query + i] : keys, row);
                floats8 lanes = *(floats8 *)line;
                for (long j = 8; j < row; j += 8) lanes = __builtin_elementwise_max(lanes, *(floats8 *)(line + j));
                float top = lane_top(&lanes);
                lanes = (floats8){0};
                for (long j = 0; j < row; j += 8) {
                    floats8 chance = *(floats8 *)(line + j);
                    exp8((float *)&chance, top);
                    *(floats8 *)(line + j) = chance;
                    lanes += chance;
                }
                float *peak = peaks + ((first_query + i) * heads + h) * 2;
                peak[0] = top;
                peak[1] = 1.0f / lane_sum(&lanes);
            }
            if (width == wide) {
                product(queries, wide, keys, scores, row, 1, v, 2 * d, packed_q, wide);
            } else {
                pack(keys, width, v, 2 * d, zeros, 1.0f, packed);
                product(queries, wide, keys, scores, row, 1, packed, wide, packed_q, wide);
            }
            for (long i = 0; i < queries; i++)
                add_scaled(width, packed_q + i * wide, peaks[((first_query + i) * heads + h) * 2 + 1], v_bias, out + (first_query + i) * d + h * width);
        }
    }
}
CNB_VERSIONS(
    void, cnb_attention,
    (long sequences, long heads, long width, const int32_t *starts, const int32_t *query_starts, const int32_t *limits, const float *q, const float *q_bias,
     const float *kv, const float *kv_bias, const float *zeros, float *scratch, float *out, float *peaks),
    (sequences, heads, width, starts, query_starts, limits, q, q_bias, kv, kv_bias, zeros, scratch, out, peaks))

CNB_INLINE void cnb_attention_backward_body(
    long sequences, long heads, long width, const int32_t *starts, const int32_t *query_starts, const int32_t *limits, const float *q, const float *q_bias,
    const float *kv, const float *peaks, const float *d_out, const float *zeros, float *scratch, float *dq, float *dkv
) {
    long d = heads * width, wide = padded(width);
    float scale = 1.0f / __builtin_sqrtf((float)width);
    for (long s = 0; s < sequences; s++) {
        long first = starts[s], keys = starts[s + 1] - first, first_query = query_starts[s], queries = query_starts[s + 1] - first_query, row = padded(keys);
        if (keys == 0) continue;
        if (queries == 0) {
            memset(dkv + first * 2 * d, 0, sizeof(float) * (size_t)(keys * 2 * d));
            continue;
        }
        float *chances = scratch, *slopes = chances + queries * row, *packed_q = slopes + queries * row, *packed_d = packed_q + queries * wide;
        float *packed_k = packed_d + queries * wide, *packed_v = packed_k + row * wide, *turned = packed_v + row * wide, *result = turned + row * wide;
        for (long h = 0; h < heads; h++) {
            const float *k = kv + first * 2 * d + h * width, *v = k + d;
            float *dk = dkv + first * 2 * d + h * width;
            pack(queries, width, q + first_query * d + h * width, d, q_bias + h * width, scale, packed_q);
            const float *k_rows = k, *d_rows = d_out + first_query * d + h * width;
            long k_stride = 2 * d, d_stride = d;
            transpose(keys, width, k, 2 * d, turned);
            product(queries, row, width, packed_q, wide, 1, turned, row, chances, row);
            if (width == wide) {
                transpose(keys, width, v, 2 * d, turned);
            } else {
                pack(keys, width, k, 2 * d, zeros, 1.0f, packed_k);
                pack(keys, width, v, 2 * d, zeros, 1.0f, packed_v);
                pack(queries, width, d_rows, d, zeros, 1.0f, packed_d);
                transpose(keys, width, packed_v, wide, turned);
                k_rows = packed_k, d_rows = packed_d, k_stride = wide, d_stride = wide;
            }
            product(queries, row, width, d_rows, d_stride, 1, turned, row, slopes, row);
            for (long i = 0; i < queries; i++) {
                float *line = chances + i * row, *slope = slopes + i * row;
                const float *peak = peaks + ((first_query + i) * heads + h) * 2;
                hide(line, limits ? limits[first_query + i] : keys, row);
                floats8 lanes = {0};
                for (long j = 0; j < row; j += 8) {
                    floats8 chance = *(floats8 *)(line + j);
                    exp8((float *)&chance, peak[0]);
                    chance *= peak[1];
                    *(floats8 *)(line + j) = chance;
                    lanes += chance * *(floats8 *)(slope + j);
                }
                float mean = lane_sum(&lanes);
                for (long j = 0; j < row; j += 8) *(floats8 *)(slope + j) = *(floats8 *)(line + j) * (*(floats8 *)(slope + j) - mean);
            }
            if (width == wide) {
                product(keys, wide, queries, slopes, 1, row, packed_q, wide, dk, 2 * d);
                product(keys, wide, queries, chances, 1, row, d_rows, d_stride, dk + d, 2 * d);
            } else {
                product(keys, wide, queries, slopes, 1, row, packed_q, wide, result, wide);
                unpack(keys, width, result, 1.0f, dk, 2 * d);
                product(keys, wide, queries, chances, 1, row, d_rows, d_stride, result, wide);
                unpack(keys, width, result, 1.0f, dk + d, 2 * d);
            }
            product(queries, wide, keys, slopes, row, 1, k_rows, k_stride, packed_q, wide);
            unpack(queries, width, packed_q, scale, dq + first_query * d + h * width, d);
        }
    }
}
CNB_VERSIONS(
    void, cnb_attention_backward,
    (long sequences, long heads, long width, const int32_t *starts, const int32_t *query_starts, const int32_t *limits, const float *q, const float *q_bias,
     const float *kv, const float *peaks, const float *d_out, const float *zeros, float *scratch, float *dq, float *dkv),
    (sequences, heads, width, starts, query_starts, limits, q, q_bias, kv, peaks, d_out, zeros, scratch, dq, dkv))
