/// The values that one `g` packet brought: with QEMU's AArch64 x0 to x30, sp, pc and cpsr.
///
/// A packet may be shorter than the description (QEMU leaves out vector and system registers), and
/// longer: what is after the last register is kept in `bytes` alone.
public struct GeneralRegisters: Equatable, Sendable {
  /// The registers that the packet holds, in its order. One that is cut off is not among them.
  public let registers: [RegisterDescription]

  /// The raw bytes of the packet.
  public let bytes: [UInt8]

  /// Indices into `registers` whose values the stub does not have (`xx`).
  public let unavailable: Set<Int>

  /// The order of the bytes of a value.
  public let byteOrder: RegisterDescription.ByteOrder

  private let offsets: [Int]

  /// Cuts `bytes` into the registers of `map`.
  ///
  /// - Parameter missing: the indices of bytes that the stub does not have.
  public init(
    _ bytes: [UInt8], in map: RegisterMap, byteOrder: RegisterDescription.ByteOrder = .little,
    missing: Set<Int> = []
  ) {
    self.init(RegisterBytes(bytes, missing: missing), in: map, byteOrder: byteOrder)
  }

  init(
    _ raw: RegisterBytes, in map: RegisterMap,
    byteOrder: RegisterDescription.ByteOrder = .little
  ) {
    var registers: [RegisterDescription] = []
    var offsets: [Int] = []
    var unavailable: Set<Int> = []
    for (register, offset) in zip(map.generalLayout, map.generalOffsets) {
      let end = offset + register.byteCount
      guard end <= raw.bytes.count else { continue }
      if !raw.missing.isEmpty, (offset..<end).contains(where: { raw.missing.contains($0) }) {
        unavailable.insert(registers.count)
      }
      registers.append(register)
      offsets.append(offset)
    }
    bytes = raw.bytes
    self.byteOrder = byteOrder
    self.registers = registers
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

  /// The raw bytes of a register of any width, in the target's order, or nil if the packet does not
  /// hold it or the stub does not have it.
  public func bytes(of register: RegisterDescription) -> [UInt8]? {
    // The width as well: a description may have a name and a number twice.
    registers.firstIndex {
      $0.number == register.number && $0.name == register.name
        && $0.bitWidth == register.bitWidth
    }
    .flatMap { bytes(at: $0) }.map { Array($0) }
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
    bytes(at: index).flatMap { byteOrder.integer($0) }
  }

  private func bytes(at index: Int) -> ArraySlice<UInt8>? {
    guard !unavailable.contains(index) else { return nil }
    let start = offsets[index]
    return bytes[start..<start + registers[index].byteCount]
  }
}

extension RegisterBytes {
  init(_ bytes: [UInt8], missing: Set<Int> = []) {
    self.bytes = bytes
    self.missing = missing
  }
}
