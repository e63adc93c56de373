public import CoppiceEnvironments

extension EnvironmentCatalogue {
  /// The MuJoCo tasks of Gymnasium; listing them needs no MuJoCo, making one does.
  public static let mujoco = EnvironmentCatalogue([
    Entry(HalfCheetah.self)
  ])
}
