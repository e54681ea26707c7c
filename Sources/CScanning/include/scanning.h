// Vectorised reading of delimited text without quotes, chosen at run time by CPU.
//
// `ends[0]` is the place before the first row, and `ends[1 + row * fields + field]` the separator or line feed that ends a field; so every field begins
// one byte after the entry before its own. Places are counted from `base`, modulo 2^32.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Finds the fields of rows from `from` on: those that begin before `limit`, end before `end`, have just `fields` fields and hold no quote, `most` at most.
///
/// `ends` has room for 1 + most * fields + 64 entries; 64 bytes may be read after `end`. Gives the number of rows, and in `next` where the row begins that follows them.
size_t cnb_scan_rows(const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *ends, size_t *next);

/// Finds rows as `cnb_scan_rows` does, of two fields or more, whose first field is a whole number of one to eight digits in its one plain form: where each begins, and the number.
///
/// `starts` has room for 1 + most + 64 places, `ids` for `most` numbers; 64 bytes may be read after `end`. Gives the number of rows, and in `next` where the row begins that follows them.
size_t cnb_scan_ids(
    const uint8_t *base, size_t from, size_t limit, size_t end, uint8_t separator, uint32_t fields, size_t most, uint32_t *starts, int32_t *ids, size_t *next);

/// Finds the fields of some of the rows that begin at `starts`, which are as `cnb_scan_ids` takes them: the place before each row, then the ends of its `fields` fields.
///
/// `ends` has room for count * (fields + 1) + 64 entries; 64 bytes may be read after a row.
void cnb_find_fields(const uint8_t *base, const uint32_t *starts, const uint32_t *rows, size_t count, uint8_t separator, uint32_t fields, uint32_t *ends);

/// Reads a field of each row as a whole number from 0 to 2^31 - 1 in its one plain form. `own` is the entry before the field's end in the first row, `stride` leads to the next row.
/// Gives the number of rows before the first that holds anything else.
size_t cnb_read_ids(const uint8_t *base, const uint32_t *own, uint32_t stride, uint32_t is_last, size_t rows, int32_t *values);

/// Reads a field of each row as a whole number of one to twelve digits, times `scale`; else as `cnb_read_ids`.
size_t cnb_read_digits(const uint8_t *base, const uint32_t *own, uint32_t stride, uint32_t is_last, size_t rows, uint32_t scale, int64_t *values);

/// Writes `value` in decimal and gives the number of bytes, 20 at most.
size_t cnb_write_number(int64_t value, uint8_t *text);
