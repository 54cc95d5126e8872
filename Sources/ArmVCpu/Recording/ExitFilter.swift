/// The evaluator of a filter's programs: one for the hypervisor and for the debugger.
///
/// A program is at most `maximumWordCount` words long, has at most `maximumDepth` numbers on its stack, and never jumps
/// back; `verify(_:)` makes sure. Whatever its words are, `evaluate(_:for:)` ends.
public enum ExitFilter {
  /// The most words of all programs together.
  public static var maximumWordCount: Int { 512 }
  /// The most conditions.
  public static var maximumEntryCount: Int { 16 }
  /// The most numbers on the stack.
  public static var maximumDepth: Int { 16 }

  /// What is wrong with a program, or with a filter. The raw values are part of the debug block.
  public enum Fault: UInt64, Error, Sendable {
    /// A word isn't an operation.
    case unknownOperation = 1
    /// An operand isn't a field, a register or a bit.
    case badOperand
    /// The stack has too few or too many numbers.
    case stack
    /// A jump leads back, past the end, or into a number.
    case badJump
    /// It has no words, or not exactly one number at its end.
    case noResult
    /// There are too many words or conditions, or a condition's words aren't all there.
    case tooLong
    /// A division by 0.
    case divisionByZero
    /// A shift by a negative distance.
    case negativeShift
  }

  /// What a program says about an exit.
  public enum Outcome: Equatable, Sendable {
    /// The condition holds.
    case holds
    /// It doesn't.
    case fails
    /// It can't be evaluated.
    case fault(Fault)
  }

  /// Checks a program before it is used.
  public static func verify(_ words: Span<UInt64>) throws(Fault) {
    guard words.count > 0 else { throw .noResult }
    guard words.count <= maximumWordCount else { throw .tooLong }
    // The depth before each word; `unknown` where nothing has led to, `number` for the second half of a constant.
    let (unknown, number): (Int8, Int8) = (-1, -2)
    var depths = InlineArray<513, Int8>(repeating: unknown)
    depths[0] = 0
    var index = 0
    while index < words.count {
      let word = FilterWord(rawValue: words[index])
      guard let operation = word.operation else { throw .unknownOperation }
      try check(operation, word)
      let depth = Int(depths[index])
      // Code that nothing leads to isn't what a compiler writes.
      guard depth >= 0 else { throw .badJump }
      guard depth >= operation.operandCount else { throw .stack }
      var next = index + 1
      if operation == .wideConstant {
        guard next < words.count, depths[next] == unknown else { throw .badJump }
        depths[next] = number
        next += 1
      }
      let after = depth - operation.operandCount + operation.resultCount
      guard after <= maximumDepth else { throw .stack }
      if operation.isJump {
        guard word.immediate >= 0, word.immediate <= Int64(words.count - next) else {
          throw .badJump
        }
        let keepsTop = operation == .jumpIfFalse || operation == .jumpIfTrue
        try lead(to: next + Int(word.immediate), depth: keepsTop ? depth : after, &depths)
      }
      if operation != .jump { try lead(to: next, depth: after, &depths) }
      index = next
    }
    guard depths[words.count] == 1 else { throw .noResult }
  }

  private static func lead(
    to index: Int, depth: Int, _ depths: inout InlineArray<513, Int8>
  ) throws(Fault) {
    let known = depths[index]
    guard known == -1 || known == Int8(depth) else { throw known == -2 ? .badJump : .stack }
    depths[index] = Int8(depth)
  }

  private static func check(_ operation: FilterOperation, _ word: FilterWord) throws(Fault) {
    switch operation {
    case .field:
      guard ExitField(rawValue: word.a) != nil else { throw .badOperand }
    case .register:
      guard FilterRegister(rawValue: word.a) != nil else { throw .badOperand }
    case .gpr:
      guard word.a < 32 else { throw .badOperand }
    case .extend:
      guard word.a == 8 || word.a == 16 || word.a == 32, word.b < 2 else { throw .badOperand }
    case .bits:
      guard word.a < 64, word.b <= word.a else { throw .badOperand }
    default: break
    }
  }

