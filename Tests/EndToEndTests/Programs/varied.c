// A program without a library, for debuggers to be compared on: types of all kinds, calls that nest, recurse and are
// inlined, variables that move. It runs forever, always the same, on a stack of its own.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

enum color { red, green = 4, blue };
enum flags { readable = 1, writable = 2, executable = 4 };

struct point { int x, y; };
struct packet {
  u8 kind : 3;
  u8 urgent : 1;
  signed int offset : 12;
  u16 length;
  enum color color;
  union {
    u32 word;
    u8 bytes[4];
    struct { u16 low, high; };
  } body;
};
struct node {
  const char *name;
  struct node *left, *right;
  struct point at;
  long weight;
};
typedef long (*operation)(long, long);
struct table {
  operation operations[3];
  const struct node *root;
  double scale;
  float steps[4];
  u16 grid[2][3];
  _Bool isReady;
};

struct node leaves[4] = {
  { "ash", 0, 0, { 1, -1 }, 7 }, { "birch", 0, 0, { 2, -2 }, 5 },
  { "cedar", &leaves[0], &leaves[1], { 3, -3 }, 11 }, { "oak", &leaves[2], 0, { 4, -4 }, 13 },
};
volatile u64 sink;

// Clang calls these for initial values, also without a library.
void *memcpy(void *to, const void *from, u64 count) {
  for (volatile u64 index = 0; index < count; index++)
    ((u8 *)to)[index] = ((const u8 *)from)[index];
  return to;
}
void *memset(void *to, int byte, u64 count) {
  for (volatile u64 index = 0; index < count; index++)
    ((u8 *)to)[index] = (u8)byte;
  return to;
}

static u32 seed = 12345;

static u32 next_random(void) {
  seed = seed * 1664525 + 1013904223;
  return seed >> 8;
}

__attribute__((noinline)) static long add(long a, long b) { return a + b; }
__attribute__((noinline)) static long subtract(long a, long b) {
  long difference = a - b;
  return difference;
}
__attribute__((noinline)) static long scale(long a, long b) {
  long total = 0;
  for (long index = 0; index < (b & 3); index++) {
    long part = a * (index + 1);
    total += part;
  }
  return total;
}

static inline __attribute__((always_inline)) int clamp(int value, int low, int high) {
  int result = value;
  if (value < low)
    result = low;
  else if (value > high)
    result = high;
  return result;
}

static inline __attribute__((always_inline)) int distance(struct point a, struct point b) {
  int dx = clamp(a.x - b.x, -100, 100);
  int dy = clamp(a.y - b.y, -100, 100);
  return dx * dx + dy * dy;
}

__attribute__((noinline)) struct packet make_packet(u32 value) {
  struct packet packet = {
    .kind = value & 7, .urgent = value >> 3 & 1, .offset = (int)(value & 0xfff) - 2048,
    .length = (u16)value, .color = value & 1 ? green : blue,
  };
  packet.body.word = value * 3;
  return packet;
}

__attribute__((noinline)) u32 checksum(const u8 *bytes, u32 count) {
  u32 sum = 0;
  for (u32 index = 0; index < count; index++) {
    u8 byte = bytes[index];
    u32 turned = sum << 5 | sum >> 27;
    sum = turned ^ byte;
  }
  return sum;
}

__attribute__((noinline)) long weigh(const struct node *node, int depth) {
  if (!node || depth > 8)
    return 0;
  long left = weigh(node->left, depth + 1);
  long right = weigh(node->right, depth + 1);
  return node->weight + left * 2 + right;
}

__attribute__((noinline)) u64 factorial(u64 number) {
  if (number < 2)
    return 1;
  u64 rest = factorial(number - 1);
  return number * rest;
}

__attribute__((noinline)) double average(const float *values, int count) {
  double sum = 0;
  for (int index = 0; index < count; index++)
    sum += values[index];
  return sum / count;
}

__attribute__((noinline)) int nearest(struct point from) {
  int best = 1 << 30, found = -1;
  for (int index = 0; index < 4; index++) {
    int here = distance(from, leaves[index].at);
    if (here < best) {
      best = here;
      found = index;
    }
  }
  return found;
}

__attribute__((noinline)) long many(
    int a, u8 b, short c, enum flags d, long e, const char *f, struct point g, u64 h, int i,
    struct packet j) {
  int letters[3] = { a, c, i };
  long sum = letters[0] + letters[1] + b + d + e + f[0] + g.x + (long)h;
  return sum + letters[2] + j.length;
}

__attribute__((noinline)) long dispatch(struct table *table, u32 which, long a, long b) {
  operation chosen = table->operations[which % 3];
  long result = chosen(a, b);
  switch (which & 3) {
  case 0: {
    int extra = clamp((int)a, 0, 50);
    result += extra;
    break;
  }
  case 1: {
    u8 bytes[8];
    for (int index = 0; index < 8; index++)
      bytes[index] = (u8)(a >> index);
    result ^= checksum(bytes, sizeof bytes);
    break;
  }
  default:
    result -= table->grid[which & 1][which % 3];
  }
  return result;
}

__attribute__((noinline)) void round_of(struct table *table, u32 number) {
  u32 random = next_random();
  struct packet packet = make_packet(random);
  struct point from = { clamp((int)(random & 15), 1, 9), -(int)(number & 7) };
  int index = nearest(from);
  long weight = weigh(&leaves[index & 3], 0);
  long value = dispatch(table, random, weight, (long)number);
  table->scale = average(table->steps, 4) + (double)value;
  table->steps[number & 3] = (float)(value & 0xff) / 4;
  table->isReady = !table->isReady;
  u64 product = factorial(number % 6 + 1);
  long sum = many(
      (int)number, packet.kind, -3, readable | executable, value, leaves[index & 3].name, from,
      product, 9, packet);
  sink = (u64)sum + checksum((const u8 *)&packet, sizeof packet);
}

void run(void) {
  struct table table = {
    { add, subtract, scale }, &leaves[3], 0.5, { 1, 2.5f, -3, 0.25f }, { { 1, 2, 3 }, { 4, 5, 6 } }, 0,
  };
  for (u32 number = 0;; number++)
    round_of(&table, number);
}

__attribute__((aligned(16))) u8 stack[16384];

__attribute__((naked)) void _start(void) {
  __asm__("adrp x9, stack + 16384\n"
          "add sp, x9, :lo12:stack + 16384\n"
          "mov x29, xzr\n"
          "mov x30, xzr\n"
          "b run\n");
}
