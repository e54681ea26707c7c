#include "scanning.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

typedef struct {
    uint64_t marks, lines, quotes;
} Masks;

// Which of the 64 bytes at `text` are separators or line feeds, line feeds, and quotes.
#if defined(__x86_64__)
INLINE uint64_t equal_v1(const uint8_t *text, __m128i wanted) {
    uint64_t mask = 0;
    for (int part = 0; part < 4; part++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(text + 16 * part));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)) << (16 * part);
    }
    return mask;
}
INLINE Masks masks_v1(const uint8_t *text, uint8_t separator) {
    uint64_t lines = equal_v1(text, _mm_set1_epi8('\n'));
    return (Masks){equal_v1(text, _mm_set1_epi8((char)separator)) | lines, lines, equal_v1(text, _mm_set1_epi8('"'))};
}

#define V3 __attribute__((target("arch=x86-64-v3")))
V3 INLINE uint64_t equal_v3(__m256i low, __m256i high, __m256i wanted) {
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)) | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)) << 32;
}
V3 INLINE Masks masks_v3(const uint8_t *text, uint8_t separator) {
    __m256i low = _mm256_loadu_si256((const __m256i *)text), high = _mm256_loadu_si256((const __m256i *)(text + 32));
    uint64_t lines = equal_v3(low, high, _mm256_set1_epi8('\n'));
    return (Masks){equal_v3(low, high, _mm256_set1_epi8((char)separator)) | lines, lines, equal_v3(low, high, _mm256_set1_epi8('"'))};
}
#else
INLINE Masks masks_v1(const uint8_t *text, uint8_t separator) {
    Masks masks = {0, 0, 0};
    for (int place = 0; place < 64; place++) {
        uint64_t bit = (uint64_t)1 << place;
        if (text[place] == '\n') masks.lines |= bit;
        if (text[place] == '\n' || text[place] == separator) masks.marks |= bit;
        if (text[place] == '"') masks.quotes |= bit;
    }
    return masks;
}
#endif

// The places of all marks are written down first; then each row is looked at. With as many line feeds as rows, and one at the end of each row, no row has another inside.
#define SCAN_ROWS(NAME, ATTRIBUTES, MASKS)                                                                                                                              \
    ATTRIBUTES static size_t NAME(                                                                                                                                      \
        const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *ends, size_t *next) {                    \
        size_t wanted = most * fields, count = 0, lines = 0;                                                                                                            \
        uint32_t *places = ends + 1;                                                                                                                                    \
        ends[0] = (uint32_t)(from - 1);                                                                                                                                 \
        *next = from;                                                                                                                                                   \
        for (size_t block = from; block < end && count < wanted; block += 64) {                                                                                         \
            Masks masks = MASKS(base + block, separator);                                                                                                               \
            uint64_t valid = end - block < 64 ? ((uint64_t)1 << (end - block)) - 1 : ~(uint64_t)0;                                                                      \
            uint64_t quotes = masks.quotes & valid;                                                                                                                     \
            if (quotes) valid = (quotes & -quotes) - 1;                                                                                                                 \
            uint64_t marks = masks.marks & valid;                                                                                                                       \
            size_t found = (size_t)__builtin_popcountll(marks);                                                                                                         \
            lines += (size_t)__builtin_popcountll(masks.lines & valid);                                                                                                 \
            uint32_t *place = places + count;                                                                                                                           \
            for (size_t done = 0; done < found; done += 4) {                                                                                                            \
                for (int step = 0; step < 4; step++) {                                                                                                                  \
                    place[done + step] = (uint32_t)(block + (size_t)__builtin_ctzll(marks | (uint64_t)1 << 63));                                                        \
                    marks &= marks - 1;                                                                                                                                 \
                }                                                                                                                                                       \
            }                                                                                                                                                           \
            count += found;                                                                                                                                             \
            if (quotes) break;                                                                                                                                          \
        }                                                                                                                                                               \
        size_t rows = count / fields, row = 0;                                                                                                                          \
        uint32_t isWhole = lines == rows;                                                                                                                               \
        for (size_t last = fields - 1; isWhole && row < rows; row++) isWhole = base[places[row * fields + last]] == '\n';                                               \
        if (!isWhole) {                                                                                                                                                 \
            for (row = 0; row < rows; row++) {                                                                                                                          \
                const uint32_t *own = places + row * fields;                                                                                                            \
                uint32_t inner = base[own[fields - 1]] != '\n';                                                                                                         \
                for (uint32_t field = 0; field + 1 < fields; field++) inner |= base[own[field]] == '\n';                                                                \
                if (inner) break;                                                                                                                                       \
            }                                                                                                                                                           \
        }                                                                                                                                                               \
        if (row > most) row = most;                                                                                                                                     \
        while (row > 1 && places[(row - 1) * fields - 1] + 1 >= limit) row--;                                                                                           \
        if (row > 0) *next = places[row * fields - 1] + 1;                                                                                                              \
        return row;                                                                                                                                                     \
    }

