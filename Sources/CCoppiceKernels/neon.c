// The kernels for NEON, which every 64-bit ARM processor has.

#include "include/CCoppiceKernels.h"

#if defined(__aarch64__)

#include "vector/neon.h"

#include "ideas/table.h"

const coppice_kernels *coppice_neon(void) { return &kernels; }

#else

const coppice_kernels *coppice_neon(void) { return NULL; }

#endif
