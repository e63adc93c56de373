public import CoppiceTensors

/// A table of a paper, as a study that fills it and the figures that the paper gives.
///
/// ```swift
/// let reproduction = try ReproductionCatalogue.standard.named("rnm-td3")
/// let study = try reproduction.study(ReproductionPart(environments: ["Ant-v5"], seedCount: 3))
/// ```
///
/// To add one, write it down in a file of its own in this folder and add a line to the catalogue.
public struct Reproduction: Sendable {
  /// A number that the paper gives.
  public struct Figure: Sendable, Equatable {
    /// What is counted.
    public enum Quantity: String, Codable, Sendable {
      /// The mean over seeds of the final return, over that of the dense agents.
      case normalisedReturn = "normalised_return"
      /// The mean over seeds of the final return.
      case finalReturn = "final_return"
      /// The sum of the returns of all evaluations over a million, on average over the seeds.
      case learningCurveArea = "learning_curve_area"
      /// Weights of actor and critics that are kept, biases apart.
      case keptWeights = "kept_weights"
      /// Operations of training over those of dense networks, as papers count them.
      case relativeOperations = "relative_operations"
    }

    /// The world here, whatever version the paper used.
    public var environment: String
    /// Which variant; nothing where the paper does not say which one it is.
    public var sparsity: String?
    /// What is counted.
    public var quantity: Quantity
    /// The number.
    public var value: Double
    /// Where it stands.
    public var place: String

    /// A figure from its parts.
    public init(
      _ environment: String, _ sparsity: String?, _ quantity: Quantity, _ value: Double,
      place: String
    ) {
      self.environment = environment
      self.sparsity = sparsity
      self.quantity = quantity
      self.value = value
      self.place = place
    }
  }

  /// What it is called on the command line.
  public let name: String
  /// What is claimed, in one line.
  public let claim: String
  /// The paper, and which of its tables.
  public let source: String
  /// Where the runs differ from the paper's, as far as is known.
  public let differences: String
  /// The whole table as a study, see ``Study``.
  public let text: String
  /// What the paper gives.
  public let figures: [Figure]

  /// A reproduction from its parts; variants are normalised by the one without zeros.
  public init(
    name: String, claim: String, source: String, differences: String, figures: [Figure],
    study text: String
  ) {
    self.name = name
    self.claim = claim
    self.source = source
    self.differences = differences
    self.figures = figures
    self.text = text
  }

  /// The study of a part of the table.
  ///
  /// - Parameter part: Which part; what is not named is the table's.
  /// - Returns: A study of the table's name.
  /// - Throws: `UserError` of kind `configuration` when the part makes no study.
  public func study(_ part: ReproductionPart = ReproductionPart()) throws(UserError) -> Study {
    var table = try TOMLText.decode(text, from: "the table of \(name)")
    func replace(_ section: String, _ key: String, _ value: StructuredValue) {
      guard case .table(var all) = table, case .table(var own)? = all[section] else { return }
      own[key] = value
      all[section] = .table(own)
      table = .table(all)
    }
    if let environments = part.environments {
      replace("grid", "environment", .array(environments.map(StructuredValue.string)))
    }
    if let sparsities = part.sparsities {
      replace("grid", "sparsity", .array(sparsities.map(StructuredValue.string)))
    }
    if let count = part.seedCount {
      replace("grid", "seed", .array((0..<count).map { .integer($0 + 1) }))
    }
    if let steps = part.steps { replace("settings", "steps", .integer(steps)) }
    if case .table(var all) = table, case .array(let members)? = all["member"] {
      let wanted = members.filter(part.includes)
      all["member"] = wanted.isEmpty ? nil : .array(wanted)
      table = .table(all)
    }
    return try Study(toml: TOMLText.encode(table), from: "the table of \(name)")
  }
}

/// A part of a table.
public struct ReproductionPart: Sendable, Equatable {
  /// Which worlds.
  public var environments: [String]?
  /// Which variants.
  public var sparsities: [String]?
  /// How many seeds, from 1 on.
  public var seedCount: Int?
  /// Environment steps of each run.
  public var steps: Int?

  /// A part; what is nothing is as in the table.
  public init(
    environments: [String]? = nil, sparsities: [String]? = nil, seedCount: Int? = nil,
    steps: Int? = nil
  ) {
    self.environments = environments
    self.sparsities = sparsities
    self.seedCount = seedCount
    self.steps = steps
  }

  /// Whether a `[[member]]` of the table belongs to the part.
  fileprivate func includes(_ member: StructuredValue) -> Bool {
    func isAmong(_ names: [String]?, _ setting: String) -> Bool {
      guard let names, case .string(let own)? = member[setting] else { return true }
      return names.contains(own)
    }
    guard isAmong(environments, "environment"), isAmong(sparsities, "sparsity") else {
      return false
    }
    guard let seedCount, case .integer(let seed)? = member["seed"] else { return true }
    return seed <= seedCount
  }
}
