/// Which hypervisor is at EL2, as far as it can be identified from outside.
public enum HypervisorKind: String, Codable, Equatable, Sendable, CaseIterable,
  CustomStringConvertible
{
  /// The library `ArmVCpu` of this package.
  case own
  /// The Rust crate arm_vcpu, as in AxVisor, or one with its contract.
  case armVCpu
  /// Linux's KVM with the host at EL1.
  case kvmNVHE
  /// Linux's KVM with the host at EL2 (HCR_EL2.E2H).
  case kvmVHE
  case xen
  case hafnium
  case unknown

  /// The name, as it is shown.
  public var description: String {
    switch self {
    case .own: "ArmVCpu"
    case .armVCpu: "arm_vcpu"
    case .kvmNVHE: "KVM (nVHE)"
    case .kvmVHE: "KVM (VHE)"
    case .xen: "Xen"
    case .hafnium: "Hafnium"
    case .unknown: "unknown"
    }
  }
}

/// The evidence about a hypervisor. All of it may be missing: then the kind is unknown.
struct HypervisorEvidence {
  /// Whether `vcpu_debug_descriptor` with its magic is in memory.
  var hasDescriptor = false
  /// What the vectors do with `vmexit_trampoline`; nil if there is no such symbol.
  var trampoline: TrampolineRecognition.Result?
  /// The first words of the vectors at VBAR_EL2, four or more each, by their offset; except those that can't
  /// be read.
  var vectors: [UInt64: [UInt32]] = [:]
  /// HCR_EL2, if the stub has it.
  var hcr: UInt64?
  /// SCTLR_EL2, if the stub has it.
  var sctlr: UInt64?
  /// Which of `soughtStrings` are in memory that EL2's own tables map, near its code. Memory of guests doesn't
  /// count: a Linux that runs as Xen's guest holds strings of both Xen and KVM.
  var strings: Set<String> = []
  /// Whether the hypervisor's ELF file has a symbol.
  var hasSymbol: (String) -> Bool = { _ in false }

  /// The strings to look for in EL2's memory. Xen prints them when it starts (seen in 4.17).
  static let soughtStrings = [xenVersion, xenPrefix]
  fileprivate static let xenVersion = "Xen version %d.%d"
  fileprivate static let xenPrefix = "(XEN) "
}

/// A kind, and why.
public struct HypervisorIdentification: Equatable, Sendable {
  /// What the hypervisor probably is.
  public let kind: HypervisorKind
  /// The evidence for it, or all evidence: sentences without full stops.
  public let reasons: [String]

  /// Creates an identification from a kind.
  init(kind: HypervisorKind, reasons: [String]) {
    self.kind = kind
    self.reasons = reasons
  }

  /// Evaluates the evidence. Code and data in memory come first, symbols last: an ELF file may belong to
  /// another program.
  init(_ evidence: HypervisorEvidence) {
    var reasons: [String] = []
    kind = Self.kind(evidence, &reasons)
    self.reasons = reasons
  }

  private static func kind(
    _ evidence: HypervisorEvidence, _ reasons: inout [String]
  ) -> HypervisorKind {
    if evidence.hasDescriptor {
      reasons.append("vcpu_debug_descriptor with its magic is in memory")
      return .own
    }
    switch evidence.trampoline {
    case .recognised:
      reasons.append("the vectors store a frame of 272 bytes and branch to vmexit_trampoline")
      return .armVCpu
    case .refused(let reason):
      reasons.append("it has a symbol vmexit_trampoline, but not arm_vcpu's code: \(reason)")
    case nil: break
    }
    let shape = VectorShape(evidence.vectors)
    if let kind = kind(shape, isE2H: evidence.isE2H, &reasons) { return kind }
    if evidence.strings.isSuperset(of: HypervisorEvidence.soughtStrings) {
      reasons.append(
        "EL2's memory holds \"\(HypervisorEvidence.xenVersion)\" and \"\(HypervisorEvidence.xenPrefix)\""
      )
      if shape == .branches { reasons.append(VectorShape.branches.sentence) }
      return .xen
    }
    if let kind = kind(symbols: evidence, &reasons) {
      if shape == .branches, kind == .kvmNVHE, evidence.isMMUOff {
        reasons.append(
          "VBAR_EL2 has Linux's first vectors and EL2's MMU is off: no guest has been started yet")
      }
      return kind
    }
    if let shape { reasons.append(shape.sentence) }
    if let isE2H = evidence.isE2H { reasons.append(sentence(isE2H: isE2H)) }
    return .unknown
  }

  private static func kind(
    _ shape: VectorShape?, isE2H: Bool?, _ reasons: inout [String]
  ) -> HypervisorKind? {
    guard let shape else { return nil }
    let kind: HypervisorKind
    switch (shape, isE2H) {
    // While a guest runs, only E2H tells which KVM it is; the vectors for a host at EL1 are nVHE's with E2H at 1 too,
    // which is Linux's hVHE.
    case (.kvmGuest, false?), (.kvmHost, _): kind = .kvmNVHE
    case (.kvmGuest, true?), (.linuxHost, true?): kind = .kvmVHE
    default: return nil
    }
    reasons.append(shape.sentence)
    if let isE2H { reasons.append(sentence(isE2H: isE2H)) }
    return kind
  }

  private static func kind(
    symbols evidence: HypervisorEvidence, _ reasons: inout [String]
  ) -> HypervisorKind? {
    let candidates: [(names: [String], isE2H: Bool?, kind: HypervisorKind)] = [
      (["__kvm_nvhe___kvm_hyp_vector", "__hyp_stub_vectors"], false, .kvmNVHE),
      (["__kvm_hyp_vector", "__hyp_stub_vectors"], true, .kvmVHE),
      (["hyp_traps_vector", "start_xen"], nil, .xen),
      (["sync_lower_exception", "vcpu_restore_all_and_run"], nil, .hafnium),
    ]
    for (names, isE2H, kind) in candidates where names.allSatisfy(evidence.hasSymbol) {
      guard isE2H == nil || isE2H == evidence.isE2H else { continue }
      reasons.append(
        "the ELF file has the symbols \(names.joined(separator: " and ")); its code wasn't compared"
      )
      if let isE2H { reasons.append(sentence(isE2H: isE2H)) }
      return kind
    }
    return nil
  }

  private static func sentence(isE2H: Bool) -> String {
    "HCR_EL2.E2H is \(isE2H ? 1 : 0)"
  }
}

extension HypervisorEvidence {
  /// HCR_EL2.E2H (bit 34; Arm ARM DDI 0487, D24.2 "HCR_EL2").
  fileprivate var isE2H: Bool? { hcr.map { $0 >> 34 & 1 != 0 } }
  /// SCTLR_EL2.M is 0.
  fileprivate var isMMUOff: Bool { sctlr.map { $0 & 1 == 0 } ?? false }
}
