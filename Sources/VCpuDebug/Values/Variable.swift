internal import CElfutils

/// A variable or a parameter of a program.
struct Variable {
  let entry: DebugEntry
  let program: ProgramTypes

  init(_ entry: DebugEntry, in program: ProgramTypes) {
    self.entry = entry
    self.program = program
  }

  /// The name in the source; nil for one of the compiler's own.
  var name: String? { entry.name }

  /// The name with the namespaces that it is in.
  var qualifiedName: String? { entry.qualifiedName }

  var type: DebugType { program.typeOf(entry) }

  /// Whether it is a parameter of its function.
  var isParameter: Bool { entry.tag == DW_TAG_formal_parameter }

  /// Whether other files see it.
  var isExternal: Bool { entry.flag(DW_AT_external) }

  /// The compiler's own, such as the size of an array.
  var isArtificial: Bool { entry.flag(DW_AT_artificial) }

  /// The line of its declaration.
  var declarationLine: Int? { entry.unsigned(DW_AT_decl_line).flatMap { Int(exactly: $0) } }

  /// Whether it has a place, or a value, without a frame.
  var isStatic: Bool {
    if entry.has(DW_AT_const_value) { return true }
    guard let attribute = unsafe entry.attribute(DW_AT_location),
      let expression = unsafe LocationExpression(attribute, layout: program.layout),
      let first = expression.operations.first
    else { return false }
    return [DW_OP_addr, DW_OP_addrx, DW_OP_GNU_addr_index].contains { $0 == Int(first.code) }
  }

  /// Where it is; `optimizedOut` if it has no place here.
  func location(in scope: ValueScope) throws -> Location {
    if let constant = constantBytes { return .value(constant) }
    guard let attribute = unsafe entry.attribute(DW_AT_location) else { return .optimizedOut }
    let expression: LocationExpression?
    if let address = scope.programCounter {
      expression = unsafe LocationExpression(attribute, at: address, layout: program.layout)
    } else {
      expression = unsafe LocationExpression(attribute, layout: program.layout)
    }
    guard let expression else { return .optimizedOut }
    return try LocationEvaluator.location(
      expression, in: scope.context, frameBase: scope.frameBase)
  }

  /// Its value, which is read later.
  func value(in scope: ValueScope) throws -> ProgramValue {
    let type = type
    let location = SwiftPieces.placed(try location(in: scope), of: type)
    return ProgramValue(type: type, location: location, scope: scope)
  }

  /// `DW_AT_const_value`, as bytes.
  private var constantBytes: [UInt8]? {
    guard entry.has(DW_AT_const_value) else { return nil }
    if let block = entry.block(DW_AT_const_value) { return block }
    guard let number = DebugTypeReader.constant(entry, DW_AT_const_value) else { return nil }
    let size = type.byteCount.flatMap { $0 <= 8 ? Int($0) : nil } ?? 8
    return program.layout.bytes(of: number, byteCount: size)
  }
}
