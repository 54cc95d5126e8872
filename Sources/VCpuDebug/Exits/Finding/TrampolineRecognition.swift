/// Recognises the code of the crate arm_vcpu, or code with its contract: at the first instruction of
/// `vmexit_trampoline` SP is the address of a frame of 272 bytes, x0–x30, SP_EL0, ELR_EL2 and SPSR_EL2 of the
/// guest, and x0 is the trap kind.
///
/// The symbol alone proves nothing: another program may have a symbol of that name, and the crate's code may
/// change. So the vectors' code is followed to the trampoline, and what it leaves on the stack is checked. The
/// crate branches with `bl`, others with `b`: both are fine, as the trampoline doesn't return.
struct TrampolineRecognition {
  /// The address of `vmexit_trampoline`.
  let trampoline: UInt64
  /// Reads the instruction at an address of EL2; nil if nothing is mapped.
  let word: (UInt64) throws -> UInt32?

  /// The result.
  enum Result: Equatable, Sendable {
    /// The vectors at `table` leave through the trampoline, at these offsets: including the one for synchronous
    /// exceptions. The crate sends FIQs and SErrors, and all of AArch32, elsewhere.
    case recognised(table: UInt64, offsets: [UInt64])
    /// It isn't, with the reason as text.
    case refused(String)
  }

  /// Code to look for vectors in.
  typealias Code = (address: UInt64, bytes: [UInt8])

  /// Examines the vectors of a table, whose address VBAR_EL2 has or will have.
  ///
  /// - Throws: what `word` throws.
  func result(table: UInt64) throws -> Result {
    guard try word(trampoline) != nil else {
      return .refused("there is no memory at vmexit_trampoline, \(trampoline.hex)")
    }
    var offsets: [UInt64] = []
    for offset in stride(from: UInt64(0x400), through: 0x780, by: 0x80) {
      let name = Self.name(ofVectorAt: offset)
      let path: CodePath
      switch try self.path(from: table &+ offset) {
      case .success(let reached): path = reached
      case .failure(let reason):
        if offset == 0x400 { return .refused("\(name): \(reason)") }
        continue
      }
      if let reason = Self.mismatch(of: path, kind: offset >> 7 & 3) {
        return .refused("\(name) \(reason)")
      }
      offsets.append(offset)
    }
    return .recognised(table: table, offsets: offsets)
  }

  /// Finds the table itself: by the symbol `exception_vector_base_vcpu`, or else by the branches to the
  /// trampoline in `code`.
  ///
  /// - Throws: what `word` throws.
  func result(symbol: (String) -> UInt64?, code: [Code]) throws -> Result {
    let named = symbol("exception_vector_base_vcpu")
    var refusal: Result?
    for table in (named.map { [$0] } ?? []) + tables(in: code) {
      let result = try result(table: table)
      if case .recognised = result { return result }
      refusal = refusal ?? result
    }
    return refusal ?? .refused("no vector branches to vmexit_trampoline, \(trampoline.hex)")
  }

  /// The possible addresses of tables that branch to the trampoline: a table has 2 KiB and is aligned to that
  /// (Arm ARM DDI 0487, D1.3, exception vectors), so the address of any instruction in a vector gives it.
  func tables(in code: [Code]) -> [UInt64] {
    var exits: [UInt64] = []
    var branches: [(address: UInt64, target: UInt64)] = []
    for (address, bytes) in code {
      for (place, word) in Self.words(of: bytes, at: address) {
        guard let branch = CodePath.branch(word, at: place) else { continue }
        if branch.target == trampoline {
          exits.append(place)
        } else if !branch.isCall {
          branches.append((place, branch.target))
        }
      }
    }
    var tables: [UInt64] = []
    func add(_ address: UInt64) {
      let table = address & ~0x7ff
      // The vectors of lower Exception levels are the second half.
      if address & 0x400 != 0, !tables.contains(table), tables.count < Self.tableLimit {
        tables.append(table)
      }
    }
    exits.forEach(add)
    // Vectors may branch to shared code, somewhere before the branch to the trampoline.
    for exit in exits.prefix(Self.tableLimit) {
      for branch in branches where branch.target <= exit && exit - branch.target < 1024 {
        add(branch.address)
      }
    }
    return tables
  }

  private static let tableLimit = 64

  private static func words(
    of bytes: [UInt8], at address: UInt64
  ) -> some Sequence<(UInt64, UInt32)> {
    let start = Int((4 - address % 4) % 4)
    return stride(from: start, to: bytes.count - 3, by: 4).lazy.map { offset in
      let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
      return (address &+ UInt64(offset), word)
    }
  }

  private func path(from address: UInt64) throws -> Swift.Result<CodePath, CodePath.NotUnderstood> {
    var path = CodePath(from: address)
    do {
      // Once all is stored, a hypervisor may look at the exit in its own way, as ours does.
      try path.run(to: trampoline, passesConditions: Self.hasStoredAll, word: word)
      return .success(path)
    } catch let reason as CodePath.NotUnderstood {
      return .failure(reason)
    }
  }

  /// Whether the frame is complete.
  private static func hasStoredAll(_ path: CodePath) -> Bool {
    path.stackPointer == -frameByteCount
      && frame.enumerated().allSatisfy {
        path.stack[$0.offset * 8 - frameByteCount] == $0.element.value
      }
  }

  /// The part of the contract that isn't met at the branch to the trampoline; nil if all is met.
  private static func mismatch(of path: CodePath, kind: UInt64) -> String? {
    guard path.stackPointer == -frameByteCount else {
      return "makes room for \(-path.stackPointer) bytes, not \(frameByteCount)"
    }
    for (index, content) in frame.enumerated()
    where path.stack[index * 8 - frameByteCount] != content.value {
      let elsewhere = path.stack.first { $0.value == content.value && $0.key < 0 }?.key
      return elsewhere.map {
        "stores \(content.name) at \($0 + frameByteCount), not at \(index * 8)"
      } ?? "stores \(content.name) nowhere"
    }
    guard path.registers[0] == .constant(kind) else {
      if case .constant(let other) = path.registers[0] {
        return "puts \(other) into x0, not \(kind)"
      }
      return "doesn't put the trap kind, \(kind), into x0"
    }
    return nil
  }

  private static let frameByteCount = frame.count * 8

  /// The contents of the frame, doubleword by doubleword. The system registers are op0 3, and op1, CRn, CRm,
  /// op2: 0 4 1 0, 4 4 0 1 and 4 4 0 0 (Arm ARM, D24.2).
  private static let frame: [(name: String, value: CodePath.Value)] =
    (0...30).map { ("x\($0)", .register($0)) } + [
      ("SP_EL0", .system(0xc208)), ("ELR_EL2", .system(0xe201)), ("SPSR_EL2", .system(0xe200)),
    ]

  private static func name(ofVectorAt offset: UInt64) -> String {
    let kind = ["synchronous exceptions", "IRQs", "FIQs", "SErrors"][Int(offset >> 7 & 3)]
    return "the vector of \(kind) (VBAR_EL2 + \(offset.hex))"
  }
}
