internal import CElfutils

/// Runs location expressions (DWARF 5, 2.5 and 2.6, and GNU's extensions before them). It ends for every expression,
/// and throws `LocationError` or what the context throws.
struct LocationEvaluator {
  let layout: DataLayout
  let context: any LocationContext
  /// `DW_AT_frame_base` of the function that the frame is in, for `DW_OP_fbreg`.
  let frameBase: LocationExpression?
  /// What `DW_OP_push_object_address` pushes.
  let objectAddress: UInt64?

  private var stack: [LocationValue]
  private var pieces: [Location.Piece] = []
  /// A location that ends an expression or a piece of one.
  private var simple: Location?
  private var remaining = Self.operationLimit
  private var depth = 0

  /// A compiler's expressions have a few dozen operations.
  private static let operationLimit = 20_000
  private static let stackLimit = 256
  private static let pieceLimit = 1024
  private static let callLimit = 16

  /// The result of an expression.
  ///
  /// - Parameter stack: what is on the stack before, the top last: a structure's address for a member's place, the
  ///   frame's address for a saved register.
  static func location(
    _ expression: LocationExpression, in context: any LocationContext,
    frameBase: LocationExpression? = nil, stack: [UInt64] = [], objectAddress: UInt64? = nil
  ) throws -> Location {
    var evaluator = LocationEvaluator(
      layout: expression.layout, context: context, frameBase: frameBase,
      objectAddress: objectAddress,
      stack: stack.map { LocationValue($0, layout: expression.layout) })
    return try evaluator.run(expression)
  }

  /// The number that an expression computes: the address of its location, or the value itself.
  static func number(
    _ expression: LocationExpression, in context: any LocationContext,
    frameBase: LocationExpression? = nil, stack: [UInt64] = [], objectAddress: UInt64? = nil
  ) throws -> UInt64 {
    let location = try location(
      expression, in: context, frameBase: frameBase, stack: stack, objectAddress: objectAddress)
    switch location {
    case .memory(let address): return address
    case .value(let bytes): return expression.layout.integer(bytes)
    case .register(let number):
      guard let value = try context.register(number) else {
        throw LocationError.registerUnavailable(number)
      }
      return value
    case .implicitPointer, .pieces, .optimizedOut:
      throw LocationError.malformed("an expression that has no number")
    }
  }

  private init(
    layout: DataLayout, context: any LocationContext, frameBase: LocationExpression?,
    objectAddress: UInt64?, stack: [LocationValue]
  ) {
    self.layout = layout
    self.context = context
    self.frameBase = frameBase
    self.objectAddress = objectAddress
    self.stack = stack
  }

  private mutating func run(_ expression: LocationExpression) throws -> Location {
    guard !expression.operations.isEmpty else { return .optimizedOut }
    try run(expression.operations)
    if !pieces.isEmpty { return .pieces(pieces) }
    return try finished()
  }

  /// The location so far, which ends with it.
  private mutating func finished() throws -> Location {
    defer { simple = nil }
    if let simple { return simple }
    return stack.isEmpty ? .optimizedOut : .memory(layout.address(try pop().bits))
  }

  private mutating func run(_ operations: [LocationOperation]) throws {
    var index = 0
    while index < operations.count {
      remaining -= 1
      guard remaining > 0 else { throw LocationError.endless }
      let operation = operations[index]
      index += 1
      switch Int(operation.code) {
      case DW_OP_skip:
        index = try target(of: operation, in: operations)
      case DW_OP_bra:
        if try pop().bits != 0 { index = try target(of: operation, in: operations) }
      case DW_OP_call2, DW_OP_call4, DW_OP_call_ref:
        // An entry without a location is a call without effect.
        guard case .expression(let called) = operation.detail else { continue }
        guard depth < Self.callLimit else { throw LocationError.endless }
        depth += 1
        try run(called)
        depth -= 1
      default: try perform(operation)
      }
    }
  }

  /// The index of the operation that a branch goes to.
  private func target(
    of operation: LocationOperation, in operations: [LocationOperation]
  ) throws -> Int {
    // From the end of the branch, which has two bytes of distance.
    let offset = operation.offset &+ 3 &+ operation.first
    if let last = operations.last, offset > last.offset, offset <= last.offset + 64 {
      return operations.count
    }
    guard let index = operations.firstIndex(where: { $0.offset == offset }) else {
      throw LocationError.malformed("a branch to the middle of an operation")
    }
    return index
  }

