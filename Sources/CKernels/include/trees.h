#pragma once
#include <stdint.h>

// Decision trees over columns of bin codes. A column has at most 255 bins, numbered by rising value, and one more for its gaps.

enum { CNB_TREE_BINS = 256, CNB_TREE_GAP = 255 };

/// A row of a node: which one, its class, and how often it was drawn.
typedef struct {
    uint32_t row;
    uint16_t target;
    uint16_t count;
} cnb_tree_row;

/// The best place to divide a node that was found so far.
typedef struct {
    /// What the children are worth together: Σ weight² of their classes / weight of the child (Gini), or Σ weight·log2 weight of their classes - weight·log2 weight
    /// of the child (entropy). The node's impurity falls by this minus the node's own worth, divided by the weight of all.
    double score;
    /// The last bin of the rows that go left, and the first of those that go right: CNB_TREE_GAP where only gaps do.
    int32_t last, next;
    int32_t gaps_left;
} cnb_tree_cut;

/// A node: rows whose value is at most the threshold go to the next node, the others to `right`.
typedef struct {
    /// NaN in a leaf, so that all rows stay there.
    double threshold;
    /// The column, or ~leaf.
    int32_t column;
    /// Its upmost bit says that gaps go to the next node; in a leaf its own place.
    uint32_t right;
} cnb_tree_node;

/// The different values, gaps left out, of values[0], values[stride], ... in rising order if there are at most `most` (<= 256), and how many; else -1.
int64_t cnb_few_values(const double *values, int64_t rows, int64_t stride, int64_t most, double *found);

/// codes[i] = how many of the `count` (<= 254) rising cuts lie below values[i · stride], or CNB_TREE_GAP of NaN. lows and highs [256] come down and up to the values
/// of each bin.
void cnb_bin_codes(const double *values, int64_t rows, int64_t stride, const double *cuts, int64_t count, uint8_t *codes, double *lows, double *highs);

/// Looks for a better cut of a node by one column, and writes it to `best` if its score is greater than the one there.
///
/// Gaps go to one side as a whole: right is tried first. Of cuts that are worth the same the lowest counts.
///
/// - weights: [classes], what a row of a class weighs.
/// - totals: [classes], how often rows of each class were drawn into the node.
/// - least: how often rows must have been drawn into each child.
/// - table: n·log2 n of 0..<CNB_TREE_TABLE for entropy where all weights are 1, else null.
/// - histogram: [256 · classes], zeros before and after.
/// - Returns: 0 if all rows are in one bin, 1 if not, 3 if `best` was written.
int cnb_tree_best_cut(
    const cnb_tree_row *rows, int64_t count, const uint8_t *codes, int64_t classes, int entropy, const double *weights, const uint32_t *totals, uint64_t least,
    const double *table, uint32_t *histogram, cnb_tree_cut *best);
enum { CNB_TREE_TABLE = 2048 };

/// Puts the rows that go left before the others, each in the order that they have; how many they are, and in `left` [classes] how often those of each class were drawn.
int64_t cnb_tree_part(cnb_tree_row *rows, int64_t count, const uint8_t *codes, int last, int gaps_left, int64_t classes, cnb_tree_row *scratch, uint32_t *left);

/// As `cnb_tree_part` of rows that have no say in the tree.
int64_t cnb_tree_part_others(uint32_t *rows, int64_t count, const uint8_t *codes, int last, int gaps_left, uint32_t *scratch);

/// columns[c · room + i] = codes[rows[i] · width + c], and the same of `others`, which come after the `count` rows; names[i] = rows[i], and rows[i] = i.
void cnb_tree_gather(
    const uint8_t *codes, int64_t width, cnb_tree_row *rows, int64_t count, uint32_t *others, int64_t other_count, int64_t room, uint8_t *columns, uint32_t *names);

/// sums[names[rows[i]] · classes + k] += shares[k], whatever other threads add meanwhile; without `names` rows are their own.
void cnb_tree_credit(const uint32_t *rows, int64_t count, const uint32_t *names, int64_t classes, const uint64_t *shares, uint64_t *sums);

/// leaves[i] = the leaf of row picks[i] of `values` [.., columns], or of row i without `picks`.
void cnb_tree_leaves(const cnb_tree_node *nodes, const double *values, int64_t columns, const int32_t *picks, int64_t count, int32_t *leaves);
