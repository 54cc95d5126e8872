internal import ArmVCpu
internal import VCpuDebug

/// The words that can appear in expressions, for the Tab key.
enum ExpressionWords {
  /// Registers, fields of the exit, and symbols.
  static func all(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let registers =
      (session.registers.names + session.architecture.commonRegisterNames).map { "$" + $0 }
    guard session.hasHypervisor else {
      return Array(Set(registers)).sorted() + symbols(shell)
    }
    let exit = Exits.fieldNames.map { "$exit." + $0 }
    return Array(Set(registers + exit + ["$guest.", "$hv."])).sorted() + symbols(shell)
      + ExitClass.allCases.map(\.word)
  }

  /// The words that may follow a dot: the fields of a register, and the registers of a world.
  static func parts(of word: String, _ shell: Shell) -> [String] {
    guard let session = shell.session, word.hasPrefix("$"), let dot = word.lastIndex(of: ".") else {
      return []
    }
    var path = word[word.index(after: word.startIndex)..<dot].split(separator: ".").map(String.init)
    if let first = path.first?.lowercased(), ["guest", "hv"].contains(first) {
      path.removeFirst()
      if path.isEmpty { return session.registerNames.map { word[...dot] + $0 } }
    }
    guard path.count == 1 else { return [] }
    return session.registers.fieldNames(of: path[0]).map { word[...dot] + $0 }
  }

  /// Symbols of the hypervisor, and of the guest after `guest:`.
  static func symbols(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let hypervisor = names(of: session.symbols.hypervisor)
    let guest = names(of: session.symbols.guest)
    guard session.hasHypervisor else { return hypervisor + guest }
    return hypervisor.filter { !$0.hasPrefix("$") }
      + hypervisor.filter { !$0.hasPrefix("$") }.map { "hv:" + $0 }
      + guest.filter { !$0.hasPrefix("$") }.map { "guest:" + $0 }
  }

  /// The names in a file, and their display names that contain no blank.
  private static func names(of file: SymbolFile?) -> [String] {
    guard let file else { return [] }
    return file.symbols(withPrefix: "") + file.displayNames.filter { !$0.contains(" ") }.sorted()
  }
}
