@testable import GDBRemote

/// One thing on the wire, as it travels: a packet with its frame, an acknowledgement, or a lone byte.
struct WireItem: Equatable {
  enum Kind: String, CaseIterable { case packet, acknowledgement, byte }

  var kind: Kind
  var bytes: [UInt8]

  /// The payload of a packet, as it travels.
  var payload: ArraySlice<UInt8> { bytes.dropFirst().dropLast(3) }

  var description: String { String(decoding: bytes.prefix(40), as: UTF8.self) }

  /// Cuts bytes that both ends wrote properly: whole packets, and single bytes between them.
  static func cut(_ bytes: [UInt8]) -> [WireItem] {
    var items: [WireItem] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "$"), UInt8(ascii: "%"):
        let hash = bytes[index...].firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex - 1
        let end = min(hash + 3, bytes.count)
        items.append(WireItem(kind: .packet, bytes: Array(bytes[index..<end])))
        index = end
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        items.append(WireItem(kind: .acknowledgement, bytes: [bytes[index]]))
        index += 1
      default:
        items.append(WireItem(kind: .byte, bytes: [bytes[index]]))
        index += 1
      }
    }
    return items
  }
}
