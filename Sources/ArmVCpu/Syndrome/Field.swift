/// One field of a decoded register, with what a renderer needs to show it. A register's fields are
/// emitted as a flat sequence, each with its depth, so that their tree needs no memory at EL2.
public struct Field: Sendable {
  /// The manual's mnemonic, such as `DFSC`.
  public var name: StaticString
  /// The highest bit, counted from bit 0 of the whole register.
  public var highBit: UInt8
  /// The lowest bit.
  public var lowBit: UInt8
  /// The value, shifted down to bit 0.
  public var value: UInt64
  /// What the value means, in a few words; empty if the number needs no explanation.
  public var meaning: StaticString
  /// 0 for a field of the register, 1 for a field of that field.
  public var depth: UInt8
  /// The address that the field stands for, if it holds one without its low bits.
  public var address: UInt64?

  /// The number of bits.
  public var bitWidth: UInt8 { highBit - lowBit + 1 }
}

/// A receiver for the fields of a decoded register, from the highest bit down, each field before
/// its subfields.
public protocol FieldSink {
  /// Receives one field.
  mutating func receive(_ field: Field)
}

/// Cuts fields out of one register and passes them to a sink.
struct FieldCutter<Sink: FieldSink> {
  let register: UInt64
  var depth: UInt8 = 0
  var sink: Sink

  init(_ register: UInt64, into sink: Sink) {
    self.register = register
    self.sink = sink
  }

  func bits(_ high: UInt8, _ low: UInt8) -> UInt64 {
    register >> UInt64(low) & (UInt64.max >> UInt64(63 - (high - low)))
  }

  mutating func field(
    _ name: StaticString, _ high: UInt8, _ low: UInt8, _ meaning: StaticString = "",
    address: UInt64? = nil
  ) {
    sink.receive(
      Field(
        name: name, highBit: high, lowBit: low, value: bits(high, low), meaning: meaning,
        depth: depth, address: address))
  }

  mutating func flag(
    _ name: StaticString, _ bit: UInt8, _ set: StaticString, _ clear: StaticString = ""
  ) {
    field(name, bit, bit, bits(bit, bit) == 1 ? set : clear)
  }

  /// A field that the architecture reserves: shown only if software or hardware set one of its
  /// bits.
  mutating func reserved(_ high: UInt8, _ low: UInt8) {
    if bits(high, low) != 0 { field("RES0", high, low, "reserved bits are set") }
  }
}

/// Collects fields into an array, for hosts.
public struct FieldList: FieldSink {
  /// The fields received so far.
  public private(set) var fields: [Field] = []
  /// An empty list.
  public init() { fields.reserveCapacity(32) }
  /// Empties the list, and keeps its memory for the next value.
  public mutating func removeAll() { fields.removeAll(keepingCapacity: true) }
  /// Appends the field.
  public mutating func receive(_ field: Field) { fields.append(field) }
}
