#include "neighbours.h"
#include "lanes.h"

/// The distances of one block of rows to a point.
CNB_INLINE void distances_of(const double *block, int64_t columns, const double *point, lanes *distances) {
    lanes sum = (lanes)0.0;
    for (int64_t j = 0; j < columns; j++) {
        const lanes gap = LOAD(block + j * WIDTH) - point[j];
        sum += gap * gap;
    }
    *distances = __builtin_elementwise_sqrt(sum);
}

CNB_INLINE void cnb_distances_body(const double *blocks, int64_t rows, int64_t columns, const double *point, double *distances) {
    for (int64_t row = 0; row < rows; row += WIDTH) {
        lanes found;
        distances_of(blocks + row * columns, columns, point, &found);
        store_first(distances + row, &found, rows - row);
    }
}

CNB_VERSIONS(
    void, cnb_distances, (const double *blocks, int64_t rows, int64_t columns, const double *point, double *distances),
    (blocks, rows, columns, point, distances))

CNB_INLINE int64_t cnb_prim_step_body(
    const double *blocks, int64_t rows, int64_t columns, const double *point, double core, int64_t source, const double *cores, double *reach, int32_t *sources
) {
    lanes least = (lanes)INFINITY;
    mask which = (mask)(-1);
    const mask places = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int64_t row = 0; row < rows; row += WIDTH) {
        const int64_t here = rows - row;
        lanes own, old, distance;
        load_first(cores + row, here, INFINITY, &own);
        load_first(reach + row, here, INFINITY, &old);
        distances_of(blocks + row * columns, columns, point, &distance);
        distance = distance < core ? (lanes)core : distance;
        distance = distance < own ? own : distance;
        const mask lower = distance < old;
        const lanes reached = lower ? distance : old;
        const mask nearer = reached < least;
        least = nearer ? reached : least;
        which = nearer ? places + row : which;
        int any = 0;
        for (int r = 0; r < WIDTH; r++) any |= (int)lower[r];
        if (!any) continue;
        store_first(reach + row, &reached, here);
        for (int r = 0; r < WIDTH && r < here; r++) sources[row + r] = lower[r] ? (int32_t)source : sources[row + r];
    }
    int64_t best = -1;
    double value = INFINITY;
    for (int r = 0; r < WIDTH; r++)
        if (which[r] >= 0 && (least[r] < value || (least[r] == value && which[r] < best))) {
            value = least[r];
            best = which[r];
        }
    return best;
}

CNB_VERSIONS(
    int64_t, cnb_prim_step,
    (const double *blocks, int64_t rows, int64_t columns, const double *point, double core, int64_t source, const double *cores, double *reach, int32_t *sources),
    (blocks, rows, columns, point, core, source, cores, reach, sources))
