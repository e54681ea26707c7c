#include "segments.h"
#include "lanes.h"

// Calls BODY with `columns` known to the compiler where it is small, so that its loops over columns unroll and keep rows in registers.
#define BY_COLUMNS(columns, BODY) \
    switch (columns) { \
    case 1: BODY(1, 4); break; \
    case 2: BODY(2, 4); break; \
    case 3: BODY(3, 4); break; \
    case 4: BODY(4, 4); break; \
    default: BODY(columns, 4); break; \
    }

static const mask ROWS = {0, 1, 2, 3, 4, 5, 6, 7};

/// The squared distances of `groups` blocks of rows to one point.
CNB_INLINE void squared(const double *blocks, const int64_t columns, const int groups, const double *point, lanes *out) {
    for (int g = 0; g < groups; g++) out[g] = (lanes)0.0;
    for (int64_t j = 0; j < columns; j++) {
        const lanes at = (lanes)point[j];
        for (int g = 0; g < groups; g++) {
            const lanes gap = LOAD(blocks + (g * columns + j) * WIDTH) - at;
            out[g] += gap * gap;
        }
    }
}

CNB_INLINE void nearest(
    const double *blocks, const int64_t columns, const int groups, const double *centroids, int64_t count, lanes *best, mask *which
) {
    for (int g = 0; g < groups; g++) {
        best[g] = (lanes)INFINITY;
        which[g] = (mask)0;
    }
    for (int64_t c = 0; c < count; c++) {
        lanes distance[GROUPS];
        squared(blocks, columns, groups, centroids + c * columns, distance);
        for (int g = 0; g < groups; g++) {
            const mask nearer = distance[g] < best[g];
            best[g] = nearer ? distance[g] : best[g];
            which[g] = nearer ? (mask)c : which[g];
        }
    }
}

void cnb_blocks_from_rows(const double *values, int64_t rows, int64_t columns, double *blocks) {
    for (int64_t first = 0; first < rows; first += WIDTH) {
        const int64_t here = rows - first < WIDTH ? rows - first : WIDTH;
        double *block = blocks + first * columns;
        if (here < WIDTH) memset(block, 0, sizeof(double) * (size_t)(WIDTH * columns));
        for (int64_t j = 0; j < columns; j++)
            for (int64_t r = 0; r < here; r++) block[j * WIDTH + r] = values[(first + r) * columns + j];
    }
}

// Lloyd's step ------------------------------------------------------------------------------------------------------------------------

// Up to here each lane of a sum is added under a mask; above, rows are added one by one, for a step costs as much as the rows are wide.
enum { FEW = 16 };

int64_t cnb_lloyd_lanes(int64_t count) { return count <= FEW ? WIDTH : 1; }

CNB_INLINE void add_masked(
    const double *blocks, const int64_t columns, const int groups, const mask *which, int64_t count, double *sums
) {
    for (int64_t c = 0; c < count; c++) {
        double *sum = sums + c * (columns + 1) * WIDTH;
        for (int64_t j = 0; j < columns; j++) {
            lanes total = LOAD(sum + j * WIDTH);
            for (int g = 0; g < groups; g++)
                total = which[g] == (mask)c ? total + LOAD(blocks + (g * columns + j) * WIDTH) : total;
            STORE(sum + j * WIDTH, total);
        }
        lanes total = LOAD(sum + columns * WIDTH);
        for (int g = 0; g < groups; g++) total = which[g] == (mask)c ? total + 1.0 : total;
        STORE(sum + columns * WIDTH, total);
    }
}

CNB_INLINE void add_each(const double *blocks, const int64_t columns, const int groups, const mask *which, int64_t rows, double *sums) {
    for (int g = 0; g < groups; g++)
        for (int r = 0; r < WIDTH && g * WIDTH + r < rows; r++) {
            double *sum = sums + which[g][r] * (columns + 1);
            for (int64_t j = 0; j < columns; j++) sum[j] += blocks[(g * columns + j) * WIDTH + r];
            sum[columns] += 1;
        }
}

