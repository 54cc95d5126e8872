/// The values that one `g` packet brought: with QEMU x0 to x30, sp, pc and cpsr.
public struct GeneralRegisters: Equatable, Sendable {
  /// The registers that the packet holds, by number.
  public let registers: [RegisterDescription]

  /// The raw bytes, one register behind the other.
  public let bytes: [UInt8]

  /// Indices into `registers` whose values the stub does not have (`xx`).
  public let unavailable: Set<Int>

  private let offsets: [Int]

  /// Cuts `bytes` into the registers of `map`.
  public init(_ bytes: [UInt8], in map: RegisterMap) {
    self.init(RegisterBytes(bytes), in: map)
  }

  init(_ raw: RegisterBytes, in map: RegisterMap) {
    let count = map.generalCount(byteCount: raw.bytes.count)
    registers = Array(map.generalLayout.prefix(count))
    bytes = raw.bytes
    var offsets: [Int] = []
    offsets.reserveCapacity(count)
    var unavailable: Set<Int> = []
    var offset = 0
    for (index, register) in registers.enumerated() {
      offset = register.packetOffset ?? offset
      offsets.append(offset)
      let end = offset + register.byteCount
      if !raw.missing.isEmpty, (offset..<end).contains(where: { raw.missing.contains($0) }) {
        unavailable.insert(index)
      }
      offset = end
    }
    self.offsets = offsets
    self.unavailable = unavailable
  }

  /// The value of the register that is called exactly `name`, or nil if the packet does not hold
  /// it, the stub does not have it, or it is wider than 64 bits.
  public subscript(name: String) -> UInt64? {
    registers.firstIndex { $0.name == name }.flatMap { value(at: $0) }
  }

  /// The value of the register with a number.
  public subscript(number number: Int) -> UInt64? {
    if number >= 0, number < registers.count, registers[number].number == number {
      return value(at: number)
    }
    return registers.firstIndex { $0.number == number }.flatMap { value(at: $0) }
  }

  /// The values by name.
  public var values: [String: UInt64] {
    var values: [String: UInt64] = [:]
    for index in registers.indices {
      if let value = value(at: index), values[registers[index].name] == nil {
        values[registers[index].name] = value
      }
    }
    return values
  }

  /// Where in `bytes` the register at an index of `registers` is.
  public func range(at index: Int) -> Range<Int> {
    offsets[index]..<offsets[index] + registers[index].byteCount
  }

  private func value(at index: Int) -> UInt64? {
    guard !unavailable.contains(index) else { return nil }
    let start = offsets[index]
    return RegisterDescription.integer(bytes[start..<start + registers[index].byteCount])
  }
}

extension RegisterBytes {
  init(_ bytes: [UInt8], missing: Set<Int> = []) {
    self.bytes = bytes
    self.missing = missing
  }
}
