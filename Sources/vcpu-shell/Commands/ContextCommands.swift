internal import VCpuDebug

/// `context`: shows more of a stop.
enum ContextCommand: ShellCommand {
  static let name = "context"
  private static let words = Parameter<[String]>.words("[SECTION…]") { _ in
    .words(ContextSections.names)
  }
  static let parameters: [any AnyParameter] = [words]
  static let summary = "Show the exit, registers, code, stack and source of this stop together."
  static let manual = """
    SECTION is one of exit, registers, code, stack and source; without one, those of 'set context', or else all.
    A section that cannot be had here is left out. A register that has changed since the last stop is marked.

      context
      context code stack
    """

  static let transcript = """
    (vcpu) context code source
    ── code ──
    => 0x40207000 <count_exits>:	ldr x9, [x0, #8]
       0x40207004 <count_exits+4>:	mov x8, x0
       0x40207008 <count_exits+8>:	add x0, x9, w1, sxtw
       0x4020700c <count_exits+12>:	str x0, [x8, #8]
       0x40207010 <count_exits+16>:	ret
       0x40207014 <serve>:	stp x29, x30, [sp, #-16]!
    ── source ──
       7     };
       8     struct vcpu boot_vcpu = { 3, running, { 1, 2, 2, 2 }, "boot" };
       9     __attribute__((noinline)) unsigned long count_exits(struct vcpu *vcpu, int step) {
    => 10      unsigned long count = vcpu->gpr[0] + step;
       11      vcpu->gpr[0] = count;
       12      return count;
       13    }
       14    __attribute__((noinline)) unsigned long serve(struct vcpu *vcpu) {
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let asked = try ContextSections.parse(arguments[words])
    let usual =
      shell.context.isEmpty ? Set(ContextAnswer.Section.allCases) : shell.context
    return .answer(
      try ContextReader(session: session, shell: shell).answer(asked.isEmpty ? usual : asked))
  }
}

/// `set context`: what is shown at each stop.
enum SetContextCommand: ShellCommand {
  static let name = "set context"
  private static let words = Parameter<[String]>.words("SECTION…|off") { _ in
    .words(ContextSections.names + ["off"])
  }
  static let parameters: [any AnyParameter] = [words]
  static let summary = "Show more at each stop: exit, registers, code, stack, source; or no more."
  static let manual = """
    At the start a stop is shown in one to three lines. The sections are those of 'context', in its order.

      set context registers code
      set context off
    """

  static let transcript = """
    (vcpu) set context code
    (vcpu) context
    ── code ──
    => 0x40207000 <count_exits>:	ldr x9, [x0, #8]
       0x40207004 <count_exits+4>:	mov x8, x0
       0x40207008 <count_exits+8>:	add x0, x9, w1, sxtw
       0x4020700c <count_exits+12>:	str x0, [x8, #8]
       0x40207010 <count_exits+16>:	ret
       0x40207014 <serve>:	stp x29, x30, [sp, #-16]!
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let words = arguments[words]
    if words == ["off"] {
      shell.context = []
      return .done
    }
    let sections = try ContextSections.parse(words)
    guard !sections.isEmpty else { throw ShellError("'set context' takes \(usage)") }
    shell.context = sections
    return .done
  }
}

/// The names of a context's sections.
private enum ContextSections {
  static let names = ContextAnswer.Section.allCases.map(\.rawValue)

  static func parse(_ words: [String]) throws -> Set<ContextAnswer.Section> {
    Set(
      try words.map { word in
        guard let section = ContextAnswer.Section(rawValue: word.lowercased()) else {
          throw ShellError("a context has no section '\(word)': \(names.joined(separator: ", "))")
        }
        return section
      })
  }
}
