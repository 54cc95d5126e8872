internal import CElfutils
internal import GDBRemote

/// Reads what a type is from its entry.
struct DebugTypeReader {
  let entry: DebugEntry
  private let program: ProgramTypes
  private var layout: DataLayout { entry.information.layout }

  /// A type has fewer members, parameters and dimensions.
  static let childLimit = 1 << 16
  private static let dimensionLimit = 32

  init(entry: DebugEntry, in program: ProgramTypes) {
    self.entry = entry
    self.program = program
  }

  func kind() -> DebugType.Kind {
    let tag = entry.tag
    switch tag {
    case DW_TAG_base_type: return base()
    case DW_TAG_pointer_type: return .pointer(target)
    case DW_TAG_reference_type: return .reference(target, isRvalue: false)
    case DW_TAG_rvalue_reference_type: return .reference(target, isRvalue: true)
    case DW_TAG_typedef, DW_TAG_template_alias: return .typedef(target)
    case DW_TAG_const_type: return .qualified(.const, target)
    case DW_TAG_volatile_type: return .qualified(.volatile, target)
    case DW_TAG_restrict_type: return .qualified(.restrict, target)
    case DW_TAG_atomic_type: return .qualified(.atomic, target)
    case DW_TAG_subrange_type, DW_TAG_immutable_type, DW_TAG_packed_type: return .typedef(target)
    case DW_TAG_array_type: return array()
    case DW_TAG_structure_type, DW_TAG_class_type, DW_TAG_union_type, DW_TAG_interface_type:
      return aggregate()
    case DW_TAG_enumeration_type: return enumeration()
    case DW_TAG_subroutine_type, DW_TAG_subprogram: return function()
    case DW_TAG_ptr_to_member_type: return .memberPointer(target)
    case DW_TAG_unspecified_type: return .unspecified
    default: return .malformed("an entry with tag 0x\(String(tag, radix: 16)) isn't a type")
    }
  }

  /// `DW_AT_type`; void if there is none.
  private var target: DebugType { type(of: entry) }

  private func type(of entry: DebugEntry) -> DebugType {
    program.typeOf(entry)
  }

  private func base() -> DebugType.Kind {
    guard
      let size = entry.unsigned(DW_AT_byte_size)
        ?? entry.unsigned(DW_AT_bit_size).map({ ($0 + 7) / 8 }),
      size <= 64
    else { return .malformed("a base type without a size") }
    let encoding: BaseType.Encoding =
      switch Int(entry.unsigned(DW_AT_encoding) ?? 0) {
      case DW_ATE_boolean: .boolean
      case DW_ATE_signed: .signed
      case DW_ATE_signed_char: .signedCharacter
      case DW_ATE_unsigned, DW_ATE_address: .unsigned
      case DW_ATE_unsigned_char: .unsignedCharacter
      case DW_ATE_float: .float
      case DW_ATE_complex_float: .complex
      case DW_ATE_UTF, DW_ATE_UCS, DW_ATE_ASCII: .unicode
      case let other: .other(UInt64(other))
      }
    return .base(BaseType(encoding: encoding, byteCount: Int(size)))
  }

  private func function() -> DebugType.Kind {
    var parameters: [DebugType] = []
    var isVariadic = false
    entry.forEachChild { child in
      switch child.tag {
      case DW_TAG_formal_parameter: parameters.append(type(of: child))
      case DW_TAG_unspecified_parameters: isVariadic = true
      default: break
      }
      return parameters.count < Self.childLimit
    }
    return .function(
      FunctionType(
        result: target, parameters: parameters, isVariadic: isVariadic,
        isPrototyped: entry.flag(DW_AT_prototyped)))
  }

  // MARK: Arrays

