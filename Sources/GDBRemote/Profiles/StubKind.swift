/// The implementation of a stub.
public enum StubKind: Hashable, Sendable, CaseIterable {
  /// QEMU before 8.0; what is known about it was measured with 7.2.
  case qemu7
  /// QEMU 8.0 and newer.
  case qemu
  /// QEMU's user-mode emulator, `qemu-aarch64 -g PORT`; what is known about it was measured with
  /// 7.2.
  case qemuUser
  /// GDB's gdbserver; what is known about it was measured with 13.1.
  case gdbserver
  /// LLDB's lldb-server; what is known about it was measured with 21.
  case lldbServer
  /// OpenOCD.
  case openOCD
  /// Any other.
  case unknown

  /// The name, as its developers write it.
  public var name: String {
    switch self {
    case .qemu7, .qemu: "QEMU"
    case .qemuUser: "QEMU's user-mode emulator"
    case .gdbserver: "gdbserver"
    case .lldbServer: "lldb-server"
    case .openOCD: "OpenOCD"
    case .unknown: "an unknown stub"
    }
  }

  /// Whether it is QEMU's system emulator, of any version.
  public var isQEMU: Bool { self == .qemu7 || self == .qemu }
}
