/// Why an ELF file can't be used for symbols. The description says what to do about it.
public enum SymbolFileError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be opened. `reason` is the system's message.
  case cannotOpen(path: String, reason: String)
  /// The file isn't an ELF file, but for example a flat `Image`.
  case notELF(path: String)
  /// The file is an ELF file of another machine (`e_machine`) or width than the architecture of that name.
  case wrongMachine(path: String, machine: UInt16, wanted: String)
  /// The file is big-endian, and the launched machine is not.
  case bigEndian(path: String)
  /// The file's byte order differs from the one that the architecture of that name always has.
  case wrongByteOrder(path: String, wanted: String)
  /// The file is for a machine (`e_machine`) without known standard registers, and the stub doesn't
  /// describe its registers.
  case unknownRegisters(path: String, machine: UInt16)
  /// The file has neither a symbol table nor a dynamic symbol table.
  case noSymbols(path: String)
  /// The file is relocatable (`ET_REL`), and the addresses of its sections weren't given.
  case relocatable(path: String, sections: [String])
  /// The addresses that were given for a file's sections can't be theirs.
  case misplaced(path: String, detail: String)
  /// The file contradicts itself, usually because it is truncated.
  case malformed(path: String, detail: String)

  /// What happened and what to do, as a sentence.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open \(path): \(reason); give the path of an ELF file"
    case .notELF(let path):
      "\(path) is not an ELF file; give the linked ELF that the image was made from"
    case .wrongMachine(let path, let machine, let wanted):
      "\(path) is for \(Self.machineName(machine)), not for \(wanted); give the ELF that runs in the target"
    case .bigEndian(let path):
      "\(path) is big-endian, but the machine that the shell starts is little-endian; build it for little-endian"
    case .wrongByteOrder(let path, let wanted):
      "\(path) does not have the byte order of \(wanted); give the ELF that runs in the target"
    case .unknownRegisters(let path, let machine):
      "the stub does not describe its registers, and no standard ones are known for "
        + "\(Self.machineName(machine)), which \(path) is for"
    case .noSymbols(let path):
      "\(path) has no symbols; give the file from before it was stripped"
    case .relocatable(let path, let sections):
      "\(path) is relocatable, so it doesn't say where it is: 'add-symbol-file \(path) ADDRESS' gives the address of "
        + "its section .text, and '-s SECTION ADDRESS' that of another, for each that is in memory "
        + "(\(ELFHandle.list(sections)))"
    case .misplaced(let path, let detail):
      "\(path) can't be placed there: \(detail)"
    case .malformed(let path, let detail):
      "\(path) is damaged (\(detail)); build or copy it again"
    }
  }

  /// The common machines of ELF's `e_machine` (System V ABI, generic part, chapter 4).
  private static func machineName(_ machine: UInt16) -> String {
    switch machine {
    case 3: "x86"
    case 8: "MIPS"
    case 20: "PowerPC"
    case 21: "64-bit PowerPC"
    case 22: "S/390"
    case 40: "32-bit Arm"
    case 62: "x86-64"
    case 183: "AArch64"
    case 243: "RISC-V"
    default: "machine \(machine)"
    }
  }
}
