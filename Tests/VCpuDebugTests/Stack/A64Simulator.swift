@testable import VCpuDebug

/// Executes the few instructions that clang makes of the tests' functions, and knows who called whom.
struct A64Simulator {
  /// x0–x30, and SP as the last.
  var registers = [UInt64](repeating: 0, count: 32)
  var pc: UInt64
  var memory: [UInt64: [UInt8]] = [:]
  /// The return addresses of the calls that haven't returned, the outermost first, and SP before each.
  private(set) var calls: [(returnAddress: UInt64, sp: UInt64)] = []
  private let code: (UInt64) -> UInt32?
  /// PSTATE.Z.
  private var isZero = false
  /// What `paciasp` sets in the link register.
  static let signature: UInt64 = 0x002a_0000_0000_0000

  struct Unknown: Error, CustomStringConvertible {
    let word: UInt32
    let pc: UInt64
    var description: String { "0x\(String(word, radix: 16)) at 0x\(String(pc, radix: 16))" }
  }

  init(at pc: UInt64, sp: UInt64, code: @escaping (UInt64) -> UInt32?) {
    self.pc = pc
    self.code = code
    registers[31] = sp
  }

  func word(at address: UInt64) -> UInt64 {
    (0..<8).reduce(UInt64(0)) { $0 | UInt64(byte(at: address + UInt64($1))) << UInt64(8 * $1) }
  }

  func byte(at address: UInt64) -> UInt8 { memory[address & ~0xfff]?[Int(address & 0xfff)] ?? 0 }

