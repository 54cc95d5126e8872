internal import VCpuDebug

/// `info symbol`: the symbol of an address.
enum InfoSymbolCommand: ShellCommand {
  static let name = "info symbol"
  private static let address = Parameter<String>.expression(
    "ADDRESS", "needs an address, such as $pc")
  static let parameters: [any AnyParameter] = [address]
  static let summary = "Show the symbol that an address belongs to."
  static let manual = """
    The address is in the space of its prefix, or of the registers that are selected.

      info symbol $pc
      info symbol guest:$x30
    """

  static let transcript = """
    (vcpu) info symbol 0x40205004
    handle_exit+4: the symbol is at hv:0x40205000, 12 bytes, in hypervisor.elf    hypervisor.S:19
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let (place, space) = try shell.evaluating(arguments[address]) { text in
      let value = try session.value(of: text)
      return (value.bits, try session.expressions.space(of: value))
    }
    guard let found = session.modules.needed(in: space)?.symbolAndModule(at: place) else {
      throw ShellError("no symbol is at \(space.label)0x\(String(place, radix: 16))")
    }
    return .answer(
      SymbolsAnswer(
        [SymbolAnswer(found.symbol, at: place, in: found.module, of: session)], isList: false))
  }
}

/// `info address`: where a symbol is.
enum InfoAddressCommand: ShellCommand {
  static let name = "info address"
  private static let symbol = Parameter<String>.location("SYMBOL", "needs the name of a symbol")
  static let parameters: [any AnyParameter] = [symbol]
  static let summary = "Show where a symbol is: each function and variable with the name."
  static let manual = """
    A name may leave out what is before it: 'run' means each function 'run', 'VCpu.run' those of VCpu.

      info address vmexit_trampoline
      info address guest:store32
    """

  static let transcript = """
    (vcpu) info address handle_exit
    handle_exit is at hv:0x40205000, 12 bytes, in hypervisor.elf    hypervisor.S:18
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let found = session.expressions.symbols(meantBy: arguments[symbol])
    guard !found.isEmpty else {
      throw ExpressionFailure(
        error: ExpressionError(.unknownName(arguments[symbol]), column: 1), text: arguments[symbol])
    }
    return .answer(
      SymbolsAnswer(
        found.map { SymbolAnswer($0.symbol, at: $0.symbol.address, in: $0.module, of: session) },
        isList: false))
  }
}

/// `info functions`: the functions whose names match.
enum InfoFunctionsCommand: ShellCommand {
  static let name = "info functions"
  private static let expression = SymbolList.parameter
  static let parameters: [any AnyParameter] = [expression]
  static let summary = "List the functions whose names match a regular expression."
  static let manual = """
    The expression may match any part of a name as it is displayed. Labels of assembly code count as functions
    if they are in code. Without one all are listed; 'info functions | head' shows some.

      info functions exit
      info functions ^guest_
    """

  static let transcript = """
    (vcpu) info functions ^handle|^store
    hypervisor.elf:
      hv:0x40205000  handle_exit
    guest.elf:
      guest:0x40200010  store32
      guest:0x40200020  store8
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try SymbolList.run(arguments[expression], in: shell) { symbol, module in
      symbol.kind == .function || symbol.kind == .label && module.isCode(symbol.address)
    }
  }
}

/// `info variables`: the variables whose names match.
enum InfoVariablesCommand: ShellCommand {
  static let name = "info variables"
  private static let expression = SymbolList.parameter
  static let parameters: [any AnyParameter] = [expression]
  static let summary =
    "List the global and static variables whose names match a regular expression."
  static let manual = """
    Like 'info functions', for data.

      info variables table
    """

  static let transcript = """
    (vcpu) info variables vcpu$
    hypervisor.elf:
      hv:0x40208008  boot_vcpu
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try SymbolList.run(arguments[expression], in: shell) { symbol, module in
      symbol.kind == .object || symbol.kind == .label && !module.isCode(symbol.address)
    }
  }
}

/// Lists of symbols by a regular expression.
enum SymbolList {
  static let parameter = Parameter<String?>("[REGEX]", .text) { $0.takeAll() }

  static func run(
    _ text: String?, in shell: Shell, where isWanted: (Symbol, Module) -> Bool
  ) throws -> Outcome {
    let session = try shell.requireSession()
    let found = try symbols(text, in: shell, where: isWanted).map { module, symbol in
      SymbolAnswer(symbol, at: symbol.address, in: module, of: session)
    }
    return .answer(SymbolsAnswer(found, isList: true))
  }

  /// The symbols whose displayed names match, by module and name.
  static func symbols(
    _ text: String?, in shell: Shell, where isWanted: (Symbol, Module) -> Bool
  ) throws -> [(module: Module, symbol: Symbol)] {
    let session = try shell.requireSession()
    _ = session.modules.needed(in: .guest)
    guard !session.modules.all.isEmpty else {
      throw ShellError("no symbols are known: 'symbol-file FILE' reads them")
    }
    let pattern = try text.map { text in
      do {
        return try Regex(text)
      } catch {
        throw ShellError("'\(text)' isn't a regular expression: \(error)")
      }
    }
    var found: [(module: Module, symbol: Symbol)] = []
    for module in session.modules.all {
      let symbols = try module.symbols { name in
        try shell.checkInterrupt()
        return try pattern.map { try $0.firstMatch(in: name) != nil } ?? true
      }
      found += symbols.filter { isWanted($0.symbol, module) }.map { (module, $0.symbol) }
    }
    return found
  }
}
