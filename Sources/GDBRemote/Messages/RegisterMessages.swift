// The packets `g`, `G`, `p` and `P`.
//
// Source: GDB manual, Packets.

extension Command {
  /// Reads the general registers in one packet.
  static let readGeneralRegisters = Command("g")

  /// Writes the general registers in one packet, which must be as long as the answer to `g`.
  ///
  /// Not safe with every stub: if the packet is short, QEMU 7.2 overwrites every missing register
  /// with stale memory.
  static func writeGeneralRegisters(_ bytes: [UInt8]) -> Command {
    Command("G").appending(hex: bytes)
  }

  /// Reads one register.
  static func readRegister(_ number: Int) -> Command {
    Command("p").appending(hex: UInt64(number))
  }

  /// Writes one register, whose raw bytes are in the target's byte order.
  static func writeRegister(_ number: Int, _ bytes: [UInt8]) -> Command {
    Command("P").appending(hex: UInt64(number)).appending("=").appending(hex: bytes)
  }
}

/// The answer to `g` or `p`: raw bytes, some of which may be unavailable (`xx`).
struct RegisterBytes: Equatable {
  var bytes: [UInt8]
  /// The indices of the bytes that are unavailable.
  var missing: Set<Int> = []

  /// Reads hexadecimal digits, and `xx` for an unavailable byte.
  init?(parsing payload: [UInt8]) {
    guard !payload.isEmpty, payload.count.isMultiple(of: 2) else { return nil }
    if let bytes = Hex.bytes(payload) {
      self.bytes = bytes
      return
    }
    bytes = []
    bytes.reserveCapacity(payload.count / 2)
    for index in stride(from: 0, to: payload.count, by: 2) {
      if payload[index] == UInt8(ascii: "x"), payload[index + 1] == UInt8(ascii: "x") {
        missing.insert(bytes.count)
        bytes.append(0)
      } else if let high = Hex.value(of: payload[index]),
        let low = Hex.value(of: payload[index + 1])
      {
        bytes.append(high << 4 | low)
      } else {
        return nil
      }
    }
  }
}