  private func array() -> DebugType.Kind {
    var dimensions: [(lower: Int64, count: ArrayType.Count)] = []
    entry.forEachChild { child in
      if child.tag == DW_TAG_subrange_type || child.tag == DW_TAG_enumeration_type
        || child.tag == DW_TAG_generic_subrange
      {
        dimensions.append(Self.dimension(child))
      }
      return dimensions.count < Self.dimensionLimit
    }
    if dimensions.isEmpty { dimensions = [(0, .unknown)] }
    let isVector = entry.flag(DW_AT_GNU_vector)
    var element = target
    // The last dimension is the innermost.
    for dimension in dimensions.dropFirst().reversed() {
      element = DebugType(
        .array(
          ArrayType(
            element: element, lowerBound: dimension.lower, count: dimension.count,
            isVector: isVector)), layout: layout)
    }
    return .array(
      ArrayType(
        element: element, lowerBound: dimensions[0].lower, count: dimensions[0].count,
        isVector: isVector))
  }

  private static func dimension(_ child: DebugEntry) -> (Int64, ArrayType.Count) {
    // C, C++, Rust and Swift count from 0 (DWARF 5, table 7.17).
    let lower = child.signed(DW_AT_lower_bound) ?? 0
    if let count = child.unsigned(DW_AT_count) {
      // clang writes -1 for a flexible array.
      return (lower, count == .max || count == 0xffff_ffff ? .unknown : .known(count))
    }
    if let expression = child.expression(DW_AT_count) { return (lower, .computed(expression)) }
    if let variable = child.reference(DW_AT_count) {
      return (lower, .variable(variable, isCount: true))
    }
    if let upper = child.signed(DW_AT_upper_bound) {
      // An upper bound of -1 is that of an array without elements.
      let (difference, overflow) = upper.subtractingReportingOverflow(lower)
      guard !overflow, difference >= -1, difference < .max else { return (lower, .unknown) }
      return (lower, .known(UInt64(difference + 1)))
    }
    if let expression = child.expression(DW_AT_upper_bound) {
      return (lower, .computedUpperBound(expression))
    }
    if let variable = child.reference(DW_AT_upper_bound) {
      return (lower, .variable(variable, isCount: false))
    }
    return (lower, .unknown)
  }

  // MARK: Enumerations

  private func enumeration() -> DebugType.Kind {
    let definition = definition() ?? entry
    let size = definition.unsigned(DW_AT_byte_size).flatMap { $0 <= 8 ? Int($0) : nil }
    var enumerators: [EnumerationType.Enumerator] = []
    definition.forEachChild { child in
      if child.tag == DW_TAG_enumerator, let name = child.name {
        let value = Self.constant(child, DW_AT_const_value) ?? 0
        enumerators.append(.init(name: name, value: value))
      }
      return enumerators.count < Self.childLimit
    }
    let underlying = definition.reference(DW_AT_type).map { program.type($0) }
    return .enumeration(
      EnumerationType(
        enumerators: enumerators,
        byteCount: size ?? underlying?.byteCount.flatMap { Int(exactly: $0) },
        underlying: underlying, isClass: definition.flag(DW_AT_enum_class),
        isDeclaration: definition.isDeclaration))
  }

  /// A constant of whichever form, sign-extended where the form has a sign.
  static func constant(_ entry: DebugEntry, _ name: Int) -> UInt64? {
    guard let attribute = unsafe entry.attribute(name) else { return nil }
    if unsafe attribute.form == UInt32(DW_FORM_sdata)
      || attribute.form == UInt32(DW_FORM_implicit_const)
    {
      return entry.signed(name).map { UInt64(bitPattern: $0) }
    }
    return entry.unsigned(name) ?? entry.signed(name).map { UInt64(bitPattern: $0) }
  }

  // MARK: Structures

  private func aggregate() -> DebugType.Kind {
    if let pointee = program.pointee(ofSwift: entry) { return .pointer(pointee) }
    let definition = definition() ?? entry
    let keyword: AggregateType.Keyword =
      switch definition.tag {
      case DW_TAG_class_type: .class
      case DW_TAG_union_type: .union
      default: .structure
      }
    var (members, variants) = members(of: definition)
    if definition.isSwift {
      members = SwiftLayout.corrected(members, byteCount: definition.unsigned(DW_AT_byte_size))
    }
    return .aggregate(
      AggregateType(
        keyword: keyword, members: members, variants: variants,
        byteCount: definition.unsigned(DW_AT_byte_size),
        isDeclaration: definition.isDeclaration))
  }

