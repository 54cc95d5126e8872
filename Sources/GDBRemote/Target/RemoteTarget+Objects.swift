// What a stub has as a whole: documents and tables that `qXfer` reads.

extension RemoteTarget {
  /// The path of the program that the process runs.
  public func executablePath() throws(RemoteError) -> String {
    let annex = profile.usesProcesses ? String(process, radix: 16) : ""
    return String(decoding: try readObject("exec-file", annex: annex), as: UTF8.self)
  }

  /// Which memory the target has: RAM, ROM and flash. Throws `.unsupported` for a stub that does not
  /// say it.
  public func memoryMap() throws(RemoteError) -> MemoryMap {
    MemoryMap(parsing: try readObject("memory-map"))
  }

  /// What the system told the program at its start: the entry, the page size and so on.
  ///
  /// - Parameter wordByteCount: 8 for a 64-bit program, 4 for a 32-bit one; by default what the
  ///   program counter has.
  public func auxiliaryVector(wordByteCount: Int? = nil) throws(RemoteError) -> AuxiliaryVector {
    AuxiliaryVector(
      parsing: try readObject("auxv"), wordByteCount: auxiliaryWord(wordByteCount),
      byteOrder: byteOrder)
  }

  /// The order of the bytes of a program's values, by what the system told the program at its start. Nil
  /// for a stub that does not say that.
  public func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder? {
    guard profile.features.has("qXfer:auxv:read") else { return nil }
    do throws(RemoteError) {
      return AuxiliaryVector.byteOrder(
        of: try readObject("auxv"), wordByteCount: auxiliaryWord(nil))
    } catch {
      // What is announced need not be there: a process may just be gone, or not be one.
      guard error.code.isStubError || error.code == .unsupported else { throw error }
      return nil
    }
  }

  private func auxiliaryWord(_ byteCount: Int?) -> Int {
    (byteCount ?? registers.programCounter?.byteCount ?? 8) <= 4 ? 4 : 8
  }

  /// Takes the target to have the registers of an architecture, for a stub that does not describe
  /// them: see `TargetDescription.standard(for:)`. `byteOrder` becomes the usual one of it.
  ///
  /// Throws `.unsupported` for a name that is not known, and for a target that is described.
  public func assumeArchitecture(_ name: String) throws(RemoteError) {
    guard description.registers.all.isEmpty else {
      throw RemoteError(.unsupported, "the stub describes the registers of its target")
    }
    guard let standard = TargetDescription.standard(for: name) else {
      throw RemoteError(.unsupported, "no registers are known of the architecture \(name)")
    }
    description = standard
    byteOrder = .usual(for: name)
  }

  /// Reads an object, such as `auxv`, `memory-map` or `libraries-svr4`.
  ///
  /// Throws `.unsupported` for one that the stub does not announce.
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
