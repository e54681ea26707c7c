// Moving and adding whole rows.
#include <string.h>
#include "dispatch.h"

CNB_INLINE void add_row(long width, const float *restrict from, float *restrict into) {
    CNB_LANES for (long j = 0; j < width; j++) into[j] += from[j];
}

void cnb_gather(long count, long width, const float *from, const int32_t *rows, float *into) {
    for (long i = 0; i < count; i++) memcpy(into + i * width, from + rows[i] * width, sizeof(float) * (size_t)width);
}

void cnb_copy_columns(long count, long width, const float *from, long from_stride, const int32_t *rows, float *into, long into_stride) {
    for (long i = 0; i < count; i++) memcpy(into + i * into_stride, from + (rows ? rows[i] : i) * from_stride, sizeof(float) * (size_t)width);
}

CNB_INLINE void cnb_scatter_add_body(long count, long width, const float *from, const int32_t *rows, float *into) {
    for (long i = 0; i < count; i++) add_row(width, from + i * width, into + rows[i] * width);
}
CNB_VERSIONS(
    void, cnb_scatter_add, (long count, long width, const float *from, const int32_t *rows, float *into), (count, width, from, rows, into))

CNB_INLINE void cnb_sum_children_body(long count, long into_rows, long width, const float *from, const int32_t *parents, float *into) {
    long filled = 0;
    for (long i = 0; i < count; i++) {
        long parent = parents[i];
        float *row = into + parent * width;
        if (parent < filled) {
            add_row(width, from + i * width, row);
            continue;
        }
        memset(into + filled * width, 0, sizeof(float) * (size_t)((parent - filled) * width));
        memcpy(row, from + i * width, sizeof(float) * (size_t)width);
        filled = parent + 1;
    }
    memset(into + filled * width, 0, sizeof(float) * (size_t)((into_rows - filled) * width));
}
CNB_VERSIONS(
    void, cnb_sum_children, (long count, long into_rows, long width, const float *from, const int32_t *parents, float *into),
    (count, into_rows, width, from, parents, into))

CNB_INLINE void cnb_sum_rows_body(long rows, long width, const float *from, float *into) {
    memset(into, 0, sizeof(float) * (size_t)width);
    for (long i = 0; i < rows; i++) add_row(width, from + i * width, into);
}
CNB_VERSIONS(void, cnb_sum_rows, (long rows, long width, const float *from, float *into), (rows, width, from, into))

void cnb_common_starts(long count, const int32_t *rows, const int32_t *codes, const int32_t *firsts, const int32_t *lengths, int32_t *common) {
    enum { AHEAD = 12 };  // rows lie anywhere in memory: ask for them before they are needed, first for where they are
    for (long i = 0; i < count; i++) {
        if (i + 2 * AHEAD < count) {
            __builtin_prefetch(firsts + rows[i + 2 * AHEAD]);
            __builtin_prefetch(lengths + rows[i + 2 * AHEAD]);
        }
        if (i + AHEAD < count) __builtin_prefetch(codes + firsts[rows[i + AHEAD]]);
        if (i == 0) {
            common[0] = 0;
            continue;
        }
        long a = lengths[rows[i - 1]], b = lengths[rows[i]], shorter = a < b ? a : b, shared = 0;
        const int32_t *first = codes + firsts[rows[i - 1]], *second = codes + firsts[rows[i]];
        while (shared < shorter && first[shared] == second[shared]) shared++;
        common[i] = (int32_t)shared;
    }
}
