import CCoppiceKernels

extension KernelArithmetic {
  /// y ← r + γ c min(Q₁, Q₂) for the 64 lanes of a panel.
  public func valueGoals(
    discount: Float, reward: UnsafePointer<Float>, continues: UnsafePointer<Float>,
    first: UnsafePointer<Float>, second: UnsafePointer<Float>, goal: UnsafeMutablePointer<Float>
  ) {
    table.pointee.value_goals(discount, reward, continues, first, second, goal)
  }

  /// y ← r + γ c (min(Q₁, Q₂) − α log π) for the 64 lanes of a panel.
  public func softValueGoals(
    discount: Float, temperature: Float, reward: UnsafePointer<Float>,
    continues: UnsafePointer<Float>, first: UnsafePointer<Float>, second: UnsafePointer<Float>,
    logDensity: UnsafePointer<Float>, goal: UnsafeMutablePointer<Float>
  ) {
    table.pointee.soft_value_goals(
      discount, temperature, reward, continues, first, second, logDensity, goal)
  }

  /// g ← w (p − y) for the first `live` lanes of a panel, and 0 for the others; returns Σ (p − y)².
  public func squaredError(
    live: Int, weight: Float, prediction: UnsafePointer<Float>, goal: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) -> Float {
    table.pointee.squared_error(live, weight, prediction, goal, gradient)
  }

  /// g ← w for the first `live` lanes of a panel, and 0 for the others; returns Σ q.
  public func meanGradient(
    live: Int, weight: Float, value: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> Float {
    table.pointee.mean_gradient(live, weight, value, gradient)
  }

  /// The gradients of w min(Q₁, Q₂) for the first `live` lanes of a panel, and 0 for the others;
  /// returns Σ min(Q₁, Q₂).
  public func smallerGradient(
    live: Int, weight: Float, first: UnsafePointer<Float>, second: UnsafePointer<Float>,
    firstGradient: UnsafeMutablePointer<Float>, secondGradient: UnsafeMutablePointer<Float>
  ) -> Float {
    table.pointee.smaller_gradient(live, weight, first, second, firstGradient, secondGradient)
  }
}
