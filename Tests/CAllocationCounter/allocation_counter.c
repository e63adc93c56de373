#include "CAllocationCounter.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <errno.h>

#if defined(__linux__) && defined(__GLIBC__)

static __thread bool counting_here;
static atomic_llong count;
static atomic_llong bytes;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void note(size_t size) {
  if (!counting_here) return;
  atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, (long long)size, memory_order_relaxed);
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
void coppice_count_allocations(bool counting) { counting_here = counting; }
int64_t coppice_allocation_count(void) { return atomic_load(&count); }
int64_t coppice_allocated_bytes(void) { return atomic_load(&bytes); }

#else

bool coppice_allocations_are_counted(void) { return false; }
void coppice_count_allocations(bool counting) { (void)counting; }
int64_t coppice_allocation_count(void) { return 0; }
int64_t coppice_allocated_bytes(void) { return 0; }

#endif
