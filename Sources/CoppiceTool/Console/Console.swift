import Coppice

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the tool speaks: results on standard output, everything else on standard error.
enum Console {
  /// Writes a line to standard output.
  ///
  /// Ends the program where it cannot be written for another reason than that its reader has gone: a result that is
  /// lost on a full disk must not look like one that was written.
  static func say(_ line: String) {
    guard let failure = send(line + "\n", to: STDOUT_FILENO), failure != EPIPE else { return }
    complain(
      "Error: standard output cannot be written: \(String(cString: strerror(failure))); "
        + "expected room for the result; send it elsewhere")
    leave(74)
  }

  /// Writes a line to standard error.
  static func complain(_ line: String) { _ = send(line + "\n", to: STDERR_FILENO) }

  /// Writes to standard error without a line break.
  static func show(_ text: String) { _ = send(text, to: STDERR_FILENO) }

  /// Writes a value as JSON to standard output.
  static func say(json value: some Encodable) throws {
    say(String(decoding: try JSONText.encode(value), as: UTF8.self))
  }

  /// Whether standard error is a terminal that can move its cursor.
  static var isInteractive: Bool {
    isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"
  }

  /// Whether colours are welcome.
  static var isColourful: Bool { isInteractive && (environment("NO_COLOR") ?? "").isEmpty }

  /// How many columns the terminal has.
  static var columnCount: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// How many lines the terminal has.
  static var rowCount: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// Whether nobody is left who could write to standard input.
  static var inputHasEnded: Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&input, 1, 0) > 0 else { return false }
    if input.revents & Int16(POLLIN) == 0 { return true }
    var byte: UInt8 = 0
    return read(STDIN_FILENO, &byte, 1) == 0
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The number of the error, if there was one.
  private static func send(_ text: String, to descriptor: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let count = write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return nil
    }
  }
}

/// Whether a folder lies at `path`.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Makes writing to a closed pipe an error that can be passed over instead of the end.
func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

/// Waits a fiftieth of a second.
func waitShortly() { usleep(20_000) }

/// Ends the program.
func leave(_ code: Int32) -> Never { exit(code) }