  /// The entry with the members of a type that is only declared here: one elsewhere with the same name. Nil if this is
  /// it.
  private func definition() -> DebugEntry? {
    if entry.isSwift, let imported = program.importedFromC(entry) { return imported }
    guard entry.isDeclaration else { return nil }
    return program.definition(ofDeclared: entry)
  }

  private func members(
    of definition: DebugEntry
  ) -> ([AggregateType.Member], AggregateType.VariantPart?) {
    var members: [AggregateType.Member] = []
    var part: AggregateType.VariantPart?
    definition.forEachChild { child in
      switch child.tag {
      case DW_TAG_member, DW_TAG_inheritance:
        members.append(member(child))
      case DW_TAG_variable where child.flag(DW_AT_external) || child.isDeclaration:
        // A static member, as DWARF 5 has it.
        members.append(member(child))
      case DW_TAG_variant_part: part = variantPart(child)
      default: break
      }
      return members.count < Self.childLimit
    }
    return (members, part)
  }

  private func variantPart(_ entry: DebugEntry) -> AggregateType.VariantPart {
    var discriminant: AggregateType.Member?
    if let reference = entry.reference(DW_AT_discr) { discriminant = member(reference) }
    var variants: [AggregateType.Variant] = []
    entry.forEachChild { child in
      guard child.tag == DW_TAG_variant else { return true }
      var members: [AggregateType.Member] = []
      child.forEachChild { inner in
        if inner.tag == DW_TAG_member { members.append(member(inner)) }
        return members.count < Self.childLimit
      }
      variants.append(AggregateType.Variant(values: Self.values(child), members: members))
      return variants.count < Self.childLimit
    }
    return AggregateType.VariantPart(discriminant: discriminant, variants: variants)
  }

  private static func values(_ variant: DebugEntry) -> [ClosedRange<UInt64>] {
    if let value = constant(variant, DW_AT_discr_value) { return [value...value] }
    guard let list = variant.block(DW_AT_discr_list) else { return [] }
    return DiscriminantList.ranges(list)
  }

  private func member(_ child: DebugEntry) -> AggregateType.Member {
    AggregateType.Member(
      name: child.name, type: type(of: child), place: place(child),
      isBaseClass: child.tag == DW_TAG_inheritance, isArtificial: child.flag(DW_AT_artificial))
  }

  private func place(_ child: DebugEntry) -> AggregateType.Place {
    if child.tag == DW_TAG_variable || child.flag(DW_AT_external) && child.isDeclaration {
      return .elsewhere
    }
    let bitCount = child.unsigned(DW_AT_bit_size)
    if let bitCount, let offset = child.unsigned(DW_AT_data_bit_offset) {
      return .bits(offset: offset, count: bitCount)
    }
    guard let bytes = child.unsigned(DW_AT_data_member_location) else {
      if let expression = child.expression(DW_AT_data_member_location) {
        // GCC once wrote every place as an expression.
        if expression.operations.count == 1, Int(expression.operations[0].code) == DW_OP_plus_uconst
        {
          return located(child, at: expression.operations[0].first, bitCount)
        }
        return .computed(expression)
      }
      return located(child, at: 0, bitCount)
    }
    return located(child, at: bytes, bitCount)
  }

  /// A member at a byte; a bit field there by DWARF 3's rules, which count from the most significant bit of its storage.
  private func located(
    _ child: DebugEntry, at bytes: UInt64, _ bitCount: UInt64?
  ) -> AggregateType.Place {
    guard let bitCount else { return .offset(bytes) }
    let start = bytes.multipliedReportingOverflow(by: 8).partialValue
    guard let offset = child.signed(DW_AT_bit_offset) else {
      return .bits(offset: start, count: bitCount)
    }
    let first = UInt64(bitPattern: offset)
    if layout.byteOrder == .big { return .bits(offset: start &+ first, count: bitCount) }
    let storage = child.unsigned(DW_AT_byte_size) ?? type(of: child).byteCount ?? 4
    return .bits(offset: start &+ storage &* 8 &- first &- bitCount, count: bitCount)
  }
}
