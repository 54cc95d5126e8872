internal import VCpuDebug

/// `info mappings`: what the tables of a stage map.
enum InfoMappingsCommand: ShellCommand {
  static let name = "info mappings"
  private static let isChecked = Parameter<Bool>.flag("--check")
  private static let stage = Parameter<SessionWalks.MappedStage?>(
    "[s1|s2|el2]", .word,
    complete: { _ in .words(SessionWalks.MappedStage.allCases.map(\.rawValue)) }
  ) { scanner in
    guard let stage = scanner.nextWord.flatMap(SessionWalks.MappedStage.init) else { return nil }
    _ = scanner.takeWord()
    return stage
  }
  private static let choice = Parameter<Choice>(
    "[FILTER…] [ADDRESS[, LENGTH]]", .expression,
    complete: { .words(MappingFilter.Word.allCases.map(\.rawValue) + ExpressionWords.all($0)) }
  ) { scanner in
    var choice = Choice()
    while let word = scanner.nextWord.flatMap(MappingFilter.Word.init) {
      choice.words.append(word)
      _ = scanner.takeWord()
    }
    choice.range = scanner.takeAll()
    return choice
  }
  static let parameters: [any AnyParameter] = [isChecked, stage, choice]
  static let summary = "List what translation tables map, and check it."
  static let manual = """
    Reads whole translation tables as they are now, and lists what they map: ranges of addresses, from the
    first to the last, with their size, where they lead, who may read, write and execute, and how the memory
    behaves. Neighbouring blocks and pages with the same of everything make one range.

      s1    a guest's stage 1, TTBR0_EL1 and TTBR1_EL1: from guest: to ipa: addresses
      s2    its stage 2, VTTBR_EL2: from ipa: to pa: addresses
      el2   EL2's own stage 1, TTBR0_EL2, and TTBR1_EL2 of a host with HCR_EL2.E2H

    Without one of them it is the first stage that is on of those that an address of the selected registers
    goes through: 's1', or 's2' while the guest's MMU is off, or 'el2' at a stop in the hypervisor.

    Memory is 'device-…' or 'normal' with wb (write-back), wt (write-through) or nc (non-cacheable), of the
    inner and the outer caches where they differ, and ish, osh or nsh (inner, outer or non-shareable). After it
    come 'contiguous' for the contiguous bit, 'not accessed' for a clear access flag, and nG for what is an
    ASID's own. Each stage is shown by itself: what a guest may do is what both allow, as 'walk' shows it.

    FILTER is any of: readable writable executable, which have to be true of one exception level; user (of EL0)
    and kernel (of EL1 or EL2); device normal. With an address only the range that has it is shown, with a
    length those that have any of so many bytes.

      info mappings
      info mappings s2 device
      info mappings s1 writable executable
      info mappings el2 hv:$hv.pc
      info mappings s2 0x40000000, 0x200000
      info mappings s2 --check

    --check looks for what is likely a mistake, among all that the stage maps, whatever the filter is: in 's2'
    memory of the hypervisor's ELF, of EL2's tables and of stage 2's own tables; in 's1' and 'el2' memory that
    an exception level may both write and execute; in each a device's memory that caches may keep and RAM
    that is mapped as a device's, where QEMU's monitor says what is where; addresses that are too wide, and
    tables that cannot be read. A finding is no error: $_findings is how many there are, for 'assert'.

    A table that is used in several places is listed in each. Tables can map themselves: after some 16 million
    entries the listing stops, and says so.
    """

  static let transcript = """
    (vcpu) info mappings
    stage 2: VTTBR_EL2, VMID 0, 4 KiB pages, 39 bits, tables at pa:0x44000000
      0x0040000000-0x00403fffff  4 MiB  pa:0x41000000  EL1 rwx, EL0 rwx  normal wb ish
      0x0040400000-0x0040400fff  4 KiB  pa:0x43001000  EL1 rwx, EL0 rwx  normal wb ish
      0x0040401000-0x0040401fff  4 KiB  pa:0x43000000  EL1 rwx, EL0 rwx  normal wb ish
      3 ranges: 4 entries in 3 tables
    (vcpu) info mappings s2 0x40400800
    stage 2: VTTBR_EL2, VMID 0, 4 KiB pages, 39 bits, tables at pa:0x44000000
      0x0040400000-0x0040400fff  4 KiB  pa:0x43001000  EL1 rwx, EL0 rwx  normal wb ish
      1 of 3 ranges: 4 entries in 3 tables
    """

  /// Which mappings are shown, as typed.
  private struct Choice {
    var words: [MappingFilter.Word] = []
    var range: String?
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.requireHypervisor(for: "translation tables")
    let stage =
      try arguments[stage] ?? session.walks.firstStage(of: session.registers.selectedSpace())
    let filter = MappingFilter(
      words: arguments[choice].words,
      range: try range(arguments[choice].range, of: stage, shell, session))
    guard arguments[isChecked] else {
      let stages = try session.walks.mappings(of: stage, check: shell.checkInterrupt)
      return .answer(MappingsAnswer(stages, of: stage, filter))
    }
    let (stages, checks) = try session.walks.checkedMappings(
      of: stage, image: session.symbols.hypervisor, check: shell.checkInterrupt)
    let answer = MappingsAnswer(stages, of: stage, filter, checks: checks)
    shell.variables["_findings"] = Value(UInt64(answer.check?.findingCount ?? 0))
    return .answer(answer)
  }

  /// The addresses of `ADDRESS` or `ADDRESS, LENGTH`.
  private static func range(
    _ text: String?, of stage: SessionWalks.MappedStage, _ shell: Shell,
    _ session: HypervisorSession
  ) throws -> ClosedRange<UInt64>? {
    guard let text else { return nil }
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0.trimmed) }
    let start = try shell.evaluating(parts[0]) { try session.value(of: $0) }
    if let space = start.addressSpace, space != stage.space {
      // A cast translates.
      let isTranslated = space == .guest && stage == .stage2
      throw ShellError(
        "'info mappings \(stage.rawValue)' lists \(stage.space.label) addresses, not "
          + "\(space.label) ones" + (isTranslated ? ": ipa:(\(parts[0])) is where it leads" : ""))
    }
    guard parts.count > 1 else { return start.bits...start.bits }
    let length = try shell.evaluating(parts[1]) { try session.value(of: $0) }.bits
    let (last, isBeyond) = start.bits.addingReportingOverflow(length &- 1)
    guard length > 0, !isBeyond else {
      throw ShellError("'info mappings' needs a length of at least 1, up to the last address")
    }
    return start.bits...last
  }
}
