internal import CElfutils
public import GDBRemote
internal import Glibc

/// The symbols, line tables and segments of an ELF file of any machine.
///
/// The file is read into memory once, so that a rebuild during a session doesn't mix two versions. Addresses are
/// the file's virtual addresses, moved by its slide. Single-threaded, like the shell.
public final class SymbolFile {
  /// The path that the file was opened with.
  public let path: String
  /// Where execution starts (`e_entry`).
  public let entryPoint: UInt64
  /// Whether it is position-independent (`ET_DYN`).
  public var isPositionIndependent: Bool { elf.isPositionIndependent }

  private let elf: ELFHandle
  /// How far everything is from the file's addresses.
  let slide: UInt64
  private let table: SymbolTable
  private(set) lazy var debugInformation = DebugInformation(elf: elf)
  /// The call frame information; nil if the file has none.
  private(set) lazy var callFrames = Architecture.unwound(elfMachine: elf.machine).flatMap {
    CallFrameInformation(elf: elf, information: debugInformation, registerCount: $0)
  }
  private lazy var symbolByDisplayName = makeSymbolByDisplayName()

  /// Opens an ELF file.
  ///
  /// - Parameter requiresSymbols: false if only the file's segments are needed, such as for loading
  ///   a stripped guest.
  /// - Parameter architecture: the architecture that the file must be for, little-endian; nil if that is
  ///   checked later.
  /// - Parameter slide: how far everything is from the file's addresses. The entry point and the segments are
  ///   given as they are in the file.
  /// - Throws: `SymbolFileError`.
  public init(
    path: String, requiresSymbols: Bool = true, for architecture: Architecture? = .aarch64,
    slide: UInt64 = 0
  ) throws(SymbolFileError) {
    self.path = path
    self.slide = slide
    elf = try ELFHandle(path: path)
    entryPoint = elf.entryPoint
    table = SymbolTable(symbols: elf.symbols(slide: slide), sections: elf.sections(slide: slide))
    if let architecture {
      try require(architecture)
      guard elf.byteOrder == .little else { throw .bigEndian(path: path) }
    }
    if requiresSymbols, table.isEmpty { throw .noSymbols(path: path) }
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
  var fingerprint: String { elf.fingerprint }

  /// `e_machine` of the file's header.
  var machine: UInt16 { elf.machine }

  /// GDB's name for the file's architecture; nil if it isn't known.
  var architectureName: String? {
    Architecture.descriptionName(elfMachine: elf.machine, is64Bit: elf.is64Bit)
  }

  /// The address of a symbol. The name is the one in the file, or the display name of exactly one
  /// symbol (`VCpu.run()`).
  public func address(of name: String) -> UInt64? {
    symbol(named: name)?.address
  }

  /// The full entry of a symbol, by the same names.
  public func symbol(named name: String) -> Symbol? {
    table.symbol(named: name) ?? symbolByDisplayName[name] ?? nil
  }

  /// The display names of symbols that have a different name in the file, in no particular order.
  public var displayNames: [String] { symbolByDisplayName.filter { $1 != nil }.map(\.key) }

  /// The symbol that an address belongs to: the innermost one whose size covers it, or the nearest
  /// label below in the same section. Mapping symbols (`$x`, `$d`) are ignored.
  public func symbol(at address: UInt64) -> SymbolLocation? {
    table.symbol(at: address).map {
      SymbolLocation(name: $0.name, offset: address - $0.address)
    }
  }

  /// The code or data of the symbol that an address belongs to, and the end of it: without a size in the file it ends
  /// where the next symbol begins, or the section ends. Nil if there is no such symbol.
  public func extent(around address: UInt64) -> (symbol: Symbol, end: UInt64)? {
    table.symbol(at: address).map { ($0, table.end(of: $0)) }
  }

  /// Whether a section of the file has code at an address.
  func isCode(_ address: UInt64) -> Bool { table.isCode(address) }

  /// The names in the file that begin with a prefix, sorted.
  public func symbols(withPrefix prefix: String) -> [String] { table.names(withPrefix: prefix) }

  /// The source line of an instruction, from DWARF's line tables. Nil without debug information,
  /// outside code, and for compiler-generated code without a line.
  public func sourceLocation(at address: UInt64) -> SourceLocation? {
    guard table.isCode(address) else { return nil }
    return debugInformation?.sourceLocation(at: address &- slide)
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
    elf.contents(at: address &- slide, byteCount: byteCount)
  }

  /// Names that several symbols share map to nil, as they are ambiguous.
  private func makeSymbolByDisplayName() -> [String: Symbol?] {
    var symbols: [String: Symbol?] = [:]
    for name in table.allNames where DemangledName.isMangled(name) {
      guard let symbol = table.symbol(named: name) else { continue }
      let short = DemangledName.short(of: name)
      symbols.updateValue(symbols[short] == nil ? symbol : nil, forKey: short)
    }
    return symbols
  }
}
