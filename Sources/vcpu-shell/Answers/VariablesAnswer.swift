internal import VCpuDebug

/// The type of an expression.
struct TypeAnswer: Answer {
  static let kind = "type"
  /// The type's name.
  let name: String
  /// How many bytes it takes; omitted for an incomplete type.
  let byteCount: Int?
  /// What it consists of, as GDB writes it.
  let text: [String]

  init(_ object: ProgramObject, lines: [String]) {
    name = object.typeName
    byteCount = object.typeByteCount.map { Int(clamping: $0) }
    text = lines
  }

  /// A register, a number, an address: not a value of the program.
  init(_ value: Value) {
    name = value.type.name
    byteCount = value.type.byteCount
    text = ["type = " + value.type.name]
  }
}

/// Variables of a frame.
struct VariablesAnswer: Answer {
  static let kind = "variables"
  /// Those of the innermost block first.
  let variables: [Variable]
  /// Whether they are parameters.
  let areParameters: Bool
  /// Whether the frame's function has debug information: without, its variables aren't known.
  let isKnown: Bool

  /// A variable with its value.
  struct Variable: Codable, Equatable, Sendable {
    /// Its name.
    let name: String
    /// Its type.
    let type: String
    /// The line of its declaration; omitted if that isn't known.
    let line: Int?
    /// Its value.
    let value: ValuePart
  }

  init(ofFrameIn session: HypervisorSession, areParameters: Bool) throws {
    try session.requireStopped()
    self.areParameters = areParameters
    let locals = try session.values.locals(of: session.stack.shownFrame())
    isKnown = locals != nil
    variables = (locals ?? []).filter { $0.isParameter == areParameters }.map { local in
      Variable(local, in: session)
    }
  }
}

extension VariablesAnswer.Variable {
  init(_ local: SessionValues.Local, in session: HypervisorSession) {
    name = local.name
    type = local.object.typeName
    line = local.line
    value = ValuePart(
      local.object.node { session.symbolName(at: $0, in: local.object.space) }.withoutType,
      name: local.name)
  }
}
