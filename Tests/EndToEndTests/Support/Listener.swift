import Foundation
import Glibc

/// A listening socket, for an emulator to inherit or for something that isn't a stub.
final class Listener {
  let descriptor: Int32
  /// As `attach` takes it.
  let endpoint: String

  /// At a path.
  init(path: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    descriptor = try Self.listening(AF_UNIX, &address)
    endpoint = "unix:\(path)"
  }

  /// At a free port of this computer.
  init() throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    descriptor = try Self.listening(AF_INET, &address)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    guard status == 0 else { throw HarnessError.system("getsockname") }
    endpoint = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
  }

  /// A free port, for a program that needs its number as an argument.
  static func freePort() throws -> UInt16 {
    guard let text = try Listener().endpoint.split(separator: ":").last, let port = UInt16(text)
    else { throw HarnessError("no port") }
    return port
  }

  deinit { close(descriptor) }

  private static func listening<Address>(_ family: Int32, _ address: inout Address) throws -> Int32
  {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, type, 0)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard descriptor >= 0, status == 0, listen(descriptor, 4) == 0 else {
      throw HarnessError.system("listening")
    }
    return descriptor
  }

  /// Accepts one client and sends it `bytes`, `count` times, then waits until the client disconnects.
  func serve(_ text: String, count: Int = 1) {
    let descriptor = dup(descriptor)
    Thread.detachNewThread {
      let client = accept(descriptor, nil, nil)
      let bytes = Array(text.utf8)
      for _ in 0..<count where send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 {
        break
      }
      var byte: UInt8 = 0
      while read(client, &byte, 1) > 0 {}
      close(client)
      close(descriptor)
    }
  }
}
