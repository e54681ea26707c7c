#include "categories.h"
#include "lanes.h"

enum { LANES = WIDTH, BLOCK = 64, NARROW = 255 };

typedef uint8_t eight_bytes __attribute__((ext_vector_type(8), aligned(1)));
typedef int32_t eight_words __attribute__((ext_vector_type(8), aligned(4)));
typedef _Bool eight_bits __attribute__((ext_vector_type(8)));
typedef uint8_t bytes __attribute__((ext_vector_type(64), aligned(1)));
typedef char byte_mask __attribute__((ext_vector_type(64), aligned(1)));
typedef int32_t words __attribute__((ext_vector_type(64), aligned(4)));
typedef _Bool bits __attribute__((ext_vector_type(64)));

CNB_INLINE int64_t place(int64_t row, int64_t count, int64_t column) { return (row / BLOCK * count + column) * BLOCK + row % BLOCK; }

/// The level of a row, or -1 for none of them.
CNB_INLINE int32_t code(const cnb_mixed_rows *t, int64_t row, int64_t column) {
    if (column >= t->narrow_count) return t->wide[place(row, t->wide_count, column - t->narrow_count)];
    const uint8_t narrow = t->narrow[place(row, t->narrow_count, column)];
    return narrow == NARROW ? -1 : narrow;
}

CNB_INLINE int64_t categories(const cnb_mixed_rows *t) { return t->narrow_count + t->wide_count; }

// Distances ---------------------------------------------------------------------------------------------------------------------------

/// How far eight rows lie from a prototype.
CNB_INLINE void distances_of(const cnb_mixed_rows *t, const cnb_prototypes *p, int64_t row, int64_t c, lanes *distances) {
    lanes sum = (lanes)0.0;
    const double *x = t->numbers + row * t->number_count, *mean = p->means + c * t->number_count;
    for (int64_t j = 0; j < t->number_count; j++) {
        const lanes gap = *(const lanes *)(x + j * LANES) - mean[j];
        sum += gap * gap;
    }
    const int32_t *mode = p->modes + c * categories(t);
    lanes missed = (lanes)0.0;
    const uint8_t *narrow = t->narrow + place(row, t->narrow_count, 0);
    // As many columns at a time as a byte can count.
    for (int64_t j = 0; j < t->narrow_count;) {
        eight_bytes some = (eight_bytes)0;
        for (const int64_t end = t->narrow_count - j > NARROW ? j + NARROW : t->narrow_count; j < end; j++)
            some -= (eight_bytes)(*(const eight_bytes *)(narrow + j * BLOCK) != (uint8_t)mode[j]);
        missed += __builtin_convertvector(some, lanes);
    }
    const int32_t *wide = t->wide + place(row, t->wide_count, 0);
    for (int64_t j = 0; j < t->wide_count; j++)
        missed -= __builtin_convertvector(*(const eight_words *)(wide + j * BLOCK) != mode[t->narrow_count + j], lanes);
    *distances = sum + t->gamma * missed;
}

CNB_INLINE void nearest_of_eight(const cnb_mixed_rows *t, const cnb_prototypes *p, int64_t row, lanes *best, mask *which) {
    lanes nearest = (lanes)INFINITY;
    mask label = (mask)0;
    for (int64_t c = 0; c < p->count; c++) {
        lanes distance;
        distances_of(t, p, row, c, &distance);
        const mask nearer = distance < nearest;
        nearest = nearer ? distance : nearest;
        label = nearer ? (mask)c : label;
    }
    *best = nearest;
    *which = label;
}

/// Whether a byte can count the columns and number the clusters of rows without numbers.
CNB_INLINE int is_small(const cnb_mixed_rows *t, const cnb_prototypes *p) { return t->number_count == 0 && categories(t) < NARROW && p->count <= NARROW + 1; }

