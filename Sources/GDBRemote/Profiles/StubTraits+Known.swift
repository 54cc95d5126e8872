extension StubTraits {
  /// The traits of each kind of stub.
  public static let known: [StubKind: StubTraits] = [
    .qemu7: qemu7, .qemu: qemu, .gdbserver: gdbserver, .lldbServer: lldbServer,
    .openOCD: openOCD, .unknown: StubTraits(),
  ]

  /// Measured with QEMU 7.2.22, and read in its `gdbstub/gdbstub.c`.
  private static let qemu7: StubTraits = {
    var traits = StubTraits()
    // Bytes are parsed one by one, and each packet is answered before the next is looked at.
    traits.pipelines = true
    // The start of a packet takes the place of an acknowledgement.
    traits.needsAcknowledgements = false
    traits.triesNoAckMode = false
    // It announces 4096, and drops a packet of so many characters without an answer.
    traits.packetSizeReserve = 1
    // `arm_gdb_set_sysreg` returns 0, which is answered with OK.
    traits.pretendedRegisterGroups = ["cp_regs"]
    traits.takesGeneralRegisters = false
    traits.keepsBreakpoints = true
    traits.continuesAtAddress = true
    traits.turnsToStoppedThread = true
    traits.ignoresUnknownThreads = true
    traits.takesBinaryWrites = false
    return traits
  }()

  /// Newer versions answer `x` and `X` no more than 7.2 does, and the length of a `G` is checked
  /// only since some of them: what 7.2 needs does no harm to any.
  private static let qemu = qemu7

  /// Measured with gdbserver 13.1. It announces what it has.
  private static let gdbserver: StubTraits = {
    var traits = StubTraits()
    // PacketSize counts the frame: `$`, `#` and two digits.
    traits.packetSizeReserve = 4
    return traits
  }()

  /// Measured with lldb-server 21.
  private static let lldbServer: StubTraits = {
    var traits = StubTraits()
    traits.signals = .native
    traits.binaryReads = .bare
    traits.takesBinaryWrites = false
    return traits
  }()

  /// Read in OpenOCD 0.12's `src/server/gdb_server.c`.
  private static let openOCD: StubTraits = {
    var traits = StubTraits()
    // A packet is read into a buffer of the announced size with its terminator.
    traits.packetSizeReserve = 4
    return traits
  }()
}
