/// Symbolic execution of a straight piece of A64 code: finds where each of the initial registers ends up on
/// the stack.
///
/// It understands what a vector's code does: moves, arithmetic with immediates, system registers, loads and stores
/// relative to SP, and `b`. Anything else ends it with a reason, because a wrong guess about a stored value would
/// be shown as a guest's register. The encodings are those of the Arm ARM, DDI 0487, C4.1.
struct CodePath {
  /// What a register or a doubleword of the stack holds.
  enum Value: Equatable, Sendable {
    /// The initial value of xN.
    case register(Int)
    /// The initial value of a system register: bits 20 to 5 of the instruction that reads it.
    case system(UInt32)
    case constant(UInt64)
    /// The initial SP plus an offset in bytes.
    case stack(Int)
    /// Anything else.
    case other
  }

  /// A reason, as text.
  struct NotUnderstood: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// Where the code continues.
  private(set) var pc: UInt64
  /// x0 to x30.
  private(set) var registers = (0...30).map { Value.register($0) }
  /// SP, relative to the initial SP.
  private(set) var stackPointer = 0
  /// The doublewords of the stack that were written, by their offset from the initial SP.
  private(set) var stack: [Int: Value] = [:]
  /// System registers that were written, so they no longer have their initial value.
  private var written: Set<UInt32> = []

  init(from address: UInt64) { pc = address }

  /// Executes until it reaches `destination`, by a `b` or `bl` or sequentially.
  ///
  /// - Parameters:
  ///   - instructionLimit: more than any vector has; a loop ends there.
  ///   - passesConditions: whether the path is far enough that a branch on a condition doesn't matter: it is taken not
  ///     to branch.
  /// - Throws: `NotUnderstood`, and what `word` throws.
  mutating func run(
    to destination: UInt64, instructionLimit: Int = 256,
    passesConditions: (CodePath) -> Bool = { _ in false }, word: (UInt64) throws -> UInt32?
  ) throws {
    for _ in 0..<instructionLimit {
      if pc == destination { return }
      guard let instruction = try word(pc) else {
        throw NotUnderstood(description: "there is no memory at \(pc.hex)")
      }
      if let branch = Self.branch(instruction, at: pc) {
        if branch.target == destination { return }
        guard !branch.isCall else { throw notUnderstood("calls \(branch.target.hex)") }
        pc = branch.target
        continue
      }
      if !Self.isConditional(instruction) || !passesConditions(self) { try execute(instruction) }
      pc &+= 4
    }
    throw NotUnderstood(
      description: "no branch to \(destination.hex) in \(instructionLimit) instructions")
  }

  /// The target of a `b` or `bl` at an address (C6.2 "B", "BL"): 26 bits, in words.
  static func branch(_ word: UInt32, at address: UInt64) -> (target: UInt64, isCall: Bool)? {
    guard word & 0x7c00_0000 == 0x1400_0000 else { return nil }
    let offset = Int64(Int32(bitPattern: word << 6) >> 6) * 4
    return (address &+ UInt64(bitPattern: offset), word >> 31 != 0)
  }

  /// `b.cond`, `cbz`, `cbnz`, `tbz` and `tbnz`.
  private static func isConditional(_ word: UInt32) -> Bool {
    word & 0xff00_0000 == 0x5400_0000 || word & 0x7c00_0000 == 0x3400_0000
  }

  func notUnderstood(_ text: String) -> NotUnderstood {
    NotUnderstood(description: "the code at \(pc.hex) \(text)")
  }

  private mutating func execute(_ word: UInt32) throws {
    // The groups of instructions, bits 28 to 25 (C4.1).
    switch word >> 25 & 15 {
    case 0b1000, 0b1001: try executeImmediate(word)
    case 0b1010, 0b1011: try executeSystem(word)
    case 0b0101, 0b1101: try executeRegisterForm(word)
    case 0b0100, 0b0110, 0b1100, 0b1110: try executeLoadOrStore(word)
    // SIMD and floating point without memory: changes a general register only in moves from SIMD
    // registers.
    case 0b0111, 0b1111: set(Int(word & 31), .other)
    default: throw notUnderstood("isn't understood")
    }
  }

  /// Data processing with an immediate: add and subtract, moves of constants; others make an unknown value.
  private mutating func executeImmediate(_ word: UInt32) throws {
    let destination = Int(word & 31)
    let isAddOrSubtract = word & 0x1f80_0000 == 0x1100_0000
    let setsFlags = word >> 29 & 1 != 0
    if isAddOrSubtract {
      let amount = Int(word >> 10 & 0xfff) << (word >> 22 & 1 != 0 ? 12 : 0)
      let signed = word >> 30 & 1 != 0 ? -amount : amount
      let is64Bit = word >> 31 != 0
      let result = is64Bit ? base(Int(word >> 5 & 31)).adding(signed) : .other
      if destination == 31, !setsFlags {
        try setStackPointer(result)
      } else {
        set(destination, result)
      }
    } else if word & 0x1f80_0000 == 0x1280_0000 {
      set(destination, movedConstant(word))
    } else if destination == 31, Self.canWriteStackPointer(word) {
      try setStackPointer(.other)
    } else {
      set(destination, .other)
    }
  }

