// ncurses 6 with wide characters. Much of it is macros and C globals, which Swift can't use: what the shell needs has a
// function here.

#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1

#include <curses.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <term.h>

/// What a terminal can do.
enum cncurses_terminal {
  CNCURSES_UNKNOWN,
  /// Its cursor can't be moved to a place.
  CNCURSES_PLAIN,
  CNCURSES_CAPABLE,
};

/// A capability of the terminal; NULL if it doesn't have it.
static inline const char *cncurses_capability(const char *name) {
  const char *text = tigetstr(name);
  return text == (const char *)-1 ? NULL : text;
}

/// What the terminal that TERM names can do.
static inline enum cncurses_terminal cncurses_terminal_kind(int descriptor) {
  int status = 0;
  if (setupterm(NULL, descriptor, &status) != OK) return CNCURSES_UNKNOWN;
  return cncurses_capability("cup") ? CNCURSES_CAPABLE : CNCURSES_PLAIN;
}

/// Begins to use the terminal; NULL if that fails. Keys are left to others, but arrive one by one and without an echo.
static inline SCREEN *cncurses_open(bool is_colored) {
  SCREEN *screen = newterm(NULL, stdout, stdin);
  if (!screen) return NULL;
  set_term(screen);
  cbreak();
  noecho();
  typeahead(-1);
  if (is_colored && start_color() == OK && use_default_colors() == OK) {
    for (short color = 0; color < 8 && color + 1 < COLOR_PAIRS; color++) init_pair(color + 1, color, -1);
  }
  return screen;
}

/// Gives the terminal back, with the modes it had.
static inline void cncurses_close(void) { endwin(); }

/// Remembers the terminal's modes for the next `cncurses_close`. `cncurses_show` then begins again.
static inline void cncurses_reopen(void) {
  def_shell_mode();
  clearok(curscr, TRUE);
}

static inline void cncurses_resize(int height, int width) { resize_term(height, width); }

/// Makes the next `cncurses_show` draw everything.
static inline void cncurses_redraw(void) { clearok(curscr, TRUE); }

/// Sets the modes that `cncurses_open` set.
static inline void cncurses_reclaim(void) { reset_prog_mode(); }

/// Begins an empty row.
static inline void cncurses_begin_row(int row) {
  attrset(A_NORMAL);
  move(row, 0);
  clrtoeol();
}

/// Adds UTF-8 to the row.
///
/// `color` is one of the eight colours; -1 for the terminal's own.
static inline void cncurses_add(const char *text, bool is_bold, bool is_reverse, int color) {
  attr_set((is_bold ? A_BOLD : A_NORMAL) | (is_reverse ? A_REVERSE : A_NORMAL), (short)(color + 1), NULL);
  addstr(text);
}

/// Shows the rows, with the cursor at a place.
static inline void cncurses_show(int row, int column) {
  attrset(A_NORMAL);
  move(row, column);
  refresh();
}

/// Makes the C library and ncurses take text of this thread as UTF-8, as the rest of the shell does, in any locale.
/// Returns what `cncurses_end_text` takes.
static inline locale_t cncurses_begin_text(void) {
  static locale_t utf8;
  if (!utf8) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  return utf8 ? uselocale(utf8) : (locale_t)0;
}

static inline void cncurses_end_text(locale_t before) {
  if (before) uselocale(before);
}

#endif
