#pragma once
#include <stdbool.h>
#include <stdint.h>

// Counts the heap allocations of chosen threads, by standing in for malloc in the test program.

// Whether counting works on this system: with glibc it does.
bool coppice_allocations_are_counted(void);

// Begins or ends the counting of the calling thread's allocations.
void coppice_count_allocations(bool counting);

// How many allocations all counting threads have made so far.
int64_t coppice_allocation_count(void);

// How many bytes these allocations asked for.
int64_t coppice_allocated_bytes(void);