CNB_INLINE void lloyd(
    const double *blocks, int64_t rows, const int64_t columns, const int groups, const double *centroids, int64_t count, double *sums
) {
    lanes best[GROUPS];
    mask which[GROUPS];
    int64_t row = 0;
    for (; row + groups * WIDTH <= rows; row += groups * WIDTH) {
        const double *here = blocks + row * columns;
        nearest(here, columns, groups, centroids, count, best, which);
        if (count <= FEW) add_masked(here, columns, groups, which, count, sums);
        else add_each(here, columns, groups, which, groups * WIDTH, sums);
    }
    for (; row < rows; row += WIDTH) {
        const double *here = blocks + row * columns;
        nearest(here, columns, 1, centroids, count, best, which);
        if (count <= FEW) {
            which[0] = ROWS < (mask)(rows - row) ? which[0] : (mask)(-1);
            add_masked(here, columns, 1, which, count, sums);
        } else {
            add_each(here, columns, 1, which, rows - row, sums);
        }
    }
}

CNB_INLINE void cnb_lloyd_sums_body(
    const double *blocks, int64_t rows, int64_t columns, const double *centroids, int64_t count, double *sums
) {
#define BODY(columns, groups) lloyd(blocks, rows, columns, groups, centroids, count, sums)
    BY_COLUMNS(columns, BODY)
#undef BODY
}

CNB_VERSIONS(
    void, cnb_lloyd_sums,
    (const double *blocks, int64_t rows, int64_t columns, const double *centroids, int64_t count, double *sums),
    (blocks, rows, columns, centroids, count, sums))

// Labels and inertia ------------------------------------------------------------------------------------------------------------------

CNB_INLINE void label(
    const double *blocks, int64_t rows, const int64_t columns, const int groups, const double *centroids, int64_t count, double *inertia,
    int32_t *labels, double *squares
) {
    lanes best[GROUPS];
    mask which[GROUPS];
    lanes total = LOAD(inertia);
    int64_t row = 0;
    for (; row + groups * WIDTH <= rows; row += groups * WIDTH) {
        nearest(blocks + row * columns, columns, groups, centroids, count, best, which);
        for (int g = 0; g < groups; g++) {
            total += best[g];
            if (squares) STORE(squares + row + g * WIDTH, best[g]);
            if (labels)
                for (int r = 0; r < WIDTH; r++) labels[row + g * WIDTH + r] = (int32_t)which[g][r];
        }
    }
    for (; row < rows; row += WIDTH) {
        nearest(blocks + row * columns, columns, 1, centroids, count, best, which);
        const int64_t here = rows - row < WIDTH ? rows - row : WIDTH;
        total = ROWS < (mask)here ? total + best[0] : total;
        for (int r = 0; r < here; r++) {
            if (squares) squares[row + r] = best[0][r];
            if (labels) labels[row + r] = (int32_t)which[0][r];
        }
    }
    STORE(inertia, total);
}

CNB_INLINE void cnb_nearest_body(
    const double *blocks, int64_t rows, int64_t columns, const double *centroids, int64_t count, double *inertia, int32_t *labels,
    double *squares
) {
#define BODY(columns, groups) label(blocks, rows, columns, groups, centroids, count, inertia, labels, squares)
    BY_COLUMNS(columns, BODY)
#undef BODY
}

CNB_VERSIONS(
    void, cnb_nearest,
    (const double *blocks, int64_t rows, int64_t columns, const double *centroids, int64_t count, double *inertia, int32_t *labels, double *squares),
    (blocks, rows, columns, centroids, count, inertia, labels, squares))

// Seeds -------------------------------------------------------------------------------------------------------------------------------

CNB_INLINE void potential(
    const double *blocks, int64_t rows, const int64_t columns, const int groups, const double *candidates, int64_t count,
    const double *closest, double *potentials
) {
    lanes distance[GROUPS];
    int64_t row = 0;
    for (; row + groups * WIDTH <= rows; row += groups * WIDTH)
        for (int64_t c = 0; c < count; c++) {
            squared(blocks + row * columns, columns, groups, candidates + c * columns, distance);
            lanes total = LOAD(potentials + c * WIDTH);
            for (int g = 0; g < groups; g++) {
                const lanes old = LOAD(closest + row + g * WIDTH);
                total += distance[g] < old ? distance[g] : old;
            }
            STORE(potentials + c * WIDTH, total);
        }
    for (; row < rows; row += WIDTH) {
        lanes old = (lanes)0.0;
        for (int r = 0; r < WIDTH && row + r < rows; r++) old[r] = closest[row + r];
        for (int64_t c = 0; c < count; c++) {
            squared(blocks + row * columns, columns, 1, candidates + c * columns, distance);
            // The rows that are not there have `old` 0, and no distance is below that.
            STORE(potentials + c * WIDTH, LOAD(potentials + c * WIDTH) + (distance[0] < old ? distance[0] : old));
        }
    }
}

