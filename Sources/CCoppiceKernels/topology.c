// What there is to know of a sparse layer before its index is built.

#include "ideas/topology_space.h"

ptrdiff_t coppice_topology_scratch(coppice_shape shape) { return topology_space_size(shape); }

ptrdiff_t coppice_count_kept(ptrdiff_t count, const uint8_t *mask) {
  ptrdiff_t kept = 0;
  for (ptrdiff_t start = 0; start < count; start += 192) {
    uint8_t some = 0;  // small enough a piece that eight bits hold its count
    ptrdiff_t end = start + 192 < count ? start + 192 : count;
    for (ptrdiff_t i = start; i < end; i++) some += mask[i] != 0;
    kept += some;
  }
  return kept;
}
