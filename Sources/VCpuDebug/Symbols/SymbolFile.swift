internal import CElfutils
public import GDBRemote

/// An ELF file of any machine: its symbols, segments and debug information.
///
/// The file is opened once, so that a rebuild during a session doesn't mix two versions. Addresses are the file's
/// virtual addresses: a `Module` knows where they are in memory. Single-threaded, like the shell.
public final class SymbolFile {
  /// The path that the file was opened with.
  public let path: String
  /// Where execution starts (`e_entry`).
  public let entryPoint: UInt64
  /// Whether it is position-independent (`ET_DYN`).
  public var isPositionIndependent: Bool { elf.isPositionIndependent }

  /// Whether its sections have no addresses of their own (`ET_REL`): they are where they were said to be.
  public var isRelocatable: Bool { elf.isRelocatable }
  /// Of a relocatable file the sections with an address, and the names of those without one, which are unknown.
  public var sectionPlaces: (given: [SectionAddress], missing: [String]) {
    isRelocatable ? elf.places : ([], [])
  }

  /// The path of the file with the debug information, if that is in a file of its own.
  public let debugPath: String?

  private let elf: ELFHandle
  /// What identifies a relocatable file; nil for others.
  private let placedFingerprint: String?
  private let debugELF: ELFHandle
  /// Its symbols, by the names that people know them by.
  let names: SymbolNames
  /// Its debug information; nil without any.
  private(set) lazy var debugInformation = readDebugInformation()
  /// Is told how many bytes of an index have been read, of how many, while someone waits for it.
  var onReading: ReadingNote = { _, _ in true } {
    didSet { names.onReading = onReading }
  }
  /// The call frame information; nil if the file has none.
  private(set) lazy var callFrames = Architecture.unwound(elfMachine: elf.machine).flatMap {
    CallFrameInformation(elf: elf, information: debugInformation, registerCount: $0)
  }

  /// Opens an ELF file.
  ///
  /// - Parameter requiresSymbols: false if only the file's segments are needed, such as for loading
  ///   a stripped guest.
  /// - Parameter architecture: the architecture that the file must be for, little-endian; nil if that is
  ///   checked later.
  /// - Parameter demangler: what reads the names of its language.
  /// - Parameter debugFolders: where debug information that was split off is, besides the file's own folder.
  /// - Parameter sections: where sections of a relocatable file are; all others are left out.
  /// - Throws: `SymbolFileError`.
  public init(
    path: String, requiresSymbols: Bool = true, for architecture: Architecture? = .aarch64,
    demangler: any NameDemangler = SwiftDemangler(), debugFolders: [String] = ["/usr/lib/debug"],
    sections: [SectionAddress] = []
  ) throws(SymbolFileError) {
    self.path = path
    elf = try ELFHandle(path: path)
    entryPoint = elf.entryPoint
    var separate =
      elf.hasDebugInformation ? nil : elf.debugFile(of: path, folders: debugFolders)
    if elf.isRelocatable {
      guard !sections.isEmpty else {
        throw .relocatable(path: path, sections: elf.namesOfParts)
      }
      placedFingerprint = elf.fingerprint
      try elf.place(sections, path: path)
      if let (debugPath, debugELF) = separate, debugELF.isRelocatable {
        do { try debugELF.place(sections, path: debugPath) } catch { separate = nil }
      }
    } else {
      placedFingerprint = nil
    }
    debugELF = separate?.elf ?? elf
    debugPath = separate?.path
    let own = elf.symbolTable(ofDynamicLinking: false)
    let split = own.isEmpty ? separate?.elf.symbolTable(ofDynamicLinking: false) : nil
    let table = [own, split].compactMap { $0 }.first { !$0.isEmpty }
    names = SymbolNames(
      table ?? elf.symbolTable(ofDynamicLinking: true), demangler: demangler)
    if let architecture {
      try require(architecture)
      guard elf.byteOrder == .little else { throw .bigEndian(path: path) }
    }
    if requiresSymbols, names.table.isEmpty { throw .noSymbols(path: path) }
  }

  private func readDebugInformation() -> DebugInformation? {
    let information = DebugInformation(elf: debugELF)
    information?.onReading = { [weak self] done, total in self?.onReading(done, total) ?? true }
    return information
  }

  /// Throws unless the file is for an architecture, of the same width.
  public func require(_ architecture: Architecture) throws(SymbolFileError) {
    guard elf.machine == architecture.elfMachine,
      elf.is64Bit == (architecture.addressByteCount == 8)
    else { throw .wrongMachine(path: path, machine: elf.machine, wanted: architecture.name) }
  }

  /// The byte order of values, from the file's header.
  public var byteOrder: RegisterDescription.ByteOrder { elf.byteOrder }

  /// Whether the code is little-endian even if the data isn't: EF_ARM_BE8 of "ELF for the Arm
  /// Architecture".
  var hasLittleEndianCode: Bool {
    elf.byteOrder == .little || elf.machine == 40 && elf.flags & 0x0080_0000 != 0
  }

  /// What identifies this file: `build-id:` and the linker's build identifier, or else `crc32:` and a checksum of the
  /// whole file.
  var fingerprint: String { placedFingerprint ?? elf.fingerprint }

  /// `e_machine` of the file's header.
  var machine: UInt16 { elf.machine }

  /// GDB's name for the file's architecture; nil if it isn't known.
  var architectureName: String? {
    Architecture.descriptionName(elfMachine: elf.machine, is64Bit: elf.is64Bit)
  }

  /// The linker's build identifier, and the address that it has in memory; nil without one there.
  var buildIdentifier: (address: UInt64, bytes: [UInt8])? { elf.buildIdentifier }

  /// The addresses of the parts that hold code.
  var executableRanges: [Range<UInt64>] { elf.executableRanges }

  /// Whether there is debug information.
  public var hasDebugInformation: Bool { debugELF.hasDebugInformation }

  /// How many symbols it has.
  public var symbolCount: Int { names.table.count }

  /// How far a linked file is from its addresses if sections of it are where they are said to be.
  ///
  /// - Throws: `SymbolFileError.misplaced`: everything of such a file moves by the same distance.
  public func slide(placing sections: [SectionAddress]) throws(SymbolFileError) -> UInt64? {
    var first: (name: String, slide: UInt64)?
    for place in sections {
      guard let section = elf.section(named: place.name) else {
        throw .misplaced(
          path: path, detail: "it has no section \(place.name): give an offset with -o")
      }
      let slide = place.address &- section.sh_addr
      if let first, first.slide != slide {
        throw .misplaced(
          path: path,
          detail:
            "it is linked, so all of it moves by the same distance, and \(place.name) would move by another "
            + "than \(first.name)")
      }
      first = first ?? (place.name, slide)
    }
    return first?.slide
  }

  /// The parts to load, by the order in the file.
  ///
  /// - Throws: `SymbolFileError.malformed` when the file does not hold what its headers promise.
  public func loadSegments() throws(SymbolFileError) -> [LoadSegment] {
    try elf.loadSegments(path: path)
  }

  /// The file's bytes at an address: as many as requested, or fewer at the end of a segment; nil outside of the
  /// loaded segments.
  public func contents(at address: UInt64, byteCount: Int) -> [UInt8]? {
    elf.contents(at: address, byteCount: byteCount)
  }
}
