public import ArmVCpu

/// Fields of registers by name.
extension SessionRegisters {
  /// The layout of a register of the target; nil when it has none. Where there are two, it is the one that the target has:
  /// of a register of EL2 as HCR_EL2.E2H says, of CCSIDR_EL1 as ID_AA64MMFR2_EL1.CCIDX says.
  public func layout(of register: String) throws -> DecodableRegister? {
    guard let layout = DecodableRegister.named(register) else { return nil }
    if let host = DecodableRegister.named("\(layout.name)_VHE") {
      let hcr = HCR_EL2(rawValue: try value(of: ["hcr_el2"])?.bits ?? 0)
      return hcr.contains(.e2h) ? host : layout
    }
    if let long = DecodableRegister.named("\(layout.name)_CCIDX") {
      let features = try value(of: ["id_aa64mmfr2_el1"])?.bits ?? 0
      return features >> 20 & 0xf == 0 ? layout : long
    }
    return layout
  }

  /// The field of a register that `path` names, whatever the case: `ec`, `iss.srt`. The first name may be
  /// that of a field of a field, each further one is within the one before.
  func field(
    _ path: ArraySlice<String>, of register: String, in value: UInt64
  ) throws -> Field {
    var list = FieldList()
    try layout(of: register)?.describe(value, into: &list)
    guard let found = list.field(path) else {
      throw DebugError.noSuchField(
        register: register, field: path.joined(separator: "."), fields: Self.names(list.fields))
    }
    return found
  }

  /// Throws unless some value of a register has the field.
  ///
  /// - Throws: `DebugError.noSuchField`, with the fields that every value has.
  func requireField(_ path: ArraySlice<String>, of register: String) throws {
    let name = DecodableRegister.named(register)?.name.description ?? ""
    let layouts = [register, name + "_VHE", name + "_CCIDX"].compactMap(DecodableRegister.named)
    guard !layouts.contains(where: { $0.canHaveField(path) }) else { return }
    var list = FieldList()
    layouts.first?.describe(0, into: &list)
    throw DebugError.noSuchField(
      register: register, field: path.joined(separator: "."), fields: Self.names(list.fields))
  }

  private static func names(_ fields: [Field]) -> [String] {
    fields.map { $0.name.description.lowercased() }
  }
}

extension FieldList {
  /// The field that a path names, whatever the case: the first name may be that of a field of a field, each further one
  /// is within the one before.
  fileprivate func field(_ path: ArraySlice<String>) -> Field? {
    var scope = fields[...]
    var found: Field?
    for name in path {
      let match = scope.firstIndex { $0.name.description.lowercased() == name.lowercased() }
      guard let match else { return nil }
      let field = scope[match]
      scope = scope[(match + 1)...].prefix { $0.depth > field.depth }
      found = field
    }
    return found
  }
}

extension DecodableRegister {
  /// Whether there is a value with the field that a path names.
  fileprivate func canHaveField(_ path: ArraySlice<String>) -> Bool {
    probes.contains { value in
      var list = FieldList()
      describe(value, into: &list)
      return list.field(path) != nil
    }
  }

  /// Values that have every field between them, as `FieldProbeTests` shows: which ones there are is decided by the class
  /// of a syndrome and by a few bits each.
  var probes: [UInt64] {
    var values: [UInt64] = [0, .max]
    for bit in 0..<UInt64(64) { values += [1 << bit, ~(1 << bit)] }
    guard name.description.hasPrefix("ESR_EL") else { return values }
    return (0..<UInt64(64)).flatMap { exceptionClass in
      values.map { $0 & ~(0x3f << 26) | exceptionClass << 26 }
    }
  }
}
