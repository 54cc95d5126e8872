// Counts the calling thread's heap allocations, in a program that links this: for tests and benchmarks of code
// that must not allocate.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// How often this thread has called malloc, calloc, realloc or one of the aligned forms.
uint64_t allocation_count(void);

#endif
