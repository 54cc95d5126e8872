// The packets `g`, `G`, `p` and `P`.
//
// Source: GDB manual, Packets.

extension Command {
  /// Reads the general registers in one packet.
  static let readGeneralRegisters = Command("g")

  /// Writes the general registers in one packet, which has to be as long as the answer to `g`.
  ///
  /// Not for every stub: QEMU 7.2 writes stale memory over every register that a short one lacks.
  static func writeGeneralRegisters(_ bytes: [UInt8]) -> Command {
    Command("G").appending(hex: bytes)
  }

  /// Reads one register.
  static func readRegister(_ number: Int) -> Command {
    Command("p").appending(hex: UInt64(number))
  }

  /// Writes one register, whose raw bytes are in the target's order.
  static func writeRegister(_ number: Int, _ bytes: [UInt8]) -> Command {
    Command("P").appending(hex: UInt64(number)).appending("=").appending(hex: bytes)
  }
}

/// What `g` or `p` brought: raw bytes, some of which the stub may not have (`xx`).
struct RegisterBytes: Equatable {
  var bytes: [UInt8]
  /// Indices into `bytes` that the stub does not have.
  var missing: Set<Int> = []

  /// Reads hexadecimal digits, and `xx` for a byte that is unavailable.
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
