import CoppiceMuJoCo
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What this machine has of what Coppice needs, and what mends it where something is missing.
public struct Examination: Codable, Sendable, Equatable, CustomStringConvertible {
  /// One thing that was looked at.
  public struct Finding: Codable, Sendable, Equatable {
    /// What was looked at.
    public var name: String
    /// Whether it is as it should be.
    public var fine: Bool
    /// What was found.
    public var found: String
    /// The command or the deed that mends it; empty where all is fine.
    public var mend: String
  }

  /// The format of this value.
  public var schema = 1
  /// Whether everything is there.
  public var isReady: Bool
  /// What was found.
  public var findings: [Finding]

  private enum CodingKeys: String, CodingKey {
    case schema
    case isReady = "ready"
    case findings
  }

  /// An examination from its findings.
  package init(findings: [Finding]) {
    self.findings = findings
    isReady = findings.allSatisfy(\.fine)
  }

  /// Looks at this machine.
  public static func ofThisMachine() -> Examination {
    Examination(findings: [processor, mujoco, models, disk(at: "."), toolchain])
  }

  /// A line for each finding, and a verdict.
  public var description: String {
    let width = findings.map(\.name.count).max() ?? 0
    var lines = findings.map { finding in
      let name = finding.name + String(repeating: " ", count: width - finding.name.count)
      let mend = finding.mend.isEmpty ? "" : "; \(finding.mend)"
      return "\(finding.fine ? "fine   " : "missing")  \(name)  \(finding.found)\(mend)"
    }
    lines.append(
      isReady
        ? "Ready to train."
        : "Pendulum-v1 and other classic control can be trained without what is missing.")
    return lines.joined(separator: "\n")
  }

  private static var processor: Finding {
    let sets = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    return Finding(
      name: "processor", fine: true,
      found: "\(Processor.name); kernels for \(sets), of which the first is used", mend: "")
  }

  private static var mujoco: Finding {
    do throws(UserError) {
      let installation = try MuJoCoInstallation.find()
      return Finding(
        name: "MuJoCo", fine: true,
        found: "\(MuJoCoInstallation.version ?? "?") in \(installation.folder)", mend: "")
    } catch {
      return Finding(name: "MuJoCo", fine: false, found: error.found, mend: error.action)
    }
  }

  private static var models: Finding {
    guard let installation = try? MuJoCoInstallation.find() else {
      return Finding(
        name: "models", fine: false, found: "no folder to look in", mend: "mend MuJoCo first")
    }
    let path = installation.model("half_cheetah.xml")
    guard Folder.exists(path) else {
      return Finding(
        name: "models", fine: false, found: "no \(path)",
        mend: "remove \(installation.folder) and run `make train` or Scripts/fetch-mujoco.sh")
    }
    return Finding(
      name: "models", fine: true, found: "\(installation.folder)/assets", mend: "")
  }

  /// Whether there is room for a replay of a million transitions and a few checkpoints.
  private static func disk(at path: String) -> Finding {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else {
      return Finding(
        name: "disk", fine: false, found: "the current folder cannot be read",
        mend: "change to another folder")
    }
    let free = Double(status.f_bavail) * Double(status.f_frsize) / 0x1p30
    let text = "\((free * 10).rounded() / 10) GiB free in the current folder"
    return Finding(
      name: "disk", fine: free >= 1, found: text,
      mend: free >= 1 ? "" : "free some space: a run of a million steps takes up to 1 GiB")
  }

  private static var toolchain: Finding {
    let version = firstLine(of: "swift --version 2>/dev/null") ?? ""
    return Finding(
      name: "toolchain", fine: !version.isEmpty,
      found: version.isEmpty ? "no swift on the path" : version,
      mend: version.isEmpty
        ? "put a Swift toolchain on the PATH (needed to build, not to train)" : "")
  }
}
