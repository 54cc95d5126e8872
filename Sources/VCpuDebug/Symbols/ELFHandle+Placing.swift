internal import CElfutils

/// A relocatable file (`ET_REL`), whose sections have no addresses of their own: a kernel's module, an object file.
extension ELFHandle {
  /// A section that would be in memory.
  private struct Part {
    let index: Int
    let name: String
    let byteCount: UInt64
    let alignment: UInt64
  }

  /// The names of the sections that would be in memory and aren't empty, each once, in the order of the file.
  var namesOfParts: [String] {
    var known: Set<String> = []
    return parts.filter { $0.byteCount > 0 && known.insert($0.name).inserted }.map(\.name)
  }

  /// The sections that have an address, and the names of those that would be in memory and have none.
  var places: (given: [SectionAddress], missing: [String]) {
    let parts = parts.filter { $0.byteCount > 0 }
    let given = parts.compactMap { part in
      placedSections[part.index].map { SectionAddress(name: part.name, address: $0) }
    }
    return (given, parts.filter { placedSections[$0.index] == nil }.map(\.name))
  }

  /// The addresses of the sections of code that have one, as far as the file has their bytes.
  var executableSections: [Range<UInt64>] {
    var found: [Range<UInt64>] = []
    unsafe forEachSection { section, header in
      guard header.sh_flags & UInt64(SHF_EXECINSTR) != 0, header.sh_type == UInt32(SHT_PROGBITS),
        let start = placedSections[unsafe elf_ndxscn(section)], header.sh_size > 0
      else { return }
      found.append(start..<start + header.sh_size)
    }
    return found
  }

  /// The bytes of a section at an address, at most `byteCount`, up to the first that a loader changes.
  func contents(ofSectionAt address: UInt64, byteCount: Int) -> [UInt8]? {
    var found: [UInt8]?
    unsafe forEachSection { section, header in
      guard found == nil, header.sh_type == UInt32(SHT_PROGBITS),
        let start = placedSections[unsafe elf_ndxscn(section)], address >= start,
        address - start < header.sh_size
      else { return }
      let offset = address - start
      var count = min(UInt64(max(byteCount, 0)), header.sh_size - offset)
      // A word that is changed has four bytes, or eight.
      let next = relocatedWords.partitioningIndex { $0 &+ 3 >= address }
      if next < relocatedWords.count {
        let word = relocatedWords[next]
        count = word <= address ? 0 : min(count, word - address)
      }
      let (place, isBeyond) = header.sh_offset.addingReportingOverflow(offset)
      found = isBeyond ? nil : contents(atOffset: place, byteCount: count)
    }
    return found
  }

  /// Gives the sections their addresses, and applies the relocations of debug information: to this handle, not to the
  /// file.
  ///
  /// Code and data without an address are as if the file didn't have them. They get addresses that nothing can be at,
  /// so that the debug information of each stays apart.
  func place(_ addresses: [SectionAddress], path: String) throws(SymbolFileError) {
    let parts = parts
    var placed: [Int: UInt64] = [:]
    var ranges: [(start: UInt64, end: UInt64, name: String)] = []
    for place in addresses {
      let part = try part(named: place.name, parts, path)
      guard placed.updateValue(place.address, forKey: part.index) == nil else {
        throw .misplaced(path: path, detail: "\(part.name) is given two addresses")
      }
      let (end, overflows) = place.address.addingReportingOverflow(part.byteCount)
      guard !overflows, is64Bit || end <= 1 << 32 else {
        throw .misplaced(
          path: path, detail: "\(part.name) would be beyond the end of the address space")
      }
      if part.byteCount > 0 { ranges.append((place.address, end, part.name)) }
    }
    ranges.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    for (first, second) in zip(ranges, ranges.dropFirst()) where second.start < first.end {
      throw .misplaced(path: path, detail: "\(first.name) and \(second.name) would overlap")
    }
    let start = try startOfUnplaced(parts, path)
    guard ranges.last.map({ $0.end <= start }) != false else {
      throw .misplaced(
        path: path, detail: "the other sections have no room: the addresses are too high")
    }
    var next = start
    for part in parts {
      var address = placed[part.index] ?? Self.aligned(next, part.alignment)
      if placed[part.index] == nil {
        next = address + part.byteCount
        // It has distances of 32 bits to the code.
        if part.name == Self.frames, let first = ranges.first?.start { address = first &- 1 << 30 }
      }
      setAddress(address, ofSection: part.index)
    }
    placedSections = placed
    unplacedStart = start
    try relocate(path: path)
  }

  /// The section with call frame information for exceptions.
  static let frames = ".eh_frame"

  private static func aligned(_ address: UInt64, _ alignment: UInt64) -> UInt64 {
    (address + alignment - 1) / alignment * alignment
  }

  private var parts: [Part] {
    var found: [Part] = []
    unsafe forEachSection { section, header in
      guard header.sh_flags & UInt64(SHF_ALLOC) != 0 else { return }
      found.append(
        Part(
          index: unsafe elf_ndxscn(section), name: name(of: header), byteCount: header.sh_size,
          // No section needs more, whatever the file says.
          alignment: min(max(header.sh_addralign, 1), 1 << 16)))
    }
    return found
  }

  private func part(
    named name: String, _ parts: [Part], _ path: String
  ) throws(SymbolFileError) -> Part {
    var found = parts.filter { $0.name == name }
    if found.count > 1 { found = found.filter { $0.byteCount > 0 } }
    guard let part = found.first else {
      let isThere = section(named: name) != nil
      throw .misplaced(
        path: path,
        detail: isThere
          ? "its section \(name) isn't in memory"
          : "it has no section \(name); it has \(Self.list(namesOfParts))")
    }
    guard found.count == 1 else {
      throw .misplaced(path: path, detail: "it has \(found.count) sections \(name)")
    }
    return part
  }

  /// `.text, .data, .bss`; of many the first.
  static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ")
      + (names.count > 12 ? " and \(names.count - 12) more" : names.isEmpty ? "none" : "")
  }

  /// The address after which those sections fit that have none.
  private func startOfUnplaced(
    _ parts: [Part], _ path: String
  ) throws(SymbolFileError) -> UInt64 {
    let limit = is64Bit ? UInt64.max : 1 << 32
    var start = limit - 1
    for part in parts {
      let byteCount = part.byteCount.addingReportingOverflow(part.alignment)
      guard !byteCount.overflow, byteCount.partialValue <= start / 2 else {
        throw .malformed(path: path, detail: "its section \(part.name) is larger than memory")
      }
      start -= byteCount.partialValue
    }
    return start
  }

  private func setAddress(_ address: UInt64, ofSection index: Int) {
    var header = GElf_Shdr()
    guard let section = unsafe elf_getscn(pointer, index),
      unsafe gelf_getshdr(section, &header) != nil
    else { return }
    header.sh_addr = address
    _ = unsafe gelf_update_shdr(section, &header)
  }
}
