internal import CElfutils
internal import GDBRemote
internal import Glibc

/// The relocations of a relocatable file whose sections have their addresses.
extension ELFHandle {
  /// Applies those of the debug information, by libdwfl, and the distances in `.eh_frame`, which it doesn't know.
  ///
  /// The code's own are only noted: what a loader has made of them is in memory.
  func relocate(path: String) throws(SymbolFileError) {
    var work: UInt64 = 0
    unsafe forEachSection { section, header in
      guard header.sh_type == UInt32(SHT_RELA) || header.sh_type == UInt32(SHT_REL) else { return }
      let target = name(ofSection: Int(header.sh_info))
      guard !target.hasPrefix(".debug"), !target.hasPrefix(".zdebug") else {
        work &+= unsafe self.work(of: section, header)
        return
      }
      unsafe note(section, header, of: target)
      // libdwfl is to leave these alone.
      var ignored = header
      ignored.sh_type = UInt32(SHT_NULL)
      _ = unsafe gelf_update_shdr(section, &ignored)
    }
    guard work <= Self.workLimit else {
      throw .malformed(path: path, detail: "its debug information refers to what it doesn't have")
    }
    relocatedWords.sort()
    relocateDebugInformation()
  }

  /// libdwfl compares the name of each symbol that is missing with all names.
  private static let workLimit: UInt64 = 1 << 27

  private func work(of section: OpaquePointer, _ header: GElf_Shdr) -> UInt64 {
    guard let symbols = unsafe elf_getscn(pointer, Int(header.sh_link)),
      let table = unsafe elf_getdata(symbols, nil)
    else { return 0 }
    let symbolCount = unsafe UInt64(table.pointee.d_size) / 16
    var missing: [Int: Bool] = [:]
    var count: UInt64 = 0
    unsafe forEachRelocation(section, header) { entry in
      let index = Int(entry.r_info >> (is64Bit ? 32 : 8))
      if let isMissing = missing[index] {
        count += isMissing ? 1 : 0
        return
      }
      var symbol = GElf_Sym()
      let isMissing =
        unsafe index != 0
        && (gelf_getsym(table, Int32(clamping: index), &symbol) == nil
          || [SHN_UNDEF, SHN_COMMON].contains(Int32(symbol.st_shndx)))
      missing[index] = isMissing
      count += isMissing ? 1 : 0
    }
    return count.multipliedReportingOverflow(by: symbolCount).overflow ? .max : count * symbolCount
  }

  private func forEachRelocation(
    _ section: OpaquePointer, _ header: GElf_Shdr, _ body: (GElf_Rela) -> Void
  ) {
    guard header.sh_entsize > 0, let data = unsafe elf_getdata(section, nil) else { return }
    let count = unsafe Int32(clamping: UInt64(data.pointee.d_size) / header.sh_entsize)
    for index in 0..<count {
      var entry = GElf_Rela()
      if header.sh_type == UInt32(SHT_RELA) {
        guard unsafe gelf_getrela(data, index, &entry) != nil else { return }
      } else {
        var short = GElf_Rel()
        guard unsafe gelf_getrel(data, index, &short) != nil else { return }
        (entry.r_offset, entry.r_info) = (short.r_offset, short.r_info)
      }
      body(entry)
    }
  }

  /// Keeps the addresses of the words that a loader changes, and fills in the distances of `.eh_frame`.
  private func note(_ section: OpaquePointer, _ header: GElf_Shdr, of target: String) {
    let index = Int(header.sh_info)
    if target == Self.frames, header.sh_type == UInt32(SHT_RELA) {
      unsafe relocateFrames(section, header, index)
    }
    guard let start = placedSections[index] else { return }
    unsafe forEachRelocation(section, header) { relocatedWords.append(start &+ $0.r_offset) }
  }

