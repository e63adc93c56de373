import CoppiceTensors

/// The state of a solution of one panel by a method that is a tableau.
final class TableauIntegrator<Fields: VectorFields>: PanelIntegrator {
  typealias Scalar = Fields.Scalar

  private let fields: Fields
  private let tableau: Tableau
  private let difference: Tableau.Difference?
  private let panel: Int
  private let adjoint: Adjoint?
  private let count: Int
  private let channelCount: Int
  private let product: NoiseProduct
  private let columns: [Tableau.Noise]
  private let ownTape: Fields.Tape
  private let slots: Int
  /// What the stages of all steps left, where it is remembered; the evaluation at the end of a step then
  /// has a tape of its own.
  private let history: EvaluationHistory<Fields>?
  private let endTape: Fields.Tape?
  /// The tape of a step's stages, and where they begin in it.
  private var tape: Fields.Tape
  private var firstSlot = 0
  /// How many steps were taken.
  private var stepCount = 0

  private let y: AlignedBuffer<Scalar>
  private let stage: AlignedBuffer<Scalar>
  /// For each column of noise `[M, 64]`.
  private let noise: [AlignedBuffer<Scalar>]
  /// For each stage `[D, 64]`.
  private let drifts: [AlignedBuffer<Scalar>]
  private let scratch: AlignedBuffer<Scalar>

  private let yGradient: AlignedBuffer<Scalar>
  private let stageGradients: [AlignedBuffer<Scalar>]
  private let weighted: AlignedBuffer<Scalar>
  /// The y of every step, where these are remembered instead.
  private let copies: AlignedBuffer<Scalar>?

  init(
    fields: Fields, tableau: Tableau, difference: Tableau.Difference?, panel: Int,
    adjoint: Adjoint?, stepCount: Int, keptBytes: Int
  ) {
    self.fields = fields
    self.tableau = tableau
    self.difference = difference
    self.panel = panel
    self.adjoint = adjoint
    product = fields.noiseProduct
    let count = fields.stateCount * panelWidth
    self.count = count
    channelCount = fields.channelCount
    columns = tableau.columns
    let stages = tableau.stages.count
    if adjoint == nil {
      slots = stages
    } else {
      // whole steps, so that sums are made of several at once
      let evaluations = stages * stepCount
      let most = SlotCursor.slotCount(for: fields, evaluations: evaluations)
      slots = stages * max(1, most / stages)
    }
    ownTape = fields.makeTape(slotCount: slots, withGradients: adjoint != nil)
    tape = ownTape
    history =
      adjoint == .backpropagation
      ? EvaluationHistory(
        of: fields, first: ownTape, unitCount: stepCount, slotsOfUnit: stages,
        mostBytes: keptBytes) : nil
    let endsApart = history != nil && difference?.end ?? 0 != 0
    endTape = endsApart ? fields.makeTape(slotCount: 1, withGradients: false) : nil
    func room(_ count: Int) -> AlignedBuffer<Scalar> { AlignedBuffer(count: count) }
    y = room(count)
    stage = room(count)
    scratch = room(count)
    noise = columns.map { _ in room(fields.channelCount * panelWidth) }
    drifts = tableau.stages.map { _ in room(count) }
    yGradient = room(count)
    stageGradients = tableau.stages.map { _ in room(adjoint == nil ? 0 : count) }
    weighted = room(adjoint == nil ? 0 : count)
    copies = adjoint == .backpropagation && history == nil ? room(stepCount * count) : nil
  }

  var state: UnsafeMutablePointer<Scalar> { y.pointer }
  var stateGradient: UnsafeMutablePointer<Scalar> { yGradient.pointer }
  func gap(lanes: Int) -> Double { 0 }

  func start(at time: Double, from initial: UnsafePointer<Scalar>) {
    y.pointer.update(from: initial, count: count)
    (tape, firstSlot) = (ownTape, 0)
  }

  func step(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?
  ) {
    if let copies { (copies.pointer + index * count).update(from: y.pointer, count: count) }
    if let history { (tape, firstSlot) = history.place(of: index) }
    stepCount = index + 1
    writeNoise(length: end - start, increment: increment, area: area)
    evaluateStages(start: start, length: end - start, sign: 1)
    add(drifts: tableau.drifts, terms: tableau.terms, length: end - start, sign: 1, to: y.pointer)
  }

  func writeError(
    from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    into error: UnsafeMutablePointer<Scalar>
  ) {
    guard let difference else { preconditionFailure("a tableau without a difference") }
    error.zero(count: count)
    add(
      drifts: difference.drifts, terms: difference.terms, length: end - start, sign: 1, to: error)
    guard difference.end != 0 else { return }
    // else in the slot of the first stage, which nobody reads any more
    let (tape, slot) = endTape.map { ($0, 0) } ?? (tape, firstSlot)
    fields.evaluate(
      time: end, state: UnsafePointer(y.pointer), panel: panel, slot: slot, tape: tape)
    accumulate(count, Scalar(difference.end * (end - start)), tape.drift(slot: slot), into: error)
    product.product(tape.diffusion(slot: slot), increment, to: scratch.pointer)
    accumulate(count, Scalar(difference.end), scratch.pointer, into: error)
  }

