import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program `ffmpeg`, which is given pictures and makes a film of them.
struct FilmEncoder: ~Copyable {
  private let identifier: pid_t
  private var input: Int32
  private let path: String

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - width: Pixels of a picture.
  ///   - height: The same.
  ///   - framesPerSecond: How fast it plays.
  ///   - path: The file, which is replaced.
  /// - Throws: `UserError` of kind `missing` where there is none on the PATH.
  init(width: Int, height: Int, framesPerSecond: Double, path: String) throws(UserError) {
    let pipe = try Pipe()
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, pipe.reading, STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    // sizes that are odd are filled up: half as many pixels carry the colours
    let arguments = [
      "ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24",
      "-video_size", "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "-", "-vf",
      "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f",
      "mp4", path.hasPrefix("/") ? path : "./\(path)",
    ]
    var words = arguments.map { strdup($0) }
    words.append(nil)
    var identifier = pid_t()
    let status = posix_spawnp(&identifier, "ffmpeg", &actions, nil, words, environ)
    for word in words { free(word) }
    posix_spawn_file_actions_destroy(&actions)
    close(pipe.reading)
    guard status == 0 else {
      close(pipe.writing)
      throw UserError(
        .missing, found: "there is no ffmpeg on the PATH",
        expected: "the program, to write an MP4",
        action: "install ffmpeg, or ask for a .gif")
    }
    (self.identifier, input, self.path) = (identifier, pipe.writing, path)
  }

  deinit { if input >= 0 { _ = Self.end(identifier, input) } }

  /// Closes the pipe and waits; the exit code as the system tells it.
  private static func end(_ identifier: pid_t, _ input: Int32) -> Int32 {
    close(input)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// Adds a picture of red, green and blue.
  func write(_ bytes: [UInt8]) throws(UserError) {
    let isWritten = bytes.withUnsafeBytes { memory in
      var rest = memory[...]
      while !rest.isEmpty {
        let count = send(UnsafeRawBufferPointer(rebasing: rest))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
    guard isWritten else { throw failure }
  }

  private func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      Darwin.write(input, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(input, bytes.baseAddress, bytes.count)
    #else
      Glibc.write(input, bytes.baseAddress, bytes.count)
    #endif
  }

  private var failure: UserError {
    unlink(path)
    return UserError(
      .file, found: "ffmpeg failed", expected: "one that encodes H.264 or MPEG-4",
      action: "see what it said above, or ask for a .gif")
  }

  /// Waits for the program and gives the file its name.
  consuming func finish(as name: String) throws(UserError) {
    let status = Self.end(identifier, input)
    input = -1
    guard status == 0 else { throw failure }
    try Folder.rename(path, to: name)
  }
}
