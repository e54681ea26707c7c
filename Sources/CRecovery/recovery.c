#define _GNU_SOURCE
#include "recovery.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

// In C, as a handler of signals may do very little, and Swift does not say what it does.

static int memory = -1;
static char *const *arguments;
static char *const *environment;
/// The thread that crashed first.
static atomic_int owner;
/// A stack that has overflown leaves no room for the handler.
static char spare[1 << 16];

int cnb_recovery_memory(void) { return memfd_create("cnb-journal", MFD_CLOEXEC); }

static void end_by(int number) {
    signal(number, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    raise(number);
    _exit(128 + number);
}

static void start_anew(int number) {
    int self = gettid();
    int expected = 0;
    if (!atomic_compare_exchange_strong(&owner, &expected, self)) {
        if (expected == self) end_by(number);
        // Workers often crash together; the first of them ends the others.
        for (;;) pause();
    }
    char line[] = "crash 00\n";
    line[6] += (char)(number / 10);
    line[7] += (char)(number % 10);
    if (write(memory, line, sizeof line - 1) < 0) end_by(number);
    // What is open is of no use to the program that follows, and whoever waits for its end would wait for ever.
    if (memory > 3) close_range(3, (unsigned)memory - 1, CLOSE_RANGE_CLOEXEC);
    close_range((unsigned)memory + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    fcntl(memory, F_SETFD, 0);
    // The mask outlives the start: that of a worker would leave the prompt deaf to Ctrl-C.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve("/proc/self/exe", arguments, environment);
    end_by(number);
}

void cnb_recovery_install(int given, char *const *given_arguments, char *const *given_environment) {
    memory = given;
    arguments = given_arguments;
    environment = given_environment;
    stack_t stack = {.ss_sp = spare, .ss_size = sizeof spare};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = start_anew, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    static const int crashes[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) sigaction(crashes[index], &action, NULL);
}
