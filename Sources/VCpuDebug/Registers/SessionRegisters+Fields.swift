public import ArmVCpu

/// Fields of registers by name.
extension SessionRegisters {
  /// The layout of a register of the target; nil when it has none. That of a register of EL2 with two
  /// is chosen by HCR_EL2.E2H.
  public func layout(of register: String) throws -> DecodableRegister? {
    guard let layout = DecodableRegister.named(register),
      let host = DecodableRegister.named("\(layout.name)_VHE")
    else { return DecodableRegister.named(register) }
    let hcr = HCR_EL2(rawValue: try value(of: ["hcr_el2"])?.bits ?? 0)
    return hcr.contains(.e2h) ? host : layout
  }

  /// The field of a register that `path` names, whatever the case: `ec`, `iss.srt`. The first name may be
  /// that of a field of a field, each further one is within the one before.
  func field(
    _ path: ArraySlice<String>, of register: String, in value: UInt64
  ) throws -> Field {
    var list = FieldList()
    try layout(of: register)?.describe(value, into: &list)
    var scope = list.fields[...]
    var found: Field?
    for name in path {
      let match = scope.firstIndex { $0.name.description.lowercased() == name.lowercased() }
      guard let match else {
        throw DebugError.noSuchField(
          register: register, field: path.joined(separator: "."), fields: Self.names(list.fields))
      }
      let field = scope[match]
      scope = scope[(match + 1)...].prefix { $0.depth > field.depth }
      found = field
    }
    guard let found else {
      throw DebugError.noSuchField(
        register: register, field: "", fields: Self.names(list.fields))
    }
    return found
  }

  private static func names(_ fields: [Field]) -> [String] {
    fields.map { $0.name.description.lowercased() }
  }
}
