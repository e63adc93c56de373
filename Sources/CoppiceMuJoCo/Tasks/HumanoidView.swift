import CoppiceEnvironments
import CoppiceTensors

/// What both humanoid tasks let the agent see.
public struct HumanoidView: Sendable, Equatable {
  /// `exclude_current_positions_from_observation`: whether x and y are hidden.
  public var excludesCurrentPositions = true
  /// `include_cinert_in_observation`: whether inertias and masses of the bodies are seen.
  public var includesInertias = true
  /// `include_cvel_in_observation`: whether velocities of the bodies are seen.
  public var includesBodyVelocities = true
  /// `include_qfrc_actuator_in_observation`: whether the torques of the actuators are seen.
  public var includesActuatorForces = true
  /// `include_cfrc_ext_in_observation`: whether forces from outside are seen.
  public var includesExternalForces = true

  /// Everything but x and y.
  public init() {}

  /// How many numbers are seen: 22 positions and 23 velocities, and of 13 bodies 10 inertias, 6
  /// velocities and 6 forces.
  var size: Int {
    (excludesCurrentPositions ? 22 : 24) + 23 + (includesInertias ? 130 : 0)
      + (includesBodyVelocities ? 78 : 0) + (includesActuatorForces ? 17 : 0)
      + (includesExternalForces ? 78 : 0)
  }

  /// Writes what is seen of `world`, in Gymnasium's order.
  func observe(_ world: MuJoCoWorld, into observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(world.positions.dropFirst(excludesCurrentPositions ? 2 : 0), at: &index)
    observation.write(world.velocities, at: &index)
    // body 0 is the world, the first six degrees of freedom have no actuators
    if includesInertias { observation.write(world.bodyInertias.dropFirst(10), at: &index) }
    if includesBodyVelocities { observation.write(world.bodyVelocities.dropFirst(6), at: &index) }
    if includesActuatorForces { observation.write(world.actuatorForces.dropFirst(6), at: &index) }
    if includesExternalForces { observation.write(world.externalForces.dropFirst(6), at: &index) }
  }
}
