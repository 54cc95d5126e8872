// libfdt: flattened device trees. What it has as macros or in words of its own order, as functions.

#ifndef CFDT_SHIM_H
#define CFDT_SHIM_H

#include <stdint.h>

#include <libfdt.h>

/// The size that the header of a checked tree gives.
static inline uint32_t cfdt_total_size(const void *tree) { return fdt_totalsize(tree); }

#endif