  var carriedCount: Int { count }

  func writeCarried(into memory: UnsafeMutablePointer<Scalar>) {
    memory.update(from: y.pointer, count: count)
  }

  func resume(at time: Double, step index: Int, from memory: UnsafePointer<Scalar>) {
    start(at: time, from: memory)
  }

  /// Evaluates every stage of a step from ``y``, in the slots from ``firstSlot`` on.
  ///
  /// A `sign` of −1 steps back in time.
  private func evaluateStages(start: Double, length: Double, sign: Scalar) {
    for (index, numbers) in tableau.stages.enumerated() {
      stage.pointer.update(from: y.pointer, count: count)
      add(
        drifts: numbers.drifts, terms: numbers.terms, length: length, sign: sign,
        to: stage.pointer)
      evaluate(index, at: start + numbers.time * length * Double(sign))
    }
  }

  private func evaluate(_ index: Int, at time: Double) {
    let slot = firstSlot + index
    fields.evaluate(
      time: time, state: UnsafePointer(stage.pointer), panel: panel, slot: slot, tape: tape)
    drifts[index].pointer.update(from: tape.drift(slot: slot), count: count)
  }

  /// Adds Σ a f h + Σ b g N.
  private func add(
    drifts weights: [Double], terms: [Tableau.Term], length: Double, sign: Scalar,
    to sum: UnsafeMutablePointer<Scalar>
  ) {
    for (index, weight) in weights.enumerated() where weight != 0 {
      accumulate(count, sign * Scalar(weight * length), drifts[index].pointer, into: sum)
    }
    for term in terms {
      product.product(
        tape.diffusion(slot: firstSlot + term.stage), UnsafePointer(column(term.noise)),
        to: scratch.pointer)
      accumulate(count, sign * Scalar(term.weight), scratch.pointer, into: sum)
    }
  }

  private func column(_ wanted: Tableau.Noise) -> UnsafeMutablePointer<Scalar> {
    for (index, column) in columns.enumerated() where column == wanted {
      return noise[index].pointer
    }
    preconditionFailure("a column that no stage has")
  }

  private func writeNoise(
    length: Double, increment: UnsafePointer<Scalar>, area: UnsafePointer<Scalar>?
  ) {
    for (index, column) in columns.enumerated() {
      writeColumn(
        column, channelCount * panelWidth, length: Scalar(length), increment: increment,
        area: area, into: noise[index].pointer)
    }
  }

  // MARK: Back

  func startBack(at time: Double) {
    precondition(adjoint != nil, "the solver was made without an adjoint")
    yGradient.zero()
    (tape, firstSlot) = (ownTape, 0)
  }

  func stepBack(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?, driverGradient: UnsafeMutablePointer<Scalar>?
  ) {
    writeNoise(length: end - start, increment: increment, area: area)
    if let history {
      (tape, firstSlot) = history.place(of: index)
      pullBackStages(length: end - start, driverGradient: driverGradient)
      history.sumGradients(after: index, last: stepCount - 1)
      return
    }
    if let copies {
      y.pointer.update(from: copies.pointer + index * count, count: count)
      evaluateStages(start: start, length: end - start, sign: 1)
      pullBackStages(length: end - start, driverGradient: driverGradient)
    } else {
      solveAdjoint(end: end, length: end - start, driverGradient: driverGradient)
    }
    firstSlot += tableau.stages.count
    if firstSlot + tableau.stages.count > slots { flush() }
  }

  /// The exact gradient of one step, whose stages were evaluated.
  private func pullBackStages(
    length: Double, driverGradient: UnsafeMutablePointer<Scalar>?
  ) {
    let stages = tableau.stages
    for index in stages.indices.reversed() {
      let slot = firstSlot + index
      let toDrift = tape.driftGradient(slot: slot)
      assign(
        count, Scalar(tableau.drifts[index] * length), yGradient.pointer, to: toDrift)
      for later in (index + 1)..<max(stages.count, index + 1)
      where index < stages[later].drifts.count && stages[later].drifts[index] != 0 {
        accumulate(
          count, Scalar(stages[later].drifts[index] * length), stageGradients[later].pointer,
          into: toDrift)
      }
      let toDiffusion = tape.diffusionGradient(slot: slot)
      toDiffusion.zero(count: product.isDiagonal ? count : count * channelCount)
      for column in columns {
        let isUsed = weigh(stage: index, column: column)
        guard isUsed else { continue }
        product.addOuter(weighted.pointer, self.column(column), to: toDiffusion)
        if let driverGradient {
          precondition(
            column == .increment || column == .timeIntegral,
            "gradients of increments go through increments and areas alone")
          product.addTransposed(
            column == .increment ? 1 : 0.5, tape.diffusion(slot: slot), weighted.pointer,
            to: driverGradient)
        }
      }
      fields.pullBack(slot: slot, tape: tape, stateGradient: stageGradients[index].pointer)
    }
    for gradient in stageGradients {
      accumulate(count, 1, gradient.pointer, into: yGradient.pointer)
    }
  }

