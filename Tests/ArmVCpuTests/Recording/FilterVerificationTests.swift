import Testing

@testable import ArmVCpu

/// A program is checked before it is used, and does no harm if it isn't.
@Suite struct FilterVerificationTests {
  private static let one = FilterWord(.constant, immediate: 1)

  @Test(
    arguments: [
      ([], .noResult), ([one, one], .noResult),
      ([one, FilterWord(.jumpIfFalse, immediate: 0)], .stack),
      ([FilterWord](repeating: one, count: 513), .tooLong),
      ([FilterWord(rawValue: 0xff)], .unknownOperation), ([FilterWord(.field, a: 20)], .badOperand),
      ([FilterWord(.register, a: 34)], .badOperand), ([FilterWord(.gpr, a: 32)], .badOperand),
      ([one, FilterWord(.extend, a: 64)], .badOperand),
      ([one, FilterWord(.extend, a: 7)], .badOperand),
      ([one, FilterWord(.extend, a: 8, b: 2)], .badOperand),
      ([one, FilterWord(.bits, a: 64)], .badOperand),
      ([one, FilterWord(.bits, a: 3, b: 4)], .badOperand), ([one, FilterWord(.add)], .stack),
      ([FilterWord(.not)], .stack), ([FilterWord](repeating: one, count: 17), .stack),
      ([one, FilterWord(.popAndJumpIfFalse, immediate: 1), one], .stack),
      ([FilterWord(.jump, immediate: -1)], .badJump),
      ([one, FilterWord(.jump, immediate: 1)], .badJump),
      ([one, FilterWord(.jump, immediate: .max)], .badJump),
      ([FilterWord(.jump, immediate: 1), one, one], .badJump),
      ([FilterWord(.wideConstant)], .badJump),
      (
        [one, FilterWord(.popAndJumpIfFalse, immediate: 1), FilterWord(.wideConstant), one],
        .badJump
      ),
      ([FilterWord(.jump)], .noResult),
    ] as [([FilterWord], ExitFilter.Fault)])
  func defects(words: [FilterWord], fault: ExitFilter.Fault) {
    #expect(Program(words).defect == fault)
  }

  /// The raw values are a contract with the debugger.
  @Test func numbers() {
    #expect(ExitFilter.Fault.unknownOperation.rawValue == 1)
    #expect(ExitFilter.Fault.negativeShift.rawValue == 8)
    #expect(ExitField.allCases.count == 20)
    #expect(ExitField.spEL0.rawValue == 19)
    #expect(FilterRegister.vtcr_el2.rawValue == 33)
    #expect(FilterOperation.jump.rawValue == 34)
  }

  /// Words that are often operations, with operands that are often right.
  private static func word(_ random: inout SplitMix64) -> UInt64 {
    let bits = random.next()
    guard bits & 15 != 0 else { return random.next() }
    let operation = UInt64(bits >> 8) % 36
    return operation | (bits >> 16 & 0x1f) << 8 | (bits >> 24 & 0x7) << 16 | (bits >> 32 & 3) << 32
  }

  /// Whatever the words are, checking and evaluating them end; a program that passes the check has only the faults that
  /// depend on the exit.
  private static func examine(_ words: [UInt64], _ exit: SampleExit, _ accepted: inout Int) {
    let program = Program(words: words)
    let outcome = program.outcome(for: exit)
    guard program.defect == nil else { return }
    accepted += 1
    switch outcome {
    case .holds, .fails, .fault(.divisionByZero), .fault(.negativeShift): break
    case .fault(let fault): Issue.record("\(words) passed, and has the fault \(fault)")
    }
  }

  @Test func randomWords() {
    var random = SplitMix64(seed: 17)
    var accepted = 0
    for round in 0..<200_000 {
      var exit = SampleExit()
      exit.syndrome.esr = ESR_EL2(rawValue: random.next())
      exit.frame.spsr = random.next()
      exit.syndrome.kind = TrapKind(rawValue: UInt8(round % 6))
      let words = (0..<Int(random.next() % 10)).map { _ in Self.word(&random) }
      Self.examine(words, exit, &accepted)
    }
    #expect(accepted > 2000)
  }

  /// A right program: pushes up to a depth, operations down to one number, with jumps over right programs.
  private static func program(_ random: inout SplitMix64, levels: Int = 4) -> [FilterWord] {
    let choice = random.next() % 7
    guard levels > 0, choice > 0 else {
      switch random.next() % 5 {
      case 0: return [FilterWord(.gpr, a: UInt8(random.next() % 32))]
      case 1: return [FilterWord(.field, a: UInt8(random.next() % 20))]
      case 2: return [FilterWord(.register, a: UInt8(random.next() % 34))]
      case 3: return Program.number(random.next())
      default: return [FilterWord(.constant, immediate: Int32(random.next() % 4))]
      }
    }
    let first = program(&random, levels: levels - 1)
    switch choice {
    case 1:
      let unary: [FilterWord] = [
        FilterWord(.not), FilterWord(.negate), FilterWord(.extend, a: 16, b: 1),
        FilterWord(.bits, a: 9, b: 3), FilterWord(.complement), FilterWord(.boolean),
        FilterWord(.checkDistance),
      ]
      return first + [unary[Int(random.next() % 7)]]
    case 2, 3:
      let second = program(&random, levels: levels - 1)
      let jump: FilterOperation = choice == 2 ? .jumpIfFalse : .jumpIfTrue
      return first + [FilterWord(jump, immediate: Int32(second.count))] + second
    case 4:
      let (second, third) = (
        program(&random, levels: levels - 1), program(&random, levels: levels - 1)
      )
      return first + [FilterWord(.popAndJumpIfFalse, immediate: Int32(second.count + 1))] + second
        + [FilterWord(.jump, immediate: Int32(third.count))] + third
    default:
      let binary = FilterOperation.allCases.filter { $0.operandCount == 2 }
      return first + program(&random, levels: levels - 1)
        + [FilterWord(binary[Int(random.next() % UInt64(binary.count))])]
    }
  }

  @Test func brokenPrograms() {
    var random = SplitMix64(seed: 39)
    var accepted = 0
    for _ in 0..<20_000 {
      let right = Program(Self.program(&random))
      guard right.words.count <= ExitFilter.maximumWordCount else { continue }
      if let defect = right.defect {
        Issue.record("\(right.words) is right, and has the defect \(defect)")
        return
      }
      var exit = SampleExit()
      for number in 0..<31 {
        exit.frame.setGPR(UInt8(number), random.next() >> (random.next() & 63))
      }
      Self.examine(right.words, exit, &accepted)
      for _ in 0..<4 {
        var words = right.words
        let index = Int(random.next() % UInt64(words.count))
        switch random.next() % 4 {
        case 0: words[index] ^= 1 << (random.next() & 63)
        case 1: words.remove(at: index)
        case 2: words.insert(Self.word(&random), at: index)
        default: words = Array(words.prefix(index))
        }
        var changed = 0
        Self.examine(words, exit, &changed)
      }
    }
    #expect(accepted > 19_000)
  }
}
