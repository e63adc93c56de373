public import CoppiceEnvironments
import CoppiceMuJoCo

extension EnvironmentCatalogue {
  /// Every environment that comes with Coppice.
  public static let standard = classic.adding(.mujoco)
}
