internal import ArmVCpu
internal import VCpuDebug

/// The words that can appear in expressions, for the Tab key.
enum ExpressionWords {
  /// Registers, fields of the exit, and the kinds of exits.
  static func all(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let registers =
      (session.registers.names + session.architecture.commonRegisterNames).map { "$" + $0 }
    guard session.hasHypervisor else {
      return Array(Set(registers)).sorted()
    }
    let exit = Exits.fieldNames.map { "$exit." + $0 }
    return Array(Set(registers + exit + ["$guest.", "$hv."])).sorted()
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

  /// Symbols of the hypervisor, and of the guest after `guest:`, that begin with a word. Names with a blank in them are
  /// left out.
  static func symbols(beginningWith word: String, _ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    func names(_ group: ModuleGroup?, _ prefix: String) -> [String] {
      guard word.hasPrefix(prefix) || prefix.hasPrefix(word) else { return [] }
      return (group?.names(withPrefix: String(word.dropFirst(prefix.count))) ?? [])
        .filter { !$0.contains(" ") && !(session.hasHypervisor && $0.hasPrefix("$")) }
        .map { prefix + $0 }
    }
    let (hypervisor, guest) = (session.modules.hypervisor, session.modules.guest)
    guard session.hasHypervisor else { return names(hypervisor, "") + names(guest, "") }
    return names(hypervisor, "") + names(hypervisor, "hv:") + names(guest, "guest:")
  }
}
