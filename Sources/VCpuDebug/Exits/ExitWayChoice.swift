internal import ArmVCpu
internal import GDBRemote

/// Finds out which ways to find exits a target supports: by its code and memory, never only by a
/// symbol.
struct ExitWayChoice {
  let access: TargetAccess
  let memory: SessionMemory
  let modules: SessionModules

  /// The best way, or the requested one, and why better ones are not used.
  ///
  /// - Throws: `DebugError.cannotFindExits` if the requested one isn't available, and what the target
  ///   throws.
  func source(
    wanted: ExitWay?
  ) throws -> (source: (any ExitSource)?, notes: [String]) {
    var notes: [String] = []
    for way in ExitWay.allCases where wanted == nil || wanted == way {
      switch try look(for: way, isWanted: wanted != nil) {
      case .found(let source): return (source, notes)
      case .absent(let note?): notes.append(note)
      case .absent(nil): break
      }
    }
    guard let wanted else { return (nil, notes) }
    throw DebugError.cannotFindExits(
      notes.first ?? "this target does not support the way '\(wanted.rawValue)'")
  }

  private enum Outcome {
    case found(any ExitSource)
    /// It isn't available; with a sentence if the user might expect it.
    case absent(String?)
  }

  private func look(for way: ExitWay, isWanted: Bool) throws -> Outcome {
    switch way {
    case .context: try context(isWanted: isWanted)
    case .trampoline: try trampoline(isWanted: isWanted)
    case .vectors: vectors(isWanted: isWanted)
    }
  }

  // MARK: Our context

  private func context(isWanted: Bool) throws -> Outcome {
    let name = DebugDescriptor.symbolName.description
    guard let file = modules.hypervisor, let address = file.address(of: name) else {
      return .absent(isWanted ? "the symbols have no \(name)" : nil)
    }
    do {
      let bytes = try memory.read(.hypervisor, address, byteCount: DebugDescriptor.byteCount)
      let descriptor = try DebugDescriptor(bytes.span)
      return .found(ContextSource(descriptor, at: address, access, memory))
    } catch let error as DebugDescriptorError {
      return .absent("\(name) is not used: \(error.words)")
    } catch let error as DebugError {
      return .absent("\(name) is not used: \(error)")
    }
  }

  // MARK: arm_vcpu's trampoline

  private func trampoline(isWanted: Bool) throws -> Outcome {
    let name = Self.trampolineName
    guard let file = modules.hypervisor, let address = file.address(of: name) else {
      return .absent(isWanted ? "the symbols have no \(name)" : nil)
    }
    switch try recognition(in: file) {
    case nil: return .absent(nil)
    case .refused(let reason): return .absent("\(name) is not used: \(reason)")
    case .recognised:
      if let reason = try difference(of: file, at: address) {
        return .absent("\(name) is not used: \(reason)")
      }
      let reason =
        "the vectors save 272 bytes at SP and continue at \(name), hv:0x\(String(address, radix: 16)), as arm_vcpu's do"
      return .found(
        TrampolineSource(
          at: address, reason: reason, access,
          vectors: VectorSource(reason: reason, access, memory, modules: modules)))
    }
  }

  /// Whether the file's code leads to a trampoline of that name; nil without one.
  func recognition(in modules: ModuleGroup) throws -> TrampolineRecognition.Result? {
    guard let address = modules.address(of: Self.trampolineName) else { return nil }
    let recognition = TrampolineRecognition(trampoline: address) { word(at: $0, in: modules) }
    return try recognition.result(symbol: { modules.address(of: $0) }, code: modules.executableCode)
  }

  private static let trampolineName = "vmexit_trampoline"

  /// The file's word at an address. The memory may not be there yet if the hypervisor relocates itself.
  private func word(at address: UInt64, in modules: ModuleGroup) -> UInt32? {
    guard let bytes = modules.contents(at: address, byteCount: 4)?.bytes, bytes.count == 4
    else { return nil }
    return RegisterDescription.integer(bytes).map { UInt32(truncatingIfNeeded: $0) }
  }

  /// Why the memory at an address differs from the file; nil if it doesn't, or if that isn't known yet. While EL2's MMU
  /// is off, the hypervisor may not have moved there yet, and may still be at its load address, or nothing may be
  /// there.
  private func difference(of modules: ModuleGroup, at address: UInt64) throws -> String? {
    guard let (wanted, path) = modules.contents(at: address, byteCount: 16), !wanted.isEmpty
    else { return nil }
    let isMMUOn = try access.readRegister("SCTLR_EL2") & 1 != 0
    guard let place = isMMUOn ? address : modules.physicalAddress(of: address) else { return nil }
    let space = isMMUOn ? AddressSpace.hypervisor : .physical
    do {
      let found = try memory.read(space, place, byteCount: wanted.count)
      if found == wanted || !isMMUOn && found.allSatisfy({ $0 == 0 }) { return nil }
      return
        "the memory at \(space.label)0x\(String(place, radix: 16)) is not what \(path) has there"
    } catch is DebugError {
      return nil
    }
  }

  // MARK: The vectors

  private func vectors(isWanted: Bool) -> Outcome {
    let missing = ControlRegisters.required.first { access.target.registers[$0] == nil }
    if let missing { return .absent("the stub does not show \(missing)") }
    let reason =
      isWanted
      ? "it was requested" : "no other way was found, and every hypervisor has vectors"
    return .found(VectorSource(reason: reason, access, memory, modules: modules))
  }
}

extension ModuleGroup {
  /// The files' code, by its virtual addresses.
  fileprivate var executableCode: [(address: UInt64, bytes: [UInt8])] {
    segments.filter(\.isExecutable).map { ($0.virtualAddress, $0.bytes) }
  }

  /// The physical load address of a virtual address in the file.
  fileprivate func physicalAddress(of address: UInt64) -> UInt64? {
    segments.first {
      address >= $0.virtualAddress && address - $0.virtualAddress < $0.memoryByteCount
    }.map { $0.physicalAddress &+ (address - $0.virtualAddress) }
  }
}

extension DebugDescriptorError {
  /// What is wrong, as text.
  var words: String {
    switch self {
    case .tooFewBytes: "its memory is too short"
    case .wrongMagic:
      "its memory holds something else. Do the symbols match the running hypervisor?"
    case .unknownVersion(let version):
      "its version is \(version), but this shell supports only version 2"
    case .unknownSize(let structure, let found, let wanted):
      "its \(structure.words) has \(found) bytes, but this shell expects \(wanted)"
    case .emptyCode(.saving, _, _): "it has no instructions for saving an exit"
    case .emptyCode(.entering, _, _): "it has no instructions for entering a guest"
    }
  }
}

extension DebugDescriptorError.Structure {
  /// The structure's name.
  var words: String {
    switch self {
    case .descriptor: "descriptor"
    case .frame: "trap frame"
    case .exitRecord: "exit record"
    case .context: "context"
    case .cpuLocal: "CPU-local memory"
    case .observer: "observer"
    case .record: "recorder's record"
    case .ring: "recorder's ring"
    case .cells: "recorder's counters"
    }
  }
}
