import CCoppiceKernels

extension KernelArithmetic {
  /// One Adam step on `count` parameters, and where `target` is given its running average.
  public func adam(
    count: Int, parameters: UnsafeMutablePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
    secondMoment: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    step: AdamStep<Float>, target: UnsafeMutablePointer<Float>?, rate: Float
  ) {
    table.pointee.adam(
      count, parameters, firstMoment, secondMoment, gradient,
      coppice_adam(
        scaled_learning_rate: step.scaledLearningRate,
        second_moment_correction: step.secondMomentCorrection, first_decay: step.firstDecay,
        second_decay: step.secondDecay, epsilon: step.epsilon, weight_decay: step.weightDecay),
      target, rate)
  }

  /// w′ ← w′ + τ (w − w′).
  public func average(
    count: Int, parameters: UnsafePointer<Float>, target: UnsafeMutablePointer<Float>, rate: Float
  ) {
    table.pointee.average(count, parameters, target, rate)
  }

  /// y ← y + x.
  public func add(
    count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.add(count, input, output)
  }

  /// y ← y x.
  public func multiply(
    count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.multiply(count, input, output)
  }

  /// y = s tanh(x), to 2e-7 of s; odd, and exactly ±s far from 0.
  public func tanh(
    count: Int, scale: Float, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.tanh(count, scale, input, output)
  }

  /// g ← g · s (1 − (y / s)²): from the gradient of y = s tanh(x) to that of x.
  public func tanhBackward(
    count: Int, scale: Float, outputs: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) {
    table.pointee.tanh_backward(count, scale, outputs, gradient)
  }

  /// Target policy smoothing: a ← clip(a + clip(σ ε, −c, c), −limit, limit).
  ///
  /// - Parameters:
  ///   - count: How many numbers.
  ///   - noiseScale: σ, not negative.
  ///   - noiseClip: c, not negative.
  ///   - limit: The largest magnitude of an action.
  ///   - noise: ε, standard normals.
  ///   - actions: `[count]`, changed in place.
  ///
  /// ## Source
  /// Fujimoto, van Hoof, Meger 2018, "Addressing Function Approximation Error in Actor-Critic
  /// Methods", equation 14 (clipping the action itself as in Algorithm 1's implementation).
  public func smoothAction(
    count: Int, noiseScale: Float, noiseClip: Float, limit: Float, noise: UnsafePointer<Float>,
    actions: UnsafeMutablePointer<Float>
  ) {
    table.pointee.smooth_action(count, noiseScale, noiseClip, limit, noise, actions)
  }

  /// Fills memory with standard normals; element 4 b + i is normal i of block `counter` + b.
  ///
  /// A block is Philox 4×32-10 at the counter words (block's low half, its high half, 0, 1), so that
  /// it never meets the blocks of `RandomStream` under the same key. Of its words (w₀, w₁, w₂, w₃)
  /// two pairs of normals are made by the Box–Muller transform: with u = (w₀ / 2 + ½) 2⁻³¹ and
  /// v = w₁ 2⁻³² (24 bits of it), √(−2 ln u) times cos 2πv and sin 2πv; the same with w₂ and w₃.
  ///
  /// ## Randomness
  /// `key` and `counter` alone. Instruction sets agree to about 1e-6.
  ///
  /// - Parameters:
  ///   - key: The key's two words, the first in the low half, as in `RandomKey.bits`.
  ///   - counter: The first block.
  ///   - count: How many normals; what is left of the last block is dropped.
  ///   - output: `[count]`.
  /// - Complexity: About one nanosecond per normal with AVX-512.
  ///
  /// ## Source
  /// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3;
  /// Box, Muller 1958, "A note on the generation of random normal deviates".
  public func fillNormal(
    key: UInt64, counter: UInt64, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.fill_normal(key, counter, count, output)
  }

  /// Fills memory with random words; element 4 b + i is word i of block `counter` + b.
  ///
  /// A block is Philox 4×32-10 at the counter words (block's low half, its high half, 0, 0): the
  /// blocks that `RandomStream` takes under the same key.
  ///
  /// ## Randomness
  /// `key` and `counter` alone; all instruction sets give the same words.
  ///
  /// - Parameters:
  ///   - key: The key's two words, the first in the low half, as in `RandomKey.bits`.
  ///   - counter: The first block.
  ///   - count: How many words; what is left of the last block is dropped.
  ///   - output: `[count]`.
  ///
  /// ## Source
  /// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
  public func fillWords(
    key: UInt64, counter: UInt64, count: Int, into output: UnsafeMutablePointer<UInt32>
  ) {
    table.pointee.fill_words(key, counter, count, output)
  }
}
