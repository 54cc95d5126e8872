// elfutils: libelf for the file's structure, libdw for its debug information, libdwfl for the relocations of that.

#ifndef CELFUTILS_SHIM_H
#define CELFUTILS_SHIM_H

#include <stdint.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <libelf.h>

#endif
