// Writes what agents see of the cells around them, up to 64 agents at a time.

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "include/CCoppiceKernels.h"

enum { span_length = COPPICE_SPAN_LENGTH, rows_at_once = 64 / span_length, agent_count = 64 };

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

/// Writes what an agent sees besides blank cells, the first number of its view being at `start`, and lists
/// which numbers say that a cell is taken, if there is a list. Returns where the list ends.
///
/// `step` and `parts` are those of the sight, as constants where they are 1.
static inline __attribute__((always_inline)) int32_t *show_by(
    const ptrdiff_t step, const ptrdiff_t parts, const coppice_sight *sight, coppice_eye eye,
    coppice_view_layout layout, float *output, ptrdiff_t start, int32_t *list) {
  const uint8_t *kinds = sight->kinds, first = sight->first_group;
  const int32_t *channels = sight->channels, *occupants = sight->occupants;
  const float *health = sight->health, *full_health = sight->full_health;
  const ptrdiff_t height = sight->height, width = sight->width;
  const coppice_span *spans = sight->spans + eye.direction * height * parts;
  for (ptrdiff_t row = 0; row < height; row += rows_at_once) {
    const ptrdiff_t rows = height - row < rows_at_once ? height - row : rows_at_once;
    for (ptrdiff_t part = 0; part < parts; part++) {
      uint64_t found = 0;
      // of the first cell of each row
      int32_t cells[rows_at_once], numbers[rows_at_once];
      for (ptrdiff_t r = 0; r < rows; r++) {
        const coppice_span span = spans[(row + r) * parts + part];
        cells[r] = eye.cell + span.cell;
        numbers[r] = (int32_t)(start + ((row + r) * width + part * span_length) * layout.cell);
        found |= (uint64_t)taken(kinds + cells[r], step, span.seen) << (span_length * r);
      }
      for (; found != 0; found &= found - 1) {
        const ptrdiff_t bit = __builtin_ctzll(found);
        const ptrdiff_t r = bit / span_length, place = bit % span_length;
        const ptrdiff_t cell = cells[r] + place * step;
        const uint8_t kind = kinds[cell];
        const ptrdiff_t number =
            numbers[r] + place * layout.cell + channels[kind] * layout.channel;
        if (list) *list++ = (int32_t)number;
        output[number] = 1;
        if (kind < first) continue;
        output[number + layout.channel] = health[occupants[cell]] / full_health[kind - first];
      }
    }
  }
  return list;
}

static inline __attribute__((always_inline)) int32_t *show(
    const coppice_sight *sight, coppice_eye eye, coppice_view_layout layout, float *output,
    ptrdiff_t start, int32_t *list) {
  const ptrdiff_t step = sight->steps[eye.direction], parts = sight->spans_of_row;
  if (step == 1 && parts == 1) return show_by(1, 1, sight, eye, layout, output, start, list);
  return show_by(step, parts, sight, eye, layout, output, start, list);
}

void coppice_look(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count, float *output,
    coppice_view_layout layout) {
  const ptrdiff_t numbers = sight->height * sight->width * sight->channel_count;
  if (layout.agent == 1) {
    const coppice_view_layout panel = {1, agent_count, layout.channel};
    clear(output, numbers * agent_count);
    for (ptrdiff_t agent = 0; agent < count; agent++) {
      show(sight, eyes[agent], panel, output, agent, NULL);
    }
    return;
  }
  // each view lies in the first cache while it is written
  const coppice_view_layout array = {layout.agent, layout.cell, 1};
  for (ptrdiff_t agent = 0; agent < count; agent++) {
    float *view = output + agent * layout.agent;
    clear(view, numbers);
    show(sight, eyes[agent], array, view, 0, NULL);
  }
}

ptrdiff_t coppice_look_again(
    const coppice_sight *sight, const coppice_eye *eyes, ptrdiff_t count, int32_t *shown,
    ptrdiff_t shown_count, float *output, ptrdiff_t channel) {
  for (ptrdiff_t index = 0; index < shown_count; index++) {
    // of a wall too, which has no health: every channel has one behind it but that of health
    output[shown[index]] = 0;
    output[shown[index] + channel] = 0;
  }
  const coppice_view_layout panel = {1, agent_count, channel};
  int32_t *end = shown;
  for (ptrdiff_t agent = 0; agent < count; agent++) {
    end = show(sight, eyes[agent], panel, output, agent, end);
  }
  return end - shown;
}
