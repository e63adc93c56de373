extension PlainArithmetic {
  /// y ← r + γ c min(Q₁, Q₂) for the 64 lanes of a panel.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func valueGoals(
    discount: Scalar, reward: UnsafePointer<Scalar>, continues: UnsafePointer<Scalar>,
    first: UnsafePointer<Scalar>, second: UnsafePointer<Scalar>, goal: UnsafeMutablePointer<Scalar>
  ) {
    for lane in 0..<panelWidth {
      goal[lane] = reward[lane] + discount * continues[lane] * min(first[lane], second[lane])
    }
  }

  /// y ← r + γ c (min(Q₁, Q₂) − α log π) for the 64 lanes of a panel.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func softValueGoals(
    discount: Scalar, temperature: Scalar, reward: UnsafePointer<Scalar>,
    continues: UnsafePointer<Scalar>, first: UnsafePointer<Scalar>,
    second: UnsafePointer<Scalar>, logDensity: UnsafePointer<Scalar>,
    goal: UnsafeMutablePointer<Scalar>
  ) {
    for lane in 0..<panelWidth {
      let value = min(first[lane], second[lane]) - temperature * logDensity[lane]
      goal[lane] = reward[lane] + discount * continues[lane] * value
    }
  }

  /// g ← w (p − y) for the first `live` lanes of a panel, and 0 for the others; returns Σ (p − y)².
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func squaredError(
    live: Int, weight: Scalar, prediction: UnsafePointer<Scalar>, goal: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar {
    var sum: Scalar = 0
    for lane in 0..<live {
      let difference = prediction[lane] - goal[lane]
      gradient[lane] = weight * difference
      sum += difference * difference
    }
    for lane in live..<panelWidth { gradient[lane] = 0 }
    return sum
  }

  /// g ← w for the first `live` lanes of a panel, and 0 for the others; returns Σ q.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func meanGradient(
    live: Int, weight: Scalar, value: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar {
    var sum: Scalar = 0
    for lane in 0..<panelWidth {
      gradient[lane] = lane < live ? weight : 0
      if lane < live { sum += value[lane] }
    }
    return sum
  }

  /// The gradients of w min(Q₁, Q₂) for the first `live` lanes of a panel, and 0 for the others;
  /// returns Σ min(Q₁, Q₂).
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func smallerGradient(
    live: Int, weight: Scalar, first: UnsafePointer<Scalar>, second: UnsafePointer<Scalar>,
    firstGradient: UnsafeMutablePointer<Scalar>, secondGradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar {
    var sum: Scalar = 0
    for lane in 0..<panelWidth {
      let isSecond = lane < live && second[lane] < first[lane]
      firstGradient[lane] = lane < live && !isSecond ? weight : 0
      secondGradient[lane] = isSecond ? weight : 0
      if lane < live { sum += isSecond ? second[lane] : first[lane] }
    }
    return sum
  }
}
