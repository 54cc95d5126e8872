extension StubTraits {
  /// The traits of each kind of stub.
  public static let known: [StubKind: StubTraits] = [
    .qemu7: qemu7, .qemu: qemu, .qemuUser: qemuUser, .gdbserver: gdbserver, .lldbServer: lldbServer,
    .openOCD: openOCD, .unknown: StubTraits(),
  ]

  /// Measured with QEMU 7.2.22, and read in its `gdbstub/gdbstub.c`.
  private static let qemu7: StubTraits = {
    var traits = qemuOfAnyKind
    traits.isMachine = true
    // Bytes are parsed one by one, and each packet is answered before the next is read.
    traits.pipelines = true
    // The start of a packet serves as an acknowledgement.
    traits.needsAcknowledgements = false
    traits.keepsBreakpoints = true
    traits.cpuListCommand = "info cpus"
    // `gdb_get_reg64` swaps for the emulator's target, and qemu-system-aarch64 has only that one.
    traits.hasLittleEndianArmRegisters = true
    return traits
  }()

  /// What QEMU's emulators of machines and of programs have in common.
  private static let qemuOfAnyKind: StubTraits = {
    var traits = StubTraits()
    // It gives an empty answer. A version that has the mode announces it.
    traits.triesNoAckMode = false
    // It announces 4096, but drops a packet of 4096 characters without an answer.
    traits.packetSizeReserve = 1
    // `arm_gdb_set_sysreg` returns 0, which is answered with OK.
    traits.pretendedRegisterGroups = ["cp_regs"]
    traits.takesGeneralRegisters = false
    traits.continuesAtAddress = true
    traits.stepsOffBreakpoints = true
    traits.turnsToStoppedThread = true
    traits.ignoresUnknownThreads = true
    traits.takesBinaryWrites = false
    return traits
  }()

  /// Like 7.2, newer versions don't answer `x` and `X`, and only some check the length of a `G`:
  /// what 7.2 needs doesn't harm any of them.
  private static let qemu = qemu7

  /// Measured with `qemu-aarch64 -g` of 7.2.22, and read in its `gdbstub/gdbstub.c` (the parts of
  /// `CONFIG_USER_ONLY`). After each packet it waits for a `+`, and treats any other byte as a
  /// request to resend the packet.
  private static let qemuUser: StubTraits = {
    var traits = qemuOfAnyKind
    // `gdb_handlesig` stops only the thread that it is called in.
    traits.stopsEveryThread = false
    // Without a client the program continues, and the next breakpoint kills it.
    traits.staysStopped = false
    return traits
  }()

  /// Measured with gdbserver 13.1. It announces what it supports.
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
    traits.isMachine = true
    // The announced size is that of the buffer for a packet and its terminator.
    traits.packetSizeReserve = 4
    return traits
  }()
}
