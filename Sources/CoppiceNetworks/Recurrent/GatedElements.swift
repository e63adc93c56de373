import CoppiceTensors

// What a gated recurrent unit does number by number; see there for the letters.

/// y ← σ(y + x).
@specialized(where Scalar == Float, Arithmetic == KernelArithmetic)
@specialized(where Scalar == Double, Arithmetic == PlainArithmetic<Double>)
func squash<Scalar: NetworkScalar, Arithmetic: PanelArithmetic>(
  _ arithmetic: Arithmetic, _ count: Int, _ values: UnsafeMutablePointer<Scalar>,
  adding other: UnsafeMutablePointer<Scalar>
) where Arithmetic.Scalar == Scalar {
  // σ(x) = ½ + ½ tanh(x / 2)
  for index in 0..<count { values[index] = (values[index] + other[index]) * 0.5 }
  arithmetic.tanh(count: count, scale: 0.5, input: UnsafePointer(values), output: values)
  for index in 0..<count { values[index] += 0.5 }
}

/// y = a ⊙ b.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func multiply<Scalar: NetworkScalar>(
  _ count: Int, _ first: UnsafeMutablePointer<Scalar>, _ second: UnsafeMutablePointer<Scalar>,
  into output: UnsafeMutablePointer<Scalar>
) {
  for index in 0..<count { output[index] = first[index] * second[index] }
}

/// h′ = z ⊙ h + (1 − z) ⊙ c.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func blend<Scalar: NetworkScalar>(
  _ count: Int, gate: UnsafeMutablePointer<Scalar>, _ state: UnsafeMutablePointer<Scalar>,
  _ candidate: UnsafeMutablePointer<Scalar>, into next: UnsafeMutablePointer<Scalar>
) {
  for index in 0..<count {
    next[index] = candidate[index] + gate[index] * (state[index] - candidate[index])
  }
}

/// From δ = ∂ h′ of the step itself and of those that follow: the gradients of z and c before they are
/// squashed, and z ⊙ δ, what of it goes to h directly.
///
/// - Parameters:
///   - count: Numbers of a state.
///   - own: ∂ h′ of the step itself.
///   - carried: ∂ h′ of those that follow; receives z ⊙ δ.
///   - values: r, z and c.
///   - state: h.
///   - slopes: Receives ∂ z and ∂ c, behind the place of ∂ r.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func openBlend<Scalar: NetworkScalar>(
  _ count: Int, _ own: UnsafeMutablePointer<Scalar>, _ carried: UnsafeMutablePointer<Scalar>,
  _ values: UnsafeMutablePointer<Scalar>, _ state: UnsafeMutablePointer<Scalar>,
  into slopes: UnsafeMutablePointer<Scalar>
) {
  let (gates, candidates) = (values + count, values + 2 * count)
  let (gateSlopes, candidateSlopes) = (slopes + count, slopes + 2 * count)
  for index in 0..<count {
    let slope = own[index] + carried[index]
    let (gate, candidate) = (gates[index], candidates[index])
    gateSlopes[index] = slope * (state[index] - candidate) * gate * (1 - gate)
    candidateSlopes[index] = slope * (1 - gate) * (1 - candidate * candidate)
    carried[index] = slope * gate
  }
}

/// From the gradient of r ⊙ h: that of r before it is squashed, and what goes on to h.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func openReset<Scalar: NetworkScalar>(
  _ count: Int, _ seen: UnsafeMutablePointer<Scalar>, _ carried: UnsafeMutablePointer<Scalar>,
  _ values: UnsafeMutablePointer<Scalar>, _ state: UnsafeMutablePointer<Scalar>,
  into slopes: UnsafeMutablePointer<Scalar>
) {
  for index in 0..<count {
    let reset = values[index]
    slopes[index] = seen[index] * state[index] * reset * (1 - reset)
    carried[index] += seen[index] * reset
  }
}
