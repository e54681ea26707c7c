#pragma once
#include <cblas.h>
#include <lapacke.h>

void openblas_set_num_threads(int threads);

/// Eigenvalues (rising) and eigenvectors of the symmetric n×n matrix `a`, row-major: on return row i of `a` is the vector of value i.
/// The result is LAPACK's info: 0 when all went well.
static inline int cnb_symmetric_eigen(int n, double *a, double *values) {
    // A symmetric matrix reads the same by rows and by columns, so column-major vectors are the rows that are wanted.
    return LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', n, a, n, values);
}

/// The eigenvalues of the n×n matrix `a`, which is overwritten; it reads by columns, whose eigenvalues are those of its rows.
/// The result is LAPACK's info: 0 when all went well.
static inline int cnb_eigenvalues(int n, double *a, double *real, double *imaginary) {
    return LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, a, n, real, imaginary, 0, 1, 0, 1);
}

/// Adds xᵀ·x to the upper triangle of the row-major n×n matrix `gram`, x being `rows` rows of n numbers.
static inline void cnb_add_gram(int rows, int n, const double *x, double *gram) {
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, rows, 1, x, n, 1, gram, n);
}

/// Solves a·x = b for the symmetric positive definite n×n matrix of which `a` has the upper triangle, row-major; a is overwritten by its Cholesky factor.
/// `b` has `count` right sides one after the other, each of n numbers, and leaves as their solutions. The result is LAPACK's info: 0 when all went well.
static inline int cnb_solve_positive(int n, int count, double *a, double *b) {
    // Read by columns, the upper triangle of the rows is the lower one.
    return LAPACKE_dposv(LAPACK_COL_MAJOR, 'L', n, count, a, n, b, n);
}
