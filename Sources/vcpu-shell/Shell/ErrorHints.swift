internal import ArmVCpu
internal import VCpuDebug

/// What may have been meant where a name is wrong.
extension Shell {
  /// What follows an error in its sentence: names that are near, or where to look for them; empty for most errors.
  func hint(for error: any Error) -> String {
    switch error {
    case let failure as ExpressionFailure: hint(for: failure.error)
    case let error as ExpressionError: hint(for: error)
    case DebugError.noSuchClass(let name):
      NearNames.hint(
        of: name, in: ExitClass.allCases.map(\.word), otherwise: "; 'help catch' lists them")
    default: ""
    }
  }

  private func hint(for error: ExpressionError) -> String {
    switch error.code {
    case .unknownRegister(let path):
      let names = path.split(separator: ".").map(String.init)
      // The last name of a path alone may be wrong: `$guest.eslr`, `$exit.nmber`.
      let scope = names.dropLast().map { $0 + "." }.joined()
      guard scope.isEmpty || scope.lowercased() != "exit." else {
        return NearNames.hint(
          of: path, in: Exits.fieldNames.map { "exit." + $0 }, prefix: "$",
          otherwise: "; 'help exit-fields' lists them")
      }
      return NearNames.hint(
        of: path, in: (registerNames + variables.names).map { scope + $0 }, prefix: "$",
        otherwise: "; 'info registers' lists them")
    case .unknownName(let name):
      return NearNames.hint(
        of: name, in: ExpressionWords.symbols(self) + ExitClass.allCases.map(\.word),
        otherwise: session == nil ? "" : "; registers begin with $")
    default: return ""
    }
  }

  private var registerNames: [String] {
    guard let session else { return [] }
    return session.registers.names + session.architecture.commonRegisterNames
      + SystemRegister.allNamed.compactMap { $0.name?.description.lowercased() }
  }
}