  /// Evaluates a program for an exit.
  ///
  /// - Parameter words: a program, usually a verified one. For any other, the outcome means nothing.
  @inline(__always)
  public static func evaluate(_ words: Span<UInt64>, for exit: some FilteredExit) -> Outcome {
    comparison(words, for: exit) ?? run(words, for: exit)
  }

  /// What a program says that compares a register or a field with a constant, as most do; nil for any other.
  @inline(__always)
  private static func comparison(
    _ words: Span<UInt64>, for exit: some FilteredExit
  ) -> Outcome? {
    guard words.count == 3 || words.count == 4 else { return nil }
    let (first, second) = (FilterWord(rawValue: words[0]), FilterWord(rawValue: words[1]))
    let constant: UInt64
    switch second.code {
    case FilterOperation.constant.rawValue where words.count == 3:
      constant = UInt64(bitPattern: second.immediate)
    case FilterOperation.wideConstant.rawValue where words.count == 4: constant = words[2]
    default: return nil
    }
    let isNegative: Bool
    switch FilterWord(rawValue: words[words.count &- 1]).code {
    case FilterOperation.equal.rawValue: isNegative = false
    case FilterOperation.notEqual.rawValue: isNegative = true
    default: return nil
    }
    let value: UInt64
    switch first.code {
    case FilterOperation.gpr.rawValue: value = exit.gpr(first.a & 31)
    case FilterOperation.field.rawValue:
      guard let field = ExitField(rawValue: first.a) else { return nil }
      value = exit.value(of: field)
    default: return nil
    }
    return (value == constant) != isNegative ? .holds : .fails
  }

