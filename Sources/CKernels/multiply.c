// The packed product: B lies in panels of 32 columns, so that the innermost loop reads it from start to end.
#include "dispatch.h"

enum { PANEL = 32 };

long cnb_packed_count(long k, long n) { return (n + PANEL - 1) / PANEL * PANEL * k; }

void cnb_pack(long k, long n, const float *b, float *packed) {
    for (long j = 0; j < n; j += PANEL) {
        long width = n - j < PANEL ? n - j : PANEL;
        for (long p = 0; p < k; p++, packed += PANEL) {
            for (long c = 0; c < width; c++) packed[c] = b[p * n + j + c];
            for (long c = width; c < PANEL; c++) packed[c] = 0;
        }
    }
}

void cnb_pack_transposed(long k, long n, const float *t, float *packed) {
    enum { ROWS = 16 };  // of the panel at a time: a cache line of each row of T, and lines of the panel that stay near until they are full
    for (long j = 0; j < n; j += PANEL) {
        long width = n - j < PANEL ? n - j : PANEL;
        for (long first = 0; first < k; first += ROWS) {
            long end = k - first < ROWS ? k : first + ROWS;
            for (long c = 0; c < width; c++)
                for (long p = first; p < end; p++) packed[p * PANEL + c] = t[(j + c) * k + p];
            for (long p = first; p < end; p++)
                for (long c = width; c < PANEL; c++) packed[p * PANEL + c] = 0;
        }
        packed += PANEL * k;
    }
}

typedef float floats4 __attribute__((vector_size(16), aligned(4)));
typedef float floats8 __attribute__((vector_size(32), aligned(4)));
typedef float floats16 __attribute__((vector_size(64), aligned(4)));

// ROWS rows of A by 2·LANES columns of a panel, held in registers. Each number of the result is one chain of additions in the order of k.
#define BLOCK(NAME, ATTRIBUTES, VECTOR, LANES, ROWS)                                                                        \
    ATTRIBUTES static void NAME(long k, const float *a, const float *b, int accumulate, float *c, long stride) {             \
        VECTOR sum[ROWS][2];                                                                                                \
        CNB_UNROLL for (int r = 0; r < ROWS; r++) {                                                                         \
            sum[r][0] = accumulate ? *(const VECTOR *)(c + r * stride) : (VECTOR){0};                                       \
            sum[r][1] = accumulate ? *(const VECTOR *)(c + r * stride + LANES) : (VECTOR){0};                               \
        }                                                                                                                   \
        for (long p = 0; p < k; p++) {                                                                                      \
            VECTOR left = *(const VECTOR *)(b + p * PANEL), right = *(const VECTOR *)(b + p * PANEL + LANES);               \
            CNB_UNROLL for (int r = 0; r < ROWS; r++) {                                                                     \
                float factor = a[r * k + p];                                                                                \
                sum[r][0] += factor * left;                                                                                 \
                sum[r][1] += factor * right;                                                                                \
            }                                                                                                               \
        }                                                                                                                   \
        CNB_UNROLL for (int r = 0; r < ROWS; r++) {                                                                         \
            *(VECTOR *)(c + r * stride) = sum[r][0];                                                                        \
            *(VECTOR *)(c + r * stride + LANES) = sum[r][1];                                                                \
        }                                                                                                                   \
    }

// The last rows go through blocks of just as many: a row by itself waits for each of its own additions, so two cost no more than one.
// All rows by one panel whose result has a whole panel's width; then the whole product, with the last, narrow panel through a small buffer.
#define PRODUCT(SUFFIX, ATTRIBUTES, VECTOR, LANES, ROWS)                                                                    \
    BLOCK(many_##SUFFIX, ATTRIBUTES, VECTOR, LANES, ROWS)                                                                   \
    BLOCK(few_##SUFFIX, ATTRIBUTES, VECTOR, LANES, 4)                                                                       \
    BLOCK(three_##SUFFIX, ATTRIBUTES, VECTOR, LANES, 3)                                                                     \
    BLOCK(two_##SUFFIX, ATTRIBUTES, VECTOR, LANES, 2)                                                                       \
    BLOCK(one_##SUFFIX, ATTRIBUTES, VECTOR, LANES, 1)                                                                       \
    ATTRIBUTES static void panel_##SUFFIX(long m, long k, const float *a, const float *b, int accumulate, float *c, long stride) { \
        for (long part = 0; part < PANEL; part += 2 * LANES) {                                                              \
            long i = 0;                                                                                                     \
            for (; i + ROWS <= m; i += ROWS) many_##SUFFIX(k, a + i * k, b + part, accumulate, c + i * stride + part, stride); \
            for (; i + 4 <= m; i += 4) few_##SUFFIX(k, a + i * k, b + part, accumulate, c + i * stride + part, stride);      \
            switch (m - i) {                                                                                                \
            case 3: three_##SUFFIX(k, a + i * k, b + part, accumulate, c + i * stride + part, stride); break;               \
            case 2: two_##SUFFIX(k, a + i * k, b + part, accumulate, c + i * stride + part, stride); break;                 \
            case 1: one_##SUFFIX(k, a + i * k, b + part, accumulate, c + i * stride + part, stride); break;                 \
            }                                                                                                               \
        }                                                                                                                   \
    }                                                                                                                       \
    ATTRIBUTES static void multiply_##SUFFIX(long m, long n, long k, const float *a, const float *packed, int accumulate, float *c) { \
        for (long j = 0; j < n; j += PANEL, packed += PANEL * k) {                                                          \
            if (n - j >= PANEL) {                                                                                           \
                panel_##SUFFIX(m, k, a, packed, accumulate, c + j, n);                                                      \
                continue;                                                                                                   \
            }                                                                                                               \
            float buffer[ROWS * PANEL];                                                                                     \
            for (long i = 0; i < m; i += ROWS) {                                                                            \
                long rows = m - i < ROWS ? m - i : ROWS;                                                                    \
                for (long r = 0; r < rows; r++)                                                                             \
                    for (long q = 0; q < PANEL; q++) buffer[r * PANEL + q] = accumulate && q < n - j ? c[(i + r) * n + j + q] : 0; \
                panel_##SUFFIX(rows, k, a + i * k, packed, accumulate, buffer, PANEL);                                      \
                for (long r = 0; r < rows; r++)                                                                             \
                    for (long q = 0; q < n - j; q++) c[(i + r) * n + j + q] = buffer[r * PANEL + q];                        \
            }                                                                                                               \
        }                                                                                                                   \
    }

#if defined(__x86_64__)
PRODUCT(v4, CNB_V4, floats16, 16, 12)
PRODUCT(v3, CNB_V3, floats8, 8, 6)
#endif
PRODUCT(v1, , floats4, 4, 4)

void cnb_multiply_packed(long m, long n, long k, const float *a, const float *packed, int accumulate, float *c) {
#if defined(__x86_64__)
    switch (cnb_level()) {
    case 4: multiply_v4(m, n, k, a, packed, accumulate, c); return;
    case 3: multiply_v3(m, n, k, a, packed, accumulate, c); return;
    }
#endif
    multiply_v1(m, n, k, a, packed, accumulate, c);
}

const char *cnb_instruction_set(void) {
#if defined(__x86_64__)
    switch (cnb_level()) {
    case 4: return "x86-64-v4";
    case 3: return "x86-64-v3";
    default: return "x86-64";
    }
#else
    return "generic";
#endif
}
