@testable import GDBRemote

/// What real stubs answered to this client.
enum RealStubs {
  /// gdbserver 13.1 on x86-64.
  static let gdbserverFeatures =
    "PacketSize=47ff;QPassSignals+;QProgramSignals+;QStartupWithShell+;QEnvironmentHexEncoded+;"
    + "QEnvironmentReset+;QEnvironmentUnset+;QSetWorkingDir+;QCatchSyscalls+;"
    + "qXfer:libraries-svr4:read+;augmented-libraries-svr4-read+;qXfer:auxv:read+;"
    + "qXfer:siginfo:read+;qXfer:siginfo:write+;qXfer:features:read+;QStartNoAckMode+;"
    + "qXfer:osdata:read+;multiprocess+;QNonStop+;QDisableRandomization+;qXfer:threads:read+;"
    + "ConditionalTracepoints+;TraceStateVariables+;ConditionalBreakpoints+;BreakpointCommands+;"
    + "QAgent+;swbreak+;hwbreak+;qXfer:exec-file:read+;vContSupported+;QThreadEvents+;no-resumed+"

  /// lldb-server 21 on x86-64. The size is decimal.
  static let lldbServerFeatures =
    "PacketSize=131072;QStartNoAckMode+;qEcho+;native-signals+;QThreadSuffixSupported+;"
    + "QListThreadsInStopReply+;qXfer:features:read+;QNonStop+;QPassSignals+;qXfer:auxv:read+;"
    + "qXfer:libraries-svr4:read+;qXfer:siginfo:read+"

  /// OpenOCD 0.12, as its source writes it.
  static let openOCDFeatures =
    "PacketSize=4000;qXfer:memory-map:read-;qXfer:features:read+;qXfer:threads:read+;"
    + "QStartNoAckMode+;vContSupported+"

  /// A stub in memory that announces `features`, is not QEMU, and has `vCont` with all its actions.
  static func stub(announcing features: String, actions: String = "vCont;c;C;t;s;S;r") -> FakeStub {
    let stub = FakeStub()
    stub.kind = .plain
    stub.features = features
    stub.answers["vCont?"] = actions
    return stub
  }
}
