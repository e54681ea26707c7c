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

// The bits of the bytes that are among the first `left` and before a quote; of the quotes those among them stay.
INLINE uint64_t before_quote(Masks *masks, size_t left) {
    uint64_t valid = left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
    masks->quotes &= valid;
    return masks->quotes ? (masks->quotes & -masks->quotes) - 1 : valid;
}

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
            uint64_t valid = before_quote(&masks, end - block);                                                                                                         \
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
            if (masks.quotes) break;                                                                                                                                    \
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

// A row is right if its line feed is the last of as many marks as it has fields, which are only counted.
#define SCAN_IDS(NAME, ATTRIBUTES, MASKS)                                                                                                                               \
    ATTRIBUTES static size_t NAME(                                                                                                                                      \
        const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *starts) {                                \
        size_t rows = 0, before = 0, wanted = fields;                                                                                                                   \
        starts[0] = (uint32_t)from;                                                                                                                                     \
        for (size_t block = from; block < end && rows < most; block += 64) {                                                                                            \
            Masks masks = MASKS(base + block, separator);                                                                                                               \
            uint64_t valid = before_quote(&masks, end - block);                                                                                                         \
            uint64_t marks = masks.marks & valid, lines = masks.lines & valid;                                                                                          \
            for (; lines; lines &= lines - 1) {                                                                                                                         \
                size_t so_far = before + (size_t)__builtin_popcountll(marks & (lines ^ (lines - 1)));                                                                   \
                if (so_far != wanted) break;                                                                                                                            \
                wanted += fields;                                                                                                                                       \
                starts[++rows] = (uint32_t)(block + (size_t)__builtin_ctzll(lines) + 1);                                                                                \
            }                                                                                                                                                           \
            if (masks.quotes || lines) break;                                                                                                                           \
            before += (size_t)__builtin_popcountll(marks);                                                                                                              \
        }                                                                                                                                                               \
        if (rows > most) rows = most;                                                                                                                                   \
        while (rows > 1 && starts[rows - 1] >= limit) rows--;                                                                                                           \
        return rows;                                                                                                                                                    \
    }

#define FIND_FIELDS(NAME, ATTRIBUTES, MASKS)                                                                                                                            \
    ATTRIBUTES static void NAME(                                                                                                                                        \
        const uint8_t *base, const uint32_t *starts, const uint32_t *rows, size_t count, uint8_t separator, uint32_t fields, uint32_t *ends) {                          \
        for (size_t row = 0; row < count; row++, ends += fields + 1) {                                                                                                  \
            size_t found = 1, block = starts[rows[row]];                                                                                                                \
            ends[0] = (uint32_t)block - 1;                                                                                                                              \
            for (; found <= fields; block += 64) {                                                                                                                      \
                for (uint64_t marks = MASKS(base + block, separator).marks; marks && found <= fields; marks &= marks - 1)                                               \
                    ends[found++] = (uint32_t)(block + (size_t)__builtin_ctzll(marks));                                                                                 \
            }                                                                                                                                                           \
        }                                                                                                                                                               \
    }

#if defined(__x86_64__)
#define CHOSEN(NAME, ...) (__builtin_cpu_supports("x86-64-v3") ? NAME##_v3(__VA_ARGS__) : NAME##_v1(__VA_ARGS__))
#define BOTH(MAKE, NAME) MAKE(NAME##_v1, , masks_v1) MAKE(NAME##_v3, V3, masks_v3)
#else
#define CHOSEN(NAME, ...) NAME##_v1(__VA_ARGS__)
#define BOTH(MAKE, NAME) MAKE(NAME##_v1, , masks_v1)
#endif
BOTH(SCAN_ROWS, scan_rows)
BOTH(SCAN_IDS, scan_ids)
BOTH(FIND_FIELDS, find_fields)

size_t cnb_scan_rows(const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *ends, size_t *next) {
    return CHOSEN(scan_rows, base, from, limit, end, separator, fields, most, ends, next);
}

void cnb_find_fields(const uint8_t *base, const uint32_t *starts, const uint32_t *rows, size_t count, uint8_t separator, uint32_t fields, uint32_t *ends) {
    CHOSEN(find_fields, base, starts, rows, count, separator, fields, ends);
}

// The high bit of each of eight bytes that is more than 9; certain up to the first such.
INLINE uint64_t not_digits(uint64_t word) { return ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080); }

