import CoppiceExperiments
import CoppiceGridWorld

/// What the server says to a request.
struct WorldAnswer: Sendable {
  var status: Int
  var type: String
  var body: [UInt8]

  static func text(_ status: Int, _ text: String) -> WorldAnswer {
    WorldAnswer(status: status, type: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  /// The answer to a request.
  ///
  /// - Parameters:
  ///   - method: GET, or what is not served.
  ///   - path: As it came.
  ///   - host: Whom the request names; pages of other names must not read what is served here.
  ///   - source: Where frames come from.
  init(_ method: String, _ path: String, host: String?, _ source: some WorldSource) {
    let name = host?.split(separator: ":").first.map(String.init) ?? "127.0.0.1"
    guard name == "127.0.0.1" || name == "localhost" else {
      self = .text(403, "only 127.0.0.1 and localhost are served\n")
      return
    }
    guard method == "GET" else {
      self = .text(405, "only GET is served\n")
      return
    }
    self = Self.page(path, source) ?? .text(404, "there is nothing here\n")
  }

  private init(status: Int, type: String, body: [UInt8]) {
    (self.status, self.type, self.body) = (status, type, body)
  }

  private static func page(_ path: String, _ source: some WorldSource) -> WorldAnswer? {
    switch path {
    case "/":
      return WorldAnswer(
        status: 200, type: "text/html; charset=utf-8", body: Array(WatchPage.text.utf8))
    case "/world.json":
      guard let text = try? JSONText.encode(WorldCard(source)) else { return nil }
      return WorldAnswer(status: 200, type: "application/json", body: Array(text))
    case "/walls":
      return bytes(source.world.walls.map { $0 ? 1 : 0 })
    default:
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].isEmpty, parts[1] == "frames", parts[2].utf8.count < 10,
        let index = Int(parts[2]), index >= 0
      else { return nil }
      do {
        return try source.frame(index).map { bytes($0.bytes) }
      } catch {
        return .text(500, "\(error)\n")
      }
    }
  }

  private static func bytes(_ body: [UInt8]) -> WorldAnswer {
    WorldAnswer(status: 200, type: "application/octet-stream", body: body)
  }
}
