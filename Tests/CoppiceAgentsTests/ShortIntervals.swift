import CoppiceSparsity
import CoppiceTensors

/// Settings with which masks change every few steps.
struct ShortIntervals: SparsityOptions {
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    switch defaults {
    case var value as SET.Configuration:
      value.schedule.interval = 6
      return value as? Value ?? defaults
    case var value as RigL.Configuration:
      value.schedule.interval = 6
      return value as? Value ?? defaults
    case var value as DCIL.Configuration:
      value.growth.interval = 6
      value.collaborationStart = 0.05
      return value as? Value ?? defaults
    default: return defaults
    }
  }
}
