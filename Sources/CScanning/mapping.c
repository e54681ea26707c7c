#define _GNU_SOURCE
#include "mapping.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 512 };

static struct {
    // 0 for a free slot, 1 for one that is being filled.
    atomic_uintptr_t start;
    atomic_size_t count;
    atomic_int is_cut;
} windows[SLOTS];

static struct sigaction former;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

// A page of a window that the file does not reach any more: it and all after it become zeros.
static void on_bus_error(int signal, siginfo_t *info, void *context) {
    uintptr_t place = (uintptr_t)info->si_addr;
    for (int slot = 0; slot < SLOTS; slot++) {
        uintptr_t start = atomic_load(&windows[slot].start), end = start + atomic_load(&windows[slot].count);
        if (start < 2 || place < start || place >= end) continue;
        uintptr_t page = place & ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
        if (mmap((void *)page, end - page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) break;
        atomic_store(&windows[slot].is_cut, 1);
        return;
    }
    if (former.sa_flags & SA_SIGINFO) former.sa_sigaction(signal, info, context);
    else if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN) former.sa_handler(signal);
    // The instruction fails again, now as if there were no handler.
    else sigaction(SIGBUS, &former, NULL);
}

static void install(void) {
    struct sigaction action = {0};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &former);
}

uint8_t *cnb_map_window(int descriptor, size_t offset, size_t count, size_t padding, int *slot) {
    pthread_once(&installed, install);
    int own = 0;
    for (uintptr_t none = 0; own < SLOTS && !atomic_compare_exchange_strong(&windows[own].start, &none, 1); none = 0) own++;
    if (own == SLOTS || count == 0) return NULL;
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (count + padding + page - 1) / page * page;
    void *start = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start != MAP_FAILED && mmap(start, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, descriptor, (off_t)offset) == MAP_FAILED) {
        munmap(start, room);
        start = MAP_FAILED;
    }
    if (start == MAP_FAILED) {
        atomic_store(&windows[own].start, 0);
        return NULL;
    }
    atomic_store(&windows[own].is_cut, 0);
    atomic_store(&windows[own].count, room);
    atomic_store(&windows[own].start, (uintptr_t)start);
#ifdef MADV_POPULATE_READ
    madvise(start, count, MADV_POPULATE_READ);
#endif
    *slot = own;
    return start;
}

int cnb_window_is_cut(int slot) { return atomic_load(&windows[slot].is_cut); }

void cnb_unmap_window(int slot) {
    uintptr_t start = atomic_load(&windows[slot].start);
    size_t count = atomic_load(&windows[slot].count);
    // Free before the memory goes, so that nobody else's memory in its place is taken for a window.
    atomic_store(&windows[slot].count, 0);
    munmap((void *)start, count);
    atomic_store(&windows[slot].start, 0);
}
