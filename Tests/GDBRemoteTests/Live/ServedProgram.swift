import Testing

@testable import GDBRemote

/// The program of the tests under a server of this machine.
struct ServedProgram {
  /// The kind of server.
  enum Server {
    case gdbserver, lldbServer
  }

  static let limit = Duration.seconds(30)

  #if arch(x86_64)
    static let programCounter = "rip"
    static let argument = "rdi"
    static let breakpointByteCount = 1
  #else
    static let programCounter = "pc"
    static let argument = "x0"
    static let breakpointByteCount = 4
  #endif

  let server: Server
  private let program: TestProgram

  init(_ server: Server) throws {
    self.server = server
    program = try TestProgram.shared.get()
  }

  var path: String { program.path }

  func address(_ name: String) throws -> UInt64 { try #require(program.symbols[name]) }

  /// Starts the program, which will do what `mode` says, and connects to its server.
  func launch(_ mode: String) throws -> (RemoteTarget, ServerProcess) {
    let (process, transport) =
      switch server {
      case .gdbserver:
        try ServerProcess.connected(
          ["gdbserver", "-", program.path, mode], by: .standardInputAndOutput, name: "gdbserver")
      case .lldbServer:
        try ServerProcess.connected(
          [
            try #require(ServerProcess.path(of: "lldb-server")), "gdbserver", "--fd", "10", "--",
            program.path, mode,
          ], by: .descriptor(10), name: "lldb-server")
      }
    return (try RemoteTarget(transport: transport, timeout: Self.limit), process)
  }

  /// Continues to the next stop.
  static func run(_ target: RemoteTarget) throws -> StopReply {
    try target.resume(.continue())
    return try target.waitForStop(timeout: limit)
  }
}
