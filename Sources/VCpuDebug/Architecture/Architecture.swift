public import GDBRemote

/// What a session needs to know about a stub's processor: the names of its registers, the lengths of
/// its instructions and breakpoints, and its instruction sets for the disassembler.
///
/// All of it is data. To add an architecture, add a value like those in `Architecture+X86.swift`, and
/// list it in `all`. Unknown architectures work too, except for the disassembler and `--symbols`.
public struct Architecture: Equatable, Sendable {
  /// The name for the user: `x86-64`.
  public let name: String
  /// The names that `<architecture>` in a target description may have: GDB's (bfd, "archures.c"),
  /// QEMU's and LLDB's. A name that ends in `*` is a prefix.
  let descriptionNames: [String]
  /// Registers that identify a description without `<architecture>`.
  let characteristicRegisters: [String]
  /// Names that mean the same register, whichever of them the target uses. The groups of `pc`, `sp` and
  /// `fp` make GDB's standard registers.
  let synonyms: [[String]]
  /// Names for parts of registers.
  let parts: [String: RegisterPart]
  /// Names for parts that themselves have more than 64 bits, used if the target has no register of that name.
  let wideParts: [String: RegisterPart]
  /// The size of an address, in bytes.
  public let addressByteCount: Int
  /// The multiple of bytes at which an instruction begins.
  public let instructionAlignment: Int
  /// The longest instruction, in bytes.
  public let maximumInstructionByteCount: Int
  /// The length of breakpoints in requests to a stub.
  let breakpointLength: BreakpointLength
  /// `e_machine` of an ELF file (System V ABI, generic part, chapter 4); nil if it isn't known.
  public let elfMachine: UInt16?
  /// The instruction sets, by the CPU's state.
  let instructionSets: InstructionSets
  /// Whether PSTATE has an exception level, so that a higher one may be a hypervisor's.
  public let hasExceptionLevels: Bool
  /// Whether a CPU stops before the access that a watchpoint waits for, and not after it. (Arm ARM DDI 0487, D2.10
  /// "Watchpoint exceptions"; Intel SDM volume 3B, 18.3.1.1.)
  var stopsBeforeAccess: Bool {
    if case .arm = instructionSets { true } else { hasExceptionLevels }
  }
  /// Whether the target may be in a CPU mode that addresses code through a segment.
  let hasRealMode: Bool

  init(
    name: String, descriptionNames: [String], characteristicRegisters: [String],
    synonyms: [[String]], parts: [String: RegisterPart] = [:],
    wideParts: [String: RegisterPart] = [:], addressByteCount: Int,
    instructionAlignment: Int, maximumInstructionByteCount: Int,
    breakpointLength: BreakpointLength, elfMachine: UInt16?, instructionSets: InstructionSets,
    hasExceptionLevels: Bool = false, hasRealMode: Bool = false
  ) {
    self.name = name
    self.descriptionNames = descriptionNames
    self.characteristicRegisters = characteristicRegisters
    self.synonyms = synonyms
    self.parts = parts
    self.wideParts = wideParts
    self.addressByteCount = addressByteCount
    self.instructionAlignment = instructionAlignment
    self.maximumInstructionByteCount = maximumInstructionByteCount
    self.breakpointLength = breakpointLength
    self.elfMachine = elfMachine
    self.instructionSets = instructionSets
    self.hasExceptionLevels = hasExceptionLevels
    self.hasRealMode = hasRealMode
  }

  /// The known architectures.
  public static let all: [Architecture] = [
    aarch64, arm, x86_64, i386, riscv64, riscv32, powerpc64, powerpc, s390x, mips64, mips,
  ]

  /// GDB's name for the architecture of an ELF file; nil if it isn't known.
  ///
  /// - Parameter machine: `e_machine`.
  static func descriptionName(elfMachine machine: UInt16, is64Bit: Bool) -> String? {
    let architecture = all.first {
      $0.elfMachine == machine && ($0.addressByteCount == 8) == is64Bit
    }
    return architecture?.descriptionNames[0].filter { $0 != "*" }
  }

  /// The architecture of a target: the one that its description names, or else the one that its
  /// registers belong to, or else one of which only the registers are known.
  public init(named name: String?, registers: RegisterMap) {
    let byName = name.flatMap { name in Self.all.first { $0.isCalled(name) } }
    // A 64-bit CPU may be described by the name of its family: `i386` with rip.
    let byRegisters = Self.all.first { $0.agrees(with: registers) }
    self =
      (byName?.agrees(with: registers) == true ? byName : byRegisters ?? byName)
      ?? .unknown(name, registers: registers)
  }