  /// A distance of 32 bits: `R_AARCH64_PREL32` of "ELF for the Arm 64-bit Architecture", 5.7.5, and `R_X86_64_PC32` of
  /// the x86-64 psABI, 4.4.
  private var distanceType: UInt64? {
    switch machine {
    case 183: 261
    case 62: 2
    default: nil
    }
  }

  private func relocateFrames(_ section: OpaquePointer, _ header: GElf_Shdr, _ target: Int) {
    guard let targetHeader = self.header(ofSection: target),
      let frames = unsafe elf_getscn(pointer, target),
      let data = unsafe elf_getdata(frames, nil), let start = unsafe data.pointee.d_buf,
      let symbols = unsafe elf_getscn(pointer, Int(header.sh_link)),
      let table = unsafe elf_getdata(symbols, nil)
    else { return }
    let byteCount = unsafe UInt64(data.pointee.d_size)
    let bytes = unsafe UnsafeMutableRawBufferPointer(start: start, count: Int(byteCount))
    unsafe forEachRelocation(section, header) { entry in
      var symbol = GElf_Sym()
      guard is64Bit, entry.r_info & 0xffff_ffff == distanceType, byteCount >= 4,
        entry.r_offset <= byteCount - 4,
        unsafe gelf_getsym(table, Int32(clamping: entry.r_info >> 32), &symbol) != nil,
        let base = self.header(ofSection: Int(symbol.st_shndx))?.sh_addr
      else { return }
      // Code without an address is where no code is.
      let value =
        base >= unplacedStart
        ? targetHeader.sh_addr : base &+ symbol.st_value &+ UInt64(bitPattern: entry.r_addend)
      let distance = UInt32(
        truncatingIfNeeded: value &- (targetHeader.sh_addr &+ entry.r_offset))
      for place in 0..<4 {
        let shift = UInt32(byteOrder == .little ? place : 3 - place) * 8
        unsafe bytes[Int(entry.r_offset) + place] = UInt8(truncatingIfNeeded: distance >> shift)
      }
    }
  }

  private func header(ofSection index: Int) -> GElf_Shdr? {
    var header = GElf_Shdr()
    guard let section = unsafe elf_getscn(pointer, index),
      unsafe gelf_getshdr(section, &header) != nil
    else { return nil }
    return header
  }

  private func name(ofSection index: Int) -> String {
    header(ofSection: index).map { name(of: $0) } ?? ""
  }

  /// libdwfl relocates a file that it is given by a callback, when it is asked for it.
  private func relocateDebugInformation() {
    var callbacks = unsafe Dwfl_Callbacks()
    unsafe callbacks.find_elf = { _, userData, _, _, path, elf in
      // The handle is counted: libdwfl ends its own.
      unsafe elf?.pointee = elf_begin(
        -1, ELF_C_READ, userData?.pointee.map { OpaquePointer($0) })
      unsafe path?.pointee = strdup("relocatable")
      return -1
    }
    unsafe callbacks.find_debuginfo = { _, _, _, _, _, _, _, _ in -1 }
    // Every section has its address; one at 0 asks, and has that.
    unsafe callbacks.section_address = { _, _, _, _, _, _, _, address in
      unsafe address?.pointee = 0
      return 0
    }
    unsafe withUnsafePointer(to: &callbacks) { callbacks in
      guard let session = unsafe dwfl_begin(callbacks) else { return }
      defer { unsafe dwfl_end(session) }
      unsafe dwfl_report_begin(session)
      guard let module = unsafe dwfl_report_module(session, "relocatable", 0, .max) else { return }
      var userData: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
      _ = unsafe dwfl_module_info(module, &userData, nil, nil, nil, nil, nil, nil)
      unsafe userData?.pointee = UnsafeMutableRawPointer(pointer)
      _ = unsafe dwfl_report_end(session, nil, nil)
      var bias: Dwarf_Addr = 0
      _ = unsafe dwfl_module_getelf(module, &bias)
    }
  }
}
