import CMuJoCo
public import CoppiceTensors

/// One MuJoCo model and its simulation state, as raw numbers.
///
/// The tasks hold one each. It is the place to start for a task of your own: load a model, write
/// ``positions`` and ``velocities`` and call ``forward()`` to begin, ``step(_:)`` to act.
///
/// The memory is MuJoCo's own and lives as long as the world, so a step copies nothing but the
/// action. MuJoCo's names stand in parentheses.
///
/// A world is a reference: whoever copies it shares it. One thread at a time may use it.
///
/// ## Shapes
/// - `P` positions, `V` velocities, `U` controls, `B` bodies, of which body 0 is the world
public final class MuJoCoWorld {
  private let handle: OpaquePointer
  private let message: UnsafeMutablePointer<CChar>

  /// How many simulation steps one ``step(_:)`` takes.
  public let frameSkip: Int
  /// How long one simulation step lasts, in seconds of simulated time.
  public let timeStep: Double
  /// How long one ``step(_:)`` lasts, in seconds of simulated time.
  public let stepDuration: Double
  /// What went wrong in the simulation, if something did; from then on positions and velocities are
  /// not numbers, until the next ``reset()``.
  public private(set) var failure: String?

  /// `[P]`: joint positions (qpos), in metres and radians.
  public let positions: UnsafeMutableBufferPointer<Double>
  /// `[V]`: joint velocities (qvel), in metres and radians per second.
  public let velocities: UnsafeMutableBufferPointer<Double>
  /// `[U]`: what the actuators are told (ctrl).
  public let controls: UnsafeMutableBufferPointer<Double>
  /// `[B, 3]`: where the frames of the bodies are (xpos), in metres.
  public let bodyPositions: UnsafeMutableBufferPointer<Double>
  /// `[B, 3]`: where the centres of mass of the bodies are (xipos), in metres.
  public let bodyMassCentres: UnsafeMutableBufferPointer<Double>
  /// `[sites, 3]`: where the sites are (site_xpos), in metres.
  public let sitePositions: UnsafeMutableBufferPointer<Double>
  /// `[B, 10]`: inertia and mass of the bodies about the centre of mass of the tree (cinert).
  public let bodyInertias: UnsafeBufferPointer<Double>
  /// `[B, 6]`: rotational and linear velocities about the centre of mass of the tree (cvel).
  public let bodyVelocities: UnsafeBufferPointer<Double>
  /// `[V]`: what the actuators exert (qfrc_actuator), in newtons and newton metres.
  public let actuatorForces: UnsafeBufferPointer<Double>
  /// `[V]`: what contacts and limits exert (qfrc_constraint), in newtons and newton metres.
  public let constraintForces: UnsafeBufferPointer<Double>
  /// `[B, 6]`: torques and forces from outside on the bodies (cfrc_ext).
  public let externalForces: UnsafeBufferPointer<Double>
  /// `[B]`: masses of the bodies (body_mass), in kilograms.
  public let bodyMasses: UnsafeBufferPointer<Double>
  /// `[P]`: the positions of the model as it was written (qpos0).
  public let initialPositions: UnsafeBufferPointer<Double>
  /// `[U, 2]`: the lowest and highest controls (actuator_ctrlrange).
  public let controlRanges: UnsafeBufferPointer<Double>

  package let activations: UnsafeMutableBufferPointer<Double>
  package let warmStart: UnsafeMutableBufferPointer<Double>
  package let time: UnsafeMutablePointer<Double>

