#include "trees.h"
#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

// Bins --------------------------------------------------------------------------------------------------------------------------------

enum { SLOTS = 1024 };

int64_t cnb_few_values(const double *values, int64_t rows, int64_t stride, int64_t most, double *found) {
    double slots[SLOTS];
    uint8_t used[SLOTS] = {0};
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        const double value = values[i * stride] + 0.0;  // one zero
        if (value != value) continue;
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        uint64_t slot = (bits * 0x9E3779B97F4A7C15u) >> 54;
        while (used[slot] && slots[slot] != value) slot = (slot + 1) % SLOTS;
        if (used[slot]) continue;
        if (count == most) return -1;
        used[slot] = 1;
        slots[slot] = value;
        int64_t place = count++;
        for (; place > 0 && found[place - 1] > value; place--) found[place] = found[place - 1];
        found[place] = value;
    }
    return count;
}

void cnb_bin_codes(const double *values, int64_t rows, int64_t stride, const double *cuts, int64_t count, uint8_t *codes, double *lows, double *highs) {
    // A search of eight steps without branches over 255 places, those after the cuts above all values.
    double padded[CNB_TREE_BINS];
    for (int64_t i = 0; i < CNB_TREE_BINS; i++) padded[i] = i < count ? cuts[i] : INFINITY;
    for (int64_t i = 0; i < rows; i++) {
        const double value = values[i * stride];
        int place = 0;
        for (int step = 128; step > 0; step >>= 1) place += padded[place + step - 1] < value ? step : 0;
        codes[i] = (uint8_t)(value != value ? CNB_TREE_GAP : place);
    }
    for (int64_t i = 0; i < rows; i++) {
        const double value = values[i * stride];
        const int code = codes[i];
        if (value < lows[code]) lows[code] = value;
        if (value > highs[code]) highs[code] = value;
    }
}

// Cuts --------------------------------------------------------------------------------------------------------------------------------

/// What is known while the bins of a column are gone through.
typedef struct {
    double score;
    int32_t last, next, gaps_left, found;
} search;

INLINE double weight_log(double weight, const double *table) {
    if (table && weight < CNB_TREE_TABLE) return table[(int)weight];
    return weight > 0 ? weight * log2(weight) : 0;
}

/// The cuts between occupied bins of two classes, gaps to one side.
INLINE void scan_two(
    const uint32_t *histogram, const uint64_t occupied[4], const int entropy, const double *weights, const uint32_t *totals, uint64_t least, const double *table,
    int gaps_left, search *best
) {
    const uint32_t *gaps = histogram + CNB_TREE_GAP * 2;
    const double w0 = weights[0], w1 = weights[1], all0 = totals[0] * w0, all1 = totals[1] * w1;
    const uint64_t all = (uint64_t)totals[0] + totals[1];
    uint64_t n0 = gaps_left ? gaps[0] : 0, n1 = gaps_left ? gaps[1] : 0;
    int last = -1;
    for (int word = 0; word < 4; word++)
        for (uint64_t bits = occupied[word]; bits; bits &= bits - 1) {
            const int bin = word * 64 + __builtin_ctzll(bits);
            if (last >= 0 && n0 + n1 >= least && all - n0 - n1 >= least) {
                const double l0 = n0 * w0, l1 = n1 * w1, r0 = all0 - l0, r1 = all1 - l1, l = l0 + l1, r = r0 + r1;
                double score;
                int isBetter;
                if (entropy) {
                    score = weight_log(l0, table) + weight_log(l1, table) - weight_log(l, table) + weight_log(r0, table) + weight_log(r1, table) - weight_log(r, table);
                    isBetter = score > best->score;
                } else {
                    // A division only for what may be better.
                    const double sum = (l0 * l0 + l1 * l1) * r + (r0 * r0 + r1 * r1) * l, product = l * r;
                    isBetter = sum >= best->score * product * (1 - 1e-15);
                    if (isBetter) {
                        score = sum / product;
                        isBetter = score > best->score;
                    }
                }
                if (isBetter) *best = (search){score, last, bin, gaps_left, 1};
            }
            if (bin == CNB_TREE_GAP) return;
            n0 += histogram[bin * 2];
            n1 += histogram[bin * 2 + 1];
            last = bin;
        }
}