  private func isCalled(_ name: String) -> Bool {
    let name = name.lowercased()
    return descriptionNames.contains { pattern in
      pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
  }

  private func agrees(with registers: RegisterMap) -> Bool {
    characteristicRegisters.allSatisfy { register($0, in: registers) != nil }
  }

  /// The register that `name` means, if the target has it: by its name, by a synonym, or in any case.
  public func register(_ name: String, in registers: RegisterMap) -> RegisterDescription? {
    if let register = registers[name], register.name == name { return register }
    let lowercased = name.lowercased()
    if let group = synonyms.first(where: { $0.contains(lowercased) }) {
      for other in group {
        if let register = registers[other], register.name.lowercased() == other { return register }
      }
      return nil
    }
    guard let register = registers[name] else { return nil }
    // Other aliases are known only for Arm's system registers.
    return hasExceptionLevels || register.name.lowercased() == lowercased ? register : nil
  }

  /// The register names that every debugger has, and the names of parts, for completion.
  public var commonRegisterNames: [String] {
    ["pc", "sp", "fp"].filter { name in
      name == "pc" || name == "sp" || synonyms.contains { $0.contains(name) }
    } + parts.keys.sorted()
  }

  /// The part of a register that `name` means, or nil for a whole register.
  public func part(_ name: String) -> RegisterPart? { parts[name.lowercased()] }

  /// An architecture of which only the registers are known: `pc` is the one that holds a code address.
  private static func unknown(_ name: String?, registers: RegisterMap) -> Architecture {
    func named(_ names: [String], type: String) -> String {
      names.first { registers[$0] != nil } ?? registers.all.first { $0.typeName == type }?.name
        ?? names[0]
    }
    let pc = named(["pc", "nip", "pswa", "ip"], type: "code_ptr")
    let sp = named(["sp", "r15", "r1"], type: "data_ptr")
    let byteCount = registers[pc].map(\.byteCount) ?? 8
    return Architecture(
      name: name ?? "an unknown architecture", descriptionNames: [], characteristicRegisters: [],
      synonyms: [[pc.lowercased(), "pc"], [sp.lowercased(), "sp"]],
      addressByteCount: min(byteCount, 8),
      instructionAlignment: 1, maximumInstructionByteCount: 4, breakpointLength: .fixed(4),
      elfMachine: nil, instructionSets: .none)
  }
}

/// A named part of a register: `eax` of `rax`.
public struct RegisterPart: Equatable, Sendable {
  /// The whole register.
  public let register: String
  /// Its lowest bit in the register.
  public let lowBit: Int
  /// How wide it is.
  public let bitWidth: Int
  /// Whether a write clears the bits above, as a write of a 32-bit part does on 64-bit CPUs.
  public let clearsRest: Bool

  init(of register: String, lowBit: Int = 0, bitWidth: Int, clearsRest: Bool = false) {
    self.register = register
    self.lowBit = lowBit
    self.bitWidth = bitWidth
    self.clearsRest = clearsRest
  }

  private var mask: UInt64 { UInt64.max >> UInt64(64 - bitWidth) }

  /// The part of a value of the register.
  public func value(in whole: UInt64) -> UInt64 { whole >> UInt64(lowBit) & mask }

  /// A value of the register with the part replaced.
  public func replacing(in whole: UInt64, by value: UInt64) -> UInt64 {
    if clearsRest { return value & mask }
    return whole & ~(mask << UInt64(lowBit)) | (value & mask) << UInt64(lowBit)
  }
}

/// How long a breakpoint is, which stubs call its kind (GDB manual, "Architecture-Specific Protocol
/// Details").
enum BreakpointLength: Equatable, Sendable {
  /// A fixed length.
  case fixed(Int)
  /// 4, or 2 at a compressed instruction: one whose low two bits are not both set.
  case riscv
  /// 4 for A32, 2 for a 16-bit and 3 for a 32-bit instruction of T32.
  case arm

  /// The length at an instruction.
  ///
  /// - Parameters:
  ///   - instruction: its first bytes, little-endian; nil if they can't be read.
  ///   - isThumb: whether the CPU is in T32 state.
  func byteCount(at instruction: [UInt8]?, isThumb: Bool) -> Int {
    switch self {
    case .fixed(let count): return count
    case .riscv:
      guard let low = instruction?.first else { return 4 }
      return low & 3 == 3 ? 4 : 2
    case .arm:
      guard isThumb else { return 4 }
      // The first halfword of a 32-bit instruction begins with 0b11101, 0b11110 or 0b11111.
      guard let instruction, instruction.count >= 2 else { return 2 }
      return instruction[1] >> 3 >= 0b11101 ? 3 : 2
    }
  }
}
