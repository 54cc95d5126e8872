// Functions for `finish`: an inlined copy, one that it calls, and one whose result is in memory.

struct big {
  long words[5];
};

volatile int sink;

static __attribute__((noinline)) int leaf(int x) {
  sink += x;
  return x + 1;
}

static inline __attribute__((always_inline)) int twice(int x) {
  int y = x * 2;
  y += leaf(y);
  return y;
}

static __attribute__((noinline)) int work(int x) {
  int r = twice(x);
  return r + 3;
}

static __attribute__((noinline)) struct big make(int x) {
  struct big result = {{x, 2, 3, 4, 5}};
  return result;
}

static __attribute__((noinline)) void nothing(void) { sink = 0; }

void _start(void) {
  struct big big = make(3);
  nothing();
  for (;;) sink = work((int)big.words[0]);
}