  mutating func store(_ value: UInt64, at address: UInt64, byteCount: Int = 8) {
    for index in 0..<byteCount {
      let place = address + UInt64(index)
      memory[place & ~0xfff, default: [UInt8](repeating: 0, count: 4096)][Int(place & 0xfff)] =
        UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }

  private func value(_ register: UInt32, isWide: Bool = true) -> UInt64 {
    register == 31 ? 0 : isWide ? registers[Int(register)] : registers[Int(register)] & 0xffff_ffff
  }

  private mutating func set(_ register: UInt32, _ value: UInt64, isWide: Bool = true) {
    if register != 31 { registers[Int(register)] = isWide ? value : value & 0xffff_ffff }
  }

  private static func signed(_ word: UInt32, _ low: UInt32, _ count: UInt32) -> Int64 {
    Int64(Int32(bitPattern: word << (32 - low - count)) >> Int32(32 - count))
  }

  /// Executes one instruction. Returns false at a branch to itself.
  mutating func step() throws -> Bool {
    guard let word = code(pc) else { throw Unknown(word: 0, pc: pc) }
    let here = pc
    pc += 4
    let isWide = word >> 31 == 1
    let d = word & 31
    let n = word >> 5 & 31
    let m = word >> 16 & 31
    func jump(_ words: Int64) { pc = UInt64(bitPattern: Int64(bitPattern: here) + words * 4) }
    switch word {
    case 0xd503_233f: registers[30] |= Self.signature
    case 0xd503_23bf: registers[30] &= ~Self.signature
    case _ where word & 0xffff_f01f == 0xd503_201f: break
    case _ where word >> 26 == 0b100101:
      registers[30] = pc
      calls.append((pc, registers[31]))
      jump(Self.signed(word, 0, 26))
    case _ where word >> 26 == 0b000101:
      jump(Self.signed(word, 0, 26))
      if pc == here { return false }
    case 0xd65f_03c0:
      pc = registers[30]
      calls.removeLast()
    case _ where word & 0x7e00_0000 == 0x3400_0000:
      let isZero = value(d, isWide: isWide) == 0
      if isZero == (word >> 24 & 1 == 0) { jump(Self.signed(word, 5, 19)) }
    case _ where word & 0xfe00_0000 == 0xa800_0000:
      try pair(word, n, d)
    case _ where word & 0x1f80_0000 == 0x1100_0000 && word >> 29 & 1 == 0:
      let immediate = UInt64(word >> 10 & 0xfff) << (word >> 22 & 1 == 1 ? 12 : 0)
      let base = n == 31 ? registers[31] : value(n)
      let result = word >> 30 & 1 == 1 ? base &- immediate : base &+ immediate
      if d == 31 { registers[31] = result } else { set(d, result, isWide: isWide) }
    case _ where word & 0x7f80_0000 == 0x7100_0000:
      let result = value(n, isWide: isWide) &- UInt64(word >> 10 & 0xfff)
      isZero = isWide ? result == 0 : result & 0xffff_ffff == 0
      set(d, result, isWide: isWide)
    case _ where word & 0xff00_001e == 0x5400_0000:
      if isZero == (word & 1 == 0) { jump(Self.signed(word, 5, 19)) }
    case _ where word & 0x7fe0_0c00 == 0x1a80_0400 && word >> 13 & 7 == 0:
      let holds = isZero == (word >> 12 & 1 == 0)
      set(d, holds ? value(n) : value(m) &+ 1, isWide: isWide)
    case _ where word & 0x7e00_0000 == 0x3600_0000:
      let bit = UInt64((word >> 31) << 5 | word >> 19 & 31)
      if value(d) >> bit & 1 == UInt64(word >> 24 & 1) { jump(Self.signed(word, 5, 14)) }
    case _ where word & 0x9f00_0000 == 0x9000_0000:
      let pages = Self.signed(word, 5, 19) << 2 | Int64(word >> 29 & 3)
      set(d, UInt64(bitPattern: Int64(here & ~0xfff) + pages << 12))
    case _ where word & 0x1fe0_0000 == 0x0b00_0000 && word >> 29 & 1 == 0 && word >> 10 & 63 == 0:
      let right = value(m)
      set(d, word >> 30 & 1 == 1 ? value(n) &- right : value(n) &+ right, isWide: isWide)
    case _ where word & 0x7fe0_0000 == 0x2a00_0000 && word >> 10 & 63 == 0:
      set(d, value(n) | value(m), isWide: isWide)
    case _ where word & 0x7fe0_0000 == 0x1b00_0000:
      let product = value(n) &* value(m)
      let added = value(word >> 10 & 31)
      set(d, word >> 15 & 1 == 1 ? added &- product : added &+ product, isWide: isWide)
    case _ where word & 0x7f80_0000 == 0x5280_0000:
      set(d, UInt64(word >> 5 & 0xffff) << UInt64(16 * (word >> 21 & 3)), isWide: isWide)
    case _ where word & 0x7f80_0000 == 0x5300_0000:
      // LSL and LSR, as UBFM.
      let size: UInt32 = isWide ? 64 : 32
      let rotation = word >> 16 & 63
      let last = word >> 10 & 63
      let source = value(n, isWide: isWide)
      if last == size - 1 {
        set(d, source >> UInt64(rotation), isWide: isWide)
      } else if last + 1 == rotation {
        set(d, source << UInt64(size - rotation), isWide: isWide)
      } else {
        throw Unknown(word: word, pc: here)
      }
    case _ where word & 0xbfa0_0c00 == 0xb800_0000:
      try single(word, n, d, offset: Self.signed(word, 12, 9))
    case _ where word & 0xbfc0_0000 == 0xb900_0000 || word & 0xbfc0_0000 == 0xb940_0000:
      try single(word, n, d, offset: Int64(word >> 10 & 0xfff) * (word >> 30 == 3 ? 8 : 4))
    case _ where word & 0xbfa0_0400 == 0xb800_0400:
      let offset = Self.signed(word, 12, 9)
      let isPre = word >> 11 & 1 == 1
      if isPre { move(n, offset) }
      try single(word, n, d, offset: 0)
      if !isPre { move(n, offset) }
    default: throw Unknown(word: word, pc: here)
    }
    return true
  }

  private mutating func move(_ base: UInt32, _ offset: Int64) {
    registers[Int(base)] = registers[Int(base)] &+ UInt64(bitPattern: offset)
  }

  private mutating func single(_ word: UInt32, _ n: UInt32, _ d: UInt32, offset: Int64) throws {
    let address = registers[Int(n)] &+ UInt64(bitPattern: offset)
    let count = word >> 30 == 3 ? 8 : 4
    if word >> 22 & 1 == 0 {
      store(value(d), at: address, byteCount: count)
    } else {
      set(d, self.word(at: address), isWide: count == 8)
    }
  }

  private mutating func pair(_ word: UInt32, _ n: UInt32, _ d: UInt32) throws {
    let mode = word >> 23 & 3
    let offset = Self.signed(word, 15, 7) * 8
    if mode == 3 { move(n, offset) }
    let address = registers[Int(n)] &+ (mode == 2 ? UInt64(bitPattern: offset) : 0)
    let second = word >> 10 & 31
    if word >> 22 & 1 == 0 {
      store(value(d), at: address)
      store(value(second), at: address + 8)
    } else {
      set(d, self.word(at: address))
      set(second, self.word(at: address + 8))
    }
    if mode == 1 { move(n, offset) }
  }
}
