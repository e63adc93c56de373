import CoppiceMuJoCo

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a run was made: versions, machine and source.
///
/// It explains a result and is never compared: a run may be resumed on another machine.
public struct Provenance: Codable, Sendable, Equatable {
  /// The version of Coppice.
  public var coppice: String
  /// The compiler that built it.
  public var swift: String
  /// The processor's name.
  public var processor: String
  /// The instruction sets that matter to the kernels and that the processor has.
  public var processorFeatures: [String]
  /// The instruction set that the kernels used.
  public var instructionSet: String
  /// The operating system.
  public var system: String
  /// The commit of the git checkout that the run was started in; empty outside of one.
  public var gitCommit: String
  /// Whether that checkout had changes that were not committed.
  public var gitDirty: Bool
  /// The version of MuJoCo; empty without it.
  public var mujoco: String

  /// The run and the step whose networks this one began with; empty where they were drawn.
  public var initialWeights = ""

  /// The name of the table in `run.toml`.
  static let tableName = "provenance"

  private enum CodingKeys: String, CodingKey {
    case coppice
    case swift
    case processor
    case processorFeatures = "processor_features"
    case instructionSet = "instruction_set"
    case system
    case gitCommit = "git_commit"
    case gitDirty = "git_dirty"
    case mujoco
    case initialWeights = "initial_weights"
  }

  /// What can be found out here and now.
  ///
  /// - Parameter instructionSet: The instruction set that the kernels use.
  /// - Returns: Versions, processor and state of git; empty text for what is not known.
  public static func current(instructionSet: String) -> Provenance {
    let commit = firstLine(of: "git rev-parse HEAD 2>/dev/null")
    let changes = commit == nil ? nil : firstLine(of: "git status --porcelain 2>/dev/null")
    return Provenance(
      coppice: coppiceVersion, swift: Self.compiler, processor: Processor.name,
      processorFeatures: Processor.features, instructionSet: instructionSet,
      system: system, gitCommit: commit ?? "", gitDirty: changes != nil,
      mujoco: MuJoCoInstallation.isAvailable ? MuJoCoInstallation.version ?? "" : "")
  }

  private static var compiler: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3.1)
      "6.3.1"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// The kernel and its version, and the architecture.
  package static var system: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "unknown" }
    func text<Characters>(_ characters: Characters) -> String {
      withUnsafeBytes(of: characters) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    return "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
  }
}

/// The version of Coppice.
public let coppiceVersion = "0.1.0"
