import CoppiceSparsity
import CoppiceTensors

/// Settings with which masks change every few steps.
struct ShortIntervals: SparsityOptions {
  var interval = 6

  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    switch defaults {
    case var value as SET.Configuration:
      value.schedule.interval = interval
      return value as? Value ?? defaults
    case var value as RigL.Configuration:
      value.schedule.interval = interval
      return value as? Value ?? defaults
    case var value as DynamicSparse.Configuration:
      value.schedule.interval = interval
      value.dropFraction = 0.3
      return value as? Value ?? defaults
    case var value as GradualPruning.Configuration:
      value.schedule.interval = interval
      return value as? Value ?? defaults
    case var value as DynamicPruning.Configuration:
      value.growth.interval = interval
      return value as? Value ?? defaults
    case var value as DCIL.Configuration:
      value.growth.interval = interval
      value.collaborationStart = 0.05
      return value as? Value ?? defaults
    default: return defaults
    }
  }
}
