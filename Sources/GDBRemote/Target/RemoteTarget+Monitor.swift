extension RemoteTarget {
  /// Has the stub carry out a command of its own, and returns what it printed.
  ///
  /// With QEMU it is a command of the monitor. An unknown one is not an error: the text says so. A
  /// command that sets the machine going takes it out of this client's sight. Of more than a MiB the
  /// end is returned.
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
      // What the stub printed says more than its number.
      guard !text.isEmpty else { throw error }
      throw RemoteError(error.code, "\(error.description): \(text)", stubText: text)
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether QEMU records what the machine does, by `-icount …,rr=record`: its monitor tells, and nothing else does.
  ///
  /// A recording counts instructions, so one that a client leaves out by setting the PC is one too many when it is
  /// replayed: QEMU 7.2 then stands still.
  public func isRecording() throws(RemoteError) -> Bool {
    guard profile.kind.isQEMU, profile.traits.isMachine else { return false }
    do throws(RemoteError) {
      return try monitor("info replay").hasPrefix("Recording")
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return false
    }
  }

  /// Sets what QEMU masks while a CPU steps: 1 steps at all, 2 masks interrupts, 4 masks timers.
  /// QEMU begins with 7.
  public func setStepMask(_ mask: UInt64) throws(RemoteError) {
    guard profile.kind.isQEMU else {
      throw RemoteError(.unsupported, "the stub has no mask for steps")
    }
    try StandardReply.requireOK(try exchange(.stepMask(mask)), of: "the mask for steps")
  }
}
