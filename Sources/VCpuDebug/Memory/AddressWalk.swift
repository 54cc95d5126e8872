public import ArmVCpu

/// A walk of translation tables: what comes of an address, and each entry that was looked at.
public struct AddressWalk: Equatable, Sendable {
  /// The address: a virtual one, or an intermediate physical one where stage 2 alone was walked.
  public let address: UInt64
  /// What had to be allowed; nil where nothing had to be.
  public let access: TranslatedAccess?
  /// The registers by which it was translated.
  public let translation: AddressTranslation
  /// What comes of it.
  public let result: TranslationResult
  /// The entries, in the order in which the CPU looks at them.
  public let steps: [WalkStep]

  /// Walks the tables.
  ///
  /// - Parameters:
  ///   - access: what has to be allowed; nil for where the address leads, whatever is allowed.
  ///   - read: the doubleword at a physical address, as a little-endian CPU loads it; nil if no memory is there.
  init(
    _ address: UInt64, by translation: AddressTranslation, for access: TranslatedAccess? = nil,
    read: (UInt64) -> UInt64?
  ) {
    var steps: [WalkStep] = []
    result = translation.translate(
      address, for: access, observe: { steps.append($0) }, memory: read)
    self.address = address
    self.access = access
    self.translation = translation
    self.steps = steps
  }

  /// Where the address leads; nil where it leads nowhere.
  public var output: UInt64? {
    if case .mapped(let translation) = result { translation.address } else { nil }
  }

  /// The intermediate physical address that stage 1 makes of it; nil where stage 1 ends the walk, or one of both is off
  /// or isn't there.
  public var intermediate: UInt64? {
    guard translation.stage1 != nil else { return nil }
    switch result {
    case .mapped(let mapped):
      return mapped.stage2 == nil ? nil : mapped.stage1?.address ?? address
    case .fault(let fault):
      return fault.stage == 2 && !fault.isOnStage1Walk ? fault.address : nil
    case .unsupported: return nil
    }
  }

  /// Why it leads nowhere, in words; nil where it leads somewhere.
  public var reason: String? {
    switch result {
    case .mapped: nil
    case .unsupported(.wideDescriptors): "its tables have descriptors of 128 bits"
    case .unsupported(.indirectPermissions): "its tables have permissions by index"
    case .fault(let fault): reason(of: fault)
    }
  }

  private func reason(of fault: TranslationFault) -> String {
    let stage = "stage \(fault.stage)"
    let isForTable = fault.isOnStage1Walk ? " for a table of stage 1" : ""
    guard let last = steps.last else {
      return fault.stage == 1 ? reasonWithoutStage1() : reasonWithoutStage2(fault.status)
    }
    let level = "level \(last.level)"
    if fault.status.isExternalAbortOnWalk {
      return "its \(stage) table at 0x\(String(last.address, radix: 16)) cannot be read"
    }
    if fault.status.isAddressSize {
      return "the \(stage) descriptor of \(level) has an address that is too wide" + isForTable
    }
    if fault.status.isTranslation, last.stage == fault.stage, last.descriptor == .invalid {
      return "\(stage) ends at an invalid descriptor of \(level)" + isForTable
    }
    if fault.status.isTranslation { return reasonWithoutStage2(fault.status) + isForTable }
    if fault.status.isAccessFlag {
      return "the access flag of the \(stage) descriptor of \(level) is clear" + isForTable
    }
    return "the \(stage) descriptor of \(level) does not allow it" + isForTable
  }

  /// Of an address that no table of stage 1 has.
  private func reasonWithoutStage1() -> String {
    guard let stage1 = translation.stage1 else { return "it is out of range" }
    guard stage1.isEnabled else { return "it is beyond the physical addresses" }
    let half = stage1.half(isUpper: stage1.regime.hasTwoHalves && address >> 55 & 1 != 0)
    let number = half.isUpper ? 1 : 0
    let level = stage1.regime == .el1 ? 1 : 2
    if half.isHiddenFromEL0, access?.isUnprivileged == true, half.contains(address) {
      return "TCR_EL\(level).E0PD\(number) hides it from EL0"
    }
    if half.isDisabled { return "TCR_EL\(level).EPD\(number) turns its tables off" }
    guard half.isSizeValid else {
      return "TCR_EL\(level).T\(number)SZ is not a size that tables of "
        + "\(half.layout.granule.byteCount >> 10) KiB can have"
    }
    let register =
      stage1.regime.hasTwoHalves || level == 1 ? "TTBR\(number)_EL\(level)" : "TTBR0_EL2"
    if half.layout.isTooWide(half.layout.root) {
      return "\(register) has an address that is too wide"
    }
    return "it is beyond the \(half.layout.inputBitWidth) bits of \(register)"
  }

  private func reasonWithoutStage2(_ status: FaultStatus) -> String {
    guard let layout = translation.stage2?.layout else {
      return "VTCR_EL2 is 0x\(String(translation.stage2?.vtcr ?? 0, radix: 16)): "
        + "no tables have such a T0SZ and SL0"
    }
    if status.isAddressSize { return "VTTBR_EL2 has an address that is too wide" }
    return "it is beyond the \(layout.inputBitWidth) bits of stage 2"
  }
}
