// Writes what agents see of the cells around them, up to 64 agents at a time.

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "include/CCoppiceKernels.h"

enum { span_length = COPPICE_SPAN_LENGTH, agent_count = 64 };

/// A bit for each of the cells of a span, the first lowest, that is seen and not blank.
static inline uint32_t taken(const uint8_t *first, ptrdiff_t step, uint32_t seen) {
#if defined(__SSE2__)
  if (step == 1) {
    const __m128i kinds = _mm_loadu_si128((const __m128i *)first);
    const __m128i blank = _mm_cmpeq_epi8(kinds, _mm_setzero_si128());
    return ~(uint32_t)_mm_movemask_epi8(blank) & seen;
  }
#endif
  uint32_t found = 0;
  for (ptrdiff_t place = 0; place < span_length; place++) {
    if (seen >> place & 1 && first[place * step] != 0) found |= 1u << place;
  }
  return found;
}

/// Sets floats to 0 so that they stay in the first cache: long runs would go past it.
static void clear(float *first, ptrdiff_t count) {
  for (ptrdiff_t done = 0; done < count; done += 256) {
    memset(first + done, 0, (size_t)(count - done < 256 ? count - done : 256) * sizeof(float));
  }
}

/// Notes what is in four rows of an agent's view, behind the `counts` that the list of each row has.
static inline __attribute__((always_inline)) void note(
    const coppice_sight *sight, coppice_eye eye, ptrdiff_t agent, ptrdiff_t row,
    coppice_sighting *list, ptrdiff_t row_stride, int32_t *counts, ptrdiff_t count_step,
    coppice_view_layout layout) {
  const ptrdiff_t step = sight->steps[eye.direction], parts = sight->spans_of_row;
  const ptrdiff_t rows = sight->height - row < 4 ? sight->height - row : 4;
  const uint8_t *kinds = sight->kinds;
  const int32_t *occupants = sight->occupants, *channels = sight->channels;
  for (ptrdiff_t part = 0; part < parts; part++) {
    const coppice_span *spans = sight->spans + (eye.direction * sight->height + row) * parts + part;
    uint64_t found = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
      const coppice_span span = spans[r * parts];
      found |= (uint64_t)taken(kinds + eye.cell + span.cell, step, span.seen) << (span_length * r);
    }
    for (; found != 0; found &= found - 1) {
      const ptrdiff_t bit = __builtin_ctzll(found);
      const ptrdiff_t r = bit / span_length, place = bit % span_length;
      const ptrdiff_t cell = eye.cell + spans[r * parts].cell + place * step;
      __builtin_prefetch(occupants + cell);
      int32_t *count = counts + (row + r) * count_step;
      const ptrdiff_t seen = (row + r) * sight->width + part * span_length + place;
      list[(row + r) * row_stride + *count] = (coppice_sighting){
          .cell = (int32_t)cell,
          .number = (int32_t)(
              agent * layout.agent + seen * layout.cell + channels[kinds[cell]] * layout.channel)};
      ++*count;
    }
  }
}

/// Writes what is in the cells of a list.
static inline __attribute__((always_inline)) void write(
    const coppice_sight *sight, const coppice_sighting *list, ptrdiff_t count, float *output,
    ptrdiff_t channel) {
  const uint8_t *kinds = sight->kinds, first = sight->first_group;
  const float *health = sight->health, *full = sight->full_health;
  const int32_t *occupants = sight->occupants;
  for (ptrdiff_t index = 0; index < count; index++) {
    const coppice_sighting found = list[index];
    const uint8_t kind = kinds[found.cell];
    output[found.number] = 1;
    if (kind < first) continue;
    output[found.number + channel] = health[occupants[found.cell]] / full[kind - first];
  }
}

/// Agent by agent, each of whose views lies in the first cache while it is written.
static void look_into_arrays(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count,
    coppice_sighting *scratch, float *output, coppice_view_layout layout) {
  for (ptrdiff_t agent = 0; agent < count; agent++) {
    const coppice_view_layout own = {0, layout.cell, 1};
    float *view = output + agent * layout.agent;
    int32_t found = 0;
    for (ptrdiff_t row = 0; row < sight->height; row += 4) {
      note(sight, eyes[agent], 0, row, scratch, 0, &found, 0, own);
    }
    clear(view, sight->height * sight->width * sight->channel_count);
    write(sight, scratch, found, view, 1);
  }
}

/// A panel is larger than the first cache: row by row of the view, through all agents.
static void look_into_panel(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count,
    coppice_sighting *scratch, float *output, ptrdiff_t channel) {
  const coppice_view_layout layout = {1, agent_count, channel};
  const ptrdiff_t row_stride = agent_count * sight->width;
  int32_t counts[COPPICE_MOST_VIEW_ROWS] = {0};
  for (ptrdiff_t agent = 0; agent < count; agent++) {
    for (ptrdiff_t row = 0; row < sight->height; row += 4) {
      note(sight, eyes[agent], agent, row, scratch, row_stride, counts, 1, layout);
    }
  }
  for (ptrdiff_t row = 0; row < sight->height; row++) {
    for (ptrdiff_t c = 0; c < sight->channel_count; c++) {
      clear(output + c * channel + row * row_stride, row_stride);
    }
    write(sight, scratch + row * row_stride, counts[row], output, channel);
  }
}

void coppice_look(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count,
    coppice_sighting *scratch, float *output, coppice_view_layout layout) {
  if (layout.agent == 1) {
    look_into_panel(sight, eyes, count, scratch, output, layout.channel);
  } else {
    look_into_arrays(sight, eyes, count, scratch, output, layout);
  }
}
