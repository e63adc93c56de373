import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension UserError {
  /// What the system said when `verb` failed for `path`, with what helps against it.
  static func file(_ code: Int32, cannot verb: String, _ path: String) -> UserError {
    let reason = String(cString: strerror(code))
    return UserError(.file, found: "cannot \(verb) \(path): \(reason)", action: remedy(code))
  }

  private static func remedy(_ code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "free some space on that disk, then try again"
    case EACCES, EPERM, EROFS: "choose a folder that you may write to"
    case ENOENT: "check the path"
    case ENOTDIR, EEXIST: "choose another path, or move what lies there"
    case EISDIR: "name a file, not a folder"
    case ENAMETOOLONG: "choose a shorter path"
    case EMFILE, ENFILE: "close other programs or raise the limit of open files"
    default: "check the disk and the path"
    }
  }
}