  private mutating func perform(_ operation: LocationOperation) throws {
    let arithmetic = LocationArithmetic(layout: layout)
    let code = Int(operation.code)
    switch code {
    case DW_OP_and, DW_OP_div, DW_OP_minus, DW_OP_mod, DW_OP_mul, DW_OP_or, DW_OP_plus, DW_OP_shl,
      DW_OP_shr, DW_OP_shra, DW_OP_xor, DW_OP_eq, DW_OP_ge, DW_OP_gt, DW_OP_le, DW_OP_lt, DW_OP_ne:
      let right = try pop()
      let left = try pop()
      if let result = try arithmetic.binary(operation.code, left, right) { try push(result) }
    case DW_OP_abs, DW_OP_neg, DW_OP_not, DW_OP_plus_uconst:
      if let result = arithmetic.unary(operation, try pop()) { try push(result) }
    case DW_OP_dup, DW_OP_over, DW_OP_pick, DW_OP_drop, DW_OP_swap, DW_OP_rot:
      try rearrange(operation)
    case DW_OP_lit0...DW_OP_lit31: try push(UInt64(code - DW_OP_lit0))
    case DW_OP_const1u...DW_OP_consts, DW_OP_constx, DW_OP_GNU_const_index:
      try push(operation.first)
    case DW_OP_addr, DW_OP_addrx, DW_OP_GNU_addr_index:
      guard operation.first < layout.unplacedStart else { throw LocationError.unplaced }
      try push(operation.first &+ context.slide)
    case DW_OP_breg0...DW_OP_breg31:
      try push(try register(code - DW_OP_breg0) &+ operation.first)
    case DW_OP_bregx: try push(try register(number(operation.first)) &+ operation.second)
    case DW_OP_fbreg: try push(try frameAddress() &+ operation.first)
    case DW_OP_call_frame_cfa:
      guard let address = try context.canonicalFrameAddress() else { throw LocationError.noFrame }
      try push(address)
    case DW_OP_push_object_address:
      guard let objectAddress else { throw LocationError.malformed("no object is known") }
      try push(objectAddress)
    case DW_OP_entry_value, DW_OP_GNU_entry_value: try push(try entryValue(operation))
    case DW_OP_nop, DW_OP_GNU_uninit: break
    case DW_OP_deref, DW_OP_deref_size, DW_OP_deref_type, DW_OP_GNU_deref_type,
      DW_OP_regval_type, DW_OP_GNU_regval_type, DW_OP_const_type, DW_OP_GNU_const_type,
      DW_OP_convert, DW_OP_GNU_convert, DW_OP_reinterpret, DW_OP_GNU_reinterpret:
      try performTyped(operation)
    default: try performLocation(operation)
    }
  }

  /// Operations that say where something is, rather than compute.
  private mutating func performLocation(_ operation: LocationOperation) throws {
    let code = Int(operation.code)
    switch code {
    case DW_OP_reg0...DW_OP_reg31: simple = .register(code - DW_OP_reg0)
    case DW_OP_regx: simple = .register(try number(operation.first))
    case DW_OP_stack_value:
      let value = try pop()
      simple = .value(layout.bytes(of: value.bits, byteCount: value.byteCount(layout)))
    case DW_OP_implicit_value:
      guard case .bytes(let bytes) = operation.detail else {
        throw LocationError.unsupported(operation.code)
      }
      simple = .value(bytes)
    case DW_OP_implicit_pointer, DW_OP_GNU_implicit_pointer:
      guard case .entry(let entry) = operation.detail else {
        throw LocationError.unsupported(operation.code)
      }
      simple = .implicitPointer(entry: entry, byteOffset: Int64(bitPattern: operation.second))
    case DW_OP_piece: try addPiece(bitOffset: 0, bitCount: operation.first, unit: 8)
    case DW_OP_bit_piece:
      try addPiece(bitOffset: operation.second, bitCount: operation.first, unit: 1)
    case DW_OP_form_tls_address, DW_OP_GNU_push_tls_address: throw LocationError.threadLocal
    case DW_OP_GNU_parameter_ref: throw LocationError.droppedParameter
    default: throw LocationError.unsupported(operation.code)
    }
  }

