import CElfutils
import GDBRemote
import Testing

@testable import VCpuDebug

/// Registers and memory of a frame that doesn't exist.
struct FakeFrame: LocationContext {
  var slide: UInt64 = 0
  var registers: [Int: UInt64] = [:]
  var bytes: [UInt64: UInt8] = [:]
  var cfa: UInt64?
  var entryValues: [Int: UInt64] = [:]

  struct Unreadable: Error {}

  func register(_ number: Int) -> UInt64? { registers[number] }
  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try (0..<byteCount).map { index in
      guard let byte = bytes[address &+ UInt64(index)] else { throw Unreadable() }
      return byte
    }
  }
  func canonicalFrameAddress() -> UInt64? { cfa }
  func entryValue(ofRegister number: Int) -> UInt64? { entryValues[number] }
}

/// DWARF 5, 2.5 and 2.6: an operation each, then what no compiler writes.
@Suite struct LocationEvaluatorTests {
  static let layout = DataLayout(addressByteCount: 8, byteOrder: .little)

  /// Operations with the offsets that they have where none has an operand, or two bytes of one.
  static func expression(
    _ operations: [(Int, UInt64)], layout: DataLayout = Self.layout
  ) -> LocationExpression {
    var offset: UInt64 = 0
    var result: [LocationOperation] = []
    for (code, operand) in operations {
      result.append(LocationOperation(code: UInt8(code), first: operand, offset: offset))
      offset += code == DW_OP_bra || code == DW_OP_skip ? 3 : 1
    }
    return LocationExpression(operations: result, layout: layout)
  }

  static func run(
    _ operations: [(Int, UInt64)], frame: FakeFrame = FakeFrame(), layout: DataLayout = Self.layout,
    stack: [UInt64] = []
  ) throws -> Location {
    try LocationEvaluator.location(
      expression(operations, layout: layout), in: frame, stack: stack)
  }

  static func minus(_ value: Int64) -> UInt64 { UInt64(bitPattern: -value) }

  @Test(
    arguments: [
      ([(DW_OP_const1u, 7), (DW_OP_const1u, 3), (DW_OP_plus, 0)], 10),
      ([(DW_OP_const1u, 7), (DW_OP_const1u, 3), (DW_OP_minus, 0)], 4),
      ([(DW_OP_const1u, 3), (DW_OP_const1u, 7), (DW_OP_minus, 0)], minus(4)),
      ([(DW_OP_const1s, minus(7)), (DW_OP_const1u, 2), (DW_OP_div, 0)], minus(3)),
      ([(DW_OP_const1u, 7), (DW_OP_const1u, 4), (DW_OP_mod, 0)], 3),
      ([(DW_OP_const8s, 1 << 63), (DW_OP_const1s, minus(1)), (DW_OP_div, 0)], 1 << 63),
      ([(DW_OP_lit5, 0), (DW_OP_lit3, 0), (DW_OP_mul, 0)], 15),
      ([(DW_OP_lit1, 0), (DW_OP_const1u, 64), (DW_OP_shl, 0)], 0),
      ([(DW_OP_const1s, minus(8)), (DW_OP_lit1, 0), (DW_OP_shra, 0)], minus(4)),
      ([(DW_OP_const1s, minus(8)), (DW_OP_const1u, 200), (DW_OP_shra, 0)], minus(1)),
      ([(DW_OP_const1s, minus(8)), (DW_OP_lit0, 0), (DW_OP_lt, 0)], 1),
      ([(DW_OP_const1s, minus(8)), (DW_OP_abs, 0)], 8),
      ([(DW_OP_lit8, 0), (DW_OP_neg, 0)], minus(8)),
      ([(DW_OP_lit0, 0), (DW_OP_not, 0)], UInt64.max),
      ([(DW_OP_lit1, 0), (DW_OP_plus_uconst, 41)], 42),
      ([(DW_OP_lit1, 0), (DW_OP_lit2, 0), (DW_OP_swap, 0)], 1),
      ([(DW_OP_lit1, 0), (DW_OP_lit2, 0), (DW_OP_over, 0)], 1),
      ([(DW_OP_lit1, 0), (DW_OP_lit2, 0), (DW_OP_lit3, 0), (DW_OP_rot, 0)], 2),
      ([(DW_OP_lit1, 0), (DW_OP_lit2, 0), (DW_OP_lit3, 0), (DW_OP_rot, 0), (DW_OP_drop, 0)], 1),
      ([(DW_OP_lit1, 0), (DW_OP_lit2, 0), (DW_OP_lit3, 0), (DW_OP_pick, 2)], 1),
      // Over the next operation.
      ([(DW_OP_lit7, 0), (DW_OP_skip, 1), (DW_OP_lit9, 0), (DW_OP_nop, 0)], 7),
      ([(DW_OP_lit7, 0), (DW_OP_lit0, 0), (DW_OP_bra, 1), (DW_OP_lit9, 0), (DW_OP_nop, 0)], 9),
      // A branch to the end.
      ([(DW_OP_lit7, 0), (DW_OP_skip, 1), (DW_OP_lit9, 0)], 7),
    ] as [([(Int, UInt64)], UInt64)])
  func computes(operations: [(Int, UInt64)], result: UInt64) throws {
    #expect(try Self.run(operations) == .memory(result))
  }

