extension EnvironmentCatalogue {
  /// The classic control problems, which need nothing but this package.
  public static let classic = EnvironmentCatalogue([
    Entry(Acrobot.self),
    Entry(CartPole.self),
    Entry(MountainCarContinuous.self),
    Entry(Pendulum.self),
  ])
}
