// The least that a client can do at a stop: the same packets as the benchmark, without checks.
//
//   stub-client SOCKET COUNT RESUME READ…
//
// Sends all READ packets in one write and waits for as many answers, then sends RESUME and waits for the stop; COUNT
// times. Prints stops per second. RESUME may be several packets separated by blanks, each of which is answered by a
// stop: `vCont;s:* c` gets past a breakpoint. `*` stands for the thread that stopped, and `@` for its SP from the
// answer to `g`; if the SP differs from the thread's previous one, the packets with an `@` are sent again.
//
// In the environment: BREAKPOINT, packets to send first, separated by blanks; WARM_UP, how many stops aren't counted;
// CHUNK, to print the best rate of this many stops in a row.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { packet_limit = 512, thread_limit = 8 };

static int connection;
static char input[1 << 16];
static size_t have;
static char thread[32] = "p01.01";
// The stack pointers of the threads, as digits.
static struct {
  char thread[32], sp[17];
} known[thread_limit];
static int is_stale;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static char *known_sp(void) {
  int i = 0;
  while (i < thread_limit - 1 && known[i].thread[0] && strcmp(known[i].thread, thread)) i++;
  strcpy(known[i].thread, thread);
  return known[i].sp;
}

// A packet with its thread and its SP in place.
static size_t frame(char *out, const char *payload) {
  char text[1024];
  size_t size = 0;
  for (const char *p = payload; *p; p++) {
    if (*p == '*') {
      size += (size_t)sprintf(text + size, "%s", thread);
    } else if (*p == '@') {
      const char *sp = known_sp();
      size += (size_t)sprintf(text + size, "%s", *sp ? sp : "0");
    } else {
      text[size++] = *p;
    }
  }
  text[size] = 0;
  unsigned char sum = 0;
  for (const char *p = text; *p; p++) sum += (unsigned char)*p;
  return (size_t)sprintf(out, "$%s#%02x", text, sum);
}

static void put(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t n = send(connection, bytes, count, MSG_NOSIGNAL);
    if (n < 0) fail("send");
    bytes += n;
    count -= (size_t)n;
  }
}

// What is kept from the answers: a stop's thread, and SP, the 32nd register, of a `g`.
static void note(const char *packet) {
  const char *start = strchr(packet, '$');
  if (!start) return;
  if (!strncmp(start + 1, "T", 1)) {
    const char *name = strstr(start, "thread:");
    if (name) sscanf(name + 7, "%31[^;#]", thread);
  } else if (strcspn(start + 1, "#") == 536) {
    const char *bytes = start + 1 + 31 * 16;
    char sp[17];
    for (int i = 0; i < 8; i++) memcpy(sp + 2 * i, bytes + 14 - 2 * i, 2);
    sp[16] = 0;
    char *old = known_sp();
    if (strcmp(old, sp)) is_stale = 1;
    strcpy(old, sp);
  }
}

// Receives `count` packets.
static void take(int count) {
  size_t position = 0;
  for (;;) {
    char *hash = memchr(input + position, '#', have - position);
    if (hash && (size_t)(hash - input) + 3 <= have) {
      note(input + position);
      position = (size_t)(hash - input) + 3;
      if (--count == 0) {
        have -= position;
        memmove(input, input + position, have);
        return;
      }
      continue;
    }
    ssize_t n = recv(connection, input + have, sizeof input - 1 - have, 0);
    if (n <= 0) fail("recv");
    have += (size_t)n;
    input[have] = 0;
  }
}

static void ask(const char *payload) {
  char out[2048];
  put(out, frame(out, payload));
  take(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int split(char *text, char **parts) {
  int count = 0;
  for (char *part = strtok(text, " "); part && count < packet_limit; part = strtok(NULL, " "))
    parts[count++] = part;
  return count;
}

// The packets of a stop, in one write.
static void read_all(int argc, char **argv) {
  char out[8192];
  size_t size = 0;
  for (int i = 4; i < argc; i++) size += frame(out + size, argv[i]);
  is_stale = 0;
  put(out, size);
  take(argc - 4);
  if (!is_stale) return;
  for (int i = 4; i < argc; i++) {
    if (strchr(argv[i], '@')) ask(argv[i]);
  }
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  connection = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address)) fail("connect");
  int count = atoi(argv[2]);
  const char *warm_up = getenv("WARM_UP");

  char *resumes[packet_limit], *breakpoints[packet_limit];
  int resume_count = split(argv[3], resumes);
  int breakpoint_count = split(getenv("BREAKPOINT"), breakpoints);

  ask("qSupported:multiprocess+");
  ask("qXfer:features:read:target.xml:0,ffb");
  ask("?");
  for (int i = 0; i < breakpoint_count; i++) ask(breakpoints[i]);

  const char *chunk_text = getenv("CHUNK");
  int chunk = chunk_text ? atoi(chunk_text) : count;
  double best = 0, start = now();
  for (int i = -1 - (warm_up ? atoi(warm_up) : 0); i < count;) {
    // At first the machine may be anywhere, or already at a breakpoint.
    read_all(argc, argv);
    for (int part = 0; part < resume_count; part++) ask(resumes[part]);
    if (++i == 0) start = now();
    if (i > 0 && i % chunk == 0) {
      double end = now();
      if (chunk / (end - start) > best) best = chunk / (end - start);
      start = end;
    }
  }
  printf("%.1f\n", best);
  return 0;
}
