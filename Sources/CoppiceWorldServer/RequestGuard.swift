import FlyingSocks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stands between browsers and the HTTP library, which has no limit for what it reads byte by byte.
///
/// Bytes are passed on in both directions as they come. Whoever sends a head without an end, or too slowly, is
/// turned away; the library learns of a browser once its first head is whole.
struct RequestGuard: Sendable {
  /// How long a browser may take for its first head.
  private static let patience = Duration.seconds(60)
  /// Bytes that are passed on at a time.
  private static let pieceLength = 1 << 18
  private static let refusal =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

  /// Where the HTTP library is to listen.
  let library: sockaddr_un
  private let path: String
  private let pool: any AsyncSocketPool

  /// A guard that accepts nothing yet.
  init() {
    path = "/tmp/coppice-\(getpid())-\(UInt32.random(in: 0 ... .max)).socket"
    #if canImport(Darwin)
      library = .unix(path: path)
    #else
      // which leaves no file behind, however the program ends
      library = .unix(abstractNamespace: path)
    #endif
    pool = .make()
  }

  /// A socket that listens on 127.0.0.1.
  static func listen(port: UInt16) throws -> Socket {
    let socket = try Socket(domain: AF_INET, type: .stream)
    do {
      try socket.setValue(true, for: .localAddressReuse)
      try socket.bind(to: .inet(ip4: "127.0.0.1", port: port))
      try socket.listen()
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }

  /// Removes the file of the library's socket, where there is one.
  func removeSocket() { unlink(path) }

  /// Accepts connections on a socket that listens, until the task is cancelled or the system has no more of them.
  func run(on socket: Socket) async throws {
    try await pool.prepare()
    let listening = try AsyncSocket(socket: socket, pool: pool)
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await pool.run() }
      while true {
        let browser = try await listening.accept()
        group.addTask { await serve(browser) }
      }
    }
  }

  private func serve(_ browser: AsyncSocket) async {
    defer { try? browser.close() }
    guard let (bytes, head) = await firstHead(of: browser) else { return }
    guard !head.isTooLong else {
      try? await browser.write(Data(Self.refusal.utf8))
      return
    }
    guard
      let library = try? await AsyncSocket.connected(to: library, pool: pool)
    else { return }
    defer { try? library.close() }
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await passRequests(bytes, head, from: browser, to: library) }
      group.addTask {
        while let piece = try? await read(library) {
          guard (try? await browser.write(Data(piece))) != nil else { break }
        }
        return true
      }
      // a browser that has nothing more to ask still waits for its answer
      if await group.next() == false { _ = await group.next() }
      group.cancelAll()
    }
  }

  /// What a browser sends until its first head has ended or is too long; nothing where it went away or took its time.
  private func firstHead(of browser: AsyncSocket) async -> (bytes: [UInt8], head: RequestHead)? {
    await withTaskGroup(of: (bytes: [UInt8], head: RequestHead)?.self) { group in
      group.addTask {
        var (bytes, head) = ([UInt8](), RequestHead())
        while !head.hasEnded, !head.isTooLong {
          guard let piece = try? await read(browser) else { return nil }
          head.take(piece)
          bytes += piece
        }
        return (bytes, head)
      }
      group.addTask {
        try? await Task.sleep(for: Self.patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  /// Passes on what a browser sends.
  ///
  /// - Returns: Whether that is the end of the connection; otherwise answers may still come.
  private func passRequests(
    _ first: [UInt8], _ head: RequestHead, from browser: AsyncSocket, to library: AsyncSocket
  ) async -> Bool {
    var (head, piece) = (head, first)
    while (try? await library.write(Data(piece))) != nil {
      guard let next = try? await read(browser) else {
        _ = shutdown(library.socket.file.rawValue, Int32(SHUT_WR))
        return false
      }
      head.take(next)
      guard !head.isTooLong else { break }
      piece = next
    }
    return true
  }

  /// Some bytes, as soon as there are any.
  ///
  /// - Throws: `SocketError.disconnected` at the end.
  private func read(_ socket: AsyncSocket) async throws -> [UInt8] {
    while true {
      try Task.checkCancellation()
      do {
        return try socket.socket.read(atMost: Self.pieceLength)
      } catch SocketError.blocked {
        try await pool.suspendSocket(socket.socket, untilReadyFor: .read)
      }
    }
  }
}

/// How much of the head of a request there is.
struct RequestHead {
  /// At most how many bytes a head has; those of browsers stay far below.
  static let mostBytes = 16_384

  private var count = 0
  private var isLineEmpty = false
  /// Whether a head has ended.
  private(set) var hasEnded = false
  /// Whether there was one with too many bytes.
  private(set) var isTooLong = false

  /// Takes notice of what was sent.
  mutating func take(_ bytes: [UInt8]) {
    for byte in bytes {
      count += 1
      if count > Self.mostBytes { isTooLong = true }
      if byte == UInt8(ascii: "\n") {
        if isLineEmpty { (count, hasEnded) = (0, true) }
        isLineEmpty = true
      } else if byte != UInt8(ascii: "\r") {
        isLineEmpty = false
      }
    }
  }
}
