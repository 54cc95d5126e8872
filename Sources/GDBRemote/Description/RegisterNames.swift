/// Finds the register that a name means.
struct RegisterNames: Equatable, Sendable {
  private let indexByName: [String: Int]
  /// Other names, as they are spelled.
  private let indexByOtherName: [String: Int]
  /// Nil if two names differ only in case.
  private let indexByLowercasedName: [String: Int?]

  init(_ registers: [RegisterDescription], _ family: ArchitectureFamily?) {
    var byName: [String: Int] = [:]
    var byLowercasedName: [String: Int?] = [:]
    byName.reserveCapacity(registers.count)
    byLowercasedName.reserveCapacity(registers.count)
    // In LLDB's servers for x86, `sp` is the low 16 bits of `rsp`. Here it means the stack pointer,
    // as in GDB.
    let roles = Set(registers.compactMap { $0.lldb?.role })
    for (index, register) in registers.enumerated() where byName[register.name] == nil {
      if register.isPart, roles.contains(register.name) { continue }
      byName[register.name] = index
      let lowercased = register.name.lowercased()
      byLowercasedName[lowercased] = .some(byLowercasedName[lowercased] == nil ? index : nil)
    }

    var byOtherName: [String: Int] = [:]
    func add(_ name: String, _ index: Int) {
      guard byName[name] == nil, byOtherName[name] == nil else { return }
      byOtherName[name] = index
      let lowercased = name.lowercased()
      if byLowercasedName[lowercased] == nil { byLowercasedName[lowercased] = index }
    }
    // The stub's own names take precedence over the architecture's.
    for (index, register) in registers.enumerated() {
      if let name = register.lldb?.alternateName, !name.isEmpty { add(name, index) }
    }
    for (index, register) in registers.enumerated() {
      if let role = register.lldb?.role, !role.isEmpty { add(role, index) }
    }
    for name in RegisterAliases.genericNames {
      if let index = byOtherName[RegisterAliases.role(name)] { add(name, index) }
    }
    for (index, register) in registers.enumerated() where byName[register.name] == index {
      for other in RegisterAliases.others(register.name, family) { add(other, index) }
    }
    for name in RegisterAliases.genericNames {
      for candidate in RegisterAliases.generic(name, family) {
        if let index = byName[candidate] { add(name, index) }
      }
    }
    indexByName = byName
    indexByOtherName = byOtherName
    indexByLowercasedName = byLowercasedName
  }

  /// The index of the register that `name` means.
  func index(of name: String) -> Int? {
    if let index = indexByName[name] ?? indexByOtherName[name] { return index }
    return indexByLowercasedName[name.lowercased()] ?? nil
  }
}
