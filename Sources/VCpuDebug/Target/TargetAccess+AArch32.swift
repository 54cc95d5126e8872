internal import Foundation
internal import GDBRemote

extension TargetAccess {
  /// Whether the CPU has switched to AArch32 since the state that its stub shows.
  ///
  /// For an AArch64 CPU, QEMU 7.2's stub has only AArch64's x0–x30, PC and PSTATE. While the CPU executes AArch32
  /// code, as a 32-bit program of a 64-bit kernel, these stay as they were shortly before the ERET that left
  /// AArch64, and steps seem to do nothing. The SPSR of that ERET says where it went, but it says the same while a
  /// kernel works for its 32-bit program. What the CPU is in, the monitor's own `info registers` tells, by a PSR
  /// instead of a PSTATE.
  public func hasLeftAArch64(_ state: CPUState) -> Bool {
    guard target.isMachine, let pstate = state.pstate, pstate & Self.isAArch32 == 0,
      let level = state.exceptionLevel, level > 0,
      let spsr = try? readRegister("SPSR_EL\(level)"), spsr & Self.isAArch32 != 0,
      let text = try? reach.text(.registers), let thread = target.selectedThread
    else { return false }
    // A paragraph for each CPU; QEMU's threads are its CPUs, counted from 1.
    let cpu = text.replacingOccurrences(of: "\r", with: "").components(separatedBy: "CPU#")
      .first { $0.hasPrefix("\(thread.thread - 1)\n") }
    return cpu.map { $0.contains("\nPSR=") } ?? false
  }

  /// SPSR_ELx.M[4], nRW.
  private static let isAArch32: UInt64 = 1 << 4
}
