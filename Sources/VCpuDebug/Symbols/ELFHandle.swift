internal import CElfutils
internal import GDBRemote
internal import Glibc

/// Owns libelf's handle of one file, and reads its tables into Swift values.
@safe final class ELFHandle {
  @unsafe let pointer: OpaquePointer
  let entryPoint: UInt64
  /// `e_machine`.
  let machine: UInt16
  let is64Bit: Bool
  /// Whether it is position-independent (`ET_DYN`).
  let isPositionIndependent: Bool
  /// Whether its sections have no addresses yet (`ET_REL`); see `place(_:path:)`.
  let isRelocatable: Bool
  /// The addresses of a relocatable file's sections, by their indexes.
  var placedSections: [Int: UInt64] = [:]
  /// From here on are addresses of what isn't in memory: a relocatable file's sections without an address, and code
  /// that lld left out of a linked file.
  var unplacedStart = UInt64.max - 1
  /// The addresses of a relocatable file's words that its loader changes, sorted.
  var relocatedWords: [UInt64] = []
  private let fileByteCount: UInt64
  /// `EI_DATA`.
  let byteOrder: RegisterDescription.ByteOrder
  /// `e_flags`.
  let flags: UInt32

  init(path: String) throws(SymbolFileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotOpen(path: path, reason: "Not a regular file")
    }
    _ = elf_version(UInt32(EV_CURRENT))
    // A kernel with debug information is hundreds of megabytes: those are mapped, and only what is used of them is
    // in memory. A file that is rewritten in place meanwhile changes.
    let isMapped = status.st_size > Self.copiedByteCount
    guard
      let handle = unsafe elf_begin(
        descriptor, isMapped ? ELF_C_READ_MMAP_PRIVATE : ELF_C_READ, nil)
    else {
      throw .notELF(path: path)
    }
    // With the whole file in memory, neither the descriptor nor the file on disk is needed any
    // more.
    var header = GElf_Ehdr()
    guard unsafe elf_kind(handle) == ELF_K_ELF, unsafe gelf_getehdr(handle, &header) != nil,
      unsafe elf_cntl(handle, ELF_C_FDREAD) == 0
    else {
      _ = unsafe elf_end(handle)
      throw .notELF(path: path)
    }
    byteOrder = header.e_ident.5 == ELFDATA2MSB ? .big : .little
    machine = header.e_machine
    isPositionIndependent = Int32(header.e_type) == ET_DYN
    isRelocatable = Int32(header.e_type) == ET_REL
    fileByteCount = UInt64(status.st_size)
    flags = header.e_flags
    is64Bit = unsafe gelf_getclass(handle) == ELFCLASS64
    unsafe pointer = handle
    entryPoint = header.e_entry
  }

  /// Files up to this size are copied to memory.
  private static let copiedByteCount = 64 << 20

  deinit { _ = unsafe elf_end(pointer) }

  /// The sections that occupy memory.
  var sections: [SymbolTable.Section] {
    var found: [SymbolTable.Section] = []
    unsafe forEachSection { section, header in
      let index = unsafe elf_ndxscn(section)
      guard header.sh_flags & UInt64(SHF_ALLOC) != 0, !isRelocatable || placedSections[index] != nil
      else { return }
      found.append(
        SymbolTable.Section(
          index: index, address: header.sh_addr, byteCount: header.sh_size,
          isExecutable: header.sh_flags & UInt64(SHF_EXECINSTR) != 0))
    }
    return found
  }

  /// The symbols of the symbol table, or of the one for dynamic linking.
  func symbolTable(ofDynamicLinking isDynamic: Bool) -> SymbolTable {
    let (entries, strings) = symbols(ofTableOfType: UInt32(isDynamic ? SHT_DYNSYM : SHT_SYMTAB))
    return SymbolTable(entries: entries, strings: strings, sections: sections)
  }

  /// The first table of a type that has symbols: a file has one.
  private func symbols(
    ofTableOfType type: UInt32
  ) -> (entries: [SymbolTable.Entry], strings: [UInt8]) {
    var entries: [SymbolTable.Entry] = []
    var strings: [UInt8] = []
    unsafe forEachSection { section, header in
      guard entries.isEmpty, header.sh_type == type, header.sh_entsize > 0,
        let data = unsafe elf_getdata(section, nil),
        let names = contents(ofSection: Int(header.sh_link))
      else { return }
      strings = names
      let count = unsafe Int32(clamping: UInt64(data.pointee.d_size) / header.sh_entsize)
      entries.reserveCapacity(Int(count))
      for index in 0..<count {
        var symbol = GElf_Sym()
        guard unsafe gelf_getsym(data, index, &symbol) != nil,
          let address = address(of: symbol, at: index),
          let entry = Self.entry(symbol, at: address, strings)
        else { continue }
        entries.append(entry)
      }
    }
    return (entries, strings)
  }

  /// The sections of symbols that have the index `SHN_XINDEX`.
  private lazy var extendedIndexes: [UInt32] = {
    var found: [UInt32] = []
    unsafe forEachSection { section, header in
      guard header.sh_type == UInt32(SHT_SYMTAB_SHNDX), found.isEmpty,
        let bytes = contents(ofSection: unsafe elf_ndxscn(section))
      else { return }
      found = unsafe bytes.withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map {
          unsafe bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)
        }
      }
    }
    return found
  }()

  private func contents(ofSection index: Int) -> [UInt8]? {
    guard let section = unsafe elf_getscn(pointer, index),
      let data = unsafe elf_getdata(section, nil),
      let start = unsafe data.pointee.d_buf
    else { return nil }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: data.pointee.d_size))
  }

  /// Drops symbols that don't name an address: undefined and thread-local symbols, sections, files,
  /// mapping symbols.
  private static func entry(
    _ symbol: GElf_Sym, at address: UInt64, _ strings: [UInt8]
  ) -> SymbolTable.Entry? {
    let name = Int(symbol.st_name)
    guard name < strings.count, strings[name] != 0, symbol.st_shndx != UInt16(SHN_UNDEF),
      !Symbol.isMappingSymbol(strings[name...])
    else { return nil }
    let kind: Symbol.Kind
    switch Int32(symbol.st_info & 0xf) {
    case STT_FUNC, STT_GNU_IFUNC: kind = .function
    case STT_OBJECT, STT_COMMON: kind = .object
    case STT_NOTYPE: kind = .label
    default: return nil
    }
    return SymbolTable.Entry(
      address: address, byteCount: symbol.st_size, name: symbol.st_name,
      section: symbol.st_shndx, kind: kind,
      isGlobal: Int32(symbol.st_info >> 4) != STB_LOCAL)
  }

  /// The address of a symbol; nil if its section has none.
  private func address(
    of symbol: GElf_Sym, at index: Int32
  ) -> UInt64? {
    guard isRelocatable, Int32(symbol.st_shndx) != SHN_ABS else { return symbol.st_value }
    // More sections than a symbol can name have their indexes in a table of its own.
    let section =
      Int32(symbol.st_shndx) == SHN_XINDEX
      ? extendedIndexes.indices.contains(Int(index)) ? Int(extendedIndexes[Int(index)]) : 0
      : Int(symbol.st_shndx)
    return placedSections[section].map { $0 &+ symbol.st_value }
  }

  func forEachSection(_ body: (OpaquePointer, GElf_Shdr) -> Void) {
    var section = unsafe elf_nextscn(pointer, nil)
    while let current = unsafe section {
      var header = GElf_Shdr()
      if unsafe gelf_getshdr(current, &header) != nil { unsafe body(current, header) }
      unsafe section = elf_nextscn(pointer, current)
    }
  }

  func loadSegments(path: String) throws(SymbolFileError) -> [LoadSegment] {
    var count = 0
    guard unsafe elf_getphdrnum(pointer, &count) == 0 else {
      throw .malformed(path: path, detail: "no program headers can be read")
    }
    var segments: [LoadSegment] = []
    var contentByteCount: UInt64 = 0
    for index in 0..<count {
      var header = GElf_Phdr()
      guard unsafe gelf_getphdr(pointer, Int32(clamping: index), &header) != nil else {
        throw .malformed(path: path, detail: "program header \(index) cannot be read")
      }
      guard header.p_type == UInt32(PT_LOAD) else { continue }
      // Before anything is copied: a small file could ask for any amount of memory.
      contentByteCount =
        contentByteCount.addingReportingOverflow(header.p_filesz).overflow
        ? .max : contentByteCount + header.p_filesz
      guard contentByteCount <= fileByteCount else {
        throw .malformed(
          path: path, detail: "its segments have more contents than the file: they overlap")
      }
      guard header.p_filesz <= header.p_memsz, let bytes = bytes(of: header) else {
        throw .malformed(path: path, detail: "segment \(index) is not all in the file")
      }
      segments.append(
        LoadSegment(
          physicalAddress: header.p_paddr, virtualAddress: header.p_vaddr, bytes: bytes,
          memoryByteCount: header.p_memsz, isExecutable: header.p_flags & UInt32(PF_X) != 0))
    }
    return segments
  }

  /// The bytes at a virtual address of the file, at most `byteCount`, and only from one segment. Of a relocatable file
  /// they are from a section, and end where a loader changes something.
  func contents(at address: UInt64, byteCount: Int) -> [UInt8]? {
    if isRelocatable { return contents(ofSectionAt: address, byteCount: byteCount) }
    var count = 0
    guard unsafe elf_getphdrnum(pointer, &count) == 0 else { return nil }
    for index in 0..<count {
      var header = GElf_Phdr()
      guard unsafe gelf_getphdr(pointer, Int32(clamping: index), &header) != nil,
        header.p_type == UInt32(PT_LOAD), address >= header.p_vaddr,
        address - header.p_vaddr < header.p_filesz
      else { continue }
      let offset = address - header.p_vaddr
      header.p_offset &+= offset
      header.p_filesz = min(UInt64(byteCount), header.p_filesz - offset)
      return bytes(of: header)
    }
    return nil
  }

  private func bytes(of header: GElf_Phdr) -> [UInt8]? {
    contents(atOffset: header.p_offset, byteCount: header.p_filesz)
  }

  /// Bytes of the file; nil if it doesn't have them all.
  func contents(atOffset offset: UInt64, byteCount: UInt64) -> [UInt8]? {
    if byteCount == 0 { return [] }
    return unsafe withRawBytes { bytes in
      guard let offset = Int(exactly: offset), let count = Int(exactly: byteCount),
        offset <= bytes.count, count <= bytes.count - offset
      else { return nil }
      return unsafe [UInt8](bytes[offset..<offset + count])
    }
  }

  /// The whole file, which is in memory.
  func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    var byteCount = 0
    let start = unsafe elf_rawfile(pointer, &byteCount)
    return unsafe body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : byteCount))
  }

  /// The header of a section; nil if there is none with the name.
  func section(named wanted: String) -> GElf_Shdr? {
    var found: GElf_Shdr?
    unsafe forEachSection { _, header in
      if found == nil, name(of: header) == wanted { found = header }
    }
    return found
  }

  /// The name of a section, by its header; empty if it can't be read.
  func name(of header: GElf_Shdr) -> String {
    var index = 0
    guard unsafe elf_getshdrstrndx(pointer, &index) == 0,
      let text = unsafe elf_strptr(pointer, index, Int(header.sh_name))
    else { return "" }
    return unsafe String(cString: text)
  }

  /// The virtual addresses of the parts that hold code, as far as the file has their bytes.
  var executableRanges: [Range<UInt64>] {
    if isRelocatable { return executableSections }
    var count = 0
    guard unsafe elf_getphdrnum(pointer, &count) == 0 else { return [] }
    return (0..<count).compactMap { index in
      var header = GElf_Phdr()
      guard unsafe gelf_getphdr(pointer, Int32(clamping: index), &header) != nil,
        header.p_type == UInt32(PT_LOAD), header.p_flags & UInt32(PF_X) != 0, header.p_filesz > 0,
        header.p_filesz <= fileByteCount, header.p_vaddr <= UInt64.max - header.p_filesz
      else { return nil }
      return header.p_vaddr..<header.p_vaddr + header.p_filesz
    }
  }
}
