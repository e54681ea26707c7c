#pragma once
#include <stdint.h>

// Loops over journeys, each the counts of its transitions. Entries of journey j are at starts[j]..<starts[j + 1]; a transition is known by its place `pairs[e]`, and made `counts[e]` times.

/// The posterior shares of `k` chains in each of the journeys from..<to, times the number of users who made that journey, to `shares`, `[journeys, k]`.
///
/// `weights` are the logarithms of the chains' shares, `logs` those of their transitions, `[pairs, k]`.
/// Returns the sum of the logarithms of the likelihoods, each times that number.
double cnb_chain_shares(
    const int64_t *starts, const int32_t *pairs, const int32_t *counts, const int32_t *users, int64_t from, int64_t to, int64_t k, const double *weights, const double *logs, double *shares);

/// How often each chain makes the transitions from..<to: the sum over the journeys with it of count times share, to `sums`, `[pairs, k]`. Here starts, journeys and counts are by transition.
void cnb_chain_sums(const int64_t *starts, const int32_t *journeys, const int32_t *counts, int64_t from, int64_t to, int64_t k, const double *shares, double *sums);

/// The edit (Levenshtein) distances of one sequence of codes to others: `text(i)` is at codes[offsets[i]]..<codes[ends[i]], with codes from 0.
///
/// `masks` has (length + 63) / 64 words for each code, all 0, and is left so; `scratch` 2 · words.
void cnb_edit_distances(
    const int32_t *pattern, int64_t length, const int32_t *codes, const int64_t *offsets, const int64_t *ends, int64_t count, uint64_t *masks, uint64_t *scratch, int32_t *distances);

/// The logarithms of the likelihoods of the journeys from..<to in one chain, `logs` by transition, to `values`.
void cnb_chain_likelihoods(const int64_t *starts, const int32_t *pairs, const int32_t *counts, int64_t from, int64_t to, const double *logs, double *values);