/// The same of any number of classes.
static void scan_many(
    const uint32_t *histogram, const uint64_t occupied[4], int64_t classes, int entropy, const double *weights, const uint32_t *totals, uint64_t least,
    const double *table, int gaps_left, search *best
) {
    uint64_t all = 0, here = 0;
    uint32_t left[classes];
    for (int64_t k = 0; k < classes; k++) {
        all += totals[k];
        left[k] = gaps_left ? histogram[CNB_TREE_GAP * classes + k] : 0;
        here += left[k];
    }
    int last = -1;
    for (int word = 0; word < 4; word++)
        for (uint64_t bits = occupied[word]; bits; bits &= bits - 1) {
            const int bin = word * 64 + __builtin_ctzll(bits);
            if (last >= 0 && here >= least && all - here >= least) {
                double l = 0, r = 0, worth_left = 0, worth_right = 0;
                for (int64_t k = 0; k < classes; k++) {
                    const double a = left[k] * weights[k], b = (totals[k] - left[k]) * weights[k];
                    l += a;
                    r += b;
                    worth_left += entropy ? weight_log(a, table) : a * a;
                    worth_right += entropy ? weight_log(b, table) : b * b;
                }
                const double score = entropy ? worth_left - weight_log(l, table) + worth_right - weight_log(r, table) : worth_left / l + worth_right / r;
                if (score > best->score) *best = (search){score, last, bin, gaps_left, 1};
            }
            if (bin == CNB_TREE_GAP) return;
            for (int64_t k = 0; k < classes; k++) {
                left[k] += histogram[bin * classes + k];
                here += histogram[bin * classes + k];
            }
            last = bin;
        }
}

// Fewer rows than this mark the bins that they fall into; of more, all bins are looked at.
enum { MARKING = 160 };

/// Counts the rows of a node in its bins, and marks those that have some.
INLINE void fill(const cnb_tree_row *rows, int64_t count, const uint8_t *codes, const int64_t classes, uint32_t *histogram, uint64_t occupied[4]) {
    if (count < MARKING) {
        // Four sets of marks in turn, so that a row does not wait for the one before it.
        uint64_t marks[4][4] = {{0}};
        for (int64_t i = 0; i < count; i++) {
            const int code = codes[rows[i].row];
            histogram[code * classes + rows[i].target] += rows[i].count;
            marks[i & 3][code >> 6] |= 1ull << (code & 63);
        }
        for (int word = 0; word < 4; word++) occupied[word] = marks[0][word] | marks[1][word] | marks[2][word] | marks[3][word];
        return;
    }
    for (int64_t i = 0; i < count; i++) histogram[codes[rows[i].row] * classes + rows[i].target] += rows[i].count;
    for (int word = 0; word < 4; word++) {
        uint64_t bits = 0;
        for (int bit = 0; bit < 64; bit++) {
            const uint32_t *bin = histogram + (word * 64 + bit) * classes;
            uint32_t any = 0;
            for (int64_t k = 0; k < classes; k++) any |= bin[k];
            bits |= (uint64_t)(any != 0) << bit;
        }
        occupied[word] = bits;
    }
}

int cnb_tree_best_cut(
    const cnb_tree_row *rows, int64_t count, const uint8_t *codes, int64_t classes, int entropy, const double *weights, const uint32_t *totals, uint64_t least,
    const double *table, uint32_t *histogram, cnb_tree_cut *best
) {
    uint64_t occupied[4];
    if (classes == 2) fill(rows, count, codes, 2, histogram, occupied);
    else fill(rows, count, codes, classes, histogram, occupied);
    const int bins = __builtin_popcountll(occupied[0]) + __builtin_popcountll(occupied[1]) + __builtin_popcountll(occupied[2]) + __builtin_popcountll(occupied[3]);
    search found = {best->score, 0, 0, 0, 0};
    if (bins > 1) {
        const int sides = occupied[3] >> 63 ? 2 : 1;
        for (int side = 0; side < sides; side++) {
            // Gaps that go left are no bin at the right.
            if (side == 1) occupied[3] &= ~(1ull << 63);
            if (classes != 2) scan_many(histogram, occupied, classes, entropy, weights, totals, least, table, side, &found);
            else if (entropy) scan_two(histogram, occupied, 1, weights, totals, least, table, side, &found);
            else scan_two(histogram, occupied, 0, weights, totals, least, table, side, &found);
        }
        if (sides == 2) occupied[3] |= 1ull << 63;
    }
    if (bins > 64) memset(histogram, 0, sizeof(uint32_t) * (size_t)(CNB_TREE_BINS * classes));
    else
        for (int word = 0; word < 4; word++)
            for (uint64_t bits = occupied[word]; bits; bits &= bits - 1)
                memset(histogram + (word * 64 + __builtin_ctzll(bits)) * classes, 0, sizeof(uint32_t) * (size_t)classes);
    if (found.found) *best = (cnb_tree_cut){found.score, found.last, found.next, found.gaps_left};
    return (bins > 1 ? 1 : 0) | (found.found ? 2 : 0);
}

