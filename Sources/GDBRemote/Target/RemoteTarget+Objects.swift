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
    let width = wordByteCount ?? registers.programCounter?.byteCount ?? 8
    return AuxiliaryVector(
      parsing: try readObject("auxv"), wordByteCount: width <= 4 ? 4 : 8)
  }

  /// Takes the target to have the registers of an architecture, for a stub that does not describe
  /// them: see `TargetDescription.standard(for:)`.
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
