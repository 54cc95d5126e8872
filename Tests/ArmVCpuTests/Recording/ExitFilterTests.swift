import Testing

@testable import ArmVCpu

/// What each operation of a filter's program does.
@Suite struct ExitFilterTests {
  /// Expects a program to be right, and to leave a number.
  private func expect(
    _ words: [FilterWord], is value: UInt64, for exit: SampleExit = SampleExit(),
    _ location: SourceLocation = #_sourceLocation
  ) {
    let program = Program(words + Program.number(value) + [FilterWord(.equal)])
    #expect(program.defect == nil, sourceLocation: location)
    #expect(program.outcome(for: exit) == .holds, sourceLocation: location)
  }

  @Test(
    arguments: [
      (.add, 0xffff_ffff_ffff_fffe, 5, 3), (.subtract, 3, 5, 0xffff_ffff_ffff_fffe),
      (.multiply, 0x1_0000_0001, 0x1_0000_0003, 0x4_0000_0003),
      (.divideUnsigned, 0xffff_ffff_ffff_fff9, 2, 0x7fff_ffff_ffff_fffc),
      (.divideSigned, 0xffff_ffff_ffff_fff9, 2, 0xffff_ffff_ffff_fffd),
      (.divideSigned, 1 << 63, .max, 1 << 63),
      (.remainderUnsigned, 0xffff_ffff_ffff_fff9, 4, 1),
      (.remainderSigned, 0xffff_ffff_ffff_fff9, 4, 0xffff_ffff_ffff_fffd),
      (.remainderSigned, 1 << 63, .max, 0), (.and, 0b1100, 0b1010, 0b1000),
      (.or, 0b1100, 0b1010, 0b1110), (.exclusiveOr, 0b1100, 0b1010, 0b0110),
      (.shiftLeft, 3, 62, 3 << 62), (.shiftLeft, 3, 64, 0), (.shiftLeft, 3, .max, 0),
      (.shiftRightUnsigned, 1 << 63, 63, 1), (.shiftRightUnsigned, .max, 64, 0),
      (.shiftRightSigned, 1 << 63, 62, .max - 1), (.shiftRightSigned, 1 << 63, 64, .max),
      (.shiftRightSigned, 1 << 62, .max, 0), (.equal, 7, 7, 1), (.equal, 7, 8, 0),
      (.notEqual, 7, 8, 1), (.notEqual, 7, 7, 0), (.lessUnsigned, 1, .max, 1),
      (.lessUnsigned, 1, 1, 0), (.lessSigned, 1, .max, 0), (.lessSigned, .max, 1, 1),
      (.lessOrEqualUnsigned, 1, 1, 1), (.lessOrEqualUnsigned, .max, 1, 0),
      (.lessOrEqualSigned, .max, 1, 1), (.lessOrEqualSigned, 2, 1, 0),
    ] as [(FilterOperation, UInt64, UInt64, UInt64)])
  func binary(operation: FilterOperation, left: UInt64, right: UInt64, result: UInt64) {
    expect(
      Program.number(left) + Program.number(right) + [FilterWord(operation)], is: result)
  }

  @Test(
    arguments: [
      (FilterWord(.negate), 1, .max), (FilterWord(.negate), 1 << 63, 1 << 63),
      (FilterWord(.complement), 0xff, .max - 0xff), (FilterWord(.not), 0, 1),
      (FilterWord(.not), 8, 0), (FilterWord(.boolean), 8, 1), (FilterWord(.boolean), 0, 0),
      (FilterWord(.extend, a: 8), 0x1ff, 0xff), (FilterWord(.extend, a: 8, b: 1), 0x17f, 0x7f),
      (FilterWord(.extend, a: 8, b: 1), 0x80, .max - 0x7f),
      (FilterWord(.extend, a: 16), 0x1_8000, 0x8000),
      (FilterWord(.extend, a: 16, b: 1), 0x8000, .max - 0x7fff),
      (FilterWord(.extend, a: 32), .max, 0xffff_ffff),
      (FilterWord(.extend, a: 32, b: 1), 0xffff_fffe, .max - 1),
      (FilterWord(.bits, a: 63, b: 0), .max, .max), (FilterWord(.bits, a: 31, b: 26), .max, 0x3f),
      (FilterWord(.bits, a: 63, b: 63), 1 << 63, 1), (FilterWord(.bits, a: 0), 2, 0),
      (FilterWord(.checkDistance), 0x7fff_ffff_ffff_ffff, 0x7fff_ffff_ffff_ffff),
    ] as [(FilterWord, UInt64, UInt64)])
  func unary(word: FilterWord, operand: UInt64, result: UInt64) {
    expect(Program.number(operand) + [word], is: result)
  }

  @Test func constants() {
    expect([FilterWord(.constant, immediate: -2)], is: .max - 1)
    expect([FilterWord(.constant, immediate: .max)], is: 0x7fff_ffff)
    expect(Program.number(0x8000_0000), is: 0x8000_0000)
  }

