// The least that a client can do at a stop: the same packets as the benchmark of GDBRemote, nothing checked.
//
//   stub-client SOCKET COUNT RESUME READ…
//
// Sends all READ packets in one write and waits for as many answers, then sends RESUME and waits for the stop; COUNT
// times. Prints stops per second. The machine has to be stopped at the breakpoint already, which a packet `Z1…` among
// the READs of a first round would do; it is given as the environment variable BREAKPOINT.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int connection;
static char input[1 << 16];
static size_t have;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static size_t frame(char *out, const char *payload) {
  unsigned char sum = 0;
  for (const char *p = payload; *p; p++) sum += (unsigned char)*p;
  return (size_t)sprintf(out, "$%s#%02x", payload, sum);
}

static void put(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t n = send(connection, bytes, count, MSG_NOSIGNAL);
    if (n < 0) fail("send");
    bytes += n;
    count -= (size_t)n;
  }
}

// Takes `count` packets, and forgets them.
static void take(int count) {
  size_t position = 0;
  for (;;) {
    char *hash = memchr(input + position, '#', have - position);
    if (hash && (size_t)(hash - input) + 3 <= have) {
      position = (size_t)(hash - input) + 3;
      if (--count == 0) {
        have -= position;
        memmove(input, input + position, have);
        return;
      }
      continue;
    }
    ssize_t n = recv(connection, input + have, sizeof input - have, 0);
    if (n <= 0) fail("recv");
    have += (size_t)n;
  }
}

static void ask(const char *payload) {
  char out[4096];
  put(out, frame(out, payload));
  take(1);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  connection = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address)) fail("connect");
  int count = atoi(argv[2]);

  char resume[256], reads[4096];
  size_t resume_size = frame(resume, argv[3]);
  size_t reads_size = 0;
  for (int i = 4; i < argc; i++) reads_size += frame(reads + reads_size, argv[i]);

  ask("qSupported:multiprocess+");
  ask("qXfer:features:read:target.xml:0,ffb");
  ask("?");
  ask(getenv("BREAKPOINT"));
  put(resume, resume_size);
  take(1);

  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < count; i++) {
    put(reads, reads_size);
    take(argc - 4);
    put(resume, resume_size);
    take(1);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  printf("%.1f\n", count / seconds);
  return 0;
}