  private mutating func addPiece(bitOffset: UInt64, bitCount: UInt64, unit: UInt64) throws {
    // A variable of more than 2^32 bits isn't one that a compiler divides.
    guard pieces.count < Self.pieceLimit, bitCount <= 1 << 32, bitOffset <= 1 << 32 else {
      throw LocationError.malformed("too large a piece")
    }
    let location = try finished()
    pieces.append(
      Location.Piece(location: location, bitOffset: bitOffset, bitCount: bitCount * unit))
  }

  private mutating func performTyped(_ operation: LocationOperation) throws {
    var kind = LocationValue.Kind.generic
    var constant: [UInt8] = []
    if case .type(let named, let bytes) = operation.detail { (kind, constant) = (named, bytes) }
    switch Int(operation.code) {
    case DW_OP_deref:
      try push(try read(layout.addressByteCount, kind: .generic))
    case DW_OP_deref_size:
      guard (1...layout.addressByteCount).contains(try number(operation.first)) else {
        throw LocationError.malformed("a read of \(operation.first) bytes")
      }
      try push(try read(number(operation.first), kind: .generic))
    case DW_OP_deref_type, DW_OP_GNU_deref_type:
      try push(try read(kind.byteCount(layout), kind: kind))
    case DW_OP_regval_type, DW_OP_GNU_regval_type:
      try push(
        LocationValue(try register(number(operation.first)), kind: kind, layout: layout))
    case DW_OP_const_type, DW_OP_GNU_const_type:
      try push(LocationValue(layout.integer(constant), kind: kind, layout: layout))
    case DW_OP_convert, DW_OP_GNU_convert:
      try push(try pop().converted(to: kind, layout: layout))
    default:
      try push(LocationValue(try pop().bits, kind: kind, layout: layout))
    }
  }

  private mutating func read(
    _ byteCount: Int, kind: LocationValue.Kind
  ) throws -> LocationValue {
    let bytes = try context.memory(at: layout.address(try pop().bits), byteCount: byteCount)
    return LocationValue(layout.integer(bytes), kind: kind, layout: layout)
  }

  private mutating func rearrange(_ operation: LocationOperation) throws {
    func element(_ index: UInt64) throws -> LocationValue {
      guard index < UInt64(stack.count) else { throw LocationError.malformed("an empty stack") }
      return stack[stack.count - 1 - Int(index)]
    }
    switch Int(operation.code) {
    case DW_OP_dup: try push(try element(0))
    case DW_OP_over: try push(try element(1))
    case DW_OP_pick: try push(try element(operation.first))
    case DW_OP_drop: _ = try pop()
    case DW_OP_swap:
      let (top, second) = (try pop(), try pop())
      stack += [top, second]
    default:
      // The top goes below the two others.
      let (top, second, third) = (try pop(), try pop(), try pop())
      stack += [top, third, second]
    }
  }

  // MARK: The frame

  private func register(_ number: Int) throws -> UInt64 {
    guard let value = try context.register(number) else {
      throw LocationError.registerUnavailable(number)
    }
    return value
  }

  private func frameAddress() throws -> UInt64 {
    guard let frameBase else { throw LocationError.noFrame }
    // Without a frame base of its own, so that it can't refer to itself.
    return try Self.number(frameBase, in: context)
  }

  private func entryValue(_ operation: LocationOperation) throws -> UInt64 {
    guard case .expression(let about) = operation.detail, let register = about.register else {
      throw LocationError.noEntryValue(nil)
    }
    guard let value = try context.entryValue(ofRegister: register) else {
      throw LocationError.noEntryValue(register)
    }
    return value
  }

  // MARK: The stack

  private mutating func push(_ bits: UInt64) throws {
    try push(LocationValue(bits, layout: layout))
  }

  private mutating func push(_ value: LocationValue) throws {
    guard stack.count < Self.stackLimit else {
      throw LocationError.malformed("more than \(Self.stackLimit) elements on the stack")
    }
    stack.append(value)
  }

  private mutating func pop() throws -> LocationValue {
    guard let value = stack.popLast() else { throw LocationError.malformed("an empty stack") }
    return value
  }

  private func number(_ operand: UInt64) throws -> Int {
    guard let number = Int(exactly: operand), number <= 0xffff else {
      throw LocationError.malformed("an operand of \(operand)")
    }
    return number
  }
}
