// Vectors of eight doubles on every processor: narrower ones do each operation in several steps. Multiplications and additions stay apart
// (a fused one would round once less), so that each lane has the same bits whatever the processor.
#pragma once
#include <math.h>
#include <string.h>
#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((ext_vector_type(8), aligned(8)));
typedef int64_t mask __attribute__((ext_vector_type(8), aligned(8)));
enum { WIDTH = 8, GROUPS = 4 };

#define LOAD(address) (*(const lanes *)(address))
#define STORE(address, value) (*(lanes *)(address) = (value))

// Vectors go in and out by pointer: as values they would ask for an instruction set in the calling convention.

/// The first `count` numbers from `values` on, and `rest` in the other lanes.
CNB_INLINE void load_first(const double *values, int64_t count, double rest, lanes *result) {
    if (count >= WIDTH) {
        *result = LOAD(values);
        return;
    }
    *result = (lanes)rest;
    for (int64_t r = 0; r < count; r++) (*result)[r] = values[r];
}

/// Writes the first `count` lanes.
CNB_INLINE void store_first(double *values, const lanes *numbers, int64_t count) {
    if (count >= WIDTH) {
        STORE(values, *numbers);
        return;
    }
    for (int64_t r = 0; r < count; r++) values[r] = (*numbers)[r];
}
