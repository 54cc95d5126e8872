@testable import GDBRemote

extension FuzzTarget {
  /// Target descriptions. The input has the documents one behind the other, with a zero between them,
  /// and they come in this order, whatever name is asked for; after the last one begins again.
  static let description = FuzzTarget(name: "description") { input in
    let documents = input.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    var fetchCount = 0
    let description = try TargetDescription { (_) throws(RemoteError) in
      defer { fetchCount += 1 }
      return documents[fetchCount % documents.count]
    }
    try require(fetchCount <= 1000, "\(fetchCount) documents were asked for")
    try require(
      description.warnings.count <= 100 * (fetchCount + 1),
      "there are \(description.warnings.count) warnings")
    try checkRegisters(description.registers)
    try checkTypes(description.types)
  }

  /// Whatever order the lookups have, they lead to the same registers.
  private static func checkRegisters(_ map: RegisterMap) throws {
    let numbers = map.generalLayout.map(\.number)
    try require(zip(numbers, numbers.dropFirst()).allSatisfy(<), "numbers are not in order")
    try requireEqual(Set(numbers), Set(map.all.map(\.number)), "the numbers of the layout")
    for register in map.all {
      try require(!register.name.isEmpty, "a register has no name")
      try require(1...(1 << 24) ~= register.bitWidth, "\(register) has a strange width")
      try require(0..<(1 << 25) ~= register.number, "\(register) has a strange number")
      try require(
        map[number: register.number]?.number == register.number, "\(register) has another number")
      try require(map[register.name]?.name == register.name, "\(register) has another name")
    }
    let byteCount = map.generalLayout.reduce(0) { $0 + $1.byteCount }
    try requireEqual(
      map.generalCount(byteCount: byteCount), numbers.count, "the registers of all bytes")
    try requireEqual(
      map.generalCount(byteCount: byteCount - 1), max(numbers.count - 1, 0),
      "the registers of all bytes but one")
  }

  private static func checkTypes(_ types: [String: TypeDescription]) throws {
    for (name, type) in types {
      switch type {
      case .vector(_, let count): try require(count > 0, "\(name) has \(count) elements")
      case .union(let fields), .structure(let fields, _), .flags(let fields, _):
        for bits in fields.compactMap(\.bits) {
          try require(bits.lowerBound >= 0 && bits.upperBound < 1 << 16, "\(name) has bits \(bits)")
        }
      case .enumeration: break
      }
    }
  }
}
