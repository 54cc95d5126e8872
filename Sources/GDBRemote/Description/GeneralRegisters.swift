/// The values of one `g` packet: with QEMU's AArch64, x0 to x30, sp, pc and cpsr.
///
/// A packet may be shorter than the description (QEMU leaves out vector and system registers), or
/// longer: bytes after the last register are kept only in `bytes`.
public struct GeneralRegisters: Equatable, Sendable {
  /// The registers that the packet holds, in its order. A register that is cut off is left out.
  public let registers: [RegisterDescription]

  /// The raw bytes of the packet.
  public let bytes: [UInt8]

  /// Indices into `registers` whose values are unavailable (`xx`).
  public let unavailable: Set<Int>

  /// The byte order of the values.
  public let byteOrder: RegisterDescription.ByteOrder

  private let offsets: [Int]

  /// Splits `bytes` into the registers of `map`.
  ///
  /// - Parameter missing: the indices of unavailable bytes.
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

  /// The value of the register with exactly this name, or nil if it isn't in the packet, is
  /// unavailable, or is wider than 64 bits.
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

  /// The raw bytes of a register of any width, in the target's byte order, or nil if it isn't in
  /// the packet or is unavailable.
  public func bytes(of register: RegisterDescription) -> [UInt8]? {
    // Compares the width as well: a description may have the same name and number twice.
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

  /// The range in `bytes` of the register at an index of `registers`.
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
