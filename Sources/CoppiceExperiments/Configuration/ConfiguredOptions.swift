import CoppiceCrowds
import CoppiceSDE
import CoppiceSparsity
import CoppiceTensors

/// Settings from tables of a configuration, each of which overrides the one before.
struct ConfiguredOptions: SparsityOptions, LearnerOptions, PathModelOptions {
  var layers: [(value: StructuredValue, name: String)]

  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    var settings = Settings()
    for layer in layers { settings.add(layer.value, from: layer.name) }
    return try settings.resolve(over: defaults)
  }
}
