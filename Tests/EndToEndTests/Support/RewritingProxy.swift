import Foundation
import Glibc

/// Sits between the shell and a machine's stub, and gives the stub other packets than the shell wrote, so that a stub
/// refuses what it would do. Answers are passed back unchanged, in order.
final class RewritingProxy {
  /// A packet whose answer is a refusal.
  enum Refusal: String, CaseIterable {
    /// Empty: the stub doesn't know the packet.
    case unsupported = "jRefused"
    /// E22: a packet for a thread that doesn't exist; QEMU answers it with this and does nothing.
    case error = "Hgp1.63"
  }

  private let listener: Listener
  /// As `attach` takes it.
  var endpoint: String { listener.endpoint }

  /// - Parameter rewrite: returns what the stub gets in place of a packet's payload; nil leaves it unchanged.
  init(
    before machine: ForeignMachine, in folder: TemporaryFolder,
    rewrite: @escaping @Sendable (String) -> Refusal?
  ) throws {
    listener = try Listener(path: folder.path + "/proxy")
    let listening = dup(listener.descriptor)
    let path = String(machine.endpoint.dropFirst("unix:".count))
    Thread.detachNewThread {
      let client = accept(listening, nil, nil)
      close(listening)
      guard client >= 0, let stub = Self.connect(path) else { return }
      Thread.detachNewThread {
        Self.relay(from: stub, to: client) { $0 }
        // The other side's reader learns that the connection has ended.
        shutdown(client, Int32(SHUT_RDWR))
      }
      var rest: [UInt8] = []
      Self.relay(from: client, to: stub) { Self.rewritten(rest + $0, &rest, by: rewrite) }
      shutdown(stub, Int32(SHUT_RDWR))
      close(client)
      close(stub)
    }
  }

  private static func connect(_ path: String) -> Int32? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return status == 0 ? descriptor : nil
  }

  /// Moves bytes until one end is closed.
  private static func relay(
    from source: Int32, to sink: Int32, change: ([UInt8]) -> [UInt8]
  ) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(source, &buffer, buffer.count)
      guard count > 0 else { return }
      var bytes = change(Array(buffer[..<count]))[...]
      while !bytes.isEmpty {
        let sent = bytes.withUnsafeBytes {
          send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { return }
        bytes = bytes.dropFirst(sent)
      }
    }
  }

  /// The bytes with the packets that `rewrite` replaces; an incomplete packet goes to `rest`.
  private static func rewritten(
    _ bytes: [UInt8], _ rest: inout [UInt8], by rewrite: (String) -> Refusal?
  ) -> [UInt8] {
    var result: [UInt8] = []
    var input = bytes[...]
    rest = []
    while let start = input.firstIndex(of: UInt8(ascii: "$")) {
      result += input[..<start]
      guard let end = input[start...].firstIndex(of: UInt8(ascii: "#")), end + 2 < input.endIndex
      else {
        rest = Array(input[start...])
        return result
      }
      let payload = String(decoding: input[(start + 1)..<end], as: UTF8.self)
      if let refusal = rewrite(payload)?.rawValue {
        let sum = refusal.utf8.reduce(0) { $0 &+ $1 }
        let digits = String(sum, radix: 16)
        result += Array("$\(refusal)#\(digits.count < 2 ? "0" : "")\(digits)".utf8)
      } else {
        result += input[start...end + 2]
      }
      input = input[(end + 3)...]
    }
    return result + input
  }
}
