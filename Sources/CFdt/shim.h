// libfdt: flattened device trees. Functions for its macros, and for values that it keeps in its own
// byte order.

#ifndef CFDT_SHIM_H
#define CFDT_SHIM_H

#include <stdint.h>

#include <libfdt.h>

/// The size in the header of a checked tree.
static inline uint32_t cfdt_total_size(const void *tree) { return fdt_totalsize(tree); }

#endif
