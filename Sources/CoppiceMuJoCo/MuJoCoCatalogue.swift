public import CoppiceEnvironments

extension EnvironmentCatalogue {
  /// The MuJoCo tasks of Gymnasium; listing them needs no MuJoCo, making one does.
  public static let mujoco = EnvironmentCatalogue([
    Entry(Ant.self),
    Entry(HalfCheetah.self),
    Entry(Hopper.self),
    Entry(Humanoid.self),
    Entry(HumanoidStandup.self),
    Entry(InvertedDoublePendulum.self),
    Entry(InvertedPendulum.self),
    Entry(Pusher.self),
    Entry(Reacher.self),
    Entry(Swimmer.self),
    Entry(Walker2d.self),
  ])
}
