/// The layout of a register as data: which fields it has, and what their values mean. A field may have a
/// table of its own; its bits are then counted from the field's lowest bit.
///
/// Bits that no field covers are reserved: they are shown only when one of them is set.
struct FieldTable: Sendable {
  /// One of the layouts of a register whose bits choose between several.
  struct Form: Sendable {
    /// The bits that choose.
    var mask: UInt64
    /// What they are for this layout.
    var value: UInt64
    /// What the whole value means, for a table that describes a field.
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

  /// The layouts; the first one that the bits choose is it.
  var forms: [Form]

  /// A table with one layout.
  init(_ fields: [FieldSpec]) { forms = [.otherwise(fields)] }

  /// A table with several layouts. The last one is for all values that are left.
  init(forms: [Form]) { self.forms = forms }

  /// The layout of a value.
  func form(of value: UInt64) -> Form? { forms.first { value & $0.mask == $0.value } }
}

/// A field in a table.
struct FieldSpec: Sendable {
  /// The mnemonic of the manual.
  var name: StaticString
  /// The highest bit.
  var high: UInt8
  /// The lowest bit.
  var low: UInt8
  /// What its values mean.
  var meaning: Meaning
  /// The fields of the field.
  var table: FieldTable?

  /// A field whose number speaks for itself.
  static func field(_ name: StaticString, _ high: UInt8, _ low: UInt8) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: .plain)
  }

  /// A field with words for its values.
  static func field(
    _ name: StaticString, _ high: UInt8, _ low: UInt8,
    values: KeyValuePairs<UInt64, StaticString>
  ) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: .values(values, "reserved"))
  }

  /// A field with words for its values, or with the same words for all of them.
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

  /// A field with fields of its own.
  static func field(
    _ name: StaticString, _ high: UInt8, _ low: UInt8, of table: FieldTable
  ) -> FieldSpec {
    FieldSpec(name: name, high: high, low: low, meaning: .plain, table: table)
  }

  /// Bits that are to be one.
  static func ones(_ high: UInt8, _ low: UInt8) -> FieldSpec {
    FieldSpec(name: "RES1", high: high, low: low, meaning: .ones)
  }
}

/// What the values of a field mean.
enum Meaning: Sendable {
  /// The number speaks for itself.
  case plain
  /// The same words for every value.
  case text(StaticString)
  /// The words of a bit that is set, and of one that is clear.
  case flag(StaticString, StaticString)
  /// The words by value, and those of all others.
  case values(KeyValuePairs<UInt64, StaticString>, StaticString)
  /// The words by the bits of the register under a mask; none for others.
  case register(mask: UInt64, KeyValuePairs<UInt64, StaticString>)
  /// A fault status code.
  case faultStatus
  /// The name of the function whose identifier the register is.
  case functionName
  /// An address without this many low bits.
  case address(UInt8)
  /// Reserved bits that should all be one.
  case ones

  /// The words of a value.
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

  /// The address that a value stands for; nil when it is none.
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
  /// Hands every field of bits `high` to `low` to the cutter's sink.
  func describe<Sink: FieldSink>(
    _ cutter: inout FieldCutter<Sink>, _ high: UInt8 = 63, _ low: UInt8 = 0
  ) {
    guard let form = form(of: cutter.bits(high, low)) else { return }
    // One above the highest bit that no field has covered yet.
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
