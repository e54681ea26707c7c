#include "mixture.h"
#include "lanes.h"

CNB_INLINE void squares_of_groups(
    const double *blocks, int64_t columns, const int groups, const double *mean, const double *factor, int diagonal, double *scratch, lanes *out
) {
    for (int g = 0; g < groups; g++) out[g] = (lanes)0.0;
    if (diagonal) {
        for (int64_t j = 0; j < columns; j++)
            for (int g = 0; g < groups; g++) {
                const lanes step = (LOAD(blocks + (g * columns + j) * WIDTH) - mean[j]) * factor[j];
                out[g] += step * step;
            }
        return;
    }
    for (int64_t i = 0; i < columns; i++) {
        const double *row = factor + i * columns;
        lanes sum[GROUPS];
        for (int g = 0; g < groups; g++) {
            STORE(scratch + (i * groups + g) * WIDTH, LOAD(blocks + (g * columns + i) * WIDTH) - mean[i]);
            sum[g] = (lanes)0.0;
        }
        for (int64_t j = 0; j <= i; j++)
            for (int g = 0; g < groups; g++) sum[g] += LOAD(scratch + (j * groups + g) * WIDTH) * row[j];
        for (int g = 0; g < groups; g++) out[g] += sum[g] * sum[g];
    }
}

CNB_INLINE void cnb_gaussian_squares_body(
    const double *blocks, int64_t rows, int64_t columns, const double *mean, const double *factor, int diagonal, double *scratch, double *squares
) {
    lanes out[GROUPS];
    int64_t row = 0;
    for (; row + GROUPS * WIDTH <= rows; row += GROUPS * WIDTH) {
        squares_of_groups(blocks + row * columns, columns, GROUPS, mean, factor, diagonal, scratch, out);
        for (int g = 0; g < GROUPS; g++) STORE(squares + row + g * WIDTH, out[g]);
    }
    for (; row < rows; row += WIDTH) {
        squares_of_groups(blocks + row * columns, columns, 1, mean, factor, diagonal, scratch, out);
        store_first(squares + row, out, rows - row);
    }
}

CNB_VERSIONS(
    void, cnb_gaussian_squares,
    (const double *blocks, int64_t rows, int64_t columns, const double *mean, const double *factor, int diagonal, double *scratch, double *squares),
    (blocks, rows, columns, mean, factor, diagonal, scratch, squares))

CNB_INLINE void add_moments(
    const double *blocks, int64_t columns, const int groups, const double *centre, const lanes *weights, int diagonal, double *scratch, double *sums
) {
    lanes total = LOAD(sums);
    for (int g = 0; g < groups; g++) total += weights[g];
    STORE(sums, total);
    double *first = sums + WIDTH, *second = first + columns * WIDTH;
    for (int64_t i = 0; i < columns; i++) {
        lanes weighted[GROUPS];
        lanes sum = LOAD(first + i * WIDTH);
        for (int g = 0; g < groups; g++) {
            const lanes gap = LOAD(blocks + (g * columns + i) * WIDTH) - centre[i];
            STORE(scratch + (i * groups + g) * WIDTH, gap);
            weighted[g] = gap * weights[g];
            sum += weighted[g];
        }
        STORE(first + i * WIDTH, sum);
        for (int64_t j = diagonal ? i : 0; j <= i; j++, second += WIDTH) {
            lanes product = LOAD(second);
            for (int g = 0; g < groups; g++) product += weighted[g] * LOAD(scratch + (j * groups + g) * WIDTH);
            STORE(second, product);
        }
    }
}

CNB_INLINE void cnb_gaussian_moments_body(
    const double *blocks, int64_t rows, int64_t columns, const double *centre, const double *weights, int diagonal, double *scratch, double *sums
) {
    lanes given[GROUPS];
    int64_t row = 0;
    for (; row + GROUPS * WIDTH <= rows; row += GROUPS * WIDTH) {
        for (int g = 0; g < GROUPS; g++) given[g] = LOAD(weights + row + g * WIDTH);
        add_moments(blocks + row * columns, columns, GROUPS, centre, given, diagonal, scratch, sums);
    }
    for (; row < rows; row += WIDTH) {
        load_first(weights + row, rows - row, 0, given);
        add_moments(blocks + row * columns, columns, 1, centre, given, diagonal, scratch, sums);
    }
}

CNB_VERSIONS(
    void, cnb_gaussian_moments,
    (const double *blocks, int64_t rows, int64_t columns, const double *centre, const double *weights, int diagonal, double *scratch, double *sums),
    (blocks, rows, columns, centre, weights, diagonal, scratch, sums))
