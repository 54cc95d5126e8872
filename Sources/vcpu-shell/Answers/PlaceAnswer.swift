internal import GDBRemote
internal import VCpuDebug

/// A place in code: its address, its names, and its instruction.
struct PlaceAnswer: Codable, Equatable, Sendable {
  /// `hv`, `guest`, `ipa`, `pa`; empty if the target has one address space.
  let space: String
  /// The address in that space.
  let address: Hex
  /// The symbol that covers the address, such as `store32+4`.
  let symbol: String?
  /// The instruction; omitted if no memory is mapped there, or if it was not read, as at a silent stop.
  let instruction: String?
  /// The address that the instruction names, such as a branch's target.
  let reference: ReferenceAnswer?
  /// The instruction's first four bytes as the CPU reads them.
  let word: Hex?
  /// The address's source line.
  let source: SourceAnswer?
  /// The exception level that the CPU is at there, 0 to 3.
  let exceptionLevel: Int?

  /// The same place, with the CPU's exception level.
  func at(level: UInt8?) -> PlaceAnswer {
    PlaceAnswer(
      space: space, address: address, symbol: symbol, instruction: instruction,
      reference: reference, word: word, source: source, exceptionLevel: level.map(Int.init))
  }
}

extension PlaceAnswer {
  /// An address with its names, without reading memory.
  init(_ address: UInt64, in space: AddressSpace, of session: HypervisorSession) {
    self.init(
      space: space.prefix, address: Hex(address),
      symbol: session.symbolName(at: address, in: space), instruction: nil, reference: nil,
      word: nil, source: nil, exceptionLevel: nil)
  }
}

extension HypervisorSession {
  /// The symbol that covers an address, with the distance from its beginning.
  func symbolName(at address: UInt64, in space: AddressSpace) -> String? {
    modules.of(space)?.symbol(at: address).map { "\($0)" }
  }
}

/// A line of a source file.
struct SourceAnswer: Codable, Equatable, Sendable {
  /// The path, as the debug information has it.
  let file: String
  /// The line, from 1.
  let line: Int
  /// The line's text, where it is shown and the file was found.
  let text: String?

  init(_ location: SourceLocation, text: String? = nil) {
    file = location.file
    line = location.line
    self.text = text
  }

  /// A line with its text; not for assembly code, whose instructions are shown.
  init(_ location: SourceLocation, textFrom files: SourceFiles) {
    let isAssembly = location.file.lowercased().hasSuffix(".s")
    self.init(location, text: isAssembly ? nil : files.text(of: location.file)?[location.line])
  }
}

/// Makes places from a session's addresses.
struct PlaceFinder {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// The symbol that covers an address.
  func symbol(_ address: UInt64, in space: AddressSpace) -> String? {
    session.symbolName(at: address, in: space)
  }

  /// The address, without reading memory.
  func address(_ address: UInt64, in space: AddressSpace, hasSource: Bool = false) -> PlaceAnswer {
    place(address, space, nil, hasSource: hasSource, exceptionLevel: nil)
  }

  /// The address and its instruction.
  func place(
    _ address: UInt64, in space: AddressSpace, hasSource: Bool = false, exceptionLevel: UInt8? = nil
  ) -> PlaceAnswer {
    place(
      address, space, instruction(at: address, in: space), hasSource: hasSource,
      exceptionLevel: exceptionLevel)
  }

  /// Where a CPU is.
  func place(of state: CPUState) -> PlaceAnswer {
    place(
      state.pc, in: session.memory.space(at: state), hasSource: true,
      exceptionLevel: state.exceptionLevel)
  }

  private func place(
    _ address: UInt64, _ space: AddressSpace, _ instruction: Instruction?, hasSource: Bool,
    exceptionLevel: UInt8?
  ) -> PlaceAnswer {
    PlaceAnswer(
      space: space.prefix, address: Hex(address), symbol: symbol(address, in: space),
      instruction: instruction?.text,
      reference: ReferenceAnswer(instruction) { symbol($0, in: space) },
      word: instruction.map { Hex(UInt64($0.word)) },
      source: hasSource
        ? session.modules.of(space)?.sourceLocation(at: address).map {
          exceptionLevel == nil
            ? SourceAnswer($0) : SourceAnswer($0, textFrom: session.source.files)
        } : nil,
      exceptionLevel: exceptionLevel.map(Int.init))
  }

  /// The instruction at an address; nil if no memory is mapped there.
  private func instruction(at address: UInt64, in space: AddressSpace) -> Instruction? {
    let set = session.instructionSet(in: space)
    let longest = set?.maximumByteCount ?? session.architecture.maximumInstructionByteCount
    var bytes = try? session.memory.read(space, address, byteCount: longest)
    // Memory may end after a shorter instruction.
    let rest = 4096 - Int(address & 0xfff)
    if bytes == nil, rest < longest {
      bytes = try? session.memory.read(space, address, byteCount: rest)
    }
    return bytes.flatMap {
      session.instruction($0[...], at: address, in: space, by: disassembler)
    }
  }
}