  /// Logical operations except `ands`, and arithmetic with tags: register 31 is SP there.
  private static func canWriteStackPointer(_ word: UInt32) -> Bool {
    switch word & 0x1f80_0000 {
    case 0x1200_0000: word >> 29 & 3 != 3
    case 0x1180_0000: true
    default: false
    }
  }

  /// MOVZ, MOVN and MOVK.
  private func movedConstant(_ word: UInt32) -> Value {
    let shift = UInt64(word >> 21 & 3) * 16
    let part = UInt64(word >> 5 & 0xffff) << shift
    let mask: UInt64 = word >> 31 != 0 ? ~0 : 0xffff_ffff
    switch word >> 29 & 3 {
    case 0: return .constant(~part & mask)
    case 2: return .constant(part & mask)
    case 3:
      guard case .constant(let old) = registers[safe: Int(word & 31)] ?? .other else {
        return .other
      }
      return .constant((old & ~(0xffff << shift) | part) & mask)
    default: return .other
    }
  }

  /// Data processing of registers: `mov`, which is ORR with the zero register; others make an unknown value.
  private mutating func executeRegisterForm(_ word: UInt32) throws {
    let destination = Int(word & 31)
    let source = Int(word >> 16 & 31)
    if word & 0x7fe0_ffe0 == 0x2a00_03e0 {
      let is64Bit = word >> 31 != 0
      let value: Value = source == 31 ? .constant(0) : registers[source]
      set(destination, is64Bit || value == .constant(0) ? value : .other)
      return
    }
    // Add and subtract of an extended register can write SP.
    if word & 0x1fe0_0000 == 0x0b20_0000, destination == 31, word >> 29 & 1 == 0 {
      try setStackPointer(.other)
    }
    set(destination, .other)
  }

  /// Branches, exceptions and system instructions: MRS, MSR, barriers, DAIFSet and DAIFClr, and hints that leave the
  /// registers alone.
  private mutating func executeSystem(_ word: UInt32) throws {
    let register = word >> 5 & 0xffff
    switch word & 0xfff0_0000 {
    case 0xd530_0000:
      set(Int(word & 31), written.contains(register) ? .other : .system(register))
      return
    case 0xd510_0000 where register != Self.stackSelection:
      written.insert(register)
      return
    default: break
    }
    let isBarrier = word & 0xffff_f01f == 0xd503_301f
    let isMask = word & 0xffff_f0df == 0xd503_40df
    let isHint = word & 0xffff_f01f == 0xd503_201f
    if isBarrier || isMask { return }
    if isHint {
      // nop, yield, esb, csdb, and the four of bti.
      guard [0, 1, 16, 20, 32, 34, 36, 38].contains(word >> 5 & 127) else {
        throw notUnderstood("isn't understood")
      }
      return
    }
    throw notUnderstood(Self.isConditional(word) ? "branches on a condition" : "isn't understood")
  }

  /// SPSel: op0 3, op1 0, CRn 4, CRm 2, op2 0.
  private static let stackSelection: UInt32 = 0xd518_4200 >> 5 & 0xffff
}

extension CodePath {
  /// The base of an address: register 31 is SP here.
  func base(_ number: Int) -> Value { number == 31 ? .stack(stackPointer) : registers[number] }

  /// Sets a register; 31 is the zero register here.
  mutating func set(_ number: Int, _ value: Value) {
    if number < 31 { registers[number] = value }
  }

  mutating func setStackPointer(_ value: Value) throws {
    guard case .stack(let offset) = value else {
      throw notUnderstood("sets SP to an unknown value")
    }
    stackPointer = offset
  }

  /// Writes to the stack. Anything but a whole doubleword leaves an unknown value there.
  mutating func store(_ value: Value, at offset: Int, byteCount: Int) {
    if byteCount == 8, offset & 7 == 0 {
      stack[offset] = value
      return
    }
    for slot in stride(from: offset & ~7, to: offset + byteCount, by: 8) { stack[slot] = .other }
  }
}

extension CodePath.Value {
  /// A value plus an offset in bytes.
  func adding(_ amount: Int) -> CodePath.Value {
    switch self {
    case .stack(let offset): .stack(offset + amount)
    case .constant(let value): .constant(value &+ UInt64(bitPattern: Int64(amount)))
    default: amount == 0 ? self : .other
    }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}

extension UInt64 {
  /// The number in hexadecimal with a prefix, as addresses are shown.
  var hex: String { "0x" + String(self, radix: 16) }
}
