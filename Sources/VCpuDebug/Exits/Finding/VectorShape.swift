/// The known beginnings of the vectors of lower Exception levels that distinguish hypervisors.
///
/// The words are those of Debian's Linux 6.1 and of Xen 4.17 as they run (in Linux arch/arm64/kvm/hyp/hyp-entry.S,
/// kvm/hyp/nvhe/host.S and kernel/entry.S). Each is checked in the vectors of synchronous exceptions and of IRQs, of
/// AArch64.
enum VectorShape: Equatable, Sendable {
  /// KVM while a guest runs: `esb`, then `stp x0, x1, [sp, #-16]!` and a branch, or some CPUs' Spectre
  /// mitigation: with a firmware call, room for four registers first.
  case kvmGuest
  /// KVM nVHE while the host runs: `stp x0, x1, [sp, #-16]!`, `mrs x0, esr_el2`, and its class is compared.
  case kvmHost
  /// A Linux kernel whose own vectors are EL2's (VHE): with KPTI's `b`, `mrs x30, tpidrro_el0`, else `sub sp,
  /// sp`, then `add sp, sp, x0`.
  case linuxHost
  /// Only a branch. Xen has it, but so do Linux's first vectors, before KVM, and many others: it proves nothing.
  case branches

  /// - Parameter vectors: the first words by the offset from VBAR_EL2. Nil if their shape isn't known.
  init?(_ vectors: [UInt64: [UInt32]]) {
    guard let synchronous = vectors[0x400], let irq = vectors[0x480], synchronous.count >= 4,
      irq.count >= 4
    else { return nil }
    let both = [synchronous, irq]
    if both.allSatisfy(Self.isKVMGuest) {
      self = .kvmGuest
    } else if Self.isKVMHost(synchronous) {
      self = .kvmHost
    } else if both.allSatisfy(Self.isLinuxHost) {
      self = .linuxHost
    } else if both.allSatisfy({ Self.isBranch($0[0]) }) {
      self = .branches
    } else {
      return nil
    }
  }

  /// The observation, as a sentence without a full stop.
  var sentence: String {
    switch self {
    case .kvmGuest: "the vectors begin as KVM's do while a guest runs: esb, and x0 to the stack"
    case .kvmHost: "the vectors are those of KVM (nVHE) while its host runs"
    case .linuxHost: "the vectors are those of a Linux kernel at EL2, KVM's host"
    case .branches: "each vector is a branch"
    }
  }

  private static func isKVMGuest(_ words: [UInt32]) -> Bool {
    guard words[0] == esb else { return false }
    if words[1] == pushX0X1 { return isBranch(words[2]) || words[2] == nop }
    return words[1] == subtractSP32 && words[2] == storeX2X3
  }

  private static func isKVMHost(_ words: [UInt32]) -> Bool {
    words[0] == pushX0X1 && words[1] == readESR && classOfX0.contains(words[2])
  }

  private static func isLinuxHost(_ words: [UInt32]) -> Bool {
    isBranch(words[0]) && words[1] == readTPIDRRO && words[2] == clearTPIDRRO
      || words[0] & 0xffc0_03ff == subtractSP && words[1] == addX0ToSP
  }

  private static func isBranch(_ word: UInt32) -> Bool { word & 0xfc00_0000 == 0x1400_0000 }

  private static let nop: UInt32 = 0xd503_201f
  private static let esb: UInt32 = 0xd503_221f
  /// stp x0, x1, [sp, #-16]!
  private static let pushX0X1: UInt32 = 0xa9bf_07e0
  /// sub sp, sp, #32
  private static let subtractSP32: UInt32 = 0xd100_83ff
  /// stp x2, x3, [sp]
  private static let storeX2X3: UInt32 = 0xa900_0fe2
  /// mrs x0, esr_el2
  private static let readESR: UInt32 = 0xd53c_5200
  /// ubfx x0, x0, #26, #6 (Linux 6.1) and lsr x0, x0, #26 (before)
  private static let classOfX0: [UInt32] = [0xd35a_7c00, 0xd35a_fc00]
  /// mrs x30, tpidrro_el0
  private static let readTPIDRRO: UInt32 = 0xd53b_d07e
  /// msr tpidrro_el0, xzr
  private static let clearTPIDRRO: UInt32 = 0xd51b_d07f
  /// sub sp, sp, #0
  private static let subtractSP: UInt32 = 0xd100_03ff
  /// add sp, sp, x0
  private static let addX0ToSP: UInt32 = 0x8b20_63ff
}
