extension RemoteTarget {
  /// Asks the stub to carry out one of its own commands, and returns what it printed.
  ///
  /// With QEMU it is a monitor command. An unknown command isn't an error: the text says so. This
  /// client doesn't notice if a command resumes the machine. If the output is longer than 1 MiB,
  /// only its end is returned.
  public func monitor(_ command: String) throws(RemoteError) -> String {
    let earlier = connection.console
    connection.console = ConsoleBuffer()
    defer { connection.console = earlier }
    let reply = try exchange(.monitor(command))
    var output = connection.console.take()
    switch StandardReply(reply) {
    case .ok: break
    case .other:
      guard let text = Hex.bytes(reply) else { throw .unexpected(reply, of: "the command") }
      output += text
    case .unsupported, .error:
      guard let error = StandardReply(reply).error(of: "the command") else { break }
      let text = String(decoding: output, as: UTF8.self)
      // The stub's output says more than its error number.
      guard !text.isEmpty else { throw error }
      throw RemoteError(error.code, "\(error.description): \(text)", stubText: text)
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether QEMU records what the machine does (`-icount …,rr=record`). Only its monitor can tell.
  ///
  /// A recording counts instructions, so if a client skips one by setting the PC, the replay is one instruction
  /// off: QEMU 7.2 then hangs.
  public func isRecording() throws(RemoteError) -> Bool {
    guard profile.kind.isQEMU, profile.traits.isMachine else { return false }
    do throws(RemoteError) {
      return try monitor("info replay").hasPrefix("Recording")
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return false
    }
  }
}