// Eight bytes from 0 to 9, the first that of the highest digit, as a number.
INLINE uint32_t digits_value(uint64_t word) {
    word = word * 10 + (word >> 8);
    return (uint32_t)(((word & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) + ((word >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >> 32);
}

size_t cnb_scan_ids(
    const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *starts, int32_t *restrict ids, size_t *next) {
    size_t rows = CHOSEN(scan_ids, base, from, limit, end, separator, fields, most, starts), row = 0;
    for (; row < rows; row++) {
        const uint8_t *text = base + starts[row];
        uint64_t word;
        memcpy(&word, text, 8);
        word ^= UINT64_C(0x3030303030303030);
        uint64_t others = not_digits(word);
        uint32_t length = others ? (uint32_t)__builtin_ctzll(others) / 8 : 8;
        // A leading zero would be lost.
        if (length == 0 || text[length] != separator || (length > 1 && text[0] == '0')) break;
        uint32_t shift = 64 - 8 * length;
        ids[row] = (int32_t)digits_value(word << shift);
    }
    *next = starts[row];
    return row;
}

// One to eight digits, the first of them at `text`, as a number; a negative number if another byte is among them.
INLINE int64_t up_to_eight(const uint8_t *text, uint32_t length) {
    uint64_t word;
    memcpy(&word, text, 8);
    uint32_t shift = 64 - 8 * length;
    word = (word << shift) ^ (UINT64_C(0x3030303030303030) << shift);
    return not_digits(word) ? -1 : (int64_t)digits_value(word);
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
INLINE int64_t field_number(const uint8_t *base, const uint32_t *own, uint32_t is_last, uint32_t *length) {
    const uint8_t *text = base + (uint32_t)(own[0] + 1);
    *length = own[1] - own[0] - 1;
    int64_t value = number(text, *length);
    if (__builtin_expect(value < 0, 0) && is_last && *length > 1 && text[*length - 1] == '\r') value = number(text, --*length);
    return value;
}

// One by one. Gives the number of rows before the first that holds anything else.
static size_t single_ids(const uint8_t *base, const uint32_t *own, uint32_t stride, uint32_t is_last, size_t rows, int32_t *restrict values) {
    for (size_t row = 0; row < rows; row++, own += stride) {
        uint32_t length;
        int64_t value = field_number(base, own, is_last, &length);
        // A leading zero would be lost.
        if (value < 0 || value > INT32_MAX || (length > 1 && base[(uint32_t)(own[0] + 1)] == '0')) return row;
        values[row] = (int32_t)value;
    }
    return rows;
}

static size_t single_digits(const uint8_t *base, const uint32_t *own, uint32_t stride, uint32_t is_last, size_t rows, int64_t scale, int64_t *restrict values) {
    for (size_t row = 0; row < rows; row++, own += stride) {
        uint32_t length;
        int64_t value = field_number(base, own, is_last, &length);
        if (value < 0) return row;
        values[row] = value * scale;
    }
    return rows;
}

// Four by four, in the four quarters of a vector: the digits lie in its highest bytes and all bytes before them are made zeros, so fields are read backwards from their ends.
// Stops before four of which one must be looked at alone.
#if defined(__x86_64__)
typedef struct {
    __m256i lengths;
    // Of each field, where it ends.
    const uint8_t *ends[4];
} Four;

V3 INLINE int64_t eight_bytes(const void *from) {
    int64_t word;
    memcpy(&word, from, 8);
    return word;
}
V3 INLINE Four four_fields(const uint8_t *base, const uint32_t *own, size_t stride) {
    __m256i places = _mm256_set_epi64x(eight_bytes(own + 3 * stride), eight_bytes(own + 2 * stride), eight_bytes(own + stride), eight_bytes(own));
    __m256i low = _mm256_set1_epi64x(0xFFFFFFFF);
    Four four = {_mm256_sub_epi32(_mm256_srli_epi64(places, 32), _mm256_and_si256(_mm256_add_epi32(places, _mm256_set1_epi64x(1)), low)), {0}};
    for (int field = 0; field < 4; field++) four.ends[field] = base + own[(size_t)field * stride + 1];
    return four;
}
// Bits of eight bytes besides those of the last `counts`.
V3 INLINE __m256i spare_bits(__m256i counts) { return _mm256_sub_epi64(_mm256_set1_epi64x(64), _mm256_slli_epi64(counts, 3)); }
// The digits of the last eight bytes before `back` from the ends, of which `counts` bytes belong to the fields. What is no digit is more than 9.
V3 INLINE __m256i four_digits(const Four *four, int back, __m256i counts) {
    __m256i words = _mm256_set_epi64x(
        eight_bytes(four->ends[3] - back - 8), eight_bytes(four->ends[2] - back - 8), eight_bytes(four->ends[1] - back - 8), eight_bytes(four->ends[0] - back - 8));
    __m256i own = _mm256_sllv_epi64(_mm256_set1_epi64x(-1), spare_bits(counts));
    return _mm256_and_si256(_mm256_xor_si256(words, _mm256_set1_epi8('0')), own);
}
V3 INLINE __m256i four_values(__m256i digits) {
    __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A));
    __m256i quads = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
    return _mm256_add_epi64(_mm256_mul_epu32(quads, _mm256_set1_epi64x(10000)), _mm256_srli_epi64(quads, 32));
}
V3 INLINE __m256i beyond(__m256i digits) { return _mm256_subs_epu8(digits, _mm256_set1_epi8(9)); }

V3 static size_t ids_by_four(const uint8_t *base, const uint32_t *own, uint32_t stride, size_t rows, int32_t *restrict values) {
    const __m256i one = _mm256_set1_epi64x(1);
    size_t row = 0;
    // Before the first field there must be eight bytes.
    for (; row + 4 <= rows && own[1] >= 8; row += 4, own += 4 * (size_t)stride) {
        Four four = four_fields(base, own, stride);
        __m256i digits = four_digits(&four, 0, four.lengths);
        __m256i first = _mm256_and_si256(_mm256_srlv_epi64(digits, spare_bits(four.lengths)), _mm256_set1_epi64x(0xFF));
        __m256i zeros = _mm256_and_si256(_mm256_cmpeq_epi64(first, _mm256_setzero_si256()), _mm256_cmpgt_epi64(four.lengths, one));
        __m256i sizes = _mm256_or_si256(_mm256_cmpgt_epi64(four.lengths, _mm256_set1_epi64x(8)), _mm256_cmpgt_epi64(one, four.lengths));
        __m256i wrong = _mm256_or_si256(_mm256_or_si256(zeros, sizes), beyond(digits));
        if (!_mm256_testz_si256(wrong, wrong)) break;
        __m256i packed = _mm256_permutevar8x32_epi32(four_values(digits), _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
        _mm_storeu_si128((__m128i *)(values + row), _mm256_castsi256_si128(packed));
    }
    return row;
}

V3 static size_t digits_by_four(const uint8_t *base, const uint32_t *own, uint32_t stride, size_t rows, int64_t scale, int64_t *restrict values) {
    const __m256i eight = _mm256_set1_epi64x(8), factor = _mm256_set1_epi64x(scale);
    size_t row = 0;
    for (; row + 4 <= rows && own[1] >= 16; row += 4, own += 4 * (size_t)stride) {
        Four four = four_fields(base, own, stride);
        // The last eight digits, and those before.
        __m256i tails = _mm256_min_epi32(four.lengths, eight), tail = four_digits(&four, 0, tails), head = four_digits(&four, 8, _mm256_sub_epi64(four.lengths, tails));
        __m256i sizes = _mm256_or_si256(_mm256_cmpgt_epi64(four.lengths, _mm256_set1_epi64x(12)), _mm256_cmpgt_epi64(_mm256_set1_epi64x(1), four.lengths));
        __m256i wrong = _mm256_or_si256(sizes, _mm256_or_si256(beyond(tail), beyond(head)));
        if (!_mm256_testz_si256(wrong, wrong)) break;
        __m256i value = _mm256_add_epi64(_mm256_mul_epu32(four_values(head), _mm256_set1_epi64x(100000000)), four_values(tail));
        __m256i high = _mm256_slli_epi64(_mm256_mul_epu32(_mm256_srli_epi64(value, 32), factor), 32);
        _mm256_storeu_si256((__m256i *)(values + row), _mm256_add_epi64(_mm256_mul_epu32(value, factor), high));
    }
    return row;
}
#define BY_FOUR(CALL) (__builtin_cpu_supports("x86-64-v3") ? CALL : 0)
#else
#define BY_FOUR(CALL) 0
#endif

// So many rows are looked at alone where one must be.
enum { SINGLE = 32 };

size_t cnb_read_ids(const uint8_t *base, const uint32_t *own, uint32_t stride, uint32_t is_last, size_t rows, int32_t *restrict values) {
    for (size_t done = 0; done < rows;) {
        done += BY_FOUR(ids_by_four(base, own + done * stride, stride, rows - done, values + done));
        size_t wanted = rows - done < SINGLE ? rows - done : SINGLE, read = single_ids(base, own + done * stride, stride, is_last, wanted, values + done);
        done += read;
        if (read < wanted) return done;
    }
    return rows;
}

size_t cnb_read_digits(const uint8_t *base, const uint32_t *own, uint32_t stride, uint32_t is_last, size_t rows, uint32_t scale, int64_t *restrict values) {
    for (size_t done = 0; done < rows;) {
        done += BY_FOUR(digits_by_four(base, own + done * stride, stride, rows - done, scale, values + done));
        size_t wanted = rows - done < SINGLE ? rows - done : SINGLE, read = single_digits(base, own + done * stride, stride, is_last, wanted, scale, values + done);
        done += read;
        if (read < wanted) return done;
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