SCAN_ROWS(scan_rows_v1, , masks_v1)
#if defined(__x86_64__)
SCAN_ROWS(scan_rows_v3, V3, masks_v3)
#endif

size_t cnb_scan_rows(const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *ends, size_t *next) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v3")) return scan_rows_v3(base, from, limit, end, separator, fields, most, ends, next);
#endif
    return scan_rows_v1(base, from, limit, end, separator, fields, most, ends, next);
}

// One to eight digits, the first of them at `text`, as a number; a negative number if another byte is among them.
INLINE int64_t up_to_eight(const uint8_t *text, uint32_t length) {
    uint64_t word;
    memcpy(&word, text, 8);
    uint32_t shift = 64 - 8 * length;
    word = (word << shift) ^ (UINT64_C(0x3030303030303030) << shift);
    if (((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080)) return -1;
    word = word * 10 + (word >> 8);
    word = ((word & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) + ((word >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >> 32;
    return (int64_t)(uint32_t)word;
}

// One to twelve digits as a number; negative if another byte is among them, or there are none or more.
INLINE int64_t number(const uint8_t *text, uint32_t length) {
    if (length - 1 < 8) return up_to_eight(text, length);
    if (length == 10) {
        uint32_t tens = (uint32_t)(text[0] - '0'), ones = (uint32_t)(text[1] - '0');
        int64_t tail = up_to_eight(text + 2, 8);
        return tens > 9 || ones > 9 || tail < 0 ? -1 : (int64_t)(tens * 10 + ones) * 100000000 + tail;
    }
    if (length - 1 >= 12) return -1;
    int64_t head = up_to_eight(text, length - 8), tail = up_to_eight(text + length - 8, 8);
    return (head | tail) < 0 ? -1 : head * 100000000 + tail;
}

// The last field of a row may be followed by a carriage return, which is looked for only where the field is no number with it.
INLINE int64_t field_number(const uint8_t *base, const uint32_t *own, uint32_t isLast, uint32_t *length) {
    const uint8_t *text = base + (uint32_t)(own[0] + 1);
    *length = own[1] - own[0] - 1;
    int64_t value = number(text, *length);
    if (__builtin_expect(value < 0, 0) && isLast && *length > 1 && text[*length - 1] == '\r') value = number(text, --*length);
    return value;
}

size_t cnb_read_ids(const uint8_t *base, const uint32_t *ends, uint32_t fields, uint32_t field, size_t rows, int32_t *restrict values) {
    const uint32_t *own = ends + field;
    for (size_t row = 0; row < rows; row++, own += fields) {
        uint32_t length;
        int64_t value = field_number(base, own, field + 1 == fields, &length);
        // A leading zero would be lost.
        if (value < 0 || value > INT32_MAX || (length > 1 && base[(uint32_t)(own[0] + 1)] == '0')) return row;
        values[row] = (int32_t)value;
    }
    return rows;
}

size_t cnb_read_digits(const uint8_t *base, const uint32_t *ends, uint32_t fields, uint32_t field, size_t rows, int64_t scale, int64_t *restrict values) {
    const uint32_t *own = ends + field;
    for (size_t row = 0; row < rows; row++, own += fields) {
        uint32_t length;
        int64_t value = field_number(base, own, field + 1 == fields, &length);
        if (value < 0) return row;
        values[row] = value * scale;
    }
    return rows;
}

static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                            "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

size_t cnb_write_number(int64_t value, uint8_t *text) {
    uint8_t digits[20];
    size_t start = 20, sign = value < 0;
    uint64_t rest = sign ? 0 - (uint64_t)value : (uint64_t)value;
    for (; rest >= 100; rest /= 100) memcpy(digits + (start -= 2), pairs + 2 * (rest % 100), 2);
    if (rest >= 10) memcpy(digits + (start -= 2), pairs + 2 * rest, 2);
    else digits[--start] = (uint8_t)('0' + rest);
    // Not more than 19 digits and a sign.
    if (sign) digits[--start] = '-';
    memcpy(text, digits + start, 20 - start);
    return 20 - start;
}
