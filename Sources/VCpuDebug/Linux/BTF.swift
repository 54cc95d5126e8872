/// The types that a kernel has of itself in memory, in the BPF Type Format.
///
/// Whatever the bytes are, reading them ends, and costs no more than their number.
///
/// Source: Linux, Documentation/bpf/btf.rst and include/uapi/linux/btf.h.
struct BTF {
  private let bytes: [UInt8]
  private let isBigEndian: Bool
  /// Where the names are in `bytes`.
  private let names: Range<Int>
  /// Where each type is in `bytes`, from number 1 on.
  private var places: [Int] = []
  /// The numbers of structures and unions.
  private var aggregates: [Int] = []

  /// The first bytes that tell how many there are.
  static let headerByteCount = 24
  static let magic = 0xeb9f
  /// More bytes than that no kernel has.
  static let byteLimit = 64 << 20
  private static let typeLimit = 1 << 22
  private static let chainLimit = 32

  /// What a type is.
  private enum Kind: Int {
    case integer = 1
    case pointer, array, structure, union, enumeration, forward, typedef, volatile, const, restrict
    case function, functionPrototype, variable, section, float, declarationTag, typeTag
    case enumeration64
  }

  /// The header's numbers.
  private struct Header {
    var isBigEndian: Bool
    var types: Range<Int>
    var names: Range<Int>

    init?(_ bytes: some RandomAccessCollection<UInt8>) {
      let bytes = Array(bytes.prefix(BTF.headerByteCount))
      guard bytes.count == BTF.headerByteCount, bytes[2] == 1 else { return nil }
      switch bytes.u16(0) {
      case BTF.magic: isBigEndian = false
      case 0x9feb: isBigEndian = true
      default: return nil
      }
      let isSwapped = isBigEndian
      let words = [4, 8, 12, 16, 20].map { bytes.u32($0) }
        .map { isSwapped ? Int(UInt32($0).byteSwapped) : $0 }
      guard words[0] >= BTF.headerByteCount, words.allSatisfy({ $0 <= BTF.byteLimit }),
        words[2] > 0, words[4] > 0, words[1] % 4 == 0
      else { return nil }
      types = words[0] + words[1]..<words[0] + words[1] + words[2]
      names = words[0] + words[3]..<words[0] + words[3] + words[4]
      guard types.upperBound <= names.lowerBound, names.upperBound <= BTF.byteLimit else {
        return nil
      }
    }
  }

  /// How many bytes the types have that begin with a header; nil if it isn't one.
  static func byteCount(header: [UInt8]) -> Int? { Header(header)?.names.upperBound }

  /// Reads types: the header, and everything that it tells of. Nil if they aren't consistent.
  init?(_ bytes: [UInt8]) {
    guard let header = Header(bytes), header.names.upperBound <= bytes.count,
      bytes[header.names.lowerBound] == 0, bytes[header.names.upperBound - 1] == 0
    else { return nil }
    self.bytes = bytes
    isBigEndian = header.isBigEndian
    names = header.names
    var place = header.types.lowerBound
    places.reserveCapacity(header.types.count / 24)
    while place < header.types.upperBound {
      guard header.types.upperBound - place >= 12, places.count < Self.typeLimit else { return nil }
      let information = word(place + 4)
      guard let kind = Kind(rawValue: information >> 24 & 31), word(place) < names.count else {
        return nil
      }
      places.append(place)
      if kind == .structure || kind == .union { aggregates.append(places.count) }
      place += 12 + Self.byteCount(after: kind, count: information & 0xffff)
      guard place <= header.types.upperBound else { return nil }
    }
  }

  /// How many bytes a type has after the first twelve.
  private static func byteCount(after kind: Kind, count: Int) -> Int {
    switch kind {
    case .integer, .variable, .declarationTag: 4
    case .array: 12
    case .structure, .union, .section, .enumeration64: 12 * count
    case .enumeration, .functionPrototype: 8 * count
    case .pointer, .forward, .typedef, .volatile, .const, .restrict, .function, .float, .typeTag: 0
    }
  }

  /// How many types there are.
  var count: Int { places.count }

  // MARK: Types

  private func word(_ place: Int) -> Int {
    let word = bytes.u32(place)
    return isBigEndian ? Int(UInt32(word).byteSwapped) : word
  }

  /// A type; nil for void and for a number that none has.
  private struct Entry {
    var kind: Kind
    /// Where what is after the first twelve bytes begins.
    var rest: Int
    var count: Int
    var flag: Bool
    /// Its size in bytes, or the number of another type.
    var number: Int
  }

  private func entry(_ type: Int) -> Entry? {
    guard type > 0, type <= places.count else { return nil }
    let place = places[type - 1]
    let information = word(place + 4)
    guard let kind = Kind(rawValue: information >> 24 & 31) else { return nil }
    return Entry(
      kind: kind, rest: place + 12, count: information & 0xffff, flag: information >> 31 != 0,
      number: word(place + 8))
  }

