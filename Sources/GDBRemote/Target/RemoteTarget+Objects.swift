// Documents and tables that `qXfer` reads as a whole.

extension RemoteTarget {
  /// The path of the program that the process runs.
  public func executablePath() throws(RemoteError) -> String {
    let annex = profile.usesProcesses ? String(process, radix: 16) : ""
    return String(decoding: try readObject("exec-file", annex: annex), as: UTF8.self)
  }

  /// The target's memory: RAM, ROM and flash. Throws `.unsupported` if the stub doesn't report it.
  public func memoryMap() throws(RemoteError) -> MemoryMap {
    MemoryMap(parsing: try readObject("memory-map"))
  }

  /// The values that the system passed to the program at its start: the entry point, the page size
  /// and so on.
  ///
  /// - Parameter wordByteCount: 8 for a 64-bit program, 4 for a 32-bit one; by default the program
  ///   counter's size.
  public func auxiliaryVector(wordByteCount: Int? = nil) throws(RemoteError) -> AuxiliaryVector {
    AuxiliaryVector(
      parsing: try readObject("auxv"), wordByteCount: auxiliaryWord(wordByteCount),
      byteOrder: byteOrder)
  }

  /// The byte order of a program, derived from its auxiliary vector. Nil if the stub doesn't have the
  /// vector.
  public func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder? {
    guard profile.features.has("qXfer:auxv:read") else { return nil }
    do throws(RemoteError) {
      return AuxiliaryVector.byteOrder(
        of: try readObject("auxv"), wordByteCount: auxiliaryWord(nil))
    } catch {
      // What is announced may be missing: the process may be gone, or the target may not be a
      // process.
      guard error.code.isStubError || error.code == .unsupported else { throw error }
      return nil
    }
  }

  /// Where a program begins in memory, according to its auxiliary vector. Nil if the stub doesn't have the vector.
  public func entryOfProgram() throws(RemoteError) -> UInt64? {
    guard profile.features.has("qXfer:auxv:read") else { return nil }
    do throws(RemoteError) {
      return try auxiliaryVector()[9]  // AT_ENTRY
    } catch {
      guard error.code.isStubError || error.code == .unsupported else { throw error }
      return nil
    }
  }

  private func auxiliaryWord(_ byteCount: Int?) -> Int {
    (byteCount ?? registers.programCounter?.byteCount ?? 8) <= 4 ? 4 : 8
  }

  /// Assumes that the target has an architecture's standard registers, for a stub that doesn't
  /// describe them: see `TargetDescription.standard(for:)`. `byteOrder` becomes the architecture's
  /// usual one.
  ///
  /// Throws `.unsupported` for an unknown name, and if the stub describes the target.
  public func assumeArchitecture(_ name: String) throws(RemoteError) {
    guard description.registers.all.isEmpty else {
      throw RemoteError(.unsupported, "the stub describes the registers of its target")
    }
    guard let standard = TargetDescription.standard(for: name) else {
      throw RemoteError(.unsupported, "no registers are known for the architecture \(name)")
    }
    description = standard
    byteOrder = .usual(for: name)
  }

  /// Reads an object, such as `auxv`, `memory-map` or `libraries-svr4`.
  ///
  /// Throws `.unsupported` for an object that the stub doesn't announce.
  public func readObject(_ object: String, annex: String = "") throws(RemoteError) -> [UInt8] {
    try requireStopped()
    guard profile.features.has("qXfer:\(object):read") else {
      throw RemoteError(.unsupported, "the stub does not have the object \(object)")
    }
    let transfer = ObjectTransfer(
      object: object, annex: annex, payloadLimit: profile.payloadLimit)
    return try connection.within(times: Self.longCall) { () throws(RemoteError) in
      try transfer.read { (command) throws(RemoteError) in try exchange(command) }
    }
  }
}
