internal import CCapstone
public import GDBRemote

/// Why there is no disassembler: the installed Capstone was built without the instruction set.
public struct DisassemblerError: Error, Equatable, CustomStringConvertible {
  /// Capstone's `cs_err`.
  public let code: UInt32

  /// What happened and what to do, as a sentence.
  public var description: String {
    "Capstone cannot disassemble AArch64 (error \(code)); install a libcapstone built with it"
  }
}

/// Disassembles instructions of any instruction set that the installed Capstone has.
///
/// It never fails: any bytes have a text. What Capstone doesn't know is `.inst 0x…` in A64, and `.byte`,
/// `.2byte` or `.4byte` in others.
public final class Disassembler {
  private let a64: CapstoneEngine
  /// The engines for the other sets, opened when first needed; nil if Capstone doesn't have one.
  private var engines: [InstructionSet: CapstoneEngine?] = [:]

  /// Opens Capstone for A64, which a hypervisor's debugger needs.
  public init() throws(DisassemblerError) { a64 = try CapstoneEngine(.a64) }

  /// Whether the installed Capstone knows an instruction set.
  public func knows(_ set: InstructionSet) -> Bool { engine(set) != nil }

  private func engine(_ set: InstructionSet) -> CapstoneEngine? {
    if set == .a64 { return a64 }
    if let engine = engines[set] { return engine }
    let engine = try? CapstoneEngine(set)
    engines.updateValue(engine, forKey: set)
    return engine
  }

  /// The A64 instruction for a word at an address.
  public func instruction(_ word: UInt32, at address: UInt64) -> Instruction {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    if let alias = InstructionAlias.text(of: word) {
      return Instruction(
        address: address, bytes: bytes, mnemonic: alias.mnemonic, operands: alias.operands,
        referencedAddress: nil)
    }
    guard let (mnemonic, operands, _) = a64.decode(bytes[...], at: address) else {
      return Self.data(bytes[...], at: address, directive: ".inst")
    }
    let notation = OperandNotation(mnemonic: mnemonic, operands: operands)
    return Instruction(
      address: address, bytes: bytes, mnemonic: mnemonic, operands: notation.text,
      referencedAddress: notation.referencedAddress)
  }

  /// The first instruction of some bytes, or nil if there are too few.
  ///
  /// - Parameters:
  ///   - set: the instruction set; nil if it isn't known: then the bytes are shown as data.
  ///   - byteOrder: the byte order of instructions. Big-endian A32 and T32 exist on old Arm systems
  ///     (BE-32); no other set is big-endian.
  ///   - dataByteCount: how many bytes are shown together if the set isn't known.
  public func instruction(
    _ bytes: ArraySlice<UInt8>, at address: UInt64, _ set: InstructionSet?,
    byteOrder: RegisterDescription.ByteOrder = .little, dataByteCount: Int = 4
  ) -> Instruction? {
    guard let set else {
      guard !bytes.isEmpty else { return nil }
      return Self.data(bytes.prefix(dataByteCount), at: address, byteOrder: byteOrder)
    }
    if byteOrder == .big, [.a32, .t32].contains(set) {
      return instruction(Self.swapped(bytes, set.unitByteCount), at: address, set)
    }
    if set == .a64 {
      guard bytes.count >= 4 else { return nil }
      return instruction(bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }, at: address)
    }
    guard bytes.count >= set.unitByteCount else { return nil }
    guard let (mnemonic, operands, byteCount) = engine(set)?.decode(bytes, at: address) else {
      return Self.data(bytes.prefix(unit(of: set, bytes)), at: address)
    }
    return Instruction(
      address: address, bytes: Array(bytes.prefix(byteCount)), mnemonic: mnemonic,
      operands: operands, referencedAddress: nil)
  }

  /// The A64 instructions that bytes hold from an address on. A remainder of fewer than 4 bytes is left
  /// out.
  public func instructions(_ bytes: [UInt8], at address: UInt64) -> [Instruction] {
    stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).compactMap { offset in
      instruction(bytes[offset..<offset + 4], at: address &+ UInt64(offset), .a64)
    }
  }

  /// The byte count of a unit that isn't a known instruction. In RISC-V its low bits give it, with or
  /// without a disassembler.
  private func unit(of set: InstructionSet, _ bytes: ArraySlice<UInt8>) -> Int {
    switch set {
    case .riscv32, .riscv64: bytes.first.map { $0 & 3 == 3 && bytes.count >= 4 } == true ? 4 : 2
    default: set.unitByteCount
    }
  }

  /// The bytes, with each whole unit byte-swapped.
  private static func swapped(_ bytes: ArraySlice<UInt8>, _ unit: Int) -> ArraySlice<UInt8> {
    let count = bytes.count - bytes.count % unit
    return stride(from: 0, to: count, by: unit).flatMap {
      bytes.dropFirst($0).prefix(unit).reversed()
    }[...]
  }

  private static func data(
    _ bytes: ArraySlice<UInt8>, at address: UInt64, directive: String? = nil,
    byteOrder: RegisterDescription.ByteOrder = .little
  ) -> Instruction {
    let value = byteOrder.integer(bytes) ?? 0
    let digits = String(value, radix: 16)
    let padded = String(repeating: "0", count: max(0, 2 * bytes.count - digits.count)) + digits
    return Instruction(
      address: address, bytes: Array(bytes),
      mnemonic: directive ?? (bytes.count == 1 ? ".byte" : ".\(bytes.count)byte"),
      operands: "0x" + padded, referencedAddress: nil)
  }
}
