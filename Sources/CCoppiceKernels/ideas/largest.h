#pragma once

// The largest magnitudes of many numbers, without sorting: the bits of magnitudes are in the order of
// the magnitudes, so the cut is found digit by digit, by counting whole vectors.

/// The bits of a float, read where the float lies.
typedef uint32_t __attribute__((may_alias)) float_bits;

/// How many of the magnitudes are not zero and have bits of at most `limit`.
TARGET static ptrdiff_t count_up_to(ptrdiff_t count, const float_bits *bits, uint32_t limit) {
  ptrdiff_t i = 0, found = 0;
  words sum = {0};
  for (; i + LANES <= count; i += LANES) {
    naturals magnitude;
    memcpy(&magnitude, bits + i, sizeof(magnitude));
    sum -= (words)((magnitude & 0x7fffffffu) - 1u < limit);
  }
  for (int lane = 0; lane < LANES; lane++) found += sum[lane];
  for (; i < count; i++) found += (bits[i] & 0x7fffffffu) - 1u < limit;
  return found;
}

TARGET static ptrdiff_t count_nonzero(ptrdiff_t count, const float *values) {
  return count_up_to(count, (const float_bits *)(const void *)values, 0x80000000u);
}

#if !defined(COMPRESSES)
/// The chosen lanes, side by side, with what follows them overwritten; returns how many they are.
INLINE ptrdiff_t v_compress(uint32_t *p, naturals x, words chosen) {
  flags here = __builtin_convertvector(chosen, flags);
  uint64_t any[(sizeof(flags) + 7) / 8] = {0};
  memcpy(any, &here, sizeof(here));
  uint64_t some = 0;
  for (size_t word = 0; word < sizeof(any) / 8; word++) some |= any[word];
  if (!some) return 0;
  ptrdiff_t count = 0;
  for (int lane = 0; lane < LANES; lane++) {
    p[count] = x[lane];
    count += here[lane] != 0;
  }
  return count;
}
#endif

/// The magnitudes with these highest nine bits, into `found`; returns how many there are.
TARGET static ptrdiff_t collect(
    ptrdiff_t count, const float_bits *bits, uint32_t head, uint32_t *found) {
  ptrdiff_t i = 0, length = 0;
  for (; i + LANES <= count; i += LANES) {
    naturals magnitude;
    memcpy(&magnitude, bits + i, sizeof(magnitude));
    magnitude &= 0x7fffffffu;
    // no more were found than lie before: a whole vector fits
    length += v_compress(found + length, magnitude, (words)((magnitude & 0x7f800000u) == head));
  }
  for (; i < count; i++) {
    if ((bits[i] & 0x7f800000u) == head) found[length++] = bits[i] & 0x7fffffffu;
  }
  return length;
}

/// The keys of LANES words.
INLINE naturals v_keys(coppice_keys keys, ptrdiff_t first) {
  naturals word;
  memcpy(&word, (const float_bits *)keys.words + first, sizeof(word));
  return (word & keys.significant) ^ keys.flip;
}

INLINE uint32_t one_key(coppice_keys keys, ptrdiff_t i) {
  return (((const float_bits *)keys.words)[i] & keys.significant) ^ keys.flip;
}

TARGET static ptrdiff_t collect_keys(
    ptrdiff_t count, coppice_keys keys, uint32_t low, uint32_t width, uint32_t *found,
    ptrdiff_t *beyond) {
  ptrdiff_t i = 0, length = 0, above = 0;
  words sum = {0};
  for (; i + LANES <= count; i += LANES) {
    naturals key = v_keys(keys, i);
    words is_within = (words)(key - low <= width);
    sum -= (words)(key >= low) & ~is_within;
    length += v_compress(found + length, key, is_within);
  }
  for (int lane = 0; lane < LANES; lane++) above += sum[lane];
  for (; i < count; i++) {
    uint32_t key = one_key(keys, i);
    above += key >= low && key - low > width;
    if (key - low <= width) found[length++] = key;
  }
  *beyond = above;
  return length;
}

TARGET static void mark_keys(
    ptrdiff_t count, coppice_keys keys, uint32_t low, uint8_t mark, uint8_t *mask) {
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    flags old, chosen = __builtin_convertvector((words)(v_keys(keys, i) >= low), flags);
    memcpy(&old, mask + i, sizeof(old));
    old = (chosen & (flags)(mark + (flags){0})) | (~chosen & old);
    memcpy(mask + i, &old, sizeof(old));
  }
  for (; i < count; i++) {
    if (one_key(keys, i) >= low) mask[i] = mark;
  }
}

/// The least `high` digits, from bit `shift` on, below which `wanted` magnitudes lie.
TARGET static uint32_t least_limit(
    ptrdiff_t count, const float_bits *bits, ptrdiff_t wanted, uint32_t low, uint32_t steps,
    uint32_t unit) {
  for (uint32_t half = steps; half > 0; half >>= 1) {
    // what lies below low + half units is too little, so the limit lies above
    if (count_up_to(count, bits, low + half * unit - 1) < wanted) low += half * unit;
  }
  return low;
}

TARGET static ptrdiff_t keep_largest(
    ptrdiff_t count, ptrdiff_t wanted, float *values, uint8_t *mask, uint32_t *scratch) {
  const float_bits *bits = (const float_bits *)(const void *)values;
  ptrdiff_t there = count_nonzero(count, values), excess = there - wanted, ties = 0;
  uint32_t cut = 1;
  if (excess > 0) {
    // the exponent of the last one that goes, and then its fraction among those with this exponent
    uint32_t head = least_limit(count, bits, excess, 0, 128, 0x800000u);
    ptrdiff_t below = head > 0 ? count_up_to(count, bits, head - 1) : 0;
    ptrdiff_t length = collect(count, bits, head, scratch);
    cut = least_limit(length, scratch, excess - below, head, 1u << 22, 1);
    if (cut < 1) cut = 1;
    ties = excess - below - (cut > 1 ? count_up_to(length, scratch, cut - 1) : 0);
  }
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    words all = v_bits(v_load(values + i));
    words keep = ((naturals)all & 0x7fffffffu) >= cut;
    v_store(values + i, v_from_bits(all & keep));
    flags kept = __builtin_convertvector(keep & 1, flags);
    memcpy(mask + i, &kept, sizeof(kept));
  }
  for (; i < count; i++) {
    mask[i] = (bits[i] & 0x7fffffffu) >= cut;
    if (!mask[i]) values[i] = 0;
  }
  for (i = count - 1; ties > 0; i--) {
    if ((bits[i] & 0x7fffffffu) != cut) continue;
    values[i] = 0;
    mask[i] = 0;
    ties--;
  }
  return there < wanted ? there : wanted;
}
