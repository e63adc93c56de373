import CoppiceTensors
import Testing

@Suite("Kernels of squashed Gaussians")
struct GaussianKernelTests {
  static let deviations = [
    LogDeviation(), LogDeviation(-5...2, bound: .tanh), LogDeviation(-1 ... -0.25),
  ]

  /// Means and deviations of `scale` times −1 to 1, and normal-like noise.
  private func data(
    actionCount: Int, scale: Float
  ) -> (outputs: AlignedBuffer<Float>, noise: AlignedBuffer<Float>) {
    var data = RandomData(seed: actionCount)
    return (
      AlignedBuffer(data.numbers(2 * actionCount * panelWidth).map { scale * $0 }),
      AlignedBuffer(data.numbers(actionCount * panelWidth).map { 3 * $0 })
    )
  }

  @Test(
    "samples and their densities agree", arguments: InstructionSet.available,
    [(1, 1), (1, 40), (3, 4), (17, 2)] as [(Int, Float)])
  func sample(set: InstructionSet, size: (actions: Int, scale: Float)) throws {
    let count = size.actions * panelWidth
    let (outputs, noise) = data(actionCount: size.actions, scale: size.scale)
    let (wideOutputs, wideNoise) = (outputs.doubled, noise.doubled)
    for deviation in Self.deviations {
      let (actions, densities) = (Guarded(count: count), Guarded(count: panelWidth))
      let wideActions = AlignedBuffer<Double>(count: count)
      let wideDensities = AlignedBuffer<Double>(count: panelWidth)
      try KernelArithmetic(set).squashedSample(
        actionCount: size.actions, deviation: deviation, outputs: outputs.pointer,
        noise: noise.pointer, actions: actions.pointer, logDensities: densities.pointer)
      PlainArithmetic<Double>().squashedSample(
        actionCount: size.actions, deviation: deviation, outputs: wideOutputs.pointer,
        noise: wideNoise.pointer, actions: wideActions.pointer,
        logDensities: wideDensities.pointer)
      #expect(relativeError(densities.values, wideDensities) <= tolerance)
      #expect(actions.isIntact && densities.isIntact)
      // u is rounded to single precision, which tanh passes on with a slope of at most 1
      for index in 0..<count {
        let u = abs(Double(outputs[index])) + 3 * 7.4
        #expect(abs(Double(actions.values[index]) - wideActions[index]) <= 2e-7 + u * 1e-6)
      }
    }
  }

  @Test(
    "gradients agree", arguments: InstructionSet.available,
    [(1, 1), (1, 40), (3, 4), (17, 2)] as [(Int, Float)])
  func backward(set: InstructionSet, size: (actions: Int, scale: Float)) throws {
    let count = size.actions * panelWidth
    let (outputs, noise) = data(actionCount: size.actions, scale: size.scale)
    var more = RandomData(seed: 7)
    let (slopes, densities) = (more.floats(count), more.floats(panelWidth))
    let (wideOutputs, wideNoise) = (outputs.doubled, noise.doubled)
    let (wideSlopes, wideDensities) = (slopes.doubled, densities.doubled)
    for deviation in Self.deviations {
      let found = Guarded(count: 2 * count)
      let expected = AlignedBuffer<Double>(count: 2 * count)
      try KernelArithmetic(set).squashedBackward(
        actionCount: size.actions, deviation: deviation, outputs: outputs.pointer,
        noise: noise.pointer, actionGradient: slopes.pointer,
        logDensityGradient: densities.pointer, outputGradient: found.pointer)
      PlainArithmetic<Double>().squashedBackward(
        actionCount: size.actions, deviation: deviation, outputs: wideOutputs.pointer,
        noise: wideNoise.pointer, actionGradient: wideSlopes.pointer,
        logDensityGradient: wideDensities.pointer, outputGradient: expected.pointer)
      #expect(relativeError(found.values, expected) <= tolerance)
      #expect(found.isIntact)
    }
  }

  @Test(
    "far from 0 densities are finite and slopes keep their digits",
    arguments: InstructionSet.available)
  func saturation(set: InstructionSet) throws {
    let arithmetic = try KernelArithmetic(set)
    let outputs = AlignedBuffer<Float>(count: 2 * panelWidth)
    let (noise, none) = (AlignedBuffer<Float>(count: panelWidth), AlignedBuffer<Float>(count: 64))
    let means: [Float] = [-1e4, -100, -44, -20, -9, -5, 5, 9, 20, 44, 100, 1e4]
    for (lane, mean) in means.enumerated() { outputs[lane] = mean }
    let (actions, densities) = (Guarded(count: panelWidth), Guarded(count: panelWidth))
    arithmetic.squashedSample(
      actionCount: 1, deviation: LogDeviation(), outputs: outputs.pointer, noise: noise.pointer,
      actions: actions.pointer, logDensities: densities.pointer)
    let (slopes, gradient) = (AlignedBuffer<Float>(count: 64), Guarded(count: 2 * panelWidth))
    slopes.fill(1)
    arithmetic.squashedBackward(
      actionCount: 1, deviation: LogDeviation(), outputs: outputs.pointer, noise: noise.pointer,
      actionGradient: slopes.pointer, logDensityGradient: none.pointer,
      outputGradient: gradient.pointer)
    for (lane, mean) in means.enumerated() {
      // log N(0) − log(1 − tanh²u), of which 2 log 2 − 2 |u| is left
      let wanted = -0.918_938_533 - 2 * (0.693_147_181 - Double(abs(mean)))
      // at |u| = 5 the dropped term is 2 exp(−10)
      #expect(abs(Double(densities.values[lane]) - wanted) <= 1e-4 + 1e-6 * abs(wanted))
      #expect(abs(actions.values[lane]) <= 1 && actions.values[lane] * mean > 0)
      // 1 − tanh²u is 4 exp(−2 |u|) up to 2 exp(−10) of itself
      let slope = Double(gradient.values[lane])
      #expect(slope >= 0)
      if abs(mean) < 40 { #expect(abs(slope / slopeAtEnds(Double(mean)) - 1) < 2e-4) }
    }
  }

  /// 4 exp(−2 |u|) for the means of the test, by whole powers of e.
  private func slopeAtEnds(_ u: Double) -> Double {
    (0..<Int(2 * abs(u))).reduce(4) { product, _ in product / 2.718_281_828_459_045 }
  }

  @Test("what is not a number shows in the density", arguments: InstructionSet.available)
  func notANumber(set: InstructionSet) throws {
    for place in [0, panelWidth] {
      let outputs = AlignedBuffer<Float>(count: 2 * panelWidth)
      outputs[place] = .nan
      let noise = AlignedBuffer<Float>(count: panelWidth)
      noise.fill(1)
      let (actions, densities) = (Guarded(count: panelWidth), Guarded(count: panelWidth))
      try KernelArithmetic(set).squashedSample(
        actionCount: 1, deviation: LogDeviation(), outputs: outputs.pointer,
        noise: noise.pointer, actions: actions.pointer, logDensities: densities.pointer)
      #expect(densities.values[0].isNaN && !densities.values[1].isNaN)
    }
  }
}
