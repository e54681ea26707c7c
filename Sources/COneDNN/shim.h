#pragma once
#include <oneapi/dnnl/dnnl.h>

// Of GNU's OpenMP, which Debian's oneDNN runs on; its header is not among the headers of every compiler.
void omp_set_num_threads(int count);

/// C = alpha · op(A) · op(B) + beta · C, row-major, on the calling thread alone: shards, not products, are what runs in parallel.
static inline dnnl_status_t cnb_sgemm(
    char a_form, char b_form, long m, long n, long k, float alpha, const float *a, long a_stride, const float *b,
    long b_stride, float beta, float *c, long c_stride) {
    omp_set_num_threads(1);
    return dnnl_sgemm(a_form, b_form, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}
