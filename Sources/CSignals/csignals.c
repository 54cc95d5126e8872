// Everything that the handlers call is on the list of async-signal-safe functions (signal-safety(7)).

#include "csignals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int pipe_descriptor = -1;
static timer_t end_timer;
static volatile sig_atomic_t end_grace;
static volatile sig_atomic_t interrupt_grace;
/// The signal that the program is ending by; 0 before.
static volatile sig_atomic_t ending;
static struct termios terminal_modes;
static volatile sig_atomic_t has_terminal_modes;

static void set_timer(int milliseconds) {
  struct itimerspec time = {
      .it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L}};
  timer_settime(end_timer, 0, &time, NULL);
}

static void take(int signal) {
  int saved_errno = errno;
  unsigned char byte = (unsigned char)signal;
  // A full pipe holds thousands of unread signals: one more makes no difference.
  ssize_t written = write(pipe_descriptor, &byte, 1);
  (void)written;
  int grace = signal == SIGTERM || signal == SIGHUP ? end_grace : signal == SIGINT ? interrupt_grace : 0;
  if (grace != 0 && (ending == 0 || ending == SIGINT)) {
    ending = signal;
    set_timer(grace);
  }
  errno = saved_errno;
}

void csignals_end_by(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(number, &action, NULL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
  _exit(128 + number);
}

/// What is written to a terminal with a full-screen view; NULL without one.
static const char *volatile farewell;

static void restore_terminal(void) {
  // If another program is in the foreground, the terminal's modes are that program's.
  pid_t foreground = has_terminal_modes ? tcgetpgrp(STDIN_FILENO) : -1;
  if (foreground != getpgrp()) return;
  const char *text = farewell;
  if (text) {
    ssize_t written = write(STDOUT_FILENO, text, strlen(text));
    (void)written;
  }
  tcsetattr(STDIN_FILENO, TCSANOW, &terminal_modes);
}

static void end_now(int signal) {
  (void)signal;
  restore_terminal();
  csignals_end_by(ending);
}

static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { fault_count = sizeof faults / sizeof faults[0] };
static struct sigaction before_farewell[fault_count];
static struct sigaction stop_before_farewell;

/// A fault of the program itself: what would have happened without the view happens after it.
static void fault(int signal) {
  restore_terminal();
  for (int index = 0; index < fault_count; index++) {
    if (faults[index] == signal) sigaction(signal, &before_farewell[index], NULL);
  }
  raise(signal);
}

void csignals_set_farewell(const char *text) {
  int is_new = text && !farewell, is_over = !text && farewell;
  farewell = text;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < fault_count; index++) {
    action.sa_handler = fault;
    if (is_new) sigaction(faults[index], &action, &before_farewell[index]);
    if (is_over) sigaction(faults[index], &before_farewell[index], NULL);
  }
  action.sa_flags = SA_RESTART;
  action.sa_handler = take;
  if (is_new) sigaction(SIGTSTP, &action, &stop_before_farewell);
  if (is_over) sigaction(SIGTSTP, &stop_before_farewell, NULL);
}

int csignals_install(const int *signals, int count, int descriptor, int milliseconds) {
  pipe_descriptor = descriptor;
  end_grace = milliseconds;
  has_terminal_modes = tcgetattr(STDIN_FILENO, &terminal_modes) == 0;

  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  if (timer_create(CLOCK_MONOTONIC, &event, &end_timer) != 0) return errno;

  struct sigaction action;
  memset(&action, 0, sizeof action);
  // The program may go to the background between this check and setting the modes.
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGTTOU);
  action.sa_handler = end_now;
  if (sigaction(SIGALRM, &action, NULL) != 0) return errno;

  sigset_t unblocked;
  sigemptyset(&unblocked);
  sigaddset(&unblocked, SIGALRM);
  action.sa_handler = take;
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < count; index++) {
    int signal = signals[index];
    action.sa_flags = signal == SIGINT || signal == SIGTERM || signal == SIGHUP ? 0 : SA_RESTART;
    // Someone who starts the program with nohup(1) wants it to keep running.
    struct sigaction before;
    if (sigaction(signal, NULL, &before) == 0 && before.sa_handler == SIG_IGN && signal == SIGHUP) continue;
    if (sigaction(signal, &action, NULL) != 0) return errno;
    sigaddset(&unblocked, signal);
  }
  return sigprocmask(SIG_UNBLOCK, &unblocked, NULL) == 0 ? 0 : errno;
}

void csignals_set_interrupt_grace(int milliseconds) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  interrupt_grace = milliseconds;
  // A SIGINT that has just arrived doesn't end the program any more either: it is in the pipe.
  if (milliseconds == 0 && ending == SIGINT) {
    ending = 0;
    set_timer(0);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
}

void csignals_extend(int milliseconds) {
  if (ending == SIGINT) set_timer(milliseconds);
}