/// Of 64 rows of categories alone how many are not the mode, and of which prototype.
CNB_INLINE void nearest_of_block(const cnb_mixed_rows *t, const cnb_prototypes *p, int64_t row, bytes *best, bytes *which) {
    const int64_t columns = categories(t);
    const uint8_t *narrow = t->narrow + place(row, t->narrow_count, 0);
    const int32_t *wide = t->wide + place(row, t->wide_count, 0);
    bytes nearest = (bytes)NARROW, label = (bytes)0;
    for (int64_t c = 0; c < p->count; c++) {
        const int32_t *mode = p->modes + c * columns;
        bytes missed = (bytes)0;
        for (int64_t j = 0; j < t->narrow_count; j++) missed -= (bytes)(*(const bytes *)(narrow + j * BLOCK) != (uint8_t)mode[j]);
        for (int64_t j = 0; j < t->wide_count; j++)
            missed -= __builtin_convertvector(*(const words *)(wide + j * BLOCK) != mode[t->narrow_count + j], bytes);
        const byte_mask nearer = missed < nearest;
        nearest = nearer ? missed : nearest;
        label = nearer ? (bytes)(uint8_t)c : label;
    }
    *best = nearest;
    *which = label;
}

CNB_INLINE void cnb_mixed_nearest_body(
    const cnb_mixed_rows *t, const cnb_prototypes *p, int64_t first, int64_t last, int32_t *labels, double *distances, double *cost
) {
    const int small = is_small(t, p);
    double nearest[BLOCK];
    int32_t found[BLOCK];
    for (int64_t row = first; row < last; row += BLOCK) {
        const int64_t here = last - row < BLOCK ? last - row : BLOCK;
        if (small) {
            bytes best, which;
            nearest_of_block(t, p, row, &best, &which);
            for (int r = 0; r < BLOCK; r++) nearest[r] = t->gamma * (double)best[r];
            for (int r = 0; r < BLOCK; r++) found[r] = which[r];
        } else {
            for (int g = 0; g < here; g += LANES) {
                lanes best;
                mask which;
                nearest_of_eight(t, p, row + g, &best, &which);
                *(lanes *)(nearest + g) = best;
                *(eight_words *)(found + g) = __builtin_convertvector(which, eight_words);
            }
        }
        for (int64_t r = 0; r < here; r++) cost[r % LANES] += t->weights ? t->weights[row + r] * nearest[r] : nearest[r];
        memcpy(labels + row - first, found, sizeof(int32_t) * (size_t)here);
        if (distances) memcpy(distances + row - first, nearest, sizeof(double) * (size_t)here);
    }
}

CNB_VERSIONS(
    void, cnb_mixed_nearest,
    (const cnb_mixed_rows *t, const cnb_prototypes *p, int64_t first, int64_t last, int32_t *labels, double *distances, double *cost),
    (t, p, first, last, labels, distances, cost))

// Counts ------------------------------------------------------------------------------------------------------------------------------

/// The count of a cluster's rows of a level; in a list the one that it has, else a free one, which is given to it.
CNB_INLINE int32_t *count_of(const cnb_prototypes *p, int64_t column, int32_t level, int32_t cluster) {
    const cnb_levels *of = p->levels + column;
    if (!of->starts) return p->counts + of->first + level * p->count + cluster;
    int32_t *list = p->counts + of->first + 2 * of->starts[level], *free = 0;
    for (const int32_t *end = p->counts + of->first + 2 * of->starts[level + 1]; list < end; list += 2) {
        if (list[0] == cluster) return list + 1;
        if (!free && list[1] == 0) free = list;
    }
    free[0] = cluster;
    return free + 1;
}

CNB_INLINE void look_at(int32_t level, int32_t count, int32_t *mode, int32_t *top, int32_t *other) {
    if (count > *top) {
        *other = *top;
        *top = count;
        *mode = level;
    } else if (count > *other) {
        *other = count;
    }
}

/// The mode of one cluster by all counts.
static void recount(const cnb_prototypes *p, int64_t column, int64_t columns, int32_t cluster) {
    const cnb_levels *of = p->levels + column;
    const int64_t at = cluster * columns + column;
    int32_t mode = p->modes[at], top = 0, other = 0;
    for (int32_t level = 0; level < of->levels; level++) {
        if (!of->starts) {
            look_at(level, p->counts[of->first + level * p->count + cluster], &mode, &top, &other);
            continue;
        }
        for (int64_t i = of->starts[level]; i < of->starts[level + 1]; i++)
            if (p->counts[of->first + 2 * i] == cluster) look_at(level, p->counts[of->first + 2 * i + 1], &mode, &top, &other);
    }
    p->modes[at] = mode;
    p->tops[at] = top;
    p->others[at] = other;
}

