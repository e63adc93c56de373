import Foundation

/// A connection to a port of this machine, on which any bytes can be sent.
final class RawConnection {
  private let descriptor: Int32

  /// Connects to `address`; nothing where nobody listens.
  init?(_ address: String = "127.0.0.1", port: Int) {
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(UInt16(port).bigEndian)
    inet_pton(AF_INET, address, &place.sin_addr)
    let status = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard descriptor >= 0, status == 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { memory in
        Foundation.send(descriptor, memory.baseAddress, memory.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Says that nothing more is sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// All that comes until the other side ends, or until `isEnough`.
  func receive(until isEnough: ([UInt8]) -> Bool = { _ in false }) -> [UInt8] {
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
    while !isEnough(bytes) {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}

/// What a server answered.
struct RawAnswer {
  let status: Int
  let body: [UInt8]

  /// The answer to a request that is well formed.
  static func get(_ path: String, port: Int, head: String = "Host: 127.0.0.1") -> RawAnswer? {
    guard let connection = RawConnection(port: port) else { return nil }
    connection.send(Array("GET \(path) HTTP/1.1\r\n\(head)\r\nConnection: close\r\n\r\n".utf8))
    let bytes = connection.receive { whole($0) != nil }
    return whole(bytes)
  }

  private static func whole(_ bytes: [UInt8]) -> RawAnswer? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }?
      .split(separator: " ").last.flatMap { Int($0) }
    guard let status, let length, bytes.count - end.upperBound >= length else { return nil }
    return RawAnswer(status: status, body: Array(bytes[end.upperBound...]))
  }
}
