/// The layout of a register as data: its fields, and what their values mean. A field may have its own
/// table, whose bits are counted from the field's lowest bit.
///
/// Bits that no field covers are reserved: they are shown only if one of them is set.
struct FieldTable: Sendable {
  /// One layout of a register whose bits select between several.
  struct Form: Sendable {
    /// The bits that select the layout.
    var mask: UInt64
    /// Their value for this layout.
    var value: UInt64
    /// The meaning of the whole value, for a table that describes a field.
    var meaning: Meaning
    /// The fields, from the highest bit down.
    var fields: [FieldSpec]

    static func when(
      _ mask: UInt64, is value: UInt64, means meaning: Meaning = .plain, _ fields: [FieldSpec]
    ) -> Form {
      Form(mask: mask, value: value, meaning: meaning, fields: fields)
    }

    static func otherwise(means meaning: Meaning = .plain, _ fields: [FieldSpec]) -> Form {
      Form(mask: 0, value: 0, meaning: meaning, fields: fields)
    }
  }

  /// The layouts; the first one that the bits select applies.
  var forms: [Form]

  /// A table with one layout.
  init(_ fields: [FieldSpec]) { forms = [.otherwise(fields)] }

  /// A table with several layouts. The last one applies to all remaining values.
  init(forms: [Form]) { self.forms = forms }

  /// The layout of a value.
  func form(of value: UInt64) -> Form? { forms.first { value & $0.mask == $0.value } }
}

/// A field in a table.
struct FieldSpec: Sendable {
  /// The manual's mnemonic.
  var name: StaticString
  /// The highest bit.
  var high: UInt8
  /// The lowest bit.
  var low: UInt8
  /// The meaning of its values.
  var meaning: Meaning
  /// Its subfields.
  var table: FieldTable?

  /// A field whose number needs no explanation.
  static func field(_ name: StaticString, _ high: UInt8, _ low: UInt8) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: .plain)
  }

  /// A field with texts for its values.
  static func field(
    _ name: StaticString, _ high: UInt8, _ low: UInt8,
    values: KeyValuePairs<UInt64, StaticString>
  ) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: .values(values, "reserved"))
  }

  /// A field with texts for its values, or with one text for all of them.
  static func field(
    _ name: StaticString, _ high: UInt8, _ low: UInt8, as meaning: Meaning
  ) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: meaning)
  }

  /// A single bit.
  static func flag(
    _ name: StaticString, _ bit: UInt8, _ set: StaticString, _ clear: StaticString = ""
  ) -> FieldSpec {
    FieldSpec(name: name, high: bit, low: bit, meaning: .flag(set, clear))
  }

  /// A field with subfields.
  static func field(
    _ name: StaticString, _ high: UInt8, _ low: UInt8, of table: FieldTable
  ) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: .plain, table: table)
  }

  /// Bits that should be one.
  static func ones(_ high: UInt8, _ low: UInt8) -> FieldSpec {
    FieldSpec(name: "RES1", high: high, low: low, meaning: .ones)
  }
}

/// The meaning of a field's values.
enum Meaning: Sendable {
  /// The number needs no explanation.
  case plain
  /// The same text for every value.
  case text(StaticString)
  /// The text for a set bit, and that for a clear one.
  case flag(StaticString, StaticString)
  /// The text for each value, and that for all others.
  case values(KeyValuePairs<UInt64, StaticString>, StaticString)
  /// The text for each value of the register's bits under a mask; none for other values.
  case register(mask: UInt64, KeyValuePairs<UInt64, StaticString>)
  /// A fault status code.
  case faultStatus
  /// The name of the function whose identifier is in the register.
  case functionName
  /// An address whose lowest bits, this many, are left out.
  case address(UInt8)
  /// Reserved bits that should all be one.
  case ones

  /// The text for a value.
  func text(of value: UInt64, bitWidth: UInt8, in register: UInt64) -> StaticString {
    switch self {
    case .plain, .address: return ""
    case .text(let text): return text
    case .flag(let set, let clear): return value == 0 ? clear : set
    case .values(let values, let other): return Self.text(value, in: values) ?? other
    case .register(let mask, let values): return Self.text(register & mask, in: values) ?? ""
    case .functionName:
      return SMCCC.FunctionID(rawValue: UInt32(truncatingIfNeeded: register)).name
    case .faultStatus: return FaultStatus(rawValue: UInt8(truncatingIfNeeded: value)).name
    case .ones:
      let areSet = value == UInt64.max >> UInt64(64 - bitWidth)
      return areSet ? "reserved, one" : "reserved bits are clear"
    }
  }

  /// The address that a value stands for; nil if it isn't an address.
  func address(of value: UInt64) -> UInt64? {
    guard case .address(let shift) = self else { return nil }
    return value << UInt64(shift)
  }

  private static func text(
    _ value: UInt64, in values: KeyValuePairs<UInt64, StaticString>
  ) -> StaticString? {
    for pair in values where pair.key == value { return pair.value }
    return nil
  }
}

extension FieldTable {
  /// Passes every field of bits `high` to `low` to the cutter's sink.
  func describe<Sink: FieldSink>(
    _ cutter: inout FieldCutter<Sink>, _ high: UInt8 = 63, _ low: UInt8 = 0
  ) {
    guard let form = form(of: cutter.bits(high, low)) else { return }
    // One above the highest bit not yet covered by a field.
    var end = high + 1
    for spec in form.fields {
      let (top, bottom) = (spec.high + low, spec.low + low)
      if top + 1 < end { cutter.reserved(end - 1, top + 1) }
      end = bottom
      let value = cutter.bits(top, bottom)
      let meaning = spec.table?.form(of: value)?.meaning ?? spec.meaning
      cutter.field(
        spec.name, top, bottom,
        meaning.text(of: value, bitWidth: top - bottom + 1, in: cutter.bits(high, low)),
        address: meaning.address(of: value))
      guard let table = spec.table, table.form(of: value)?.fields.isEmpty == false else { continue }
      cutter.depth += 1
      table.describe(&cutter, top, bottom)
      cutter.depth -= 1
    }
    if end > low { cutter.reserved(end - 1, low) }
  }
}
