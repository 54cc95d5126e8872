internal import VCpuDebug

/// `ptype`: what a type consists of.
enum PTypeCommand: ShellCommand {
  static let name = "ptype"
  private static let format = Parameter<String?>("[/o]", .format) { scanner in
    scanner.rest.first == "/" ? scanner.takeWord() : nil
  }
  private static let what = TypeCommandText.parameter
  static let parameters: [any AnyParameter] = [format, what]
  static let summary = "Show what a type of the program consists of, or the type of an expression."
  static let manual = """
    TYPE is 'struct name', 'union name', 'enum name' or a name; of a function its declaration is shown. With /o
    each member has its offset and size in bytes, and holes are shown.

      ptype struct avcpu_context
      ptype /o struct avcpu_context
      ptype vcpu->frame
    """

  static let transcript = """
    (vcpu) ptype struct vcpu
    type = struct vcpu {
        unsigned int number;
        enum state state;
        unsigned long gpr[4];
        const char *name;
    }
    (vcpu) ptype /o struct vcpu
    /* offset      |    size */  type = struct vcpu {
    /*      0      |       4 */    unsigned int number;
    /*      4      |       4 */    enum state state;
    /*      8      |      32 */    unsigned long gpr[4];
    /*     40      |       8 */    const char *name;

                                   /* total size (bytes):   48 */
                                 }
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let format = arguments[format]
    guard format == nil || format == "/o" else {
      throw ShellError("'ptype' takes only /o, which shows offsets and sizes")
    }
    return .answer(
      try TypeCommandText.answer(arguments[what], in: shell) { object, _ in
        TypeAnswer(object, lines: object.typeLines(hasOffsets: format != nil))
      })
  }
}

/// `whatis`: the name of a type.
enum WhatIsCommand: ShellCommand {
  static let name = "whatis"
  private static let what = TypeCommandText.parameter
  static let parameters: [any AnyParameter] = [what]
  static let summary = "Show the name of an expression's type."
  static let manual = """
    For the name of a type it is the type itself.

      whatis vcpu->frame.gpr
    """

  static let transcript = """
    (vcpu) whatis boot_vcpu.gpr
    type = unsigned long [4]
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(
      try TypeCommandText.answer(arguments[what], in: shell) { object, isNamed in
        TypeAnswer(object, lines: [object.typeName(isNamed: isNamed)])
      })
  }
}

/// The types that `ptype` and `whatis` are asked for.
private enum TypeCommandText {
  static let parameter = Parameter<String>.expression(
    "TYPE|EXPRESSION", "needs a type or an expression")

  static func answer(
    _ text: String, in shell: Shell, _ make: (ProgramObject, _ isNamed: Bool) -> TypeAnswer
  ) throws -> TypeAnswer {
    let session = try shell.requireSession()
    if let type = try session.values.type(named: text) { return make(type, true) }
    let first = text.split(separator: " ").first.map(String.init) ?? ""
    if ["struct", "union", "enum", "class"].contains(first) {
      throw ExpressionFailure(error: ExpressionError(.unknownType(text), column: 1), text: text)
    }
    if let function = session.values.typeOfFunction(named: text) { return make(function, false) }
    let value = try shell.evaluating(text) { try session.value(of: $0) }
    guard let object = value.object else { return TypeAnswer(value) }
    return make(object, false)
  }
}

/// `info locals`: the variables of the frame.
enum InfoLocalsCommand: ShellCommand {
  static let name = "info locals"
  static let summary = "Show the local variables of the frame."
  static let manual = """
    Those of the innermost block come first. A variable that has no value at this instruction is
    '<optimized out>'. 'frame', 'up' and 'down' choose the frame.
    """

  static let transcript = """
    (vcpu) info locals
    count = <optimized out>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(try VariablesAnswer(ofFrameIn: shell.requireSession(), areParameters: false))
  }
}

/// `info args`: the parameters of the frame.
enum InfoArgsCommand: ShellCommand {
  static let name = "info args"
  static let summary = "Show the parameters of the frame's function."

  static let transcript = """
    (vcpu) info args
    vcpu = 0x40208008 <boot_vcpu>
    step = 2
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(try VariablesAnswer(ofFrameIn: shell.requireSession(), areParameters: true))
  }
}
