/// An A64 instruction that a search for exits looks for: one that sets EL2's vectors, turns EL2's MMU on, or
/// leaves EL2 for a guest.
///
/// MSR (register) and MRS: Arm ARM DDI 0487, C6.2 "MSR (register)"; the numbers of the registers: D24.2 (VBAR_EL2,
/// VBAR_EL1, SCTLR_EL2, SCTLR_EL1), op0 is 3. ERET, ERETAA, ERETAB: C6.2 "ERET" and "ERETAA, ERETAB".
enum ControlInstruction: Equatable, Sendable {
  /// `msr vbar_el2, xN`. The number is N, 31 for `xzr`.
  case setsVectors(source: Int)
  /// `msr vbar_el1, xN`. At EL2 with HCR_EL2.E2H at 1 it writes VBAR_EL2 (Arm ARM, D24.2 "HCR_EL2",
  /// E2H); otherwise the guest's.
  case setsVectorsWithE2H(source: Int)
  /// `msr sctlr_el2, xN`: EL2's MMU may go on or off, and code may be elsewhere after it.
  case setsControl(source: Int)
  /// `msr sctlr_el1, xN`: SCTLR_EL2 where E2H is 1.
  case setsControlWithE2H(source: Int)
  /// `eret`.
  case exceptionReturn
  /// `eretaa`.
  case exceptionReturnWithKeyA
  /// `eretab`.
  case exceptionReturnWithKeyB

  /// The instruction for a word; nil for all others. `msr vbar_el12, xN` isn't one: it writes the guest's
  /// register.
  init?(_ word: UInt32) {
    let source = Int(word & 31)
    switch word {
    case 0xd69f_03e0: self = .exceptionReturn
    case 0xd69f_0bff: self = .exceptionReturnWithKeyA
    case 0xd69f_0fff: self = .exceptionReturnWithKeyB
    default:
      switch word & 0xffff_ffe0 {
      case 0xd51c_c000: self = .setsVectors(source: source)
      case 0xd518_c000: self = .setsVectorsWithE2H(source: source)
      case 0xd51c_1000: self = .setsControl(source: source)
      case 0xd518_1000: self = .setsControlWithE2H(source: source)
      default: return nil
      }
    }
  }

  /// Whether it matters to EL2 only while HCR_EL2.E2H is 1.
  var needsE2H: Bool {
    switch self {
    case .setsVectorsWithE2H, .setsControlWithE2H: true
    default: false
    }
  }

  /// Whether it writes VBAR_EL2, with HCR_EL2.E2H as given.
  func setsVectors(isE2H: Bool) -> Bool {
    switch self {
    case .setsVectors: true
    case .setsVectorsWithE2H: isE2H
    default: false
    }
  }

  /// Whether it writes SCTLR_EL2, with HCR_EL2.E2H as given.
  func setsControl(isE2H: Bool) -> Bool {
    switch self {
    case .setsControl: true
    case .setsControlWithE2H: isE2H
    default: false
    }
  }

  /// Whether it is one of the three exception returns.
  var isExceptionReturn: Bool {
    switch self {
    case .exceptionReturn, .exceptionReturnWithKeyA, .exceptionReturnWithKeyB: true
    default: false
    }
  }
}

extension ControlInstruction {
  /// An instruction and where it is.
  struct Place: Equatable, Sendable {
    var address: UInt64
    var instruction: ControlInstruction
  }

  /// All such instructions in `bytes`, whose first is at `address`, in the order of their addresses.
  /// Instructions are aligned to 4 bytes and little-endian, whatever the byte order of data (Arm ARM, B2);
  /// what is before the first multiple of 4, and a part of a word at the end, is left out.
  static func places(in bytes: [UInt8], at address: UInt64) -> [Place] {
    let start = Int((4 - address % 4) % 4)
    guard bytes.count >= start + 4 else { return [] }
    let wordCount = (bytes.count - start) / 4
    var places: [Place] = []
    unsafe bytes.withUnsafeBytes { buffer in
      var first = 0
      while first < wordCount {
        // Most blocks hold none: a loop without exits, which the compiler can vectorise.
        let end = min(first + blockWordCount, wordCount)
        var candidates: UInt32 = 0
        for index in first..<end {
          candidates |= mayBeOne(
            unsafe buffer.loadUnaligned(fromByteOffset: start &+ index &* 4, as: UInt32.self))
        }
        if candidates != 0 {
          for index in first..<end {
            let word = unsafe buffer.loadUnaligned(
              fromByteOffset: start + index * 4, as: UInt32.self)
            if let instruction = ControlInstruction(UInt32(littleEndian: word)) {
              places.append(
                Place(address: address &+ UInt64(start + index * 4), instruction: instruction))
            }
          }
        }
        first = end
      }
    }
    return places
  }

  private static let blockWordCount = 64

  /// 1 for every word that is one, and for a few others. The four MSRs differ in CRn, in one bit of op1 and in
  /// Rt; the exception returns in their last 12 bits.
  @inline(__always)
  private static func mayBeOne(_ loaded: UInt32) -> UInt32 {
    let word = UInt32(littleEndian: loaded)
    let isWrite: UInt32 = word & 0xfffb_0fe0 == 0xd518_0000 ? 1 : 0
    let isReturn: UInt32 = word & 0xffff_f000 == 0xd69f_0000 ? 1 : 0
    return isWrite | isReturn
  }
}