  /// A world of the model file `model` of the installation, or of the path `model` if it has a
  /// slash.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not there, of kind `file` when MuJoCo
  ///   cannot read a model of your own.
  public init(model: String, frameSkip: Int) throws(UserError) {
    let installation = try MuJoCoInstallation.find()
    let path = model.contains("/") ? model : installation.model(model)
    let message = UnsafeMutablePointer<CChar>.allocate(capacity: coppice_mujoco_message_size)
    message.initialize(repeating: 0, count: coppice_mujoco_message_size)
    guard let handle = coppice_mujoco_open(installation.library, path, message) else {
      let reason = String(cString: message)
      message.deallocate()
      let isOwn = model.contains("/")
      throw UserError(
        isOwn ? .file : .missing, found: "MuJoCo cannot open \(path): \(reason)",
        action: isOwn
          ? "mend the model file"
          : "remove \(installation.folder), then run Scripts/fetch-mujoco.sh and `make build`")
    }
    self.handle = handle
    self.message = message
    self.frameSkip = frameSkip

    let view = coppice_mujoco_view(handle)
    let positionCount = Int(view.position_count)
    let velocityCount = Int(view.velocity_count)
    let controlCount = Int(view.control_count)
    let bodyCount = Int(view.body_count)
    timeStep = view.time_step
    stepDuration = view.time_step * Double(frameSkip)
    time = view.time
    positions = UnsafeMutableBufferPointer(start: view.positions, count: positionCount)
    velocities = UnsafeMutableBufferPointer(start: view.velocities, count: velocityCount)
    activations = UnsafeMutableBufferPointer(
      start: view.activations, count: Int(view.activation_count))
    warmStart = UnsafeMutableBufferPointer(start: view.warm_start, count: velocityCount)
    controls = UnsafeMutableBufferPointer(start: view.controls, count: controlCount)
    bodyPositions = UnsafeMutableBufferPointer(start: view.body_positions, count: bodyCount * 3)
    bodyMassCentres = UnsafeMutableBufferPointer(
      start: view.body_mass_centres, count: bodyCount * 3)
    sitePositions = UnsafeMutableBufferPointer(
      start: view.site_positions, count: Int(view.site_count) * 3)
    bodyInertias = UnsafeBufferPointer(start: view.body_inertias, count: bodyCount * 10)
    bodyVelocities = UnsafeBufferPointer(start: view.body_velocities, count: bodyCount * 6)
    actuatorForces = UnsafeBufferPointer(start: view.actuator_forces, count: velocityCount)
    constraintForces = UnsafeBufferPointer(start: view.constraint_forces, count: velocityCount)
    externalForces = UnsafeBufferPointer(start: view.external_forces, count: bodyCount * 6)
    bodyMasses = UnsafeBufferPointer(start: view.body_masses, count: bodyCount)
    initialPositions = UnsafeBufferPointer(start: view.initial_positions, count: positionCount)
    controlRanges = UnsafeBufferPointer(start: view.control_ranges, count: controlCount * 2)
  }

  deinit {
    coppice_mujoco_close(handle)
    message.deallocate()
  }

  /// The number of the body called `name`, if there is one.
  public func body(_ name: String) -> Int? {
    let index = coppice_mujoco_body(handle, name)
    return index < 0 ? nil : Int(index)
  }

  /// Goes back to the state of the model as it was written.
  public func reset() {
    failure = nil
    settle(coppice_mujoco_reset(handle, message))
  }

  /// Computes everything that follows from positions, velocities and controls; no time passes.
  public func forward() { settle(coppice_mujoco_forward(handle, message)) }

  /// Lets the actuators follow `action` for ``frameSkip`` simulation steps, then computes the
  /// external forces, as Gymnasium does.
  ///
  /// - Parameter action: `[U]`.
  /// - Complexity: No allocation.
  public func step(_ action: Span<Double>) {
    for index in controls.indices { controls[index] = action[index] }
    settle(coppice_mujoco_step(handle, Int32(truncatingIfNeeded: frameSkip), message))
  }

  /// The bare loop that step rates are compared with: as ``step(_:)`` for each of several actions.
  ///
  /// - Parameters:
  ///   - actions: `[rows, U]`.
  ///   - rows: How many actions there are.
  package func follow(_ actions: UnsafePointer<Double>, rows: Int) {
    settle(
      coppice_mujoco_follow(
        handle, actions, Int32(truncatingIfNeeded: rows), Int32(truncatingIfNeeded: frameSkip),
        message))
  }

  private func settle(_ succeeded: Bool) {
    guard !succeeded else { return }
    failure = String(cString: message)
    positions.update(repeating: .nan)
    velocities.update(repeating: .nan)
  }
}
