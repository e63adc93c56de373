// How many cores there are for this process.

#define _GNU_SOURCE
#include "include/CCoppiceKernels.h"

#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

ptrdiff_t coppice_available_cores(void) {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 0)
    return CPU_COUNT(&cores);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? online : 1;
}
