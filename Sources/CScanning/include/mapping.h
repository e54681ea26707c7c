// Windows of files that are read where the system keeps them, without a copy. Where a file becomes shorter meanwhile, the window reads as zeros from there on instead of
// ending the program by SIGBUS, and says so.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Maps `count` bytes of a file from `offset`, a multiple of the page size, with at least `padding` bytes of memory after them. What is written to the window stays in it.
/// Gives the start, and in `slot` what to unmap it by; NULL where the file cannot be mapped.
uint8_t *cnb_map_window(int descriptor, size_t offset, size_t count, size_t padding, int *slot);

/// Whether the file proved shorter than the window.
int cnb_window_is_cut(int slot);

void cnb_unmap_window(int slot);
