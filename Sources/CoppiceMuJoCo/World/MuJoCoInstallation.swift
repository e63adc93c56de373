import CMuJoCo
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where MuJoCo and the models of the Gymnasium tasks lie on this machine.
///
/// `Scripts/fetch-mujoco.sh` puts both into `.deps/mujoco` of the project. They are looked for, in
/// this order, in
/// 1. the folder that the environment variable `COPPICE_MUJOCO` names; if set, nowhere else,
/// 2. `.deps/mujoco` of the current folder and of the folders above it,
/// 3. `.deps/mujoco` beside the executable and in the folders above it,
/// 4. `.deps/mujoco` of the folder that this package was compiled in.
///
/// The folder holds `lib/` with the library and `assets/` with the models.
public struct MuJoCoInstallation: Sendable, Equatable {
  /// The folder.
  public let folder: String

  /// The library.
  public var library: String { "\(folder)/lib/\(Self.libraryName)" }

  /// The model file called `name`.
  public func model(_ name: String) -> String { "\(folder)/assets/\(name)" }

  /// Whether ``find()`` finds something.
  public static var isAvailable: Bool { (try? find()) != nil }

  /// The version that this package was built for, such as 4.0.0; nothing when it was built without
  /// MuJoCo.
  public static var version: String? {
    let number = coppice_mujoco_header_version()
    guard number > 0 else { return nil }
    return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
  }

  /// The installation of this machine.
  ///
  /// - Throws: `UserError` of kind `missing` when there is none, or when this package was built
  ///   before there was one.
  public static func find() throws(UserError) -> MuJoCoInstallation {
    if let named = getenv("COPPICE_MUJOCO") {
      let installation = MuJoCoInstallation(folder: String(cString: named))
      guard coppice_mujoco_has_headers(), exists(installation.library) else {
        throw UserError(
          .missing, found: "no \(installation.library), where COPPICE_MUJOCO points",
          action: "run `make train` or Scripts/fetch-mujoco.sh and unset COPPICE_MUJOCO")
      }
      return installation
    }
    let installation = candidates().lazy.map { MuJoCoInstallation(folder: "\($0)/.deps/mujoco") }
      .first { exists($0.library) || !coppice_mujoco_has_headers() && exists($0.folder) }
    guard let installation else {
      throw UserError(
        .missing, found: "MuJoCo is not installed",
        action: "run `make train` or Scripts/fetch-mujoco.sh")
    }
    guard coppice_mujoco_has_headers() else {
      throw UserError(
        .missing, found: "MuJoCo is in \(installation.folder), but this program was built before",
        action: "run `make build`, or touch Sources/CMuJoCo/CMuJoCo.c and build again")
    }
    return installation
  }

  private static var libraryName: String {
    let version = version ?? ""
    #if canImport(Darwin)
      return "libmujoco.\(version).dylib"
    #else
      return "libmujoco.so.\(version)"
    #endif
  }

  /// The folders to look in, best first.
  private static func candidates() -> [String] {
    var folders: [String] = []
    if let current = resolved(".") { folders += withParents(current) }
    if let executable = executablePath() { folders += withParents(executable).dropFirst() }
    folders += withParents(#filePath).dropFirst(4).prefix(1)
    return folders
  }

  private static func withParents(_ path: String) -> [String] {
    var parents = [path]
    var rest = Substring(path)
    while let slash = rest.lastIndex(of: "/"), slash > rest.startIndex {
      rest = rest[..<slash]
      parents.append(String(rest))
    }
    return parents
  }

  private static func executablePath() -> String? {
    #if canImport(Darwin)
      var size = UInt32(PATH_MAX)
      var path = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&path, &size) == 0 else { return nil }
      return path.withUnsafeBufferPointer { characters in
        characters.baseAddress.flatMap { resolved(String(cString: $0)) }
      }
    #else
      return resolved("/proc/self/exe")
    #endif
  }

  private static func resolved(_ path: String) -> String? {
    guard let memory = realpath(path, nil) else { return nil }
    defer { free(memory) }
    return String(cString: memory)
  }

  private static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
