// GNU libiberty: the demanglers of C++ and Rust (cp-demangle.c and rust-demangle.c). Parts of the library are under the
// GPL and the LGPL, so only the shell links it.

#ifndef CLIBIBERTY_SHIM_H
#define CLIBIBERTY_SHIM_H

#include <libiberty/demangle.h>

/// The declaration that a name stands for, allocated with malloc; NULL for another language's name.
static inline char *clibiberty_demangle(const char *name) {
  return cplus_demangle(name, DMGL_PARAMS | DMGL_ANSI | DMGL_AUTO);
}

#endif
