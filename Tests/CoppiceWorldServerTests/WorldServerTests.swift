import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import CoppiceWorldServer
import Foundation
import Testing

@Suite("The server of worlds", .serialized)
struct WorldServerTests {
  let server: WorldServer
  let port: Int

  init() throws {
    server = WorldServer(try Self.source())
    port = try server.start(port: 0)
  }

  static func source() throws -> LiveSource {
    let world = try GridWorld(.mixedBattle(agents: 200), key: RandomKey(seed: 1))
    return LiveSource(world, RandomPlayers(key: RandomKey(seed: 2)), keptCount: 8)
  }

  func expectAlive() {
    let answer = RawAnswer.get("/world.json", port: port)
    #expect(answer?.status == 200)
    #expect(answer.map { String(decoding: $0.body, as: UTF8.self).contains("\"red\"") } == true)
  }

  @Test("serves the page, the world, its walls and its frames as the world has them")
  func serves() throws {
    defer { server.stop() }
    let page = try #require(RawAnswer.get("/", port: port))
    let text = String(decoding: page.body, as: UTF8.self)
    #expect(page.status == 200 && text.hasPrefix("<!doctype html>"))
    #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("src="))
    expectAlive()
    let world = try GridWorld(.mixedBattle(agents: 200), key: RandomKey(seed: 1))
    let players = RandomPlayers(key: RandomKey(seed: 2))
    let walls = try #require(RawAnswer.get("/walls", port: port)).body
    #expect(walls == RecordedWorld(world).walls.map { $0 ? 1 : 0 })
    let capture = FrameCapture(of: world)
    var frame = WorldFrame()
    for index in 0..<20 {
      if index > 0 {
        players.choose(in: world)
        world.step()
      }
      capture.take(&frame)
      if index > 0 { world.clearDead() }
      let body = try #require(RawAnswer.get("/frames/\(index)", port: port)).body
      let head = body.prefix(16).withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
      #expect(head == [index, index, frame.agents.count, frame.attacks.count].map { UInt32($0) })
      let agents = frame.agents.withUnsafeBytes { Array($0) }
      let attacks = frame.attacks.withUnsafeBytes { Array($0) }
      #expect(Array(body.dropFirst(16)) == agents + attacks)
    }
    // only some are kept: the oldest is given for those that are gone
    let oldest = try #require(RawAnswer.get("/frames/0", port: port)).body
    #expect(oldest[0] == 12)
    // and the next one for those to come
    #expect(try #require(RawAnswer.get("/frames/99999", port: port)).body[0] == 20)
  }

  @Test("listens on 127.0.0.1 alone")
  func loopbackOnly() throws {
    defer { server.stop() }
    let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
    let suffix = ":" + String(format: "%04X", port)
    var listening: [Substring] = []
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 3, words[3] == "0A", words[1].hasSuffix(suffix) {
        listening.append(words[1])
      }
    }
    #expect(listening.map(String.init) == ["0100007F" + suffix])
    let newer = try String(contentsOfFile: "/proc/net/tcp6", encoding: .utf8)
    #expect(
      !newer.split(separator: "\n").contains { $0.contains(suffix + " ") && $0.contains(" 0A ") })
    #expect(RawConnection("127.0.0.2", port: port) == nil)
  }

  @Test("a port that is taken is a clear error")
  func portInUse() throws {
    defer { server.stop() }
    let second = WorldServer(try Self.source())
    let error = #expect(throws: UserError.self) { try second.start(port: port) }
    #expect(error?.kind == .configuration)
    #expect(error?.found.contains("cannot listen on port \(port)") == true)
    #expect(throws: UserError.self) { try second.start(port: 70_000) }
  }

  @Test("nothing but what there is: no files, no other hosts, no other methods")
  func refuses() throws {
    defer { server.stop() }
    for path in [
      "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/frames/../../etc/passwd", "//etc/passwd",
      "/frames/-1", "/frames/", "/frames/1/2", "/frames/99999999999999999999", "/frames/1e3",
      "/frames/%00", "/index.html", "/.git/config",
    ] {
      let answer = try #require(RawAnswer.get(path, port: port), "\(path)")
      #expect(answer.status == 404, "\(path)")
      #expect(!String(decoding: answer.body, as: UTF8.self).contains("root:"))
    }
    #expect(RawAnswer.get("/", port: port, head: "Host: evil.example")?.status == 403)
    let connection = try #require(RawConnection(port: port))
    connection.send(Array("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi".utf8))
    let reply = connection.receive { $0.count > 12 }
    #expect(String(decoding: reply.prefix(12), as: UTF8.self) == "HTTP/1.1 405")
    expectAlive()
  }

  @Test("bytes that are no request end a connection, not the server")
  func fuzz() throws {
    defer { server.stop() }
    var random = RandomKey(seed: 7).stream()
    let request = Array("GET /frames/3 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n".utf8)
    for round in 0..<300 {
      var bytes = request
      switch round % 3 {
      case 0:
        bytes = (0..<random.nextIndex(below: 600)).map { _ in
          UInt8(random.nextIndex(below: 256))
        }
      case 1:
        for _ in 0..<(1 + random.nextIndex(below: 6)) {
          bytes[random.nextIndex(below: bytes.count)] = UInt8(random.nextIndex(below: 256))
        }
      default: bytes.removeLast(1 + random.nextIndex(below: bytes.count - 1))
      }
      let connection = try #require(RawConnection(port: port))
      connection.send(bytes)
      connection.finishSending()
      if round.isMultiple(of: 50) { expectAlive() }
    }
    for text in [
      "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n\r\n",
      "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
      "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
      "GET /frames/1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
      "GET " + String(repeating: "/a", count: 2000) + " HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nX: " + String(repeating: "b", count: 1_000_000) + "\r\n\r\n",
      "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 20_000) + "\r\n",
      "\r\n\r\n\r\n", "GET\0/ HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
      let connection = try #require(RawConnection(port: port))
      connection.send(Array(text.utf8))
      connection.finishSending()
      expectAlive()
    }
  }

  @Test("connections that say nothing, or half of it, keep nobody else waiting")
  func halfOpen() throws {
    defer { server.stop() }
    var held: [RawConnection] = []
    for index in 0..<200 {
      let connection = try #require(RawConnection(port: port))
      if index.isMultiple(of: 2) { connection.send(Array("GET /fra".utf8)) }
      held.append(connection)
    }
    expectAlive()
    // and one that asks for much and goes away
    for _ in 0..<20 {
      let connection = try #require(RawConnection(port: port))
      connection.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
    }
    expectAlive()
    #expect(held.count == 200)
  }
}
