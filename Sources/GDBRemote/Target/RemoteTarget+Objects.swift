// What a stub has as a whole: documents and tables that `qXfer` reads.

extension RemoteTarget {
  /// The path of the program that the process runs.
  public func executablePath() throws(RemoteError) -> String {
    let annex = profile.usesProcesses ? String(process, radix: 16) : ""
    return String(decoding: try readObject("exec-file", annex: annex), as: UTF8.self)
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
    return try transfer.read { (command) throws(RemoteError) in try exchange(command) }
  }
}
