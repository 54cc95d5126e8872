/// What unwinding needs to know about a processor: its registers by their DWARF numbers, and what a call does.
struct UnwindArchitecture: Equatable, Sendable {
  /// The names by DWARF number.
  let names: [String]
  /// The DWARF number of the stack pointer.
  let stackPointer: Int
  /// The DWARF number of the frame pointer.
  let framePointer: Int
  /// The DWARF number of the register that a call writes the return address to; nil if it is pushed.
  let linkRegister: Int?
  /// The registers that a function gives back as it got them, as far as no rule says otherwise.
  let calleeSaved: Set<Int>

  /// DWARF for the Arm 64-bit Architecture, 4.1, and AAPCS64, 6.1.1.
  static let aarch64 = Self(
    names: (0...30).map { "x\($0)" } + ["sp"], stackPointer: 31, framePointer: 29,
    linkRegister: 30, calleeSaved: Set(19...30))

  /// System V ABI, AMD64 supplement, figures 3.4 and 3.36.
  static let x86_64 = Self(
    names: ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp"] + (8...15).map { "r\($0)" }
      + ["rip"], stackPointer: 7, framePointer: 6, linkRegister: nil,
    calleeSaved: [3, 6, 12, 13, 14, 15])

  /// One whose stacks aren't unwound.
  static let other = Self(
    names: [], stackPointer: 0, framePointer: 0, linkRegister: nil, calleeSaved: [])

  /// The architecture of a session's; nil if stacks of it aren't unwound.
  init?(_ architecture: Architecture) {
    switch architecture {
    case .aarch64: self = .aarch64
    case .x86_64: self = .x86_64
    default: return nil
    }
  }

  private init(
    names: [String], stackPointer: Int, framePointer: Int, linkRegister: Int?,
    calleeSaved: Set<Int>
  ) {
    self.names = names
    self.stackPointer = stackPointer
    self.framePointer = framePointer
    self.linkRegister = linkRegister
    self.calleeSaved = calleeSaved
  }

  /// The name of the vector register that has a DWARF number; nil if it is none.
  ///
  /// DWARF for the Arm 64-bit Architecture, 4.1; System V ABI, AMD64 supplement, figure 3.36.
  func vectorRegister(_ number: Int) -> String? {
    switch (self, number) {
    case (.aarch64, 64...95): "v\(number - 64)"
    case (.x86_64, 17...32): "xmm\(number - 17)"
    default: nil
    }
  }

  /// The number of a register's name, in any case; nil if it has none. `lr` and `fp` are names too.
  func number(of name: String) -> Int? {
    let name = name.lowercased()
    switch name {
    case "fp": return framePointer
    case "lr": return linkRegister
    default: return names.firstIndex(of: name)
    }
  }
}

extension HypervisorSession {
  /// The name of a general register by its DWARF number.
  public func registerName(dwarfNumber number: Int) -> String {
    let names = UnwindArchitecture(architecture)?.names ?? []
    return names.indices.contains(number) ? names[number] : "r\(number)"
  }
}

extension Architecture {
  /// How many registers have a DWARF number in the architecture of an ELF machine; nil if stacks of it aren't unwound.
  static func unwound(elfMachine: UInt16) -> Int? {
    all.first { $0.elfMachine == elfMachine }.flatMap(UnwindArchitecture.init)?.names.count
  }
}
