#pragma once
#include <stdint.h>

// Distances of many rows to one point. Rows lie in blocks of eight, as in `segments.h`.

/// The Euclidean distance of each row to `point`.
void cnb_distances(const double *blocks, int64_t rows, int64_t columns, const double *point, double *distances);

/// One step of Prim's algorithm over mutual reachabilities, max(core of the row, `core`, distance to `point`).
///
/// Lowers `reach` to that of the point where it is smaller, and writes `source` there. The result is the row of least reach, of equal ones the
/// first; -1 where all are infinite. A row whose own core distance is infinite is never lowered: so rows that are in the tree are passed over.
int64_t cnb_prim_step(
    const double *blocks, int64_t rows, int64_t columns, const double *point, double core, int64_t source, const double *cores, double *reach, int32_t *sources);
