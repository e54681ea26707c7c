// Three bodies of one function: `NAME_body` is written once as plain C, compiled for each instruction set, and chosen at each call by a look
// at the CPU's flags (a load and a test). `target_clones` would do the same, but splits its AVX-512 clone into halves of 256 bits.
#pragma once
#include <stdint.h>
#include "kernels.h"

#define CNB_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define CNB_V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define CNB_V3 __attribute__((target("arch=x86-64-v3")))
CNB_INLINE int cnb_level(void) { return __builtin_cpu_supports("x86-64-v4") ? 4 : __builtin_cpu_supports("x86-64-v3") ? 3 : 1; }
#define CNB_VERSIONS(RESULT, NAME, PARAMETERS, ARGUMENTS)                               \
    CNB_V4 static RESULT NAME##_v4 PARAMETERS { return NAME##_body ARGUMENTS; }         \
    CNB_V3 static RESULT NAME##_v3 PARAMETERS { return NAME##_body ARGUMENTS; }         \
    static RESULT NAME##_v1 PARAMETERS { return NAME##_body ARGUMENTS; }                \
    RESULT NAME PARAMETERS {                                                            \
        switch (cnb_level()) {                                                          \
        case 4: return NAME##_v4 ARGUMENTS;                                             \
        case 3: return NAME##_v3 ARGUMENTS;                                             \
        default: return NAME##_v1 ARGUMENTS;                                            \
        }                                                                               \
    }
#else
#define CNB_VERSIONS(RESULT, NAME, PARAMETERS, ARGUMENTS) \
    RESULT NAME PARAMETERS { return NAME##_body ARGUMENTS; }
#endif

// Sixteen lanes in every version.
#define CNB_LANES _Pragma("clang loop vectorize_width(16) interleave_count(1)")
#define CNB_UNROLL _Pragma("clang loop unroll(full)")

/// tanh as x·P(x²)/Q(x²), both of degree 4: relative error below 3e-7. The coefficients are those of Fixtures/fit_tanh.py of LayersTests.
CNB_INLINE float tanh_of(float x) {
    x = x < -8.4f ? -8.4f : x;
    x = x > 8.4f ? 8.4f : x;
    float z = x * x;
    float p = (((1.445783084e-08f * z + 2.137975792e-05f) * z + 3.541616450e-03f) * z + 1.341957892e-01f) * z + 9.999999895e-01f;
    float q = (((8.219952082e-07f * z + 3.361425656e-04f) * z + 2.605143593e-02f) * z + 4.675290275e-01f) * z + 1.0f;
    float y = x * p / q;
    y = y < -1.0f ? -1.0f : y;
    return y > 1.0f ? 1.0f : y;
}

/// 1 / (1 + exp(-x)) to 2e-7 absolutely.
CNB_INLINE float sigmoid_of(float x) { return 0.5f + 0.5f * tanh_of(0.5f * x); }

/// exp, 0 below -87 and constant above 88: 2^n times the Taylor polynomial of degree 7 of the rest, |rest| <= log(2) / 2; relative error below 2e-7.
CNB_INLINE float exp_of(float x) {
    float present = x < -87.0f ? 0.0f : 1.0f;
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    // Adding 1.5 · 2^23 rounds to a whole number and leaves it in the low bits.
    union { float number; uint32_t bits; } turns = {x * 1.44269504f + 12582912.0f}, power;
    float n = turns.number - 12582912.0f;
    float r = (x - n * 0.693145752f) - n * 1.42860677e-06f;
    float p = ((((((r * (1.0f / 5040) + 1.0f / 720) * r + 1.0f / 120) * r + 1.0f / 24) * r + 1.0f / 6) * r + 0.5f) * r + 1.0f) * r + 1.0f;
    power.bits = (turns.bits - 0x4B400000u + 127u) << 23;
    return p * power.number * present;
}

/// erf as x·P(x²)/Q(x²), both of degree 5: relative error below 3e-7. The coefficients are those of Fixtures/fit_erf.py of LayersTests.
CNB_INLINE float erf_of(float x) {
    x = x < -4.0f ? -4.0f : x;
    x = x > 4.0f ? 4.0f : x;
    float z = x * x;
    float p = ((((1.986795178e-06f * z + 2.845657602e-04f) * z + 3.883312027e-03f) * z + 5.310164360e-02f) * z + 1.935442354e-01f) * z + 1.128379139e+00f;
    float q = ((((3.742030315e-05f * z + 1.185564597e-03f) * z + 1.520718464e-02f) * z + 1.153496651e-01f) * z + 5.048566683e-01f) * z + 1.0f;
    float y = x * p / q;
    y = y < -1.0f ? -1.0f : y;
    return y > 1.0f ? 1.0f : y;
}

/// The coins of dropout: that of number i follows from (key, first + i) alone.
typedef struct {
    uint32_t low, high, offset, turn, threshold;
    float scale;
} cnb_coins;

CNB_INLINE cnb_coins coins_of(uint64_t key, uint64_t first, float share) {
    return (cnb_coins){
        (uint32_t)key, (uint32_t)(key >> 32), (uint32_t)first, (uint32_t)(first >> 32) * 0x9E3779B9u, (uint32_t)((double)share * 16777216.0), 1.0f / (1.0f - share)};
}

/// 0 or x / (1 - share): two rounds of a 32-bit mixer (multiply, xor of the shifted) with half of the key each.
CNB_INLINE float dropped(cnb_coins coins, uint32_t i, float x) {
    uint32_t z = (coins.offset + i) * 0x9E3779B9u ^ coins.low ^ coins.turn;
    z = (z ^ (z >> 16)) * 0x7FEB352Du;
    z = (z ^ (z >> 15)) * 0x846CA68Bu;
    z = (z ^ (z >> 16)) + coins.high;
    z = (z ^ (z >> 16)) * 0x7FEB352Du;
    z = (z ^ (z >> 15)) * 0x846CA68Bu;
    z ^= z >> 16;
    return (z >> 8) < coins.threshold ? 0.0f : x * coins.scale;
}
