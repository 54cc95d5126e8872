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
    guard let handle = unsafe elf_begin(descriptor, ELF_C_READ, nil) else {
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
    fileByteCount = UInt64(status.st_size)
    flags = header.e_flags
    is64Bit = unsafe gelf_getclass(handle) == ELFCLASS64
    unsafe pointer = handle
    entryPoint = header.e_entry
  }

  deinit { _ = unsafe elf_end(pointer) }

  /// The sections that occupy memory, moved by `slide`.
  func sections(slide: UInt64) -> [SymbolTable.Section] {
    var found: [SymbolTable.Section] = []
    unsafe forEachSection { section, header in
      guard header.sh_flags & UInt64(SHF_ALLOC) != 0 else { return }
      found.append(
        SymbolTable.Section(
          index: unsafe elf_ndxscn(section), address: header.sh_addr &+ slide,
          byteCount: header.sh_size,
          isExecutable: header.sh_flags & UInt64(SHF_EXECINSTR) != 0))
    }
    return found
  }

  /// The symbols of the symbol table, or of the dynamic one if there is no other, moved by `slide`.
  func symbols(slide: UInt64) -> [Symbol] {
    let symbols = symbols(ofTablesOfType: UInt32(SHT_SYMTAB), slide)
    return symbols.isEmpty ? self.symbols(ofTablesOfType: UInt32(SHT_DYNSYM), slide) : symbols
  }

  private func symbols(ofTablesOfType type: UInt32, _ slide: UInt64) -> [Symbol] {
    var found: [Symbol] = []
    unsafe forEachSection { section, header in
      guard header.sh_type == type, header.sh_entsize > 0,
        let data = unsafe elf_getdata(section, nil)
      else { return }
      let count = unsafe Int32(clamping: UInt64(data.pointee.d_size) / header.sh_entsize)
      for index in 0..<count {
        var entry = GElf_Sym()
        guard unsafe gelf_getsym(data, index, &entry) != nil,
          let name = unsafe elf_strptr(pointer, Int(header.sh_link), Int(entry.st_name))
        else { continue }
        entry.st_value &+= slide
        if let symbol = Self.symbol(entry, name: unsafe String(cString: name)) {
          found.append(symbol)
        }
      }
    }
    return found
  }

  /// Drops symbols that don't name an address: undefined and thread-local symbols, sections, files,
  /// mapping symbols.
  private static func symbol(_ entry: GElf_Sym, name: String) -> Symbol? {
    guard !name.isEmpty, entry.st_shndx != UInt16(SHN_UNDEF), !Symbol.isMappingSymbol(name) else {
      return nil
    }
    let kind: Symbol.Kind
    switch Int32(entry.st_info & 0xf) {
    case STT_FUNC, STT_GNU_IFUNC: kind = .function
    case STT_OBJECT, STT_COMMON: kind = .object
    case STT_NOTYPE: kind = .label
    default: return nil
    }
    return Symbol(
      name: name, address: entry.st_value, byteCount: entry.st_size, kind: kind,
      isGlobal: Int32(entry.st_info >> 4) != STB_LOCAL, section: Int(entry.st_shndx))
  }

  private func forEachSection(_ body: (OpaquePointer, GElf_Shdr) -> Void) {
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

  /// The bytes at a virtual address of the file, at most `byteCount`, and only from one segment.
  func contents(at address: UInt64, byteCount: Int) -> [UInt8]? {
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
    if header.p_filesz == 0 { return [] }
    guard let offset = Int64(exactly: header.p_offset), let size = Int(exactly: header.p_filesz),
      let chunk = unsafe elf_getdata_rawchunk(pointer, offset, size, ELF_T_BYTE),
      let start = unsafe chunk.pointee.d_buf
    else { return nil }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: size))
  }
}
