// Memory that is shared with another process: a file for it, and accesses that the other side may race with.

#ifndef CSHAREDMEMORY_H
#define CSHAREDMEMORY_H

#include <stddef.h>
#include <stdint.h>

/// Creates a file in memory, without a name in any folder, whose size can no longer change: a mapping of it never
/// gets SIGBUS. Programs that are started don't inherit its descriptor.
///
/// Returns the descriptor, or -1 with errno set.
int csharedmemory_create(const char *name, uint64_t byte_count);

/// Loads and stores that are indivisible, with acquire or release order. The address is aligned to the size.
static inline uint32_t csharedmemory_load_32(const void *address) {
  return __atomic_load_n((const uint32_t *)address, __ATOMIC_ACQUIRE);
}

static inline uint64_t csharedmemory_load_64(const void *address) {
  return __atomic_load_n((const uint64_t *)address, __ATOMIC_ACQUIRE);
}

static inline void csharedmemory_store_32(void *address, uint32_t value) {
  __atomic_store_n((uint32_t *)address, value, __ATOMIC_RELEASE);
}

static inline void csharedmemory_store_64(void *address, uint64_t value) {
  __atomic_store_n((uint64_t *)address, value, __ATOMIC_RELEASE);
}

/// Copies bytes; each aligned doubleword is as one store of the other side has left it, and all are read before
/// what is loaded after the call.
void csharedmemory_copy(void *to, const void *from, size_t byte_count);

#endif
