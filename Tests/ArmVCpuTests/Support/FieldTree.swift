@testable import ArmVCpu

/// The required form of a decoded register's fields: a tree, from bit 63 down, whose leaves hold every bit that
/// is set.
enum FieldTree {
  /// What is wrong with the fields of `value`; nil if nothing is.
  static func defect(_ fields: [Field], of value: UInt64) -> String? {
    var parents: [Field] = []
    // The lowest bit so far at each depth.
    var ends: [Int] = [64]
    var leaves: UInt64 = 0
    for (index, field) in fields.enumerated() {
      let (high, low, depth) = (Int(field.highBit), Int(field.lowBit), Int(field.depth))
      guard high >= low, high < 64 else { return "\(field.name) has the bits \(high):\(low)" }
      guard depth <= parents.count else { return "\(field.name) has no parent" }
      parents.removeSubrange(depth...)
      ends.removeSubrange((depth + 1)...)
      guard high < ends[depth] else { return "\(field.name) is not below the field before it" }
      if let parent = parents.last, high > parent.highBit || low < parent.lowBit {
        return "\(field.name) is not within \(parent.name)"
      }
      let mask = mask(high, low)
      guard field.value << low == value & mask else {
        return "\(field.name) has the value \(field.value)"
      }
      let isLeaf = index + 1 == fields.count || fields[index + 1].depth <= field.depth
      if isLeaf {
        guard leaves & mask == 0 else { return "\(field.name) overlaps another field" }
        leaves |= field.value << low
      }
      ends[depth] = low
      ends.append(high + 1)
      parents.append(field)
    }
    return leaves == value ? nil : "the fields lose \(String(leaves ^ value, radix: 16))"
  }

  private static func mask(_ high: Int, _ low: Int) -> UInt64 {
    (UInt64.max >> (63 - high + low)) << low
  }
}

extension DecodableRegister {
  /// The fields of a value.
  func fields(of value: UInt64) -> [Field] {
    var list = FieldList()
    describe(value, into: &list)
    return list.fields
  }

  /// `0x1 inner shareable` for the field with a name, which is `ATTR.Outer` for a subfield; nil if there is
  /// none.
  func reading(_ name: String, of value: UInt64) -> String? {
    let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var fields = fields(of: value)[...]
    var found: Field?
    for (depth, part) in path.enumerated() {
      guard
        let index = fields.firstIndex(where: {
          Int($0.depth) == depth && $0.name.description == part
        })
      else { return nil }
      found = fields[index]
      fields = fields[(index + 1)...].prefix { Int($0.depth) > depth }
    }
    return found.map { field in
      let number = "0x" + String(field.value, radix: 16)
      let address = field.address.map { " address 0x" + String($0, radix: 16) } ?? ""
      let meaning = field.meaning.description
      return number + address + (meaning.isEmpty ? "" : " " + meaning)
    }
  }
}