  /// A store of 4 bytes from x1 to 0x0900_0000: ISV, SAS word, SRT 1, WnR, translation fault of level 3.
  private var store: SampleExit {
    var exit = SampleExit()
    exit.syndrome.esr = ESR_EL2(.dataAbortLower, iss: 0x181_0047)
    exit.syndrome.far = 0xffff_0000_0900_0008
    exit.syndrome.hpfar = HPFAR_EL2(rawValue: 0x9_0000)
    exit.frame.setGPR(1, 0x1_0000_0041)
    exit.frame.elr = 0x4020_0100
    exit.frame.spsr = 0x3c5
    exit.frame.sp_el0 = 0x402f_0000
    (exit.vcpu, exit.vm, exit.exitNumber, exit.time) = (3, 4, 55, 66)
    exit.registers = [.hcr_el2: 0x8008_2019, .vtcr_el2: 0x8002_3558]
    return exit
  }

  @Test(
    arguments: [
      (.kind, UInt64(ExitClass.mmioWrite.rawValue)), (.ec, 0x24), (.ipa, 0x900_0008),
      (.va, 0xffff_0000_0900_0008), (.pc, 0x4020_0100), (.width, 4), (.write, 1), (.reg, 1),
      (.value, 0x41), (.number, 0), (.sysreg, 0), (.vcpu, 3), (.vm, 4), (.count, 55), (.time, 66),
      (.esr, 0x9381_0047), (.far, 0xffff_0000_0900_0008), (.hpfar, 0x9_0000), (.pstate, 0x3c5),
      (.spEL0, 0x402f_0000),
    ] as [(ExitField, UInt64)])
  func fields(field: ExitField, value: UInt64) {
    expect([FilterWord(.field, a: field.rawValue)], is: value, for: store)
  }

  @Test func fieldsOfACall() {
    var exit = SampleExit()
    exit.syndrome.esr = ESR_EL2(.hvc64, iss: 7)
    exit.frame.setGPR(0, 0xffff_ffff_8400_0000)
    expect([FilterWord(.field, a: ExitField.number.rawValue)], is: 0x8400_0000, for: exit)
    // An interrupt leaves the registers of an earlier exit.
    exit.syndrome.kind = .irq
    for field in [ExitField.number, .ec, .va, .ipa] {
      expect([FilterWord(.field, a: field.rawValue)], is: 0, for: exit)
    }
    expect([FilterWord(.field, a: ExitField.esr.rawValue)], is: 0x5a00_0007, for: exit)
  }

  @Test func registers() {
    expect([FilterWord(.gpr, a: 1)], is: 0x1_0000_0041, for: store)
    expect([FilterWord(.gpr, a: 31)], is: 0, for: store)
    expect([FilterWord(.register, a: FilterRegister.hcr_el2.rawValue)], is: 0x8008_2019, for: store)
    expect(
      [FilterWord(.register, a: FilterRegister.vtcr_el2.rawValue)], is: 0x8002_3558, for: store)
  }

  @Test func jumps() {
    let (one, two) = (FilterWord(.constant, immediate: 7), FilterWord(.constant, immediate: 2))
    let zero = FilterWord(.constant)
    expect([zero, FilterWord(.jumpIfFalse, immediate: 1), two], is: 0)
    expect([one, FilterWord(.jumpIfFalse, immediate: 1), two], is: 2)
    expect([one, FilterWord(.jumpIfTrue, immediate: 1), two], is: 1)
    expect([zero, FilterWord(.jumpIfTrue, immediate: 1), two], is: 2)
    for (condition, result) in [(zero, UInt64(2)), (one, 7)] {
      expect(
        [
          condition, FilterWord(.popAndJumpIfFalse, immediate: 2), one,
          FilterWord(.jump, immediate: 1), two,
        ], is: result)
    }
  }

  @Test func outcomes() {
    #expect(Program([FilterWord(.constant)]).outcome() == .fails)
    #expect(Program([FilterWord(.constant, immediate: -1)]).outcome() == .holds)
    for operation in [
      FilterOperation.divideUnsigned, .divideSigned, .remainderUnsigned, .remainderSigned,
    ] {
      let program = Program([
        FilterWord(.constant, immediate: 1), FilterWord(.constant), FilterWord(operation),
      ])
      #expect(program.defect == nil)
      #expect(program.outcome() == .fault(.divisionByZero))
    }
    #expect(
      Program([FilterWord(.constant, immediate: -1), FilterWord(.checkDistance)]).outcome()
        == .fault(.negativeShift))
  }

  @Test func theDeepestStackWorks() {
    let limit = ExitFilter.maximumDepth
    let numbers = (1...limit).map { FilterWord(.constant, immediate: Int32($0)) }
    let sums = [FilterWord](repeating: FilterWord(.add), count: limit - 1)
    let program = Program(
      numbers + sums + [FilterWord(.constant, immediate: 136), FilterWord(.equal)])
    #expect(program.defect == nil)
    #expect(program.outcome() == .holds)
  }
}