/// The modes of all clusters by all counts.
static void recount_all(const cnb_prototypes *p, int64_t column, int64_t columns) {
    const cnb_levels *of = p->levels + column;
    for (int64_t c = 0; c < p->count; c++) p->tops[c * columns + column] = p->others[c * columns + column] = 0;
    for (int32_t level = 0; level < of->levels; level++) {
        const int64_t from = of->starts ? of->starts[level] : 0, to = of->starts ? of->starts[level + 1] : p->count;
        for (int64_t i = from; i < to; i++) {
            const int32_t cluster = of->starts ? p->counts[of->first + 2 * i] : (int32_t)i;
            const int32_t count = of->starts ? p->counts[of->first + 2 * i + 1] : p->counts[of->first + level * p->count + i];
            if (count == 0) continue;
            const int64_t at = cluster * columns + column;
            look_at(level, count, p->modes + at, p->tops + at, p->others + at);
        }
    }
}

CNB_INLINE int32_t weight(const cnb_mixed_rows *t, int64_t row) { return t->weights ? t->weights[row] : 1; }

static void set_means(const cnb_mixed_rows *t, cnb_prototypes *p, int64_t cluster) {
    if (p->sizes[cluster] == 0) return;
    const double size = (double)p->sizes[cluster];
    for (int64_t j = 0; j < t->number_count; j++) p->means[cluster * t->number_count + j] = p->sums[cluster * t->number_count + j] / size;
}

void cnb_mixed_means(const cnb_mixed_rows *t, cnb_prototypes *p, const int32_t *labels) {
    const int64_t n = t->number_count;
    for (int64_t i = 0; i < p->count * n; i++) p->sums[i] = 0;
    for (int64_t row = 0; row < t->rows; row++) {
        const double *x = t->numbers + row / LANES * n * LANES + row % LANES;
        double *sum = p->sums + labels[row] * n;
        for (int64_t j = 0; j < n; j++) sum[j] += x[j * LANES] * weight(t, row);
    }
    for (int64_t c = 0; c < p->count; c++) set_means(t, p, c);
}

void cnb_mixed_count(const cnb_mixed_rows *t, cnb_prototypes *p, const int32_t *labels) {
    const int64_t columns = categories(t);
    for (int64_t c = 0; c < p->count; c++) p->sizes[c] = 0;
    for (int64_t row = 0; row < t->rows; row++) p->sizes[labels[row]] += weight(t, row);
    for (int64_t j = 0; j < columns; j++) {
        const cnb_levels *of = p->levels + j;
        if (!of->starts) memset(p->counts + of->first, 0, sizeof(int32_t) * (size_t)(of->levels * p->count));
        for (int64_t row = 0; row < t->rows; row++) {
            const int32_t level = code(t, row, j);
            if (level >= 0) *count_of(p, j, level, labels[row]) += weight(t, row);
        }
        recount_all(p, j, columns);
    }
    cnb_mixed_means(t, p, labels);
}

/// Whether a mode has changed.
CNB_INLINE int move(const cnb_mixed_rows *t, cnb_prototypes *p, int64_t row, int32_t from, int32_t to) {
    const int64_t columns = categories(t), n = t->number_count;
    const int32_t times = weight(t, row);
    int changed = 0;
    p->sizes[from] -= times;
    p->sizes[to] += times;
    for (int64_t j = 0; j < columns; j++) {
        const int32_t level = code(t, row, j);
        if (level < 0) continue;
        const int64_t old = from * columns + j, new = to * columns + j;
        const int32_t left = *count_of(p, j, level, from) -= times;
        if (p->modes[old] == level) {
            p->tops[old] = left;
            // While no other level can have as many rows, the mode stays.
            if (left <= p->others[old]) {
                recount(p, j, columns, from);
                changed |= p->modes[old] != level;
            }
        }
        const int32_t now = *count_of(p, j, level, to) += times;
        if (p->modes[new] == level) {
            p->tops[new] = now;
        } else if (now > p->tops[new]) {
            p->others[new] = p->tops[new];
            p->tops[new] = now;
            p->modes[new] = level;
            changed = 1;
        } else if (now > p->others[new]) {
            p->others[new] = now;
        }
    }
    if (n == 0) return changed;
    const double *x = t->numbers + row / LANES * n * LANES + row % LANES;
    for (int64_t j = 0; j < n; j++) {
        const double value = x[j * LANES] * times;
        p->sums[from * n + j] = p->sizes[from] == 0 ? 0 : p->sums[from * n + j] - value;
        p->sums[to * n + j] += value;
    }
    set_means(t, p, from);
    set_means(t, p, to);
    return 1;
}

