/// The table of symbols that a Linux kernel has of itself, in its memory (kernel/kallsyms.c and scripts/kallsyms.c).
///
/// It is several tables without a header, whose order differs between versions. Each is found by what it must be: the
/// tokens by the digits, which every kernel has as tokens, and by their index; the names by the markers, which say where
/// each 256th is; the addresses by their order, which is the names' own. Whatever memory has, this ends, and with a
/// bounded amount of memory.
struct Kallsyms {
  /// A symbol.
  struct Entry: Equatable {
    /// Its address, in the kernel.
    var address: UInt64
    /// Where its name begins in `strings`.
    var name: Int
    /// The letter of its kind, as `nm` has it.
    var type: UInt8
  }

  /// The symbols, by address.
  let entries: [Entry]
  /// The names, each ended by a NUL.
  let strings: [UInt8]
  /// Where its tokens are in the kernel.
  let place: Int

  /// More symbols than that no kernel has.
  static let countLimit = 1 << 20
  /// KSYM_NAME_LEN, from 6.1 on.
  private static let nameByteLimit = 512
  private static let stringByteLimit = 64 << 20

  /// Reads a kernel's table; nil if it has none, or one that isn't consistent.
  ///
  /// - Parameters:
  ///   - unrelocatedBase: what the addresses of a kernel that hasn't relocated itself yet are from; nil to have none.
  ///   - searchesAll: whether everything is read if samples don't show where the table is.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: what reading memory and `check` throw.
  init?(
    _ kernel: KernelBytes, unrelocatedBase: UInt64? = nil, searchesAll: Bool = true,
    check: () throws -> Void = {}
  ) throws {
    guard let tokens = try Self.findTokens(kernel, searchesAll: searchesAll, check),
      let names = try Self.findNames(kernel, before: tokens, check),
      let decoded = Self.decode(names, by: tokens),
      let addresses = try Self.findAddresses(kernel, unrelocatedBase, names, tokens)
    else { return nil }
    try check()
    var entries: [Entry] = []
    entries.reserveCapacity(addresses.count)
    for (address, name) in zip(addresses, decoded.names) {
      entries.append(Entry(address: address, name: name.start, type: name.type))
    }
    self.entries = entries
    strings = decoded.strings
    place = tokens.start
  }

  // MARK: Tokens

  /// `kallsyms_token_table` and `kallsyms_token_index`: what a byte of a name stands for.
  private struct Tokens {
    /// Where the table is.
    var start: Int
    /// Where the index ends.
    var end: Int
    var strings: [UInt8]
    /// Where each token begins and ends in `strings`.
    var ranges: [Range<Int>]
  }

  private static let digits: [UInt8] = (UInt8(ascii: "0")...UInt8(ascii: "9")).flatMap { [$0, 0] }

  private static func findTokens(
    _ kernel: KernelBytes, searchesAll: Bool, _ check: () throws -> Void
  ) throws -> Tokens? {
    var found: Tokens?
    func search(_ range: Range<Int>) throws {
      try check()
      try kernel.search(for: digits, in: range) { place in
        found = try tokens(kernel, digits: place)
        return found != nil
      }
    }
    for start in stride(from: 0, to: kernel.byteCount, by: windowByteCount) {
      let window = start..<min(start + windowByteCount, kernel.byteCount)
      for range in try ranges(of: kernel, around: window) {
        try search(range)
        if let found { return found }
      }
    }
    if searchesAll { try search(0..<kernel.byteCount) }
    return found
  }

  /// How much is sampled at once.
  private static let windowByteCount = 16 << 20
  private static let sampleDistance = 1 << 16

  /// Where the tokens may be, the most likely place first. The table of offsets, which is near, is a long sequence of
  /// rising numbers: a few samples tell where one is, so that most of the kernel isn't read.
  private static func ranges(
    of kernel: KernelBytes, around window: Range<Int>
  ) throws -> [Range<Int>] {
    let places = Array(stride(from: window.lowerBound, to: window.upperBound, by: sampleDistance))
    let samples = try kernel.samples(places, byteCount: sampleByteCount)
    var start: Int?
    var ranges: [Range<Int>] = []
    func end(at place: Int) {
      guard let first = start else { return }
      start = nil
      // From 6.4 on, the tokens are before the offsets; until then after them and the names, which have three times as
      // many bytes.
      let byteCount = place - first + sampleDistance
      ranges.append(
        max(0, first - 2 * sampleDistance)..<min(kernel.byteCount, place + 6 * byteCount))
    }
    for (place, sample) in zip(places, samples) {
      if sample.map(isRising) ?? false {
        start = start ?? place
      } else {
        end(at: place)
      }
    }
    end(at: window.upperBound)
    return ranges.sorted { $0.count > $1.count }
  }

  private static let sampleByteCount = 64

