#pragma once
#include <stdint.h>

// Prototypes of rows of numbers and categories: the mean of each number, and the mode of each category (Huang's k-prototypes; without numbers k-modes).
//
// A row lies from a prototype as far as the squares of the gaps of its numbers and `gamma` for each category that is not the mode. Every sum is kept in an order that
// depends on neither the processor nor the threads.

/// Rows, laid out for vectors: values (row, column) of numbers at numbers[(row / 8 · number_count + column) · 8 + row % 8], of categories at
/// [(row / 64 · count + column) · 64 + row % 64]. All are padded to a multiple of 64 rows.
typedef struct {
    int64_t rows;
    int64_t number_count, narrow_count, wide_count;
    const double *numbers;
    /// Codes of columns of at most 255 levels; 255 is none of them.
    const uint8_t *narrow;
    /// Codes of the other columns; -1 is none of them.
    const int32_t *wide;
    /// How often each row counts; null where once.
    const int32_t *weights;
    double gamma;
} cnb_mixed_rows;

/// How the rows of each level of a column are counted.
typedef struct {
    int64_t levels;
    /// Where the counts of the column begin among all.
    int64_t first;
    /// [levels + 1] where each level has a list of (cluster, count), no longer than it has rows; null where it has a count for each cluster.
    const int64_t *starts;
} cnb_levels;

/// Prototypes, and what is known of their rows. Columns of categories are those of few levels, then the others.
typedef struct {
    int64_t count;
    /// [count, number_count]
    double *means, *sums;
    /// [count], weights added up
    int64_t *sizes;
    /// [count, columns of categories]: the mode, how many rows have it, and what no other level has more rows than.
    int32_t *modes, *tops, *others;
    const cnb_levels *levels;
    int32_t *counts;
} cnb_prototypes;

/// The nearest prototype of each of the rows `first`, a multiple of 64, up to `last`; of equally near ones the first. Adds their distances, times the weights, to
/// `cost` (eight lanes by row % 8), and writes them to `distances` unless that is null. Both outputs begin with row `first`.
void cnb_mixed_nearest(const cnb_mixed_rows *rows, const cnb_prototypes *prototypes, int64_t first, int64_t last, int32_t *labels, double *distances, double *cost);

/// Counts and adds up the rows of each cluster by `labels` [rows], and makes their means and modes the prototypes; of levels with as many rows the first. A cluster without
/// rows keeps its prototype. What was counted before is forgotten, but lists of counts are to be empty: all -1, 0.
void cnb_mixed_count(const cnb_mixed_rows *rows, cnb_prototypes *prototypes, const int32_t *labels);

/// Goes through the rows `first`, a multiple of 64, up to `last`, and moves each to its nearest prototype; the means and modes follow at once. How many have moved.
int64_t cnb_mixed_pass(const cnb_mixed_rows *rows, cnb_prototypes *prototypes, int64_t first, int64_t last, int32_t *labels);

/// Moves one row; its old cluster and the new one follow.
void cnb_mixed_move(const cnb_mixed_rows *rows, cnb_prototypes *prototypes, int64_t row, int32_t from, int32_t to);

/// Sums and means anew from the rows, free of what rounding has left in them.
void cnb_mixed_means(const cnb_mixed_rows *rows, cnb_prototypes *prototypes, const int32_t *labels);
