internal import CElfutils
public import GDBRemote
internal import Glibc

/// The symbols, line tables and segments of an ELF file of any machine.
///
/// The file is read into memory once, so that a rebuild under a running session does not mix two
/// versions. Addresses are the virtual addresses of the file, moved by its slide. Single-threaded, like the shell.
public final class SymbolFile {
  /// The path that the file was opened with.
  public let path: String
  /// Where execution starts (`e_entry`).
  public let entryPoint: UInt64
  /// Whether it is for no address in particular (`ET_DYN`).
  public var isPositionIndependent: Bool { elf.isPositionIndependent }

  private let elf: ELFHandle
  /// How far from the addresses of the file everything is.
  let slide: UInt64
  private let table: SymbolTable
  private lazy var lines = LineTable(elf: elf)
  private lazy var symbolByDisplayName = makeSymbolByDisplayName()

  /// Opens an ELF file.
  ///
  /// - Parameter requiresSymbols: false for a file of which only the segments are of interest, as
  ///   when a stripped guest is loaded.
  /// - Parameter architecture: what the file has to be for, little-endian; nil where that is found out later.
  /// - Parameter slide: how far from the addresses of the file everything is. The entry point and the segments are
  ///   told as they are in the file.
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

  /// The order of the bytes of a value, as the file's header has it.
  public var byteOrder: RegisterDescription.ByteOrder { elf.byteOrder }

  /// Whether the code is little-endian though the data need not be: EF_ARM_BE8 of "ELF for the Arm
  /// Architecture".
  var hasLittleEndianCode: Bool {
    elf.byteOrder == .little || elf.machine == 40 && elf.flags & 0x0080_0000 != 0
  }

  /// What tells this file from another: `build-id:` and the linker's build identifier, else `crc32:` and a checksum of all
  /// of it.
  var fingerprint: String { elf.fingerprint }

  /// `e_machine` of the file's header.
  var machine: UInt16 { elf.machine }

  /// What GDB calls the architecture of the file; nil for one that is not known.
  var architectureName: String? {
    Architecture.descriptionName(elfMachine: elf.machine, is64Bit: elf.is64Bit)
  }

  /// The address of a symbol. The name is the one in the file, or the display name of exactly one
  /// symbol (`VCpu.run()`).
  public func address(of name: String) -> UInt64? {
    symbol(named: name)?.address
  }

  /// The whole entry of a symbol, by the same names.
  public func symbol(named name: String) -> Symbol? {
    table.symbol(named: name) ?? symbolByDisplayName[name] ?? nil
  }

  /// The display names of symbols whose name in the file is another, in no order.
  public var displayNames: [String] { symbolByDisplayName.filter { $1 != nil }.map(\.key) }

  /// The symbol that an address belongs to: the innermost one whose size covers it, or the nearest
  /// label below in the same section. Mapping symbols (`$x`, `$d`) never answer.
  public func symbol(at address: UInt64) -> SymbolLocation? {
    table.symbol(at: address).map {
      SymbolLocation(name: $0.name, offset: address - $0.address)
    }
  }

  /// The names in the file that begin with a prefix, sorted.
  public func symbols(withPrefix prefix: String) -> [String] { table.names(withPrefix: prefix) }

  /// The source line of an instruction, from DWARF's line tables. Nil without debug information,
  /// outside code, and for code that the compiler made of no line.
  public func sourceLocation(at address: UInt64) -> SourceLocation? {
    guard table.isCode(address) else { return nil }
    return lines?.location(at: address &- slide)
  }

  /// The parts to load, by the order in the file.
  ///
  /// - Throws: `SymbolFileError.malformed` when the file does not hold what its headers promise.
  public func loadSegments() throws(SymbolFileError) -> [LoadSegment] {
    try elf.loadSegments(path: path)
  }

  /// What the file has for an address: as many bytes as are wanted, less at the end of a segment; nil outside of
  /// what is loaded from it.
  public func contents(at address: UInt64, byteCount: Int) -> [UInt8]? {
    elf.contents(at: address &- slide, byteCount: byteCount)
  }

  /// Names that more than one symbol displays as map to nil: they would be a guess.
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
