internal import CElfutils

/// A call, as the caller's debug information describes it (DWARF 5, 3.4, and GNU's extension before it).
struct CallSite {
  /// The called function; nil for an indirect call.
  let callee: DebugEntry?
  /// What computes the called function's address, in the caller's frame; nil for a direct call.
  let target: LocationExpression?
  /// What computes the values that registers have at the call, in the caller's frame, by the registers' DWARF numbers.
  let values: [Int: LocationExpression]

  /// Whether it names a function as the called one: the entry of its code, or a declaration of it elsewhere.
  func names(_ function: DebugFunction) -> Bool {
    guard let callee else { return false }
    if callee.offset == function.offset { return true }
    guard let name = callee.linkageName ?? callee.name, callee.isDeclaration else { return false }
    return name == function.linkageName ?? function.name
  }
}

extension DebugInformation {
  /// The call that returns to an address; nil if none is described.
  func callSite(returningTo address: UInt64) -> CallSite? {
    guard address > 0, let function = function(at: address - 1),
      var die = unsafe entry(at: function.offset)
    else { return nil }
    return unsafe callSite(returningTo: address, in: &die, depth: 0)
  }

  /// The deepest nesting of blocks and inlined copies that is followed.
  private static var nestingLimit: Int { 500 }

  private func callSite(
    returningTo address: UInt64, in parent: inout Dwarf_Die, depth: Int
  ) -> CallSite? {
    guard depth < Self.nestingLimit else { return nil }
    var found: CallSite?
    unsafe forEachChild(of: &parent) { child in
      switch unsafe Int(dwarf_tag(&child)) {
      case DW_TAG_inlined_subroutine, DW_TAG_lexical_block, DW_TAG_try_block, DW_TAG_catch_block:
        found = unsafe callSite(returningTo: address, in: &child, depth: depth + 1)
      case DW_TAG_call_site
      where unsafe self.address(DW_AT_call_return_pc, of: &child) == address:
        found = callSite(unsafe DebugEntry(child, in: self))
      case DW_TAG_GNU_call_site where unsafe self.address(DW_AT_low_pc, of: &child) == address:
        found = callSite(unsafe DebugEntry(child, in: self))
      default: break
      }
      return found == nil
    }
    return found
  }

  private func callSite(_ entry: DebugEntry) -> CallSite {
    var values: [Int: LocationExpression] = [:]
    for parameter in entry.children
    where [DW_TAG_call_site_parameter, DW_TAG_GNU_call_site_parameter].contains(parameter.tag) {
      guard let register = parameter.expression(DW_AT_location)?.register,
        let value = parameter.expression(DW_AT_call_value)
          ?? parameter.expression(DW_AT_GNU_call_site_value)
      else { continue }
      values[register] = value
    }
    return CallSite(
      callee: entry.reference(DW_AT_call_origin) ?? entry.reference(DW_AT_abstract_origin),
      target: entry.expression(DW_AT_call_target) ?? entry.expression(DW_AT_GNU_call_site_target),
      values: values)
  }

  private func address(_ name: Int, of die: inout Dwarf_Die) -> UInt64? {
    var attribute = unsafe Dwarf_Attribute()
    var address: Dwarf_Addr = 0
    guard unsafe dwarf_attr(&die, UInt32(name), &attribute) != nil,
      unsafe dwarf_formaddr(&attribute, &address) == 0
    else { return nil }
    return address
  }
}

extension LocationExpression {
  /// The register that it names, if it does nothing else.
  var register: Int? { operations.register }
}

extension [LocationOperation] {
  /// The register that they name, if they do nothing else.
  var register: Int? {
    guard count == 1, let only = first else { return nil }
    switch Int(only.code) {
    case DW_OP_reg0...DW_OP_reg31: return Int(only.code) - DW_OP_reg0
    case DW_OP_regx: return Int(exactly: only.first).flatMap { $0 <= 0xffff ? $0 : nil }
    default: return nil
    }
  }
}
