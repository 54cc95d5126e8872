public import ArmVCpu

/// Fields of registers by name.
extension SessionRegisters {
  /// The layout of one of the target's registers, or nil if it has none. If there are two, it is the one in use:
  /// selected by HCR_EL2.E2H for an EL2 register, by ID_AA64MMFR2_EL1.CCIDX for CCSIDR_EL1, and by HCR_EL2.FWB for a
  /// stage 2 descriptor. Without a value of HCR_EL2 a descriptor has both readings.
  public func layout(of register: String) throws -> DecodableRegister? {
    guard let layout = known(register) else { return nil }
    if let host = DecodableRegister.named("\(layout.name)_VHE") {
      let hcr = HCR_EL2(rawValue: try value(of: ["hcr_el2"])?.bits ?? 0)
      return hcr.contains(.e2h) ? host : layout
    }
    if let forced = DecodableRegister.named("\(layout.name)_FWB") {
      guard let hcr = try value(of: ["hcr_el2"])?.bits else { return layout }
      return HCR_EL2(rawValue: hcr).contains(.fwb)
        ? forced : DecodableRegister.named("\(layout.name)_NOFWB")
    }
    if let long = DecodableRegister.named("\(layout.name)_CCIDX") {
      let features = try value(of: ["id_aa64mmfr2_el1"])?.bits ?? 0
      return features >> 20 & 0xf == 0 ? layout : long
    }
    return layout
  }

  /// The layout, only by name. PSTATE is described as an SPSR that holds it. (Arm ARM DDI 0487, C5.2.19 "SPSR_EL2".)
  private func known(_ register: String) -> DecodableRegister? {
    let isPSTATE = ["cpsr", "pstate"].contains(register.lowercased())
    return DecodableRegister.named(
      isPSTATE && architecture == .aarch64 ? "SPSR_EL2" : register)
  }

  /// The field of a register that `path` names, whatever the case: `ec`, `iss.srt`. The first name may be
  /// a field of a field's; each further one is within the previous one.
  func field(
    _ path: ArraySlice<String>, of register: String, in value: UInt64
  ) throws -> Field {
    var list = FieldList()
    try layout(of: register)?.describe(value, into: &list)
    guard let found = list.field(path) else {
      throw NoSuchField(
        register: register, field: path.joined(separator: "."), fields: Self.names(list.fields))
    }
    return found
  }

  /// Throws unless some value of a register has the field.
  ///
  /// - Throws: `NoSuchField`, with the fields that every value has.
  func requireField(_ path: ArraySlice<String>, of register: String) throws {
    let layouts = layouts(of: register)
    guard !layouts.contains(where: { $0.canHaveField(path) }) else { return }
    var list = FieldList()
    layouts.first?.describe(0, into: &list)
    throw NoSuchField(
      register: register, field: path.joined(separator: "."), fields: Self.names(list.fields))
  }

  /// Where a field of a register is, whatever the register's value; nil if that depends on the value, or on the CPU.
  func fixedField(_ path: ArraySlice<String>, of register: String) -> FixedField? {
    let key = ([register] + path).joined(separator: ".").lowercased()
    if let known = fixedFields[key] { return known }
    let layouts = layouts(of: register)
    let found = layouts.count == 1 ? layouts[0].fixedField(path) : nil
    fixedFields[key] = .some(found)
    return found
  }

  /// The names that fields of a register can have, in lower case and in their order: including those of fields of
  /// fields.
  public func fieldNames(of register: String) -> [String] {
    var seen: Set<String> = []
    return layouts(of: register).flatMap(\.fieldNames).filter { seen.insert($0).inserted }
  }

  /// The layout of a register, and the one that it has if EL2 is a host.
  private func layouts(of register: String) -> [DecodableRegister] {
    guard let layout = known(register) else { return [] }
    return [layout]
      + ["_VHE", "_CCIDX"].compactMap { DecodableRegister.named("\(layout.name)\($0)") }
  }

  /// The names of a path without `raw` at its end, which means a field's own bits if the field represents an
  /// address.
  static func withoutRaw(_ path: ArraySlice<String>) -> (names: ArraySlice<String>, isRaw: Bool) {
    guard path.count > 1, path.last?.lowercased() == "raw" else { return (path, false) }
    return (path.dropLast(), true)
  }

