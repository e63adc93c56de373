import CCoppiceKernels

extension KernelArithmetic {
  /// y ← r + γ c min(Q₁, Q₂) for the 64 lanes of a panel.
  public func valueGoals(
    discount: Float, reward: UnsafePointer<Float>, continues: UnsafePointer<Float>,
    first: UnsafePointer<Float>, second: UnsafePointer<Float>, goal: UnsafeMutablePointer<Float>
  ) {
    table.pointee.value_goals(discount, reward, continues, first, second, goal)
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
}
