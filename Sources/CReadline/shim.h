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

/// Lets `redisplay` show the line in readline's place, and `matches` the choices of a completion; what readline
/// itself writes is dropped. NULL for readline's own way.
static inline void creadline_set_display(
    void (*redisplay)(void), void (*matches)(char **, int, int)) {
  static FILE *nothing;
  if (redisplay && !nothing) nothing = fopen("/dev/null", "we");
  rl_outstream = redisplay && nothing ? nothing : stdout;
  rl_redisplay_function = redisplay ? redisplay : rl_redisplay;
  rl_completion_display_matches_hook = matches;
}

/// The prompt, or a message in its place such as that of a search.
static inline const char *creadline_prompt(void) { return rl_display_prompt; }

/// Binds a key sequence; returns what it was bound to.
static inline rl_command_func_t *creadline_bind(const char *keys, rl_command_func_t *function) {
  int type = ISFUNC;
  rl_command_func_t *before = rl_function_of_keyseq(keys, NULL, &type);
  if (function) rl_bind_keyseq(keys, function); else rl_bind_keyseq(keys, NULL);
  return type == ISFUNC ? before : NULL;
}

#endif