  /// The value of a register with a field replaced: by an address if the field represents one.
  ///
  /// - Throws: `DebugError.readOnly` if it doesn't fit the field.
  func replacing(
    _ path: ArraySlice<String>, of register: String, in whole: UInt64, by value: UInt64
  ) throws -> UInt64 {
    let (names, isRaw) = Self.withoutRaw(path)
    let field = try field(names, of: register, in: whole)
    guard field.address != nil, !isRaw else {
      if let new = field.replaced(in: whole, by: value) { return new }
      throw DebugError.readOnly(
        ([register] + path).joined(separator: "."),
        reason: "0x\(String(value, radix: 16)) does not fit its \(field.bitWidth) bits")
    }
    // The layout decides how a field represents an address, so the result is checked by decoding it again.
    for shift in UInt64(0)...16 {
      if let new = field.replaced(in: whole, by: value >> shift),
        try self.field(names, of: register, in: new).address == value
      {
        return new
      }
    }
    throw DebugError.readOnly(
      ([register] + path).joined(separator: "."),
      reason: "it cannot hold the address 0x\(String(value, radix: 16)); '.raw' is the field's bits"
    )
  }

  /// The space of the address that a register's field represents; nil if it isn't known.
  ///
  /// (Arm ARM DDI 0487, D24.2: tables that EL2 and EL3 walk, and those of stage 2, have physical addresses; those of a
  /// guest's stage 1 are intermediate ones.)
  func space(ofAddressIn register: String) -> AddressSpace? {
    let name = DecodableRegister.named(register)?.name.description ?? register.uppercased()
    let isOfEL1 = name.hasSuffix("_EL1") || name.hasSuffix("_EL12")
    switch name.prefix(while: { $0 != "_" }) {
    case "HPFAR": return access.hasHypervisor ? .intermediatePhysical : nil
    case "VTTBR", "VSTTBR", "PAR": return .physical
    case "TTBR0", "TTBR1":
      return isOfEL1 && access.hasHypervisor ? .intermediatePhysical : .physical
    case "VBAR" where access.hasHypervisor:
      return isOfEL1 ? .guest : name.hasPrefix("VBAR_EL2") ? .hypervisor : nil
    default: return nil
    }
  }

  private static func names(_ fields: [Field]) -> [String] {
    fields.map { $0.name.description.lowercased() }
  }
}

/// The place of a field that every value of a register has.
struct FixedField: Equatable {
  let high: UInt8
  let low: UInt8
  /// How far its number is shifted for the address that it stands for; nil if it isn't one.
  let addressShift: UInt64?
}

extension Field {
  /// The value of the register with the field's bits replaced, or nil if they don't fit.
  fileprivate func replaced(in whole: UInt64, by bits: UInt64) -> UInt64? {
    let mask = UInt64.max >> UInt64(64 - bitWidth)
    guard bits & ~mask == 0 else { return nil }
    return whole & ~(mask << UInt64(lowBit)) | bits << UInt64(lowBit)
  }
}

extension FieldList {
  /// The field that a path names, whatever the case: the first name may be a field of a field's; each further one is
  /// within the previous one.
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
  /// Whether some value has the field that a path names.
  fileprivate func canHaveField(_ path: ArraySlice<String>) -> Bool {
    probes.contains { value in
      var list = FieldList()
      describe(value, into: &list)
      return list.field(path) != nil
    }
  }

  /// Where a field is in every value.
  fileprivate func fixedField(_ path: ArraySlice<String>) -> FixedField? {
    var place: (high: UInt8, low: UInt8, isAddress: Bool)?
    var shifts = Array(UInt64(0)...16)
    for value in probes {
      var list = FieldList()
      describe(value, into: &list)
      guard let field = list.field(path) else { return nil }
      let here = (field.highBit, field.lowBit, field.address != nil)
      if let place, place != here { return nil }
      place = here
      if let address = field.address { shifts.removeAll { field.value << $0 != address } }
    }
    guard let place else { return nil }
    guard place.isAddress else {
      return FixedField(high: place.high, low: place.low, addressShift: nil)
    }
    return shifts.first.map { FixedField(high: place.high, low: place.low, addressShift: $0) }
  }

  fileprivate var fieldNames: [String] {
    probes.flatMap { value in
      var list = FieldList()
      describe(value, into: &list)
      return list.fields.map { $0.name.description.lowercased() }
    }
  }

  /// Values that together have every field, as `FieldProbeTests` shows: the fields depend on a syndrome's class and on
  /// a few bits.
  var probes: [UInt64] {
    var values: [UInt64] = [0, .max]
    for bit in 0..<UInt64(64) { values += [1 << bit, ~(1 << bit)] }
    guard name.description.hasPrefix("ESR_EL") else { return values }
    return (0..<UInt64(64)).flatMap { exceptionClass in
      values.map { $0 & ~(0x3f << 26) | exceptionClass << 26 }
    }
  }
}