  /// Whether words are offsets of symbols: rising, and not far from each other.
  private static func isRising(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == sampleByteCount else { return false }
    let words = stride(from: 0, to: bytes.count, by: 4).map { bytes.u32($0) }
    guard words[words.count - 1] != words[0] else { return false }
    return zip(words, words.dropFirst()).allSatisfy { $0 <= $1 && $1 - $0 < 1 << 16 }
  }

  /// The tokens of which the digits are at a place; nil if these aren't tokens.
  private static func tokens(_ kernel: KernelBytes, digits place: Int) throws -> Tokens? {
    // 256 tokens, none longer than a name; in fact they have less than 1 KiB.
    let limit = min(1 << 14, kernel.byteCount - place)
    guard let after = try kernel.bytes(place, limit) else { return nil }
    var left = 256 - 0x30
    var end = 0
    while left > 0, end < after.count {
      if after[end] == 0 { left -= 1 }
      end += 1
    }
    guard left == 0 else { return nil }
    let indexPlace = (place + end + 7) & ~7
    guard let index = try kernel.bytes(indexPlace, 512) else { return nil }
    let start = place - index.u16(0x30 * 2)
    guard start >= 0, start % 8 == 0,
      let strings = try kernel.bytes(start, place + end - start)
    else { return nil }
    var ranges: [Range<Int>] = []
    for token in 0..<256 {
      let first = index.u16(token * 2)
      let next = token < 255 ? index.u16(token * 2 + 2) : strings.count
      guard next > first, next <= strings.count, token > 0 || first == 0, strings[next - 1] == 0,
        !strings[first..<next - 1].contains(0)
      else { return nil }
      ranges.append(first..<next - 1)
    }
    return Tokens(start: start, end: indexPlace + 512, strings: strings, ranges: ranges)
  }

  // MARK: Names

  /// `kallsyms_names`, and the number before it.
  private struct Names {
    /// Where they begin.
    var start: Int
    var count: Int
    var bytes: [UInt8]
  }

  /// The names that the markers in front of the tokens describe. In between may be `kallsyms_seqs_of_names`.
  private static func findNames(
    _ kernel: KernelBytes, before tokens: Tokens, _ check: () throws -> Void
  ) throws -> Names? {
    // Three bytes for each symbol, and a marker for each 256th.
    let distance = min(tokens.start, 4 * countLimit)
    let chunk = KernelBytes.blockByteCount
    var end = tokens.start
    var triedCount = 0
    var budget = triedLimit
    while end > tokens.start - distance {
      try check()
      let start = max(0, (end - chunk) & ~7)
      // A marker and the next one are looked at.
      guard let bytes = try kernel.bytes(start, min(end + 16, tokens.start) - start) else {
        return nil
      }
      var place = ((end - start - 1) & ~7)
      while place >= 0 {
        defer { place -= 8 }
        guard place + 8 <= bytes.count, bytes[place] == 0, bytes[place + 1] == 0,
          bytes.u32(place) == 0, isStep(bytes.u32(place + 4))
        else { continue }
        triedCount += 1
        guard triedCount < triedLimit else { return nil }
        if let names = try names(
          kernel, markers: start + place, before: tokens.start, budget: &budget)
        {
          return names
        }
      }
      end = start
    }
    return nil
  }

  /// How many places are looked at closely.
  private static let triedLimit = 512

  /// Whether 256 names can have as many bytes: a length and at least one token each.
  private static func isStep(_ byteCount: Int) -> Bool {
    (256 * 2...256 * (nameByteLimit + 2)).contains(byteCount)
  }

  private static func names(
    _ kernel: KernelBytes, markers place: Int, before end: Int, budget: inout Int
  ) throws -> Names? {
    // The markers go on as long as they rise; the last ones may be something else.
    let limit = min(countLimit / 256 * 4, end - place) & ~3
    guard let bytes = try kernel.bytes(place, limit) else { return nil }
    var markers = [0]
    while markers.count * 4 + 4 <= bytes.count {
      let next = bytes.u32(markers.count * 4)
      guard isStep(next - markers[markers.count - 1]) else { break }
      markers.append(next)
    }
    // As many as there are, or one less if something that looks like one follows.
    for count in [markers.count, markers.count - 1] where count >= 2 {
      let first = place - markers[count - 1]
      let start = max(8, (first - 256 * (nameByteLimit + 2)) & ~7)
      guard start <= first, let text = try kernel.bytes(start - 8, place - start + 8) else {
        continue
      }
      for offset in stride(from: (first - start) & ~7, through: 0, by: -8) {
        // `kallsyms_num_syms` is aligned to 8 bytes, and so are the names after it.
        let number = text.u32(offset)
        guard number > (count - 1) * 256, number <= count * 256, text.u32(offset + 4) == 0
        else { continue }
        guard budget > 0 else { return nil }
        budget -= 1
        guard areNames(text[(offset + 8)...], count: number, markers: markers) else { continue }
        return Names(start: start + offset, count: number, bytes: Array(text[(offset + 8)...]))
      }
    }
    return nil
  }