int64_t cnb_tree_part(cnb_tree_row *rows, int64_t count, const uint8_t *codes, int last, int gaps_left, int64_t classes, cnb_tree_row *scratch, uint32_t *left) {
    // Gaps, the upmost code, become the lowest where they go left.
    const uint8_t shift = gaps_left ? 1 : 0, bound = (uint8_t)(last + shift);
    int64_t lefts = 0, rights = 0;
    uint32_t all = 0, seconds = 0;
    for (int64_t i = 0; i < count; i++) {
        const cnb_tree_row row = rows[i];
        const uint32_t goes = (uint8_t)(codes[row.row] + shift) <= bound;
        rows[lefts] = row;
        scratch[rights] = row;
        lefts += goes;
        rights += 1 - goes;
        const uint32_t drawn = goes * row.count;
        all += drawn;
        seconds += drawn * row.target;
    }
    memcpy(rows + lefts, scratch, sizeof *rows * (size_t)rights);
    if (classes == 2) {
        left[0] = all - seconds;
        left[1] = seconds;
    } else {
        memset(left, 0, sizeof *left * (size_t)classes);
        for (int64_t i = 0; i < lefts; i++) left[rows[i].target] += rows[i].count;
    }
    return lefts;
}

int64_t cnb_tree_part_others(uint32_t *rows, int64_t count, const uint8_t *codes, int last, int gaps_left, uint32_t *scratch) {
    const uint8_t shift = gaps_left ? 1 : 0, bound = (uint8_t)(last + shift);
    int64_t lefts = 0, rights = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t row = rows[i], goes = (uint8_t)(codes[row] + shift) <= bound;
        rows[lefts] = row;
        scratch[rights] = row;
        lefts += goes;
        rights += 1 - goes;
    }
    memcpy(rows + lefts, scratch, sizeof *rows * (size_t)rights);
    return lefts;
}

INLINE void spread(const uint8_t *row, int64_t width, int64_t room, uint8_t *columns) {
    for (int64_t c = 0; c < width; c++) columns[c * room] = row[c];
}

void cnb_tree_gather(
    const uint8_t *codes, int64_t width, cnb_tree_row *rows, int64_t count, uint32_t *others, int64_t other_count, int64_t room, uint8_t *columns, uint32_t *names
) {
    for (int64_t i = 0; i < count; i++) {
        spread(codes + rows[i].row * width, width, room, columns + i);
        names[i] = rows[i].row;
        rows[i].row = (uint32_t)i;
    }
    for (int64_t i = 0; i < other_count; i++) {
        spread(codes + others[i] * width, width, room, columns + count + i);
        names[count + i] = others[i];
        others[i] = (uint32_t)(count + i);
    }
}

void cnb_tree_credit(const uint32_t *rows, int64_t count, const uint32_t *names, int64_t classes, const uint64_t *shares, uint64_t *sums) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t *own = sums + (int64_t)(names ? names[rows[i]] : rows[i]) * classes;
        for (int64_t k = 0; k < classes; k++)
            if (shares[k]) __atomic_fetch_add(own + k, shares[k], __ATOMIC_RELAXED);
    }
}

// Leaves ------------------------------------------------------------------------------------------------------------------------------

enum { LANES = 8 };

INLINE uint32_t child(const cnb_tree_node *nodes, uint32_t at, const double *row) {
    const cnb_tree_node node = nodes[at];
    const double value = row[node.column < 0 ? 0 : node.column];
    const uint32_t goes_left = value != value ? node.right >> 31 : value <= node.threshold;
    return goes_left ? at + 1 : node.right & 0x7FFFFFFF;
}

void cnb_tree_leaves(const cnb_tree_node *nodes, const double *values, int64_t columns, const int32_t *picks, int64_t count, int32_t *leaves) {
    int64_t first = 0;
    // Several rows go down together, so that the memory answers them side by side; one that has arrived stays.
    for (; first + LANES <= count; first += LANES) {
        uint32_t at[LANES] = {0};
        const double *rows[LANES];
        for (int lane = 0; lane < LANES; lane++) rows[lane] = values + (picks ? picks[first + lane] : first + lane) * columns;
        int isUnderWay;
        do {
            isUnderWay = 0;
            for (int lane = 0; lane < LANES; lane++) at[lane] = child(nodes, at[lane], rows[lane]);
            for (int lane = 0; lane < LANES; lane++) isUnderWay |= nodes[at[lane]].column >= 0;
        } while (isUnderWay);
        for (int lane = 0; lane < LANES; lane++) leaves[first + lane] = ~nodes[at[lane]].column;
    }
    for (; first < count; first++) {
        const double *row = values + (picks ? picks[first] : first) * columns;
        uint32_t at = 0;
        while (nodes[at].column >= 0) at = child(nodes, at, row);
        leaves[first] = ~nodes[at].column;
    }
}
