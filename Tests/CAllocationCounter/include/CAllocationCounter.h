#pragma once
#include <stdbool.h>
#include <stdint.h>

// Counts the heap allocations of chosen threads, by standing in for malloc in the test program.

// The allocations of the threads that count for it.
typedef struct coppice_allocation_tally coppice_allocation_tally;

// Whether counting works on this system: with glibc it does.
bool coppice_allocations_are_counted(void);

coppice_allocation_tally *_Nonnull coppice_make_allocation_tally(void);
void coppice_free_allocation_tally(coppice_allocation_tally *_Nonnull tally);

// Lets the calling thread count its allocations for `tally`, and for no other.
void coppice_begin_counting(coppice_allocation_tally *_Nonnull tally);

// Ends the counting of the calling thread's allocations.
void coppice_end_counting(void);

// How many allocations were counted so far.
int64_t coppice_allocation_count(const coppice_allocation_tally *_Nonnull tally);

// How many bytes these allocations asked for.
int64_t coppice_allocated_bytes(const coppice_allocation_tally *_Nonnull tally);
