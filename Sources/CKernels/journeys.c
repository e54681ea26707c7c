#include "journeys.h"
#include <math.h>

// The same bits with and without instructions that multiply and add at once.
#pragma STDC FP_CONTRACT OFF

double cnb_chain_shares(
    const int64_t *starts, const int32_t *pairs, const int32_t *counts, const int32_t *users, const int64_t from, const int64_t to, const int64_t k, const double *weights, const double *logs,
    double *shares) {
    double sum = 0;
    for (int64_t j = from; j < to; j++) {
        double *own = shares + j * k;
        for (int64_t c = 0; c < k; c++) own[c] = weights[c];
        for (int64_t e = starts[j]; e < starts[j + 1]; e++) {
            const double *log = logs + pairs[e] * k, count = counts[e];
            for (int64_t c = 0; c < k; c++) own[c] += count * log[c];
        }
        double most = own[0], total = 0;
        for (int64_t c = 1; c < k; c++) most = own[c] > most ? own[c] : most;
        for (int64_t c = 0; c < k; c++) {
            own[c] = exp(own[c] - most);
            total += own[c];
        }
        for (int64_t c = 0; c < k; c++) own[c] *= users[j] / total;
        sum += users[j] * (most + log(total));
    }
    return sum;
}

void cnb_chain_sums(
    const int64_t *starts, const int32_t *journeys, const int32_t *counts, const int64_t from, const int64_t to, const int64_t k, const double *shares, double *sums) {
    for (int64_t p = from; p < to; p++) {
        double *own = sums + p * k;
        for (int64_t c = 0; c < k; c++) own[c] = 0;
        for (int64_t e = starts[p]; e < starts[p + 1]; e++) {
            const double *share = shares + journeys[e] * k, count = counts[e];
            for (int64_t c = 0; c < k; c++) own[c] += count * share[c];
        }
    }
}

// G. Myers. A fast bit-vector algorithm for approximate string matching based on dynamic programming. Journal of the ACM 1999; H. Hyyrö. A bit-vector algorithm for computing Levenshtein and
// Damerau edit distances. Nordic Journal of Computing 2003: a column of the table of distances is kept as the signs of its differences, 64 rows a word.
void cnb_edit_distances(
    const int32_t *pattern, const int64_t length, const int32_t *codes, const int64_t *offsets, const int64_t *ends, const int64_t count, uint64_t *masks, uint64_t *scratch, int32_t *distances) {
    const int64_t words = (length + 63) / 64;
    for (int64_t i = 0; i < length; i++) masks[pattern[i] * words + i / 64] |= (uint64_t)1 << (i % 64);
    uint64_t *rises = scratch, *falls = scratch + words;
    const uint64_t lowest = (uint64_t)1 << ((length + 63) % 64);
    for (int64_t t = 0; t < count; t++) {
        int64_t score = length;
        for (int64_t w = 0; w < words; w++) {
            rises[w] = ~(uint64_t)0;
            falls[w] = 0;
        }
        if (length == 0) score = ends[t] - offsets[t];
        else for (int64_t p = offsets[t]; p < ends[t]; p++) {
            const uint64_t *equal = masks + codes[p] * words;
            // What the row above a word hands down: its difference along the text is 1 in the first row.
            uint64_t up = 1, down = 0;
            for (int64_t w = 0; w < words; w++) {
                const uint64_t rise = rises[w], fall = falls[w], same = equal[w] | down;
                const uint64_t vertical = equal[w] | fall;
                const uint64_t horizontal = (((same & rise) + rise) ^ rise) | same;
                uint64_t more = fall | ~(horizontal | rise), less = rise & horizontal;
                const uint64_t bit = w == words - 1 ? lowest : (uint64_t)1 << 63;
                const uint64_t nextUp = (more & bit) != 0, nextDown = (less & bit) != 0;
                more = more << 1 | up;
                less = less << 1 | down;
                rises[w] = less | ~(vertical | more);
                falls[w] = more & vertical;
                up = nextUp;
                down = nextDown;
            }
            score += (int64_t)up - (int64_t)down;
        }
        distances[t] = (int32_t)score;
    }
    for (int64_t i = 0; i < length; i++) masks[pattern[i] * words + i / 64] = 0;
}

void cnb_chain_likelihoods(const int64_t *starts, const int32_t *pairs, const int32_t *counts, const int64_t from, const int64_t to, const double *logs, double *values) {
    for (int64_t j = from; j < to; j++) {
        double sum = 0;
        for (int64_t e = starts[j]; e < starts[j + 1]; e++) sum += counts[e] * logs[pairs[e]];
        values[j] = sum;
    }
}
