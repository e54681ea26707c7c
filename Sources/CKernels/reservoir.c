// Leaky units with sparse connections, sixteen sequences side by side: a connection is one number for a whole vector of states.
#include "dispatch.h"

enum { SIDE = CNB_RESERVOIR_LANES };
typedef float side __attribute__((vector_size(64), aligned(4)));

CNB_INLINE void cnb_reservoir_step_body(
    long units, const int32_t *restrict starts, const int32_t *restrict columns, const float *restrict weights, const float *restrict leak,
    const float *const *restrict drive, const float *restrict state, float *restrict next
) {
    for (long j = 0; j < units; j++) {
        // Four chains of additions beside each other hide the time that one takes.
        side a = {0}, b = {0}, c = {0}, d = {0};
        long e = starts[j], end = starts[j + 1];
        for (; e + 4 <= end; e += 4) {
            a += weights[e] * *(const side *)(state + (long)columns[e] * SIDE);
            b += weights[e + 1] * *(const side *)(state + (long)columns[e + 1] * SIDE);
            c += weights[e + 2] * *(const side *)(state + (long)columns[e + 2] * SIDE);
            d += weights[e + 3] * *(const side *)(state + (long)columns[e + 3] * SIDE);
        }
        for (; e < end; e++) a += weights[e] * *(const side *)(state + (long)columns[e] * SIDE);
        float sum[SIDE];
        *(side *)sum = (a + b) + (c + d);
        const float *before = state + j * SIDE;
        float *after = next + j * SIDE;
        CNB_UNROLL for (int l = 0; l < SIDE; l++) sum[l] += drive[l][j];
        CNB_LANES for (int l = 0; l < SIDE; l++) after[l] = before[l] + leak[l] * (tanh_of(sum[l]) - before[l]);
    }
}
CNB_VERSIONS(
    void, cnb_reservoir_step,
    (long units, const int32_t *starts, const int32_t *columns, const float *weights, const float *leak, const float *const *drive, const float *state,
     float *next),
    (units, starts, columns, weights, leak, drive, state, next))
