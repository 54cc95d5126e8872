import Glibc
import Testing

@testable import GDBRemote

struct EndpointTests {
  @Test(arguments: [
    ("localhost:1234", Endpoint.tcp(host: "localhost", port: 1234), "localhost:1234"),
    (":1234", .tcp(host: "localhost", port: 1234), "localhost:1234"),
    ("1234", .tcp(host: "localhost", port: 1234), "localhost:1234"),
    ("[::1]:1234", .tcp(host: "::1", port: 1234), "[::1]:1234"),
    ("tcp:10.0.0.1:65535", .tcp(host: "10.0.0.1", port: 65535), "10.0.0.1:65535"),
    ("tcp::1", .tcp(host: "localhost", port: 1), "localhost:1"),
    ("unix:/tmp/a:b", .unix(path: "/tmp/a:b"), "unix:/tmp/a:b"),
  ])
  func reads(text: String, endpoint: Endpoint, description: String) throws {
    #expect(try Endpoint(parsing: text) == endpoint)
    #expect(endpoint.description == description)
    #expect(try Endpoint(parsing: description) == endpoint)
  }

  @Test(arguments: [
    ("", EndpointError.missingPort("")), ("host", .missingPort("host")),
    ("host:", .badPort("")), ("host:0", .badPort("0")), ("host:65536", .badPort("65536")),
    ("host:+1", .badPort("+1")), ("::1:1234", .badHost("::1:1234")), ("[]:1", .badHost("[]:1")),
    ("unix:", .badPath("unix:")),
  ])
  func refuses(text: String, error: EndpointError) {
    #expect(throws: error) { try Endpoint(parsing: text) }
  }

  @Test func refusesAPathThatTheSystemCannotHold() {
    let path = "/" + String(repeating: "a", count: 107)
    #expect(throws: EndpointError.pathTooLong(path)) { try Endpoint(parsing: "unix:" + path) }
  }
}

struct SocketTransportTests {
  private func pair() -> (SocketTransport, SocketTransport) {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    return (SocketTransport(adopting: ends[0]), SocketTransport(adopting: ends[1]))
  }

  @Test func carriesBytes() throws {
    let (one, other) = pair()
    var bytes: [UInt8] = []
    #expect(try other.readAvailable(into: &bytes) == .nothing)
    try one.write(Array("hello".utf8), deadline: .now + .seconds(5))
    #expect(try other.waitUntilReadable(deadline: .now + .seconds(5)))
    #expect(try other.readAvailable(into: &bytes) == .bytes(5))
    #expect(bytes == Array("hello".utf8))
  }

  @Test func whatWasWrittenBeforeTheEndIsRead() throws {
    let (one, other) = pair()
    try one.write([1, 2], deadline: .now + .seconds(5))
    one.close()
    one.close()
    var bytes: [UInt8] = []
    #expect(try other.readAvailable(into: &bytes) == .bytes(2))
    #expect(try other.readAvailable(into: &bytes) == .closed)
  }

  @Test func aWriteToNobodyIsAnErrorAndNoSignal() throws {
    let (one, other) = pair()
    other.close()
    let error = remoteError { try one.write([1], deadline: .now + .seconds(5)) }
    #expect(error?.code == .connectionClosed)
  }

  @Test func waitingEnds() throws {
    let (one, other) = pair()
    #expect(try !one.waitUntilReadable(deadline: .now + .milliseconds(20)))
    let error = remoteError {
      try one.write([UInt8](repeating: 0, count: 1 << 22), deadline: .now + .milliseconds(20))
    }
    #expect(error?.code == .timeout)
    other.close()
  }

  @Test func nobodyListens() {
    let error = remoteError {
      _ = try SocketTransport(
        connectingTo: .unix(path: "/nonexistent/socket"), timeout: .seconds(5))
    }
    #expect(error?.code == .connectionFailed)
    #expect(error?.description.hasPrefix("cannot connect to unix:/nonexistent/socket: ") == true)
  }

  @Test func connectsByTCP() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        #expect(bind(listener, generic, size) == 0)
        #expect(listen(listener, 1) == 0)
        #expect(getsockname(listener, generic, &size) == 0)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    let transport = try SocketTransport(
      connectingTo: .tcp(host: "127.0.0.1", port: port), timeout: .seconds(5))
    let accepted = SocketTransport(adopting: accept(listener, nil, nil))
    try transport.write([42], deadline: .now + .seconds(5))
    #expect(try accepted.waitUntilReadable(deadline: .now + .seconds(5)))
    var bytes: [UInt8] = []
    #expect(try accepted.readAvailable(into: &bytes) == .bytes(1))
    #expect(bytes == [42])
  }

  @Test func millisecondsRoundUp() {
    #expect(Polling.milliseconds(.microseconds(1)) == 1)
    #expect(Polling.milliseconds(.milliseconds(1500)) == 1500)
    #expect(Polling.milliseconds(.seconds(-1)) == 0)
    #expect(Polling.milliseconds(.seconds(1 << 40)) == 86_400_000)
  }
}