  @inline(never)
  private static func run(_ words: Span<UInt64>, for exit: some FilteredExit) -> Outcome {
    // Initializing the stack would cost more than most programs; no number is read that wasn't pushed.
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: maximumDepth) { numbers in
      var stack = unsafe FilterStack(numbers)
      return run(words, for: exit, &stack)
    }
  }

  @inline(__always)
  private static func run(
    _ words: Span<UInt64>, for exit: borrowing some FilteredExit, _ stack: inout FilterStack
  ) -> Outcome {
    var index = 0
    while index < words.count {
      let word = FilterWord(rawValue: words[index])
      index &+= 1
      guard let operation = word.operation else { return .fault(.unknownOperation) }
      switch operation {
      case .constant:
        guard stack.push(UInt64(bitPattern: word.immediate)) else { return .fault(.stack) }
      case .wideConstant:
        guard index < words.count else { return .fault(.badJump) }
        guard stack.push(words[index]) else { return .fault(.stack) }
        index &+= 1
      case .field:
        guard let field = ExitField(rawValue: word.a) else { return .fault(.badOperand) }
        guard stack.push(exit.value(of: field)) else { return .fault(.stack) }
      case .gpr:
        guard stack.push(exit.gpr(word.a & 31)) else { return .fault(.stack) }
      case .register:
        guard let register = FilterRegister(rawValue: word.a) else { return .fault(.badOperand) }
        guard stack.push(exit.value(of: register)) else { return .fault(.stack) }
      case .negate: stack.top = 0 &- stack.top
      case .complement: stack.top = ~stack.top
      case .not: stack.top = stack.top == 0 ? 1 : 0
      case .boolean: stack.top = stack.top == 0 ? 0 : 1
      case .extend: stack.top = extend(stack.top, to: word.a, isSigned: word.b == 1)
      case .bits:
        let high = UInt64(word.a & 63)
        stack.top = (stack.top &<< (63 &- high)) &>> (63 &- high &+ UInt64(word.b & 63))
      case .checkDistance:
        guard Int64(bitPattern: stack.top) >= 0 else { return .fault(.negativeShift) }
      case .jumpIfFalse, .jumpIfTrue, .popAndJumpIfFalse, .jump:
        let isTaken: Bool
        switch operation {
        case .jumpIfFalse: isTaken = stack.top == 0
        case .jumpIfTrue:
          isTaken = stack.top != 0
          if isTaken { stack.top = 1 }
        case .popAndJumpIfFalse: isTaken = stack.top == 0
        default: isTaken = true
        }
        if operation == .popAndJumpIfFalse || operation != .jump && !isTaken {
          guard let below = stack.pop() else { return .fault(.stack) }
          stack.top = below
        }
        if isTaken {
          guard word.immediate >= 0, word.immediate <= Int64(words.count &- index) else {
            return .fault(.badJump)
          }
          index &+= Int(word.immediate)
        }
      default:
        guard let below = stack.pop() else { return .fault(.stack) }
        guard let result = combine(operation, below, stack.top) else {
          return .fault(.divisionByZero)
        }
        stack.top = result
      }
    }
    return stack.top == 0 ? .fails : .holds
  }

  private static func extend(_ value: UInt64, to width: UInt8, isSigned: Bool) -> UInt64 {
    let unused = UInt64(64 &- width & 63)
    let high = value &<< unused
    return isSigned
      ? UInt64(bitPattern: Int64(bitPattern: high) &>> Int64(unused)) : high &>> unused
  }

  /// The result of an operation on two numbers; nil for a division by 0.
  @inline(__always)
  private static func combine(_ operation: FilterOperation, _ a: UInt64, _ b: UInt64) -> UInt64? {
    let (x, y) = (Int64(bitPattern: a), Int64(bitPattern: b))
    switch operation {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .and: return a & b
    case .or: return a | b
    case .exclusiveOr: return a ^ b
    case .shiftLeft: return b < 64 ? a &<< b : 0
    case .shiftRightUnsigned: return b < 64 ? a &>> b : 0
    case .shiftRightSigned: return UInt64(bitPattern: x &>> (b < 64 ? Int64(bitPattern: b) : 63))
    case .equal: return a == b ? 1 : 0
    case .notEqual: return a != b ? 1 : 0
    case .lessUnsigned: return a < b ? 1 : 0
    case .lessSigned: return x < y ? 1 : 0
    case .lessOrEqualUnsigned: return a <= b ? 1 : 0
    case .lessOrEqualSigned: return x <= y ? 1 : 0
    default: break
    }
    guard b != 0 else { return nil }
    switch operation {
    case .divideUnsigned: return a / b
    case .remainderUnsigned: return a % b
    case .divideSigned: return UInt64(bitPattern: x.dividedReportingOverflow(by: y).partialValue)
    default: return UInt64(bitPattern: x.remainderReportingOverflow(dividingBy: y).partialValue)
    }
  }
}

/// The numbers of a program that runs.
@safe
private struct FilterStack {
  /// Those below the top, of which the first `depth` are initialized.
  private let numbers: UnsafeMutableBufferPointer<UInt64>
  private var depth = 0
  /// The last one that was pushed; 0 at first.
  var top: UInt64 = 0

  @unsafe
  init(_ numbers: UnsafeMutableBufferPointer<UInt64>) {
    unsafe self.numbers = unsafe numbers
  }

  /// Pushes a number. Returns whether there was room.
  @inline(__always)
  mutating func push(_ number: UInt64) -> Bool {
    guard depth < ExitFilter.maximumDepth else { return false }
    unsafe numbers.initializeElement(at: depth, to: top)
    depth &+= 1
    top = number
    return true
  }

  /// Removes the number below the top, and returns it; nil if there is none.
  @inline(__always)
  mutating func pop() -> UInt64? {
    guard depth > 0 else { return nil }
    depth &-= 1
    return unsafe numbers[depth]
  }
}
