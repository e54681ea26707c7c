#pragma once
#include <lapacke.h>

void openblas_set_num_threads(int threads);

/// Eigenvalues (rising) and eigenvectors of the symmetric n×n matrix `a`, row-major: on return row i of `a` is the vector of value i.
/// The result is LAPACK's info: 0 when all went well.
static inline int cnb_symmetric_eigen(int n, double *a, double *values) {
    // A symmetric matrix reads the same by rows and by columns, so column-major vectors are the rows that are wanted.
    return LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', n, a, n, values);
}
