// Signals as bytes in a pipe, and an end of the program that nothing can hold up.

#ifndef CSIGNALS_H
#define CSIGNALS_H

#include <stdbool.h>

/// Writes the number of each of `signals` that arrives, as one byte, to `descriptor`, which doesn't block. A
/// blocked system call returns with EINTR at those of them that ask the program to stop something or to end:
/// SIGINT, SIGTERM and SIGHUP.
///
/// After SIGTERM and SIGHUP the program has `milliseconds` to end by itself. Then the terminal at standard input
/// gets the modes back that it has now, and the signal ends the program, whatever it is doing.
///
/// Returns 0, or the error's number. To be called once in a process.
int csignals_install(const int *signals, int count, int descriptor, int milliseconds);

/// Whether SIGINT ends the program too, and after how many milliseconds; 0 if it doesn't, nor one that has come
/// already.
void csignals_set_interrupt_grace(int milliseconds);

/// Gives a program that was interrupted and is ending so much more time.
void csignals_extend(int milliseconds);

/// Ends the program by a signal, as its default action does: for a program that has cleaned up after it.
void csignals_end_by(int signal);

#endif