CNB_INLINE void cnb_potentials_body(
    const double *blocks, int64_t rows, int64_t columns, const double *candidates, int64_t count, const double *closest,
    double *potentials
) {
#define BODY(columns, groups) potential(blocks, rows, columns, groups, candidates, count, closest, potentials)
    BY_COLUMNS(columns, BODY)
#undef BODY
}

CNB_VERSIONS(
    void, cnb_potentials,
    (const double *blocks, int64_t rows, int64_t columns, const double *candidates, int64_t count, const double *closest, double *potentials),
    (blocks, rows, columns, candidates, count, closest, potentials))

CNB_INLINE void lower(
    const double *blocks, int64_t rows, const int64_t columns, const int groups, const double *centre, double *closest, double *potential
) {
    lanes distance[GROUPS];
    lanes total = LOAD(potential);
    int64_t row = 0;
    for (; row + groups * WIDTH <= rows; row += groups * WIDTH) {
        squared(blocks + row * columns, columns, groups, centre, distance);
        for (int g = 0; g < groups; g++) {
            const lanes old = LOAD(closest + row + g * WIDTH);
            const lanes new = distance[g] < old ? distance[g] : old;
            STORE(closest + row + g * WIDTH, new);
            total += new;
        }
    }
    for (; row < rows; row += WIDTH) {
        squared(blocks + row * columns, columns, 1, centre, distance);
        for (int r = 0; r < WIDTH && row + r < rows; r++) {
            if (distance[0][r] < closest[row + r]) closest[row + r] = distance[0][r];
            total[r] += closest[row + r];
        }
    }
    STORE(potential, total);
}

CNB_INLINE void cnb_closest_body(
    const double *blocks, int64_t rows, int64_t columns, const double *centre, double *closest, double *potential
) {
#define BODY(columns, groups) lower(blocks, rows, columns, groups, centre, closest, potential)
    BY_COLUMNS(columns, BODY)
#undef BODY
}

CNB_VERSIONS(
    void, cnb_closest,
    (const double *blocks, int64_t rows, int64_t columns, const double *centre, double *closest, double *potential),
    (blocks, rows, columns, centre, closest, potential))

// Silhouettes -------------------------------------------------------------------------------------------------------------------------

CNB_INLINE double distances(const double *blocks, int64_t rows, const int64_t columns, const int groups, const double *point) {
    lanes distance[GROUPS];
    lanes total = (lanes)0.0;
    int64_t row = 0;
    for (; row + groups * WIDTH <= rows; row += groups * WIDTH) {
        squared(blocks + row * columns, columns, groups, point, distance);
        for (int g = 0; g < groups; g++) total += __builtin_elementwise_sqrt(distance[g]);
    }
    for (; row < rows; row += WIDTH) {
        squared(blocks + row * columns, columns, 1, point, distance);
        const lanes sum = total + __builtin_elementwise_sqrt(distance[0]);
        total = ROWS < (mask)(rows - row) ? sum : total;
    }
    return ((total[0] + total[4]) + (total[1] + total[5])) + ((total[2] + total[6]) + (total[3] + total[7]));
}

CNB_INLINE double cnb_distance_sum_body(const double *blocks, int64_t rows, int64_t columns, const double *point) {
    double sum = 0;
#define BODY(columns, groups) sum = distances(blocks, rows, columns, groups, point)
    BY_COLUMNS(columns, BODY)
#undef BODY
    return sum;
}

CNB_VERSIONS(
    double, cnb_distance_sum,
    (const double *blocks, int64_t rows, int64_t columns, const double *point),
    (blocks, rows, columns, point))

// Exchanges ---------------------------------------------------------------------------------------------------------------------------

// The squared distances of a block to the centroids are kept while its rows move, for a move changes two centroids alone.

enum { TOGETHER = 4 };

