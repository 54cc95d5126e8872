#define _GNU_SOURCE
#include "csharedmemory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int csharedmemory_create(const char *name, uint64_t byte_count) {
  int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -1;
  if (ftruncate(descriptor, (off_t)byte_count) == 0 &&
      fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
    return descriptor;
  }
  int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

void csharedmemory_copy(void *to, const void *from, size_t byte_count) {
  unsigned char *target = to;
  const unsigned char *source = from;
  while (byte_count > 0) {
    size_t step = 1;
    if ((uintptr_t)source % 8 == 0 && byte_count >= 8) {
      uint64_t word = __atomic_load_n((const uint64_t *)source, __ATOMIC_RELAXED);
      step = sizeof word;
      memcpy(target, &word, step);
    } else {
      *target = __atomic_load_n(source, __ATOMIC_RELAXED);
    }
    target += step;
    source += step;
    byte_count -= step;
  }
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
}
