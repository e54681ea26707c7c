#pragma once

/// Memory that a program can hand to the one that takes its place: a file descriptor of a file without a name, closed in the programs that we start.
/// -1 if the system gives none.
int cnb_recovery_memory(void);

/// From now on a crash of any thread ends in this program being started anew in the same process, with `arguments` and `environment`, both ended by
/// NULL and never freed. Before, `crash NN` with the number of the signal is written to `memory`, and `memory` alone of the open files beside the
/// standard streams is handed on. The calling thread survives the overflow of its stack so far; others do not. If the program cannot be started,
/// the signal ends it as it would have.
void cnb_recovery_install(int memory, char *const *arguments, char *const *environment);