CNB_INLINE void squares_to(const double *block, const int64_t columns, const double *centroids, int64_t count, double *squares) {
    int64_t c = 0;
    for (; c + TOGETHER <= count; c += TOGETHER) {
        lanes sums[TOGETHER];
        for (int i = 0; i < TOGETHER; i++) sums[i] = (lanes)0.0;
        for (int64_t j = 0; j < columns; j++) {
            const lanes row = LOAD(block + j * WIDTH);
            for (int i = 0; i < TOGETHER; i++) {
                const lanes gap = row - centroids[(c + i) * columns + j];
                sums[i] += gap * gap;
            }
        }
        for (int i = 0; i < TOGETHER; i++) STORE(squares + (c + i) * WIDTH, sums[i]);
    }
    for (; c < count; c++) squared(block, columns, 1, centroids + c * columns, (lanes *)(squares + c * WIDTH));
}

/// What a squared distance weighs when a row leaves a cluster and when it comes to it.
CNB_INLINE void set_shares(const double *sizes, int64_t cluster, double *leaving, double *coming) {
    leaving[cluster] = sizes[cluster] / (sizes[cluster] - 1);
    coming[cluster] = sizes[cluster] / (sizes[cluster] + 1);
}

CNB_INLINE void move_mean(double *centroid, const double *block, int r, const int64_t columns, double divisor) {
    for (int64_t j = 0; j < columns; j++) centroid[j] += (block[j * WIDTH + r] - centroid[j]) / divisor;
}

CNB_INLINE int64_t exchange(
    const double *blocks, int64_t rows, const int64_t columns, double *centroids, double *sizes, int64_t count, int32_t *labels, double *scratch
) {
    double *squares = scratch, *leaving = scratch + count * WIDTH, *coming = leaving + count;
    int64_t moves = 0;
    for (int64_t c = 0; c < count; c++) set_shares(sizes, c, leaving, coming);
    for (int64_t row = 0; row < rows; row += WIDTH) {
        const double *block = blocks + row * columns;
        const int here = rows - row < WIDTH ? (int)(rows - row) : WIDTH;
        squares_to(block, columns, centroids, count, squares);
        for (int next = 0; next < here;) {
            mask own = (mask)(-1), which = (mask)0;
            for (int r = next; r < here; r++) own[r] = labels[row + r];
            lanes saved = (lanes)0.0, least = (lanes)INFINITY;
            for (int64_t c = 0; c < count; c++) {
                const lanes square = LOAD(squares + c * WIDTH), cost = square * coming[c];
                const mask is_own = own == (mask)c, nearer = (cost < least) & ~is_own;
                saved = is_own ? square * leaving[c] : saved;
                least = nearer ? cost : least;
                which = nearer ? (mask)c : which;
            }
            // A gain below rounding would be taken back and forth for ever.
            const mask moving = (least < saved) & (saved - least > 1e-12 * saved);
            while (next < here && !(moving[next] && sizes[own[next]] >= 2)) next++;
            if (next == here) break;
            const int64_t from = own[next], to = which[next];
            move_mean(centroids + from * columns, block, next, columns, 1 - sizes[from]);
            move_mean(centroids + to * columns, block, next, columns, sizes[to] + 1);
            sizes[from] -= 1;
            sizes[to] += 1;
            set_shares(sizes, from, leaving, coming);
            set_shares(sizes, to, leaving, coming);
            squares_to(block, columns, centroids + from * columns, 1, squares + from * WIDTH);
            squares_to(block, columns, centroids + to * columns, 1, squares + to * WIDTH);
            labels[row + next] = (int32_t)to;
            moves++;
            next++;
        }
    }
    return moves;
}

CNB_INLINE int64_t cnb_exchange_body(
    const double *blocks, int64_t rows, int64_t columns, double *centroids, double *sizes, int64_t count, int32_t *labels, double *scratch
) {
    int64_t moves = 0;
#define BODY(columns, groups) moves = exchange(blocks, rows, columns, centroids, sizes, count, labels, scratch)
    BY_COLUMNS(columns, BODY)
#undef BODY
    return moves;
}

CNB_VERSIONS(
    int64_t, cnb_exchange,
    (const double *blocks, int64_t rows, int64_t columns, double *centroids, double *sizes, int64_t count, int32_t *labels, double *scratch),
    (blocks, rows, columns, centroids, sizes, count, labels, scratch))
