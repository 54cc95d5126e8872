@testable import ArmVCpu

/// ESR_EL2 of class `ec`, IL set.
func esr(_ ec: UInt8, _ iss: UInt64 = 0) -> UInt64 { UInt64(ec) << 26 | 1 << 25 | iss }

/// The bits of a data abort's ISS (Arm ARM DDI 0487, "ESR_EL2").
enum DataAbortBits {
  static let isv: UInt64 = 1 << 24
  static func sas(_ value: UInt64) -> UInt64 { value << 22 }
  static let sse: UInt64 = 1 << 21
  static func srt(_ value: UInt64) -> UInt64 { value << 16 }
  static let sf: UInt64 = 1 << 15
  static let fnv: UInt64 = 1 << 10
  static let cm: UInt64 = 1 << 8
  static let s1ptw: UInt64 = 1 << 7
  static let wnr: UInt64 = 1 << 6
  static let translationLevel3: UInt64 = 0x07
}

/// A synchronous exit's reason, decoded without a machine. `translations` gives the results of AT.
func decode(
  _ esr: UInt64, kind: TrapKind? = .synchronous, far: UInt64 = 0, hpfar: UInt64 = 0,
  frame: TrapFrame = .distinct,
  translation: (GuestVirtualAddress) -> IntermediatePhysicalAddress? = { _ in nil }
) -> ExitReason {
  ExitDecoder.reason(
    ExitSyndrome(
      kind: kind, esr: ESR_EL2(rawValue: esr), far: far, hpfar: HPFAR_EL2(rawValue: hpfar)),
    frame, faultAddress: translation)
}

/// HPFAR_EL2 for a fault in the page of `address`: FIPA, bits 47:4, holds IPA[55:12].
func hpfar(_ address: UInt64) -> UInt64 { (address >> 12) << 4 }