  /// Writes Σ b(j, `stage`, `column`) ∂/∂z(j) + β ∂/∂y′; whether there is any.
  private func weigh(stage: Int, column: Tableau.Noise) -> Bool {
    var isUsed = false
    weighted.zero()
    for term in tableau.terms where term.stage == stage && term.noise == column {
      accumulate(count, Scalar(term.weight), yGradient.pointer, into: weighted.pointer)
      isUsed = true
    }
    for (later, numbers) in tableau.stages.enumerated() {
      for term in numbers.terms where term.stage == stage && term.noise == column {
        accumulate(
          count, Scalar(term.weight), stageGradients[later].pointer, into: weighted.pointer)
        isUsed = true
      }
    }
    return isUsed
  }

  /// One step back of the solution together with its adjoint equation, by the same tableau.
  ///
  /// With k(s) = f(s) h + g(s) ΔW, stage states are y − Σ a k and adjoints λ + Σ a ∂(k·λ(j))/∂y; the
  /// parameters get Σ α ∂(k·λ(s))/∂θ.
  private func solveAdjoint(
    end: Double, length: Double, driverGradient: UnsafeMutablePointer<Scalar>?
  ) {
    precondition(driverGradient == nil, "the adjoint equation has no gradients of increments")
    for (index, numbers) in tableau.stages.enumerated() {
      stage.pointer.update(from: y.pointer, count: count)
      add(
        drifts: numbers.drifts, terms: numbers.terms, length: length, sign: -1,
        to: stage.pointer)
      evaluate(index, at: end - numbers.time * length)
      // λ of the stage
      weighted.copy(from: yGradient)
      for (earlier, weight) in numbers.drifts.enumerated() where weight != 0 {
        accumulate(count, Scalar(weight), stageGradients[earlier].pointer, into: weighted.pointer)
      }
      let slot = firstSlot + index
      // parameters want the stage with its weight; where that is 0, the state's gradient is found with 1
      let weight = tableau.drifts[index]
      let factor = Scalar(weight == 0 ? 1 : weight)
      assign(count, factor, weighted.pointer, to: scratch.pointer)
      assign(count, Scalar(length), scratch.pointer, to: tape.driftGradient(slot: slot))
      let toDiffusion = tape.diffusionGradient(slot: slot)
      toDiffusion.zero(count: product.isDiagonal ? count : count * channelCount)
      product.addOuter(scratch.pointer, column(.increment), to: toDiffusion)
      fields.pullBack(slot: slot, tape: tape, stateGradient: stageGradients[index].pointer)
      scale(stageGradients[index].pointer, count: count, by: 1 / factor)
      if weight == 0 { fields.clearGradients(slot: slot, tape: tape) }
    }
    add(
      drifts: tableau.drifts, terms: tableau.terms, length: length, sign: -1, to: y.pointer)
    for (index, weight) in tableau.drifts.enumerated() where weight != 0 {
      accumulate(count, Scalar(weight), stageGradients[index].pointer, into: yGradient.pointer)
    }
  }

  private func flush() {
    if firstSlot > 0 { fields.sumGradients(slots: firstSlot, tape: tape) }
    firstSlot = 0
  }

  func finishBack(at time: Double, initialGradient: UnsafeMutablePointer<Scalar>) {
    if history == nil { flush() }
    initialGradient.update(from: yGradient.pointer, count: count)
  }

  static func delivery(of integrators: [any PanelIntegrator<Scalar>]) -> () -> Void {
    let own = integrators.compactMap { $0 as? TableauIntegrator<Fields> }
    let tapes = own.map(\.ownTape)
    guard let fields = own.first?.fields else { return {} }
    return { fields.deliverGradients(of: tapes) }
  }
}

/// Writes one column of noise.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func writeColumn<Scalar: NetworkScalar>(
  _ column: Tableau.Noise, _ count: Int, length h: Scalar, increment: UnsafePointer<Scalar>,
  area: UnsafePointer<Scalar>?, into noise: UnsafeMutablePointer<Scalar>
) {
  let root = h.squareRoot()
  switch column {
  case .increment: noise.update(from: increment, count: count)
  case .root: noise.update(repeating: root, count: count)
  case .timeIntegral:
    guard let area else { preconditionFailure("the driving path gave no areas") }
    for element in 0..<count { noise[element] = increment[element] / 2 + area[element] }
  case .itoSquare:
    for element in 0..<count {
      noise[element] = (increment[element] * increment[element] - h) / (2 * root)
    }
  case .stratonovichSquare:
    for element in 0..<count {
      noise[element] = increment[element] * increment[element] / (2 * root)
    }
  case .itoCube:
    for element in 0..<count {
      let w = increment[element]
      noise[element] = (w * w * w - 3 * h * w) / (6 * h)
    }
  }
}
