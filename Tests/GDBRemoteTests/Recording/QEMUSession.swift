import Testing

@testable import GDBRemote

/// A session with QEMU that can be replayed from its recording: everything in it comes from a machine that
/// has just been started.
enum QEMUSession {
  private static let code: UInt64 = 0x4000_0000

  /// Counts in x0 and stores it at x1.
  private static let program: [UInt32] = [
    0xd280_0000,  // movz x0, #0
    0x9100_0400,  // add x0, x0, #1
    0xf900_0020,  // str x0, [x1]
    0x17ff_fffe,  // b -8
  ]

  static func use(_ target: RemoteTarget) throws {
    #expect(target.profile.kind.isQEMU)
    #expect(target.registers["HCR_EL2"] != nil)
    #expect(try target.readInteger("VPIDR_EL2") == 0x411f_d070)
    try target.writeMemory(
      at: code,
      program.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    try target.writeInteger("x1", code + 0x1000)
    try target.writeInteger("pc", code)
    try target.insertBreakpoint(.hardware, at: code + 8)
    for count in 1...3 {
      try target.resume(.continue())
      #expect(try target.waitForStop(timeout: .seconds(20)).event?.signal == 5)
      let general = try target.readGeneralRegisters()
      #expect(general["x0"] == UInt64(count) && general["pc"] == code + 8)
      try target.resume(.step())
      #expect(try target.waitForStop(timeout: .seconds(20)).event?.signal == 5)
      let bytes = try target.readMemory(at: code + 0x1000, byteCount: 8)
      #expect(RegisterDescription.integer(bytes) == UInt64(count))
    }
    #expect(try target.threads() == [ThreadID(process: 1, thread: 1)])
    #expect(try target.monitor("info status").contains("paused"))
    let nothing = remoteError { _ = try target.readMemory(at: 0xffff_0000_0000_0000, byteCount: 4) }
    #expect(nothing?.code == .memoryUnreadable)
    try target.removeBreakpoint(.hardware, at: code + 8)
    try target.resume(.continue())
    try target.interrupt()
    #expect(try target.waitForStop(timeout: .seconds(20)).event?.signal == 2)
    #expect(try target.readInteger("x0") >= 3)
    try target.kill()
  }
}