  /// Whether bytes are names, as the markers say, and nothing else but padding.
  private static func areNames(_ bytes: ArraySlice<UInt8>, count: Int, markers: [Int]) -> Bool {
    var place = bytes.startIndex
    for index in 0..<count {
      if index % 256 == 0, place - bytes.startIndex != markers[index / 256] { return false }
      guard let length = nameLength(bytes, &place), length > 0, length <= bytes.endIndex - place
      else { return false }
      place += length
    }
    return bytes.endIndex - place < 8 && bytes[place...].allSatisfy { $0 == 0 }
  }

  /// The number of tokens in a name. From 6.1 on, one above 127 has a second byte; before, there was none.
  private static func nameLength(_ bytes: ArraySlice<UInt8>, _ place: inout Int) -> Int? {
    guard place < bytes.endIndex else { return nil }
    let first = Int(bytes[place])
    place += 1
    guard first & 0x80 != 0 else { return first }
    guard place < bytes.endIndex else { return nil }
    defer { place += 1 }
    return first & 0x7f | Int(bytes[place]) << 7
  }

  private static func decode(
    _ names: Names, by tokens: Tokens
  ) -> (names: [(start: Int, type: UInt8)], strings: [UInt8])? {
    var found: [(start: Int, type: UInt8)] = []
    found.reserveCapacity(names.count)
    var strings: [UInt8] = []
    strings.reserveCapacity(names.count * 24)
    var place = 0
    for _ in 0..<names.count {
      guard let length = nameLength(names.bytes[...], &place), length <= names.bytes.count - place
      else { return nil }
      var type: UInt8?
      let start = strings.count
      for token in names.bytes[place..<place + length] {
        var range = tokens.ranges[Int(token)]
        if type == nil, !range.isEmpty {
          type = tokens.strings[range.lowerBound]
          range = range.lowerBound + 1..<range.upperBound
        }
        strings += tokens.strings[range]
        guard strings.count - start < nameByteLimit, strings.count < stringByteLimit else {
          return nil
        }
      }
      place += length
      guard let type else { return nil }
      strings.append(0)
      found.append((start, type))
    }
    return (found, strings)
  }

  // MARK: Addresses

  /// The symbols' addresses, in the order of the names.
  private static func findAddresses(
    _ kernel: KernelBytes, _ unrelocatedBase: UInt64?, _ names: Names, _ tokens: Tokens
  ) throws -> [UInt64]? {
    let count = names.count
    let size = (count * 4 + 7) & ~7
    // Up to 6.3: offsets, base, number, names. From 6.4 on: after the tokens.
    for (offsets, basePlace) in [
      (names.start - 16 - size, names.start - 16), (tokens.end, tokens.end + size),
    ] {
      guard let bytes = try kernel.bytes(offsets, count * 4),
        let word = try kernel.bytes(basePlace, 8)?.u64(0),
        let relativeBase = word == 0 ? unrelocatedBase : word,
        isKernelAddress(relativeBase)
      else { continue }
      if let found = relative(bytes, relativeBase, kernel) { return found }
    }
    // Without relative bases.
    for place in [names.start - 8 - count * 8, tokens.end] {
      guard let bytes = try kernel.bytes(place, count * 8) else { continue }
      let found = (0..<count).map { bytes.u64($0 * 8) }
      let base = found[0] & ~4095
      if isKernelAddress(base), areAddresses(found, base, kernel) { return found }
    }
    return nil
  }

  /// Whether an address is where a kernel may begin. `kallsyms_relative_base` is 0 before the kernel has relocated
  /// itself.
  private static func isKernelAddress(_ address: UInt64) -> Bool {
    address >> 55 == 0x1ff && address % 4096 == 0
  }

  private static func relative(
    _ bytes: [UInt8], _ relativeBase: UInt64, _ kernel: KernelBytes
  ) -> [UInt64]? {
    let count = bytes.count / 4
    let offsets = (0..<count).map { bytes.u32($0 * 4) }
    let plain = offsets.map { relativeBase &+ UInt64($0) }
    if areAddresses(plain, relativeBase, kernel) { return plain }
    // CONFIG_KALLSYMS_ABSOLUTE_PERCPU: what isn't negative is an address.
    let other = offsets.map { offset in
      let signed = Int64(Int32(truncatingIfNeeded: offset))
      return signed >= 0
        ? UInt64(signed) : relativeBase &- 1 &- UInt64(bitPattern: signed)
    }
    return areAddresses(other, relativeBase, kernel) ? other : nil
  }

  /// Whether these are sorted, and most of them are in the kernel.
  private static func areAddresses(
    _ addresses: [UInt64], _ base: UInt64, _ kernel: KernelBytes
  ) -> Bool {
    var inside = 0
    var last: UInt64 = 0
    for address in addresses {
      guard address >= last else { return false }
      last = address
      if address &- base < UInt64(kernel.byteCount) { inside += 1 }
    }
    return inside * 10 >= addresses.count * 9 && addresses.first != addresses.last
  }
}
