// The kernels in C that any compiler with vector extensions takes.

#include "vector/portable.h"

#include "ideas/table.h"

const coppice_kernels *coppice_portable(void) { return &kernels; }
