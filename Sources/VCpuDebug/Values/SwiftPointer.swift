internal import CElfutils

/// Swift's pointers in debug information, where they are structures without members: only their mangled names say what
/// they point at (swift/docs/ABI/Mangling.rst, "Types": `Sp` and `SP` are UnsafeMutablePointer and UnsafePointer, `y…G`
/// has the parameters of a generic type, `Sg` is Optional, and `D` ends a type).
enum SwiftPointer {
  /// The mangled type that a pointer's mangled type points at; nil for another type.
  ///
  /// `$eSpySo13avcpu_contextVGD` points at `$eSo13avcpu_contextVD`.
  static func pointee(of mangled: String) -> String? {
    for prefix in ["$e", "$s"] where mangled.hasPrefix(prefix) {
      let type = mangled.dropFirst(2)
      guard type.hasPrefix("Spy") || type.hasPrefix("SPy") else { return nil }
      for suffix in ["GSgD", "GD"] where type.hasSuffix(suffix) {
        let inner = type.dropFirst(3).dropLast(suffix.count)
        // `x` is a parameter of a generic type, which isn't known.
        return inner.isEmpty || inner == "x" ? nil : prefix + inner + "D"
      }
    }
    return nil
  }

  /// The type whose place an entry takes: the compiler describes a use of a generic type by a structure with one member
  /// without a name. The entry itself if it is not of that kind.
  static func contained(_ entry: DebugEntry) -> DebugEntry {
    guard entry.isSwift, entry.tag == DW_TAG_structure_type,
      entry.reference(DW_AT_specification, integrated: false) != nil
    else { return entry }
    var members: [DebugEntry] = []
    var hasOthers = false
    entry.forEachChild { child in
      if child.tag == DW_TAG_member { members.append(child) } else { hasOthers = true }
      return members.count < 2 && !hasOthers
    }
    guard !hasOthers, members.count == 1, members[0].name == nil,
      let type = members[0].reference(DW_AT_type)
    else { return entry }
    return type
  }
}

extension ProgramTypes {
  /// What a Swift pointer points at, void if it isn't described; nil if the entry isn't a pointer.
  func pointee(ofSwift entry: DebugEntry) -> DebugType? {
    guard entry.isSwift, entry.isDeclaration, let mangled = entry.linkageName ?? entry.name,
      let pointee = SwiftPointer.pointee(of: mangled)
    else { return nil }
    var parameter: DebugType?
    entry.forEachChild { child in
      if child.tag == DW_TAG_template_type_parameter { parameter = typeOf(child) }
      return parameter == nil
    }
    return parameter ?? swiftType(mangled: pointee) ?? DebugType(.void, layout: layout)
  }

  /// The type with a mangled name.
  private func swiftType(mangled: String) -> DebugType? {
    let full = SwiftDemangler.declaration(of: mangled)
    let name = String(Self.lastComponent(full).prefix { $0 != "<" })
    index.finish()
    return index.entries(named: name, in: .tag)
      .first { $0.linkageName == mangled && !$0.isDeclaration }.map { type($0) }
  }
}
