#pragma once

// Standard normals from Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, section 3.3) by the
// Box-Muller transform: LANES blocks at once, four normals each.

/// The high halves of the products of `x` with a constant.
INLINE naturals high_product(naturals x, uint32_t factor) {
  wide_naturals wide = __builtin_convertvector(x, wide_naturals) * factor;
  return __builtin_convertvector(wide >> 32, naturals);
}

/// Replaces counters by their random blocks.
INLINE void philox(naturals word[4], naturals low_key, naturals high_key) {
  for (int round = 0; round < 10; round++) {
    naturals first_high = high_product(word[0], 0xD2511F53u);
    naturals second_high = high_product(word[2], 0xCD9E8D57u);
    naturals first_low = word[0] * 0xD2511F53u, second_low = word[2] * 0xCD9E8D57u;
    word[0] = second_high ^ word[1] ^ low_key;
    word[1] = second_low;
    word[2] = first_high ^ word[3] ^ high_key;
    word[3] = first_low;
    low_key += 0x9E3779B9u;
    high_key += 0xBB67AE85u;
  }
}

/// ln(x) for normal positive x, relative error below 2e-7 also near 1.
INLINE vector logarithm(vector x) {
  // x = m 2^e with m from √½ to √2
  words shifted = v_bits(x) - 0x3f3504f3;
  vector e = __builtin_convertvector(shifted >> 23, vector);
  vector f = v_from_bits((shifted & 0x007fffff) + 0x3f3504f3) - v_broadcast(1);
  vector p = v_broadcast(-7.634460181e-2f);
  p = v_fma(p, f, v_broadcast(1.276156306e-1f));
  p = v_fma(p, f, v_broadcast(-1.316018999e-1f));
  p = v_fma(p, f, v_broadcast(1.420176029e-1f));
  p = v_fma(p, f, v_broadcast(-1.662335694e-1f));
  p = v_fma(p, f, v_broadcast(2.000122666e-1f));
  p = v_fma(p, f, v_broadcast(-2.500081956e-1f));
  p = v_fma(p, f, v_broadcast(3.333333135e-1f));
  vector square = f * f;
  vector correction = v_fma(square, v_broadcast(-0.5f), p * square * f);
  correction = v_fma(e, v_broadcast(-2.12194440e-4f), correction);
  return v_fma(e, v_broadcast(0.693359375f), f + correction);
}

/// Two independent standard normals from two random words.
///
/// The radius takes 31 bits of the first word, so that it reaches 6.6; the angle 24 of the second.
INLINE void normal_pair(naturals first, naturals second, vector *cosine, vector *sine) {
  vector uniform = v_fma(
      __builtin_convertvector((words)(first >> 1), vector), v_broadcast(0x1p-31f),
      v_broadcast(0x1p-32f));
  vector square = v_broadcast(-2) * logarithm(uniform);
  vector radius = v_sqrt(v_max(v_zero(), square));

  // the turn is quarters of a turn plus t, |t| <= 1/8
  vector turn = __builtin_convertvector((words)(second >> 8), vector) * v_broadcast(0x1p-24f);
  vector quarters = v_round(turn * v_broadcast(4));
  vector t = v_fma(quarters, v_broadcast(-0.25f), turn);
  vector z = t * t;
  vector s = v_broadcast(-7.540198517e+1f);
  s = v_fma(s, z, v_broadcast(8.159255219e+1f));
  s = v_fma(s, z, v_broadcast(-4.134166336e+1f));
  s = v_fma(s, z, v_broadcast(6.283185482f)) * t;
  vector c = v_broadcast(5.922034073e+1f);
  c = v_fma(c, z, v_broadcast(-8.544284821e+1f));
  c = v_fma(c, z, v_broadcast(6.493931580e+1f));
  c = v_fma(c, z, v_broadcast(-1.973920822e+1f));
  c = v_fma(c, z, v_broadcast(1));

  // a quarter turn takes (c, s) to (-s, c)
  words quadrant = __builtin_convertvector(quarters, words);
  words swap = -(quadrant & 1);
  words bits_s = v_bits(s), bits_c = v_bits(c);
  words sign_c = ((quadrant + 1) & 2) << 30, sign_s = (quadrant & 2) << 30;
  *cosine = radius * v_from_bits(((bits_c & ~swap) | (bits_s & swap)) ^ sign_c);
  *sine = radius * v_from_bits(((bits_s & ~swap) | (bits_c & swap)) ^ sign_s);
}

