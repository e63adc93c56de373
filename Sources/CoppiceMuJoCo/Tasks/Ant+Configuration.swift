public import CoppiceEnvironments

extension Ant {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.01 s in a step.
    public var frameSkip = 5
    /// `forward_reward_weight`: what a metre per second is worth.
    public var forwardRewardWeight = 1.0
    /// `ctrl_cost_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 0.5
    /// `contact_cost_weight`: what the squared norm of the forces from outside costs.
    public var contactCostWeight = 5e-4
    /// `healthy_reward`: what a healthy step is worth.
    public var healthyReward = 1.0
    /// `main_body`: the body whose movement is rewarded.
    public var mainBody = Body.number(1)
    /// `terminate_when_unhealthy`: whether the episode ends with health.
    public var terminatesWhenUnhealthy = true
    /// `healthy_z_range`: where the height has to be, in metres.
    public var healthyHeight = ValueRange(0.2, 1)
    /// `contact_force_range`: where forces from outside are cut.
    public var contactForceRange = ValueRange(-1, 1)
    /// `reset_noise_scale`: how far the start deviates from standing still.
    public var resetNoiseScale = 0.1
    /// `exclude_current_positions_from_observation`: whether x and y are hidden.
    public var excludesCurrentPositions = true
    /// `include_cfrc_ext_in_observation`: whether forces from outside are seen.
    public var includesExternalForces = true

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("forward_reward_weight", \.forwardRewardWeight),
      .number("ctrl_cost_weight", \.controlCostWeight),
      .number("contact_cost_weight", \.contactCostWeight),
      .number("healthy_reward", \.healthyReward),
      .body("main_body", \.mainBody),
      .bool("terminate_when_unhealthy", \.terminatesWhenUnhealthy),
      .range("healthy_z_range", \.healthyHeight),
      .range("contact_force_range", \.contactForceRange),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
      .bool("exclude_current_positions_from_observation", \.excludesCurrentPositions),
      .bool("include_cfrc_ext_in_observation", \.includesExternalForces),
    ]
  }

  /// One body of the model.
  public enum Body: Sendable, Equatable {
    /// By its number; 0 is the world, 1 the torso.
    case number(Int)
    /// By its name in the model file.
    case name(String)
  }
}

extension EnvironmentField {
  /// A body, by its number or its name.
  fileprivate static func body(
    _ name: String, _ path: any WritableKeyPath<Configuration, Ant.Body> & Sendable
  ) -> Self {
    Self(
      name: name,
      read: { configuration in
        switch configuration[keyPath: path] {
        case .number(let number): .number(Double(number))
        case .name(let name): .string(name)
        }
      },
      write: { option, configuration in
        switch option {
        case .number(let value):
          guard let number = Int(exactly: value) else { return "a whole number or a name" }
          configuration[keyPath: path] = .number(number)
        case .string(let name): configuration[keyPath: path] = .name(name)
        default: return "a whole number or a name"
        }
        return nil
      })
  }
}
