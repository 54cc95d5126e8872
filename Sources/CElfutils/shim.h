// elfutils: libelf for the file's structure, libdw for its line tables.

#ifndef CELFUTILS_SHIM_H
#define CELFUTILS_SHIM_H

#include <stdint.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <gelf.h>
#include <libelf.h>

#endif