void cnb_mixed_move(const cnb_mixed_rows *t, cnb_prototypes *p, int64_t row, int32_t from, int32_t to) { (void)move(t, p, row, from, to); }

// A pass ------------------------------------------------------------------------------------------------------------------------------

CNB_INLINE int64_t pass_of_blocks(const cnb_mixed_rows *t, cnb_prototypes *p, int64_t first, int64_t last, int32_t *labels) {
    int64_t moves = 0;
    uint8_t nearest[BLOCK];
    for (int64_t row = first; row < last; row += BLOCK) {
        uint64_t open = last - row < BLOCK ? ((uint64_t)1 << (last - row)) - 1 : ~(uint64_t)0;
        int32_t padded[BLOCK] = {0};
        if (last - row < BLOCK) memcpy(padded, labels + row, sizeof(int32_t) * (size_t)(last - row));
        const bytes own = __builtin_convertvector(*(const words *)(last - row < BLOCK ? padded : labels + row), bytes);
        // A row that has moved may change modes, by which the rows after it are looked at anew.
        while (open) {
            bytes best, which;
            nearest_of_block(t, p, row, &best, &which);
            const bits differ = __builtin_convertvector(which != own, bits);
            uint64_t found;
            memcpy(&found, &differ, sizeof found);
            found &= open;
            if (!found) break;
            memcpy(nearest, &which, sizeof nearest);
            int changed = 0;
            while (found && !changed) {
                const int r = __builtin_ctzll(found);
                found &= found - 1;
                changed = move(t, p, row + r, labels[row + r], nearest[r]);
                labels[row + r] = nearest[r];
                moves++;
                open = r == BLOCK - 1 ? 0 : open & (~(uint64_t)0 << (r + 1));
            }
            if (!changed) break;
        }
    }
    return moves;
}

CNB_INLINE int64_t pass_of_eights(const cnb_mixed_rows *t, cnb_prototypes *p, int64_t first, int64_t last, int32_t *labels) {
    int64_t moves = 0;
    for (int64_t row = first; row < last; row += LANES) {
        const int64_t here = last - row < LANES ? last - row : LANES;
        unsigned open = (1u << here) - 1;
        mask own = (mask)0;
        for (int r = 0; r < here; r++) own[r] = labels[row + r];
        while (open) {
            lanes best;
            mask which;
            nearest_of_eight(t, p, row, &best, &which);
            const eight_bits differ = __builtin_convertvector(which != own, eight_bits);
            uint8_t found;
            memcpy(&found, &differ, sizeof found);
            found &= open;
            if (!found) break;
            const int r = __builtin_ctz(found);
            const int32_t to = (int32_t)which[r];
            move(t, p, row + r, labels[row + r], to);
            labels[row + r] = to;
            moves++;
            open &= ~0u << (r + 1);
        }
    }
    return moves;
}

CNB_INLINE int64_t cnb_mixed_pass_body(const cnb_mixed_rows *t, cnb_prototypes *p, int64_t first, int64_t last, int32_t *labels) {
    return is_small(t, p) ? pass_of_blocks(t, p, first, last, labels) : pass_of_eights(t, p, first, last, labels);
}

CNB_VERSIONS(
    int64_t, cnb_mixed_pass,
    (const cnb_mixed_rows *t, cnb_prototypes *p, int64_t first, int64_t last, int32_t *labels),
    (t, p, first, last, labels))
