internal import CElfutils
internal import Glibc

extension DebugEntry {
  /// The name with the namespaces and types that it is in: `arm_vcpu::exception::Kind`, `ArmVCpu.Exit`. C has none.
  var qualifiedName: String? {
    guard let name else { return nil }
    if isC { return name }
    let outer = scopeNames
    let separator = isSwift ? "." : "::"
    return (outer + [name]).joined(separator: separator)
  }

  /// The names of what it is in, the outermost first.
  private var scopeNames: [String] {
    var declared = unsafe (reference(DW_AT_specification, integrated: false) ?? self).die
    var scopes: UnsafeMutablePointer<Dwarf_Die>?
    let count = unsafe Int(dwarf_getscopes_die(&declared, &scopes))
    guard count > 0, let found = unsafe scopes else { return [] }
    defer { unsafe free(found) }
    var names: [String] = []
    // The first is the entry itself, the last is the unit.
    for index in stride(from: count - 1, to: 0, by: -1) {
      let scope = unsafe DebugEntry(found[index], in: information)
      switch scope.tag {
      case DW_TAG_namespace, DW_TAG_structure_type, DW_TAG_class_type, DW_TAG_union_type,
        DW_TAG_module, DW_TAG_enumeration_type:
        names.append(scope.name ?? "(anonymous namespace)")
      default: break
      }
    }
    return names
  }

  /// `DW_AT_byte_size`.
  var byteSize: UInt64? { unsigned(DW_AT_byte_size) }

  /// Passes the bytes of the name, without a copy; nil if there is none.
  func withNameBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
    guard var attribute = unsafe attribute(DW_AT_name),
      let text = unsafe dwarf_formstring(&attribute)
    else { return nil }
    let count = unsafe strlen(text)
    guard count > 0 else { return nil }
    return unsafe text.withMemoryRebound(to: UInt8.self, capacity: count) {
      unsafe body(UnsafeBufferPointer(start: $0, count: count))
    }
  }
}

extension DebugEntry {
  /// Whether its unit's language is C or assembly, which have no namespaces.
  var isC: Bool {
    [DW_LANG_C, DW_LANG_C89, DW_LANG_C99, DW_LANG_C11, DW_LANG_Mips_Assembler].contains(language)
  }
}

extension DebugEntry {
  /// Whether its unit's language is Rust.
  var isRust: Bool { language == DW_LANG_Rust }

  /// Whether its unit's language is Swift.
  var isSwift: Bool { language == DW_LANG_Swift }

  /// Whether its unit's language is C++.
  var isCPlusPlus: Bool {
    [DW_LANG_C_plus_plus, DW_LANG_C_plus_plus_03, DW_LANG_C_plus_plus_11, DW_LANG_C_plus_plus_14]
      .contains(language)
  }

  /// The entry of a type's parameter.
  func templateParameter(named name: String) -> DebugEntry? {
    var found: DebugEntry?
    forEachChild { child in
      if child.tag == DW_TAG_template_type_parameter, child.name == name { found = child }
      return found == nil
    }
    return found
  }

  /// The entry of a type's first parameter; Swift doesn't name them.
  var firstTypeParameter: DebugEntry? {
    var found: DebugEntry?
    forEachChild { child in
      if child.tag == DW_TAG_template_type_parameter { found = child }
      return found == nil
    }
    return found
  }
}
