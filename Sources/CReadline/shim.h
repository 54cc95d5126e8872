// GNU readline 8, callback interface. readline keeps its state in C globals, which Swift 6 doesn't
// let a program access; each one that the shell needs has an accessor here.

#ifndef CREADLINE_SHIM_H
#define CREADLINE_SHIM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <readline/history.h>
#include <readline/readline.h>

/// The name for `$if` in a user's inputrc; readline keeps the pointer.
static inline void creadline_set_name(void) { rl_readline_name = "vcpu-shell"; }

/// Leaves every signal to the program: readline installs no handler, neither while reading nor
/// while resizing.
static inline void creadline_leave_signals_alone(void) {
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_persistent_signal_handlers = 0;
  rl_change_environment = 0;
}

static inline int creadline_point(void) { return rl_point; }
static inline void creadline_set_point(int point) { rl_point = point; }
static inline int creadline_end(void) { return rl_end; }
static inline const char *creadline_line(void) { return rl_line_buffer; }

static inline void creadline_flush(void) {
  fflush(rl_outstream ? rl_outstream : stdout);
}

static inline void creadline_set_completion(
    char **(*complete)(const char *, int, int), char *(*word_breaks)(void)) {
  rl_attempted_completion_function = complete;
  rl_completion_word_break_hook = word_breaks;
  // A quote never opens a file name here: it encloses a mangled symbol.
  rl_completer_quote_characters = NULL;
}
static inline void creadline_set_completion_over(int over) { rl_attempted_completion_over = over; }
static inline void creadline_set_append_character(int character) {
  rl_completion_append_character = character;
}

#endif
