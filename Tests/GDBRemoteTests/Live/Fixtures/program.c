// A program for debuggers: threads, a signal handler, a watched variable, and several ways to end. The first argument
// says what it does:
//
//   count    calls here(1) to here(5) and exits with status 3
//   threads  starts two threads that count, calls all_ready() and waits for them until `going` is 0
//   signal   sends itself SIGALRM and SIGUSR1, and exits with status 0 if it got the latter
//   abort    dies by SIGABRT
//   watch    writes `watched` three times, calling here() in between

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

volatile long counter;
volatile long watched;
volatile int received;
volatile int going = 1;

static pthread_barrier_t barrier;

__attribute__((noinline)) void here(long number) { counter = number; }

__attribute__((noinline)) void all_ready(void) { received = 0; }

static void handle(int signal) { received = signal; }

static void *count(void *unused) {
  pthread_barrier_wait(&barrier);
  while (going)
    counter++;
  return unused;
}

static int run_threads(void) {
  pthread_t threads[2];
  pthread_barrier_init(&barrier, NULL, 3);
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, count, NULL);
  pthread_barrier_wait(&barrier);
  all_ready();
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  return 3;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "count";
  // Whom a debugger lets go, and nobody ends, ends by itself.
  struct rlimit limit = {.rlim_cur = 20, .rlim_max = 25};
  setrlimit(RLIMIT_CPU, &limit);
  // A server that is no parent may attach, where the system asks for permission.
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  signal(SIGUSR1, handle);
  signal(SIGALRM, handle);
  if (!strcmp(mode, "threads"))
    return run_threads();
  if (!strcmp(mode, "abort"))
    abort();
  if (!strcmp(mode, "signal")) {
    raise(SIGALRM);
    raise(SIGUSR1);
    return received == SIGUSR1 ? 0 : 4;
  }
  if (!strcmp(mode, "watch")) {
    for (long number = 1; number <= 3; number++) {
      watched = number * 0x1111;
      here(number);
    }
    return 0;
  }
  for (long number = 1; number <= 5; number++)
    here(number);
  return 3;
}