  @Test func findsMemory() throws {
    var frame = FakeFrame(slide: 0x10_0000)
    frame.registers = [1: 0x100, 29: 0x2000, 31: 0x4000]
    frame.cfa = 0x5000
    frame.bytes = [0x100: 1, 0x101: 2, 0x102: 3, 0x103: 4, 0x104: 5, 0x105: 6, 0x106: 7, 0x107: 8]
    #expect(try Self.run([(DW_OP_addr, 0x40)], frame: frame) == .memory(0x10_0040))
    #expect(try Self.run([(DW_OP_breg31, 8)], frame: frame) == .memory(0x4008))
    #expect(try Self.run([(DW_OP_call_frame_cfa, 0)], frame: frame) == .memory(0x5000))
    #expect(
      try Self.run([(DW_OP_breg1, 0), (DW_OP_deref, 0)], frame: frame)
        == .memory(0x0807_0605_0403_0201))
    #expect(
      try Self.run([(DW_OP_breg1, 0), (DW_OP_deref_size, 2)], frame: frame) == .memory(0x0201))
    let base = Self.expression([(DW_OP_reg29, 0)])
    #expect(
      try LocationEvaluator.location(
        Self.expression([(DW_OP_fbreg, Self.minus(16))]), in: frame, frameBase: base)
        == .memory(0x1ff0))
    // A rule of call frame information has the frame's address on its stack.
    #expect(
      try LocationEvaluator.number(
        Self.expression([(DW_OP_plus_uconst, 16)]), in: frame, stack: [0x1000]) == 0x1010)
  }

  @Test func addressesAndValuesFollowTheTarget() throws {
    let layout = DataLayout(addressByteCount: 4, byteOrder: .big)
    var frame = FakeFrame()
    frame.registers = [1: 0x100]
    frame.bytes = [0x100: 1, 0x101: 2, 0x102: 3, 0x103: 4]
    #expect(
      try Self.run([(DW_OP_breg1, 0), (DW_OP_deref, 0)], frame: frame, layout: layout)
        == .memory(0x0102_0304))
    #expect(
      try Self.run([(DW_OP_lit0, 0), (DW_OP_lit1, 0), (DW_OP_minus, 0)], layout: layout)
        == .memory(0xffff_ffff))
    #expect(
      try Self.run([(DW_OP_lit1, 0), (DW_OP_stack_value, 0)], layout: layout)
        == .value([0, 0, 0, 1]))
  }

  @Test func findsWhatIsNotInMemory() throws {
    #expect(try Self.run([(DW_OP_reg3, 0)]) == .register(3))
    #expect(try Self.run([(DW_OP_regx, 64)]) == .register(64))
    #expect(
      try Self.run([(DW_OP_lit5, 0), (DW_OP_stack_value, 0)]) == .value([5, 0, 0, 0, 0, 0, 0, 0]))
    #expect(try Self.run([]) == .optimizedOut)
    let implicit = LocationOperation(
      code: UInt8(DW_OP_implicit_value), detail: .bytes([1, 2, 3]))
    let pointer = LocationOperation(
      code: UInt8(DW_OP_implicit_pointer), second: 4, detail: .entry(0x99))
    for (operation, result) in [
      (implicit, Location.value([1, 2, 3])),
      (pointer, .implicitPointer(entry: 0x99, byteOffset: 4)),
    ] {
      #expect(
        try LocationEvaluator.location(
          LocationExpression(operations: [operation], layout: Self.layout), in: FakeFrame())
          == result)
    }
  }

  @Test func putsPiecesTogether() throws {
    let found = try Self.run([
      (DW_OP_reg0, 0), (DW_OP_piece, 8), (DW_OP_piece, 4), (DW_OP_lit16, 0), (DW_OP_piece, 4),
      (DW_OP_lit1, 0), (DW_OP_stack_value, 0), (DW_OP_bit_piece, 3),
    ])
    #expect(
      found
        == .pieces([
          .init(location: .register(0), bitOffset: 0, bitCount: 64),
          .init(location: .optimizedOut, bitOffset: 0, bitCount: 32),
          .init(location: .memory(16), bitOffset: 0, bitCount: 32),
          .init(location: .value([1, 0, 0, 0, 0, 0, 0, 0]), bitOffset: 0, bitCount: 3),
        ]))
  }

  @Test func typedValuesKeepTheirSignAndTheirSize() throws {
    func typed(_ code: Int, _ kind: LocationValue.Kind, _ bytes: [UInt8] = []) -> LocationOperation
    {
      LocationOperation(code: UInt8(code), first: 0, detail: .type(kind, bytes))
    }
    func run(_ operations: [LocationOperation]) throws -> Location {
      var frame = FakeFrame()
      frame.registers = [0: 0xffff_ff80]
      return try LocationEvaluator.location(
        LocationExpression(operations: operations, layout: Self.layout), in: frame)
    }
    let end = LocationOperation(code: UInt8(DW_OP_stack_value))
    #expect(
      try run([
        typed(DW_OP_regval_type, .signed(byteCount: 1)),
        typed(DW_OP_convert, .signed(byteCount: 4)), end,
      ]) == .value([0x80, 0xff, 0xff, 0xff]))
    #expect(
      try run([
        typed(DW_OP_const_type, .float(byteCount: 4), [0, 0, 0x80, 0x3f]),
        typed(DW_OP_const_type, .float(byteCount: 4), [0, 0, 0, 0x40]),
        LocationOperation(code: UInt8(DW_OP_plus)), end,
      ]) == .value([0, 0, 0x40, 0x40]))
    #expect(
      try run([
        typed(DW_OP_const_type, .unsigned(byteCount: 1), [200]),
        typed(DW_OP_const_type, .unsigned(byteCount: 1), [100]),
        LocationOperation(code: UInt8(DW_OP_plus)), end,
      ]) == .value([44]))
  }

  @Test func anEntryValueIsTheCallers() throws {
    let operation = LocationOperation(
      code: UInt8(DW_OP_entry_value), detail: .expression([.init(code: UInt8(DW_OP_reg1))]))
    let expression = LocationExpression(
      operations: [operation, .init(code: UInt8(DW_OP_stack_value))], layout: Self.layout)
    var frame = FakeFrame()
    #expect(throws: LocationError.noEntryValue(1)) {
      try LocationEvaluator.location(expression, in: frame)
    }
    frame.entryValues = [1: 0x1234]
    #expect(
      try LocationEvaluator.location(expression, in: frame)
        == .value([0x34, 0x12, 0, 0, 0, 0, 0, 0]))
  }

  @Test(
    arguments: [
      ([(DW_OP_breg1, 0)], .registerUnavailable(1)),
      ([(DW_OP_fbreg, 0)], .noFrame),
      ([(DW_OP_call_frame_cfa, 0)], .noFrame),
      ([(DW_OP_const8u, 8), (DW_OP_GNU_push_tls_address, 0)], .threadLocal),
      ([(DW_OP_const8u, 8), (DW_OP_form_tls_address, 0)], .threadLocal),
      ([(DW_OP_GNU_parameter_ref, 8)], .droppedParameter),
      ([(DW_OP_xderef, 0)], .unsupported(0x18)),
      ([(0xed, 0)], .unsupported(0xed)),
      ([(DW_OP_plus, 0)], .malformed("an empty stack")),
      ([(DW_OP_lit1, 0), (DW_OP_pick, UInt64.max)], .malformed("an empty stack")),
      ([(DW_OP_lit1, 0), (DW_OP_lit0, 0), (DW_OP_div, 0)], .malformed("a division by zero")),
      ([(DW_OP_lit1, 0), (DW_OP_lit0, 0), (DW_OP_mod, 0)], .malformed("a division by zero")),
      ([(DW_OP_regx, UInt64.max)], .malformed("an operand of 18446744073709551615")),
      ([(DW_OP_skip, minus(3))], .endless),
      (
        [(DW_OP_skip, minus(2)), (DW_OP_nop, 0)],
        .malformed("a branch to the middle of an operation")
      ),
      ([(DW_OP_skip, 1 << 40)], .malformed("a branch to the middle of an operation")),
      (
        [(DW_OP_lit1, 0), (DW_OP_skip, minus(4))],
        .malformed("more than 256 elements on the stack")
      ),
      ([(DW_OP_lit1, 0), (DW_OP_piece, UInt64.max)], .malformed("too large a piece")),
      ([(DW_OP_piece, 1), (DW_OP_skip, minus(4))], .malformed("too large a piece")),
    ] as [([(Int, UInt64)], LocationError)])
  func refuses(operations: [(Int, UInt64)], error: LocationError) {
    #expect(throws: error) { try Self.run(operations) }
  }

  @Test func anExpressionThatCallsItselfEnds() {
    var operations = [LocationOperation(code: UInt8(DW_OP_nop))]
    for _ in 0..<40 {
      operations = [LocationOperation(code: UInt8(DW_OP_call4), detail: .expression(operations))]
    }
    #expect(throws: LocationError.endless) {
      try LocationEvaluator.location(
        LocationExpression(operations: operations, layout: Self.layout), in: FakeFrame())
    }
  }

  /// Any sequence of operations ends, with any operand.
  @Test func anySequenceEnds() {
    var random = SplitMix(state: 16)
    var frame = FakeFrame()
    frame.registers = [0: 0, 1: .max, 2: 1 << 63]
    for _ in 0..<20_000 {
      let operations = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        let operand = [0, 1, 2, 8, 255, 1 << 31, 1 << 63, UInt64.max].randomElement(using: &random)!
        return LocationOperation(
          code: UInt8.random(in: 0...255, using: &random), first: operand,
          second: UInt64.random(in: 0...8, using: &random),
          offset: UInt64.random(in: 0...12, using: &random))
      }
      for bytes in [4, 8] {
        let layout = DataLayout(addressByteCount: bytes, byteOrder: .little)
        _ = try? LocationEvaluator.location(
          LocationExpression(operations: operations, layout: layout), in: frame)
      }
    }
  }
}

/// A generator with a seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var result = state
    result = (result ^ (result >> 30)) &* 0xbf58_476d_1ce4_e5b9
    result = (result ^ (result >> 27)) &* 0x94d0_49bb_1331_11eb
    return result ^ (result >> 31)
  }
}
