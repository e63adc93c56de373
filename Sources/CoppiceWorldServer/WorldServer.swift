public import CoppiceTensors
import FlyingFox
import FlyingSocks
import Synchronization

// bodies of the HTTP library are its `Data`
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
/// Serves the page that shows a world, on 127.0.0.1 alone.
///
/// Nothing can be changed by a request, and no file is served: a path is one of the few that there are, or
/// nothing.
public final class WorldServer: Sendable {
  private struct State {
    var port: Int?
    var isFailed: UserError?
    var isStopped = false
    var server: HTTPServer?
    var accepting: Task<Void, any Error>?
  }

  private let source: any WorldSource
  private let state = Mutex(State())

  /// A server of what `source` has; it does not listen yet.
  public init(_ source: any WorldSource) { self.source = source }

  /// Begins to listen.
  ///
  /// - Parameter port: On which port; any that is free for 0.
  /// - Returns: The port.
  /// - Throws: `UserError` of kind `configuration` when another program has it.
  public func start(port: Int) throws(UserError) -> Int {
    guard (0...65_535).contains(port) else {
      throw UserError(
        .configuration, found: "port \(port)", expected: "from 0 to 65535", action: "change --port")
    }
    Task { await run(port: UInt16(port)) }
    while true {
      let (opened, failure) = state.withLock { ($0.port, $0.isFailed) }
      if let failure { throw failure }
      if let opened { return opened }
      pause()
    }
  }

  /// Ends all connections and listens no longer.
  public func stop() {
    let (server, accepting) = state.withLock { state in
      state.isStopped = true
      return (state.server, state.accepting)
    }
    accepting?.cancel()
    Task { await server?.stop() }
  }

  /// Listens until it is stopped, anew where the system had no more connections to give.
  private func run(port: UInt16) async {
    var port = port
    while !state.withLock({ $0.isStopped }) {
      do {
        let socket = try RequestGuard.listen(port: port)
        defer { try? socket.close() }
        let requests = RequestGuard()
        defer { requests.removeSocket() }
        let server = HTTPServer(
          address: requests.library, timeout: 60, logger: .disabled,
          handler: WorldHandler(source: source))
        state.withLock { $0.server = server }
        let running = Task { try await server.run() }
        try await server.waitUntilListening()
        let accepting = Task { try await requests.run(on: socket) }
        state.withLock { $0.accepting = accepting }
        Task {
          _ = await running.result
          accepting.cancel()
        }
        if case .ip4(_, let opened) = try socket.sockname() {
          port = opened
          state.withLock { $0.port = Int(opened) }
        }
        let result = await accepting.result
        await server.stop()
        try await running.value
        try result.get()
      } catch {
        let isOpened = state.withLock { $0.port != nil }
        if !isOpened { return fail(error, port) }
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private func fail(_ error: any Error, _ port: UInt16) {
    var reason = "\(error)"
    if case .failed(_, _, let message) = error as? SocketError { reason = message }
    state.withLock {
      $0.isFailed = UserError(
        .configuration, found: "cannot listen on port \(port): \(reason)",
        expected: "a port that no other program has",
        action: "choose another with --port, or 0 for any")
    }
  }
}

/// Gives answers to the HTTP library.
private struct WorldHandler: HTTPHandler {
  let source: any WorldSource

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let answer = WorldAnswer(
      request.method.rawValue, request.path, host: request.headers[.host], source)
    let body = HTTPBodySequence(data: Data(answer.body), suggestedBufferSize: 1 << 18)
    return HTTPResponse(
      statusCode: HTTPStatusCode(answer.status, phrase: answer.status == 200 ? "OK" : "Refused"),
      headers: [
        .contentType: answer.type, HTTPHeader("Cache-Control"): "no-store",
        HTTPHeader("X-Content-Type-Options"): "nosniff",
        HTTPHeader("Content-Security-Policy"):
          "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'",
      ], body: body)
  }
}
