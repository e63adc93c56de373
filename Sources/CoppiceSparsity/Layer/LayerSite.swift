public import CoppiceTensors

/// Which network of an agent a topology belongs to, and how often it learns.
public struct NetworkRole: Sendable, Hashable {
  /// What the network is called: `actor`, `critic-1`.
  public var name: String
  /// How many gradient steps pass between two updates of the network.
  public var delay: Int

  /// A role from its parts.
  public init(_ name: String, delay: Int = 1) {
    self.name = name
    self.delay = delay
  }

  /// Whether the network learns in gradient step `step`.
  public func learns(in step: Int) -> Bool { step.isMultiple(of: delay) }
}

/// Where a layer stands in its network.
public enum LayerPlace: Sendable {
  /// Reads the inputs.
  case first
  /// Stands between two others.
  case hidden
  /// Gives the outputs.
  case output
}

/// One layer of a network, by size and place.
public struct LayerSite: Sendable, Hashable {
  /// The network it belongs to.
  public var role: NetworkRole
  /// The size of the layer.
  public var shape: LayerShape
  /// Which layer of the network it is, from 0.
  public var index: Int
  /// How many layers the network has.
  public var layerCount: Int

  /// A site from its parts.
  public init(role: NetworkRole, shape: LayerShape, index: Int, layerCount: Int) {
    self.role = role
    self.shape = shape
    self.index = index
    self.layerCount = layerCount
  }

  /// The layers of a network with these sizes.
  ///
  /// - Parameters:
  ///   - sizes: The number of inputs, of each hidden layer's units, and of outputs.
  ///   - role: The network.
  /// - Returns: A site for each layer.
  public static func all(sizes: [Int], role: NetworkRole) -> [LayerSite] {
    (0..<max(0, sizes.count - 1)).map {
      LayerSite(
        role: role, shape: LayerShape(outputs: sizes[$0 + 1], inputs: sizes[$0]), index: $0,
        layerCount: sizes.count - 1)
    }
  }

  /// Where it stands; the only layer of a network gives its outputs.
  public var place: LayerPlace {
    index == layerCount - 1 ? .output : index == 0 ? .first : .hidden
  }

  /// The names that it goes by, the most particular first: `critic-1.layer-2`, `critic.layer-2` for
  /// any network whose name begins so, `layer-2`.
  public var names: [String] {
    let own = "layer-\(index + 1)"
    var names = ["\(role.name).\(own)"]
    if let dash = role.name.lastIndex(of: "-") { names.append("\(role.name[..<dash]).\(own)") }
    return names + [own]
  }
}