  private func isName(_ offset: Int, _ name: [UInt8]) -> Bool {
    guard offset >= 0, offset + name.count < names.count else { return false }
    let start = names.lowerBound + offset
    guard bytes[start + name.count] == 0 else { return false }
    return bytes[start..<start + name.count].elementsEqual(name)
  }

  /// A type without typedefs and qualifiers; nil if it has no end.
  private func stripped(_ type: Int) -> Int? {
    var type = type
    for _ in 0..<Self.chainLimit {
      guard let entry = entry(type) else { return nil }
      switch entry.kind {
      case .typedef, .volatile, .const, .restrict, .typeTag: type = entry.number
      default: return type
      }
    }
    return nil
  }

  /// The size of a type in bits; nil if it has none.
  private func bitCount(_ type: Int) -> Int? {
    var type = type
    var factor = 1
    for _ in 0..<Self.chainLimit {
      guard let own = stripped(type), let entry = entry(own) else { return nil }
      let size: Int
      switch entry.kind {
      case .array:
        let (product, overflow) = factor.multipliedReportingOverflow(by: word(entry.rest + 8))
        guard !overflow, product < 1 << 32 else { return nil }
        (type, factor) = (word(entry.rest), product)
        continue
      case .pointer: size = 64
      case .integer:
        // An old kernel's bit field is of an integer that has fewer bits than its bytes have.
        let bits = word(entry.rest) & 0xff
        size = factor == 1 && bits > 0 && bits < 8 * entry.number ? bits : 8 * entry.number
      case .structure, .union, .enumeration, .enumeration64, .float: size = 8 * entry.number
      default: return nil
      }
      return size * factor
    }
    return nil
  }

  /// A structure with a name that has members.
  private func structure(named name: String) -> Int? {
    let name = Array(name.utf8)
    return aggregates.first { type in
      isName(word(places[type - 1]), name) && (entry(type)?.count ?? 0) > 0
    }
  }

  /// A member of a structure, and its type. Anonymous structures are looked into, as many as the budget allows.
  private func member(
    _ name: [UInt8], of type: Int, depth: Int, budget: inout Int
  ) -> (member: KernelMember, type: Int)? {
    guard depth < Self.chainLimit, let entry = entry(type),
      entry.kind == .structure || entry.kind == .union
    else { return nil }
    for index in 0..<entry.count {
      guard budget > 0 else { return nil }
      budget -= 1
      let place = entry.rest + 12 * index
      let (nameOffset, memberType, number) = (word(place), word(place + 4), word(place + 8))
      // With the flag, the upper byte is the width of a bit field.
      let offset = entry.flag ? number & 0xff_ffff : number
      if isName(nameOffset, name) {
        let width = entry.flag ? number >> 24 : 0
        guard let bitCount = width > 0 ? width : bitCount(memberType) else { return nil }
        return (KernelMember(bitOffset: offset, bitCount: bitCount), memberType)
      }
      guard isName(nameOffset, []), let inner = stripped(memberType),
        var found = member(name, of: inner, depth: depth + 1, budget: &budget)
      else { continue }
      found.member.bitOffset += offset
      return found
    }
    return nil
  }

  private static let memberLimit = 1 << 16
}

extension BTF: KernelTypes {
  func member(_ path: String, of structure: String) -> KernelMember? {
    guard var type = self.structure(named: structure) else { return nil }
    var found = KernelMember(bitOffset: 0, bitCount: 0)
    var budget = Self.memberLimit
    for name in path.split(separator: ".") {
      guard let own = stripped(type),
        let next = member(Array(name.utf8), of: own, depth: 0, budget: &budget)
      else { return nil }
      found.bitOffset += next.member.bitOffset
      found.bitCount = next.member.bitCount
      type = next.type
    }
    return found.bitCount > 0 ? found : nil
  }

  func byteCount(of structure: String) -> Int? {
    self.structure(named: structure).flatMap(entry).map(\.number)
  }
}

extension BTF {
  /// Where a kernel has its types: the place that is said, or the first one in the ranges at which types are.
  ///
  /// - Throws: what reading memory and `check` throw.
  init?(
    _ kernel: KernelBytes, at place: Int?, in ranges: [Range<Int>], check: () throws -> Void = {}
  ) throws {
    var found: BTF?
    var triedCount = 0
    func read(at place: Int) throws -> Bool {
      guard let header = try kernel.bytes(place, Self.headerByteCount),
        let count = Self.byteCount(header: header), triedCount < Self.triedLimit
      else { return false }
      triedCount += 1
      try check()
      if let bytes = try kernel.bytes(place, count) { found = BTF(bytes) }
      return found != nil
    }
    if let place { _ = try read(at: place) }
    for range in ranges where found == nil {
      // The magic, version 1, no flags, and the size of the header in little-endian order.
      try kernel.search(for: [0x9f, 0xeb, 1, 0, UInt8(Self.headerByteCount), 0, 0, 0], in: range) {
        try check()
        return try $0 % 4 == 0 && read(at: $0)
      }
    }
    guard let found else { return nil }
    self = found
  }

  /// How many places are looked at closely.
  private static let triedLimit = 16
}
