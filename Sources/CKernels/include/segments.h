#pragma once
#include <stdint.h>

// Loops over the rows of a matrix in blocks of eight: block b holds, one column after another, the values of rows 8b..8b+7, so that
// value (row, column) lies at blocks[(row / 8 * columns + column) * 8 + row % 8]. The last block is padded with zeros.
//
// Every sum is kept in eight lanes by row % 8, whatever the processor: which rows are added in which order does not depend on the
// vector width. `rows` counts the rows from `blocks` on; only the last block of a call may be a part of a block.

/// Writes row-major values into blocks, with zeros for the rows that are missing in the last block.
void cnb_blocks_from_rows(const double *values, int64_t rows, int64_t columns, double *blocks);

/// How many lanes a sum of `cnb_lloyd_sums` has: 8 for few centroids, 1 for many.
int64_t cnb_lloyd_lanes(int64_t count);

/// Adds each row, and 1 after it, to the sums of its nearest centroid (of equally near ones the first).
///
/// `centroids` is row-major `[count, columns]`; `sums` is `[count, columns + 1, lanes]`.
void cnb_lloyd_sums(const double *blocks, int64_t rows, int64_t columns, const double *centroids, int64_t count, double *sums);

/// Adds the squared distance of each row to its nearest centroid to `inertia` (eight lanes), and writes the number of that centroid and
/// the squared distance where `labels` and `squares` are not null.
void cnb_nearest(
    const double *blocks, int64_t rows, int64_t columns, const double *centroids, int64_t count, double *inertia, int32_t *labels,
    double *squares);

/// For each candidate (row-major `[count, columns]`) adds, over the rows, the smaller of the squared distance to it and of `closest` to
/// `potentials`, `[count, 8]`.
void cnb_potentials(
    const double *blocks, int64_t rows, int64_t columns, const double *candidates, int64_t count, const double *closest,
    double *potentials);

/// Lowers `closest` to the squared distance to `centre` where that is smaller, and adds the new values to `potential` (eight lanes).
void cnb_closest(const double *blocks, int64_t rows, int64_t columns, const double *centre, double *closest, double *potential);

/// The sum of the distances (not squared) from `point` to the rows.
double cnb_distance_sum(const double *blocks, int64_t rows, int64_t columns, const double *point);

/// Moves rows one by one to the cluster where they lower the inertia most, of equals to the first, moving both means at once (Hartigan); gives the number of moves.
///
/// `centroids` are the means of the rows of each cluster, row-major `[count, columns]`, `sizes` how many there are; a cluster never gives its last row. `labels` are those of the rows;
/// `scratch` has room for ten numbers a cluster.
int64_t cnb_exchange(
    const double *blocks, int64_t rows, int64_t columns, double *centroids, double *sizes, int64_t count, int32_t *labels, double *scratch);
