#pragma once
#include <stdint.h>

// The two loops of expectation-maximisation for a mixture of normal distributions. Rows lie in blocks of eight, as in `segments.h`; `scratch`
// has room for 32 · columns numbers.

/// The squared length of factor · (row − mean) for each row.
///
/// `factor` is the lower triangle of a `[columns, columns]` matrix, row-major; with `diagonal` only its diagonal, `[columns]`.
void cnb_gaussian_squares(
    const double *blocks, int64_t rows, int64_t columns, const double *mean, const double *factor, int diagonal, double *scratch, double *squares);

/// Adds, for gap = row − centre, the weights, weight · gap, and weight · gap · gapᵀ to `sums`, each of eight lanes by row % 8.
///
/// The last are the lower triangle, row after row; with `diagonal` only the diagonal. So there are 1 + columns + columns · (columns + 1) / 2 sums, or 1 + 2 · columns.
void cnb_gaussian_moments(
    const double *blocks, int64_t rows, int64_t columns, const double *centre, const double *weights, int diagonal, double *scratch, double *sums);