/// Which of LANES blocks a lane computes: so that turning every four lanes puts them in order.
INLINE uint64_t block_of_lane(int lane) { return (uint64_t)(lane % 4 * (LANES / 4) + lane / 4); }

/// The LANES blocks from `counter` on, whose last counter word is `stream`: word[i][lane] is word i.
INLINE void random_blocks(
    uint64_t key, uint64_t counter, uint32_t stream, naturals word[4]) {
  for (int lane = 0; lane < LANES; lane++) {
    word[0][lane] = (uint32_t)(counter + block_of_lane(lane));
    word[1][lane] = (uint32_t)((counter + block_of_lane(lane)) >> 32);
    word[2][lane] = 0;
    word[3][lane] = stream;
  }
  philox(word, (naturals){0} + (uint32_t)key, (naturals){0} + (uint32_t)(key >> 32));
}

/// Writes LANES blocks of four numbers each in order, the first `left` of them.
INLINE void store_blocks(float *output, vector number[4], ptrdiff_t left) {
  v_transpose_fours(number);
  for (int i = 0; i < 4; i++, output += LANES, left -= LANES) {
    if (left >= LANES) {
      v_store(output, number[i]);
    } else if (left > 0) {
      v_store_first(output, number[i], left);
    }
  }
}

TARGET static void fill_normal(
    uint64_t key, uint64_t counter, ptrdiff_t count, float *output) {
  for (ptrdiff_t start = 0; start < count; start += 4 * LANES, counter += LANES) {
    naturals word[4];
    random_blocks(key, counter, 1, word);
    vector normal[4];
    normal_pair(word[0], word[1], &normal[0], &normal[1]);
    normal_pair(word[2], word[3], &normal[2], &normal[3]);
    store_blocks(output + start, normal, count - start);
  }
}

TARGET static void lane_normals(
    ptrdiff_t rows, ptrdiff_t live, const uint32_t *low_keys, const uint32_t *high_keys,
    uint64_t node, uint32_t stream, float *output) {
  for (ptrdiff_t row = 0; row < rows; row += 4) {
    for (ptrdiff_t lane = 0; lane < live; lane += LANES) {
      naturals low, high;
      memcpy(&low, low_keys + lane, sizeof low);
      memcpy(&high, high_keys + lane, sizeof high);
      naturals word[4] = {
          (naturals){0} + (uint32_t)(row / 4), (naturals){0} + stream,
          (naturals){0} + (uint32_t)node, (naturals){0} + (uint32_t)(node >> 32)};
      philox(word, low, high);
      vector normal[4];
      normal_pair(word[0], word[1], &normal[0], &normal[1]);
      float *place = output + row * COPPICE_PANEL + lane;
      v_store(place, normal[0]);
      if (row + 1 < rows) v_store(place + COPPICE_PANEL, normal[1]);
      if (row + 2 >= rows) continue;
      normal_pair(word[2], word[3], &normal[2], &normal[3]);
      v_store(place + 2 * COPPICE_PANEL, normal[2]);
      if (row + 3 < rows) v_store(place + 3 * COPPICE_PANEL, normal[3]);
    }
  }
}

TARGET static void fill_words(
    uint64_t key, uint64_t counter, ptrdiff_t count, uint32_t *output) {
  for (ptrdiff_t start = 0; start < count; start += 4 * LANES, counter += LANES) {
    naturals word[4];
    random_blocks(key, counter, 0, word);
    vector bits[4];
    for (int i = 0; i < 4; i++) bits[i] = v_from_bits((words)word[i]);
    store_blocks((float *)output + start, bits, count - start);
  }
}
