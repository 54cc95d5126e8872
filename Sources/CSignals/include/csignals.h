// Delivers signals as bytes in a pipe, and ends the program even if it hangs.

#ifndef CSIGNALS_H
#define CSIGNALS_H

#include <stdbool.h>

/// Writes the number of each of `signals` that arrives, as one byte, to `descriptor`, which doesn't block. A
/// blocked system call returns EINTR on those that ask the program to stop something or to end: SIGINT, SIGTERM
/// and SIGHUP.
///
/// After SIGTERM and SIGHUP the program has `milliseconds` to end by itself. Then the terminal at standard input
/// gets back the modes that it has now, and the signal ends the program, whatever it is doing.
///
/// Returns 0, or the error number. Call it once per process.
int csignals_install(const int *signals, int count, int descriptor, int milliseconds);

/// Sets the number of milliseconds after which SIGINT ends the program too. With 0 it doesn't, and neither does
/// one that has already arrived.
void csignals_set_interrupt_grace(int milliseconds);

/// Gives a program that was interrupted and is ending this much more time.
void csignals_extend(int milliseconds);

/// Ends the program by the default action of a signal, after the program has cleaned up.
void csignals_end_by(int signal);

/// While a full-screen view is open: `text` is written to standard output before the program ends by a signal, by a
/// fault too, and the terminal gets back the modes that it had at `csignals_install`; SIGTSTP arrives like the other
/// signals. NULL ends this. `text` must stay as it is until then.
void csignals_set_farewell(const char *text);

#endif
