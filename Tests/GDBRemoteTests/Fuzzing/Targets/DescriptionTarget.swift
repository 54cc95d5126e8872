@testable import GDBRemote

extension FuzzTarget {
  /// Target descriptions. The input has the documents one after the other, with a zero between them,
  /// and they come in this order, whatever name is asked for; after the last one begins again. Each is
  /// read as a list of threads and as a memory map, too.
  static let description = FuzzTarget(name: "description") { input in
    let documents = input.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    var fetchCount = 0
    let description = try TargetDescription(root: "target.xml", cache: nil) {
      (_) throws(RemoteError) in
      defer { fetchCount += 1 }
      return documents[fetchCount % documents.count]
    }
    try require(fetchCount <= 1000, "\(fetchCount) documents were asked for")
    try require(
      description.warnings.count <= 1000, "there are \(description.warnings.count) warnings")
    try checkRegisters(description.registers, isWhole: description.warnings.isEmpty)
    try checkTypes(description.types)
    try checkValues(description)
    for document in documents {
      try checkThreads(ThreadDocument(parsing: document))
      try checkMemory(MemoryMap(parsing: document))
    }
  }

  /// Lookups in any order lead to the same registers.
  private static func checkRegisters(_ map: RegisterMap, isWhole: Bool) throws {
    let numbers = map.generalLayout.map(\.number)
    // If some are missing, the places of later ones in a `g` packet aren't known.
    let limit = isWhole ? Int.max : numbers.max().map { $0 + 1 } ?? 0
    try requireEqual(
      Set(numbers), Set(map.all.map(\.number).filter { $0 < limit }), "the numbers of the layout")
    try requireEqual(numbers.count, Set(numbers).count, "the number of different numbers")
    try requireEqual(map.generalOffsets.count, numbers.count, "the number of places")
    try require(
      zip(map.generalOffsets, map.generalOffsets.dropFirst()).allSatisfy(<=), "places go back")
    for register in map.all {
      try require(!register.name.isEmpty, "a register has no name")
      try require(1...(1 << 24) ~= register.bitWidth, "\(register) has a strange width")
      try require(0..<(1 << 25) ~= register.number, "\(register) has a strange number")
      try require(
        map[number: register.number]?.number == register.number, "\(register) has another number")
      try require(map[register.name]?.name == register.name, "\(register) has another name")
    }
    let end = zip(map.generalLayout, map.generalOffsets).map { $0.byteCount + $1 }.max() ?? 0
    try requireEqual(map.generalCount(byteCount: end), numbers.count, "the registers of all bytes")
    try require(
      map.generalCount(byteCount: end - 1) < max(numbers.count, 1), "the registers of too few bytes"
    )
    // A truncated `g` packet has the registers that fit into it.
    let general = GeneralRegisters(
      [UInt8](repeating: 0x5a, count: min(end, 1 << 12) * 2 / 3), in: map)
    for register in map.all.prefix(64) {
      if let bytes = general.bytes(of: register) {
        try requireEqual(bytes.count, register.byteCount, "the bytes of \(register.name)")
      }
    }
  }

  /// Any bytes are a complete value of any type.
  private static func checkValues(_ description: TargetDescription) throws {
    for register in description.registers.all.prefix(4) {
      for byteCount in [register.byteCount, min(register.byteCount, 3), 0] {
        let bytes = [UInt8](repeating: 0xa5, count: byteCount)
        let value = description.value(of: register, bytes)
        try require(value.bitWidth <= 8 * byteCount, "\(register.name) has \(value.bitWidth) bits")
        let reversed = description.value(of: register, bytes, byteOrder: .big)
        try requireEqual(reversed.bitWidth, value.bitWidth, "the width of \(register.name)")
      }
    }
  }

  private static func checkThreads(_ document: ThreadDocument) throws {
    let ids = document.threads.map(\.id)
    try requireEqual(Set(ids).count, ids.count, "the number of different threads")
    try require(ids.allSatisfy { $0.thread > 0 }, "a thread is several")
  }

  private static func checkMemory(_ map: MemoryMap) throws {
    for (region, next) in zip(map.regions, map.regions.dropFirst()) {
      try require(region.last < next.start, "\(region) and \(next) overlap")
    }
    for region in map.regions {
      try require(map.region(at: region.start) == region, "\(region) does not begin")
      try require(map.region(at: region.last) == region, "\(region) does not end")
      if case .flash(let size?) = region.kind { try require(size > 0, "\(region) has no blocks") }
    }
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
