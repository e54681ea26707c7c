#pragma once

// The C face of gnuplot-iostream: a script goes in, what gnuplot drew comes out. No C++ type, exception or signal leaves this door.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a run of gnuplot ended.
typedef enum {
    CGNUPLOT_DREW = 0,        ///< gnuplot ended with status 0
    CGNUPLOT_MISSING = 1,     ///< no such program on the search path
    CGNUPLOT_NOT_STARTED = 2, ///< the program is there but could not be started; `detail` is an errno
    CGNUPLOT_FAILED = 3,      ///< it ended with another status; `detail` is the exit status, or minus the signal that ended it
    CGNUPLOT_TOO_SLOW = 4,    ///< the time limit passed and it was ended
    CGNUPLOT_STOPPED = 5,     ///< the caller asked to stop and it was ended
    CGNUPLOT_TOO_LARGE = 6,   ///< it wrote more than the limit and was ended
    CGNUPLOT_NO_MEMORY = 7,
    CGNUPLOT_INTERNAL = 8,    ///< a system call failed; `detail` is an errno
} cgnuplot_outcome;

/// What a run of gnuplot gave; both texts belong to the result until `cgnuplot_release`.
typedef struct {
    cgnuplot_outcome outcome;
    int detail;
    unsigned char *output;
    size_t output_count;
    /// What it wrote to standard error, at most 64 KiB.
    unsigned char *message;
    size_t message_count;
} cgnuplot_result;

/// How a run is limited.
typedef struct {
    /// A name looked up on the search path, or a path with a slash in it.
    const char *program;
    /// Folders separated by colons; NULL stands for the PATH of this process. Relative and empty entries are passed over.
    const char *search_path;
    int milliseconds;
    size_t output_limit;
    /// Asked about every 20 ms on the calling thread; anything but 0 ends the run. May be NULL.
    int (*stop)(void *context);
    void *stop_context;
} cgnuplot_limits;

/// Runs gnuplot with default settings on `script` and waits for it to end; the child is always reaped.
cgnuplot_result cgnuplot_run(const char *script, size_t count, cgnuplot_limits limits);

void cgnuplot_release(cgnuplot_result *result);

/// 1 if the program is on the search path and may be executed, else 0.
int cgnuplot_can_start(const char *program, const char *search_path);

#ifdef __cplusplus
}
#endif
