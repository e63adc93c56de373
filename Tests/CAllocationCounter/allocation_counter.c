#include "CAllocationCounter.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <errno.h>

struct coppice_allocation_tally {
  atomic_llong count;
  atomic_llong bytes;
};

static _Thread_local coppice_allocation_tally *tally_here;

coppice_allocation_tally *coppice_make_allocation_tally(void) {
  coppice_allocation_tally *tally = calloc(1, sizeof(coppice_allocation_tally));
  if (!tally) abort();
  return tally;
}

void coppice_free_allocation_tally(coppice_allocation_tally *tally) { free(tally); }
void coppice_begin_counting(coppice_allocation_tally *tally) { tally_here = tally; }
void coppice_end_counting(void) { tally_here = NULL; }

int64_t coppice_allocation_count(const coppice_allocation_tally *tally) {
  return atomic_load(&tally->count);
}

int64_t coppice_allocated_bytes(const coppice_allocation_tally *tally) {
  return atomic_load(&tally->bytes);
}

#if defined(__linux__) && defined(__GLIBC__)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void note(size_t size) {
  coppice_allocation_tally *tally = tally_here;
  if (!tally) return;
  atomic_fetch_add_explicit(&tally->count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&tally->bytes, (long long)size, memory_order_relaxed);
}

void *malloc(size_t size) {
  note(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  note(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  note(size);
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  note(size);
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

bool coppice_allocations_are_counted(void) { return true; }

#else

bool coppice_allocations_are_counted(void) { return false; }

#endif
