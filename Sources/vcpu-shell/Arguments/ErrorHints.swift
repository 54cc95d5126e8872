internal import ArmVCpu
internal import VCpuDebug

/// Suggestions for wrong names.
extension Shell {
  /// What to append to an error message: similar names, or where to look for them; empty for most errors.
  func hint(for error: any Error) -> String {
    switch error {
    case let failure as ExpressionFailure: hint(for: failure.error)
    case let error as ExpressionError: hint(for: error)
    case DebugError.noSuchClass(let name):
      ExitClass.hint(near: name)
    default: ""
    }
  }

  private func hint(for error: ExpressionError) -> String {
    switch error.code {
    case .unknownRegister(let path):
      return hint(forRegister: path.split(separator: ".").map(String.init))
    case .unknownName(let name):
      return NearNames.hint(
        of: name,
        in: ExpressionWords.symbols(beginningWith: "", self) + ExitClass.allCases.map(\.word),
        otherwise: session == nil ? "" : "; registers begin with $")
    default: return ""
    }
  }

  /// Of `$guest.eslr_el2.ec` the second name is the register's, and of `$exit.nmber` the second is the field's.
  private func hint(forRegister path: [String]) -> String {
    var (scope, rest) = ("", path[...])
    if let first = rest.first?.lowercased(), ["guest", "hv", "exit"].contains(first) {
      scope = rest.removeFirst() + "."
    }
    guard let name = rest.popFirst() else { return "" }
    let field = rest.map { "." + $0 }.joined()
    // Then the part after it is wrong.
    if session?.registerNames.contains(name.lowercased()) == true { return "" }
    if session?.architecture == .aarch64, name.wholeMatch(of: #/([zp]\d{1,2}|ffr|vg)/#) != nil {
      return "; the stub shows no SVE registers"
    }
    let isExit = scope.lowercased() == "exit."
    return NearNames.hint(
      of: name, in: isExit ? Exits.fieldNames : (session?.registerNames ?? []) + variables.names,
      prefix: "$" + scope, suffix: field,
      otherwise: isExit ? "; 'help exit-fields' lists them" : "; 'info registers' lists them")
  }
}

extension ExitClass {
  /// The classes to suggest for a word that isn't a class.
  static func hint(near word: String) -> String {
    NearNames.hint(of: word, in: allCases.map(\.word), otherwise: "; 'help catch' lists them")
  }
}
