internal import VCpuDebug

/// `info mappings`: what the tables of a stage map.
enum InfoMappingsCommand: ShellCommand {
  static let name = "info mappings"
  private static let isChecked = Parameter<Bool>.flag("--check")
  private static let isUnreached = Parameter<Bool>.flag("--unreached")
  private static let stage = Parameter<SessionWalks.MappedStage?>(
    "[s1|s2|el2]", .word,
    complete: { _ in .words(SessionWalks.MappedStage.allCases.map(\.rawValue)) }
  ) { scanner in
    guard let stage = scanner.nextWord.flatMap(SessionWalks.MappedStage.init) else { return nil }
    _ = scanner.takeWord()
    return stage
  }
  private static let owner = Parameter<AddressSpace.Owner?>(
    "[cpu N|vcpu N|vm N]", .word, complete: { _ in .words(["cpu", "vcpu", "vm"]) }
  ) { scanner in
    let words = scanner.rest.split(whereSeparator: \.isWhitespace).prefix(2)
    guard words.count == 2, let owner = AddressSpace.Owner(words.joined(separator: " "))
    else { return nil }
    for _ in words { _ = scanner.takeWord() }
    return owner
  }
  private static let choice = Parameter<Choice>(
    "[FILTER…] [ADDRESS[, LENGTH]]", .expression,
    complete: {
      .wordsAndSymbols(MappingFilter.Word.allCases.map(\.rawValue) + ExpressionWords.all($0))
    }
  ) { scanner in
    var choice = Choice()
    while let word = scanner.nextWord.flatMap(MappingFilter.Word.init) {
      choice.words.append(word)
      _ = scanner.takeWord()
    }
    choice.range = scanner.takeAll()
    return choice
  }
  static let parameters: [any AnyParameter] = [
    isChecked, isUnreached, stage, owner, choice,
  ]
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

    After 'vm N' they are those of a virtual machine that 'info vms' lists, by its VMID or its name: its stage
    2, and while it is on a CPU its stage 1. After 'vcpu N' and 'cpu N' they are those of the CPU that it is on,
    or of this one.

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
      info mappings s2 cpu 0 --unreached

    --check looks for what is likely a mistake, among all that the stage maps, whatever the filter is: in 's2'
    memory of the hypervisor's ELF, of EL2's tables and of stage 2's own tables, and memory that another
    virtual machine of 'info vms' has too, with the addresses of both, but for devices; in 's1' and 'el2'
    memory that an exception level may both write and execute; in each a device's memory that caches may keep
    and RAM that is mapped as a device's, where QEMU's monitor says what is where; addresses that are too
    wide, and tables that cannot be read. A finding isn't an error: $_findings is how many there are, for
    'assert'. A virtual machine that is gone may have left other things where its tables were: see 'vm delete'.

    --unreached lists only the parts of stage 2 that the guest does not get to: no address of its stage 1 leads
    there, and its tables are not there, by those tables alone that TTBR0_EL1 and TTBR1_EL1 point to now on the
    CPU that it is on. Another process of the guest may reach them, and so may the guest once it changes a
    table. While its MMU is off it reaches all.

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
    let owner = arguments[owner]
    let stage = try stage(arguments, session)
    let space = try stage.space(of: owner)
    let filter = MappingFilter(
      words: arguments[choice].words,
      range: try range(arguments[choice].range, of: stage, space, shell, session))
    let unreached =
      try arguments[isUnreached]
      ? session.walks.unreachedMappings(of: owner, check: shell.checkInterrupt) : nil
    guard arguments[isChecked] else {
      let stages = try session.walks.mappings(
        of: stage, owner: owner, check: shell.checkInterrupt)
      return .answer(MappingsAnswer(stages, of: stage, in: space, filter, unreached: unreached))
    }
    let (stages, checks) = try session.walks.checkedMappings(
      of: stage, owner: owner, image: session.modules.hypervisor, check: shell.checkInterrupt)
    let answer = MappingsAnswer(
      stages, of: stage, in: space, filter, checks: checks, unreached: unreached)
    shell.variables["_findings"] = Value(UInt64(answer.check?.findingCount ?? 0))
    return .answer(answer)
  }

  /// Whose tables, as typed or by what is selected.
  private static func stage(
    _ arguments: Arguments, _ session: HypervisorSession
  ) throws -> SessionWalks.MappedStage {
    if arguments[isUnreached] {
      guard arguments[stage] ?? .stage2 == .stage2 else {
        throw ShellError(
          "'--unreached' lists parts of 's2', those that no address of stage 1 leads to")
      }
      return .stage2
    }
    if let stage = arguments[stage] { return stage }
    guard let owner = arguments[owner] else {
      return try session.walks.firstStage(of: session.registers.selectedSpace())
    }
    // A virtual machine that is on no CPU has no stage 1 that is known.
    if case .vm = owner { return .stage2 }
    return try session.walks.firstStage(of: AddressSpace(.guest, of: owner))
  }

  /// The addresses of `ADDRESS` or `ADDRESS, LENGTH`.
  private static func range(
    _ text: String?, of stage: SessionWalks.MappedStage, _ listed: AddressSpace,
    _ shell: Shell, _ session: HypervisorSession
  ) throws -> ClosedRange<UInt64>? {
    guard let text else { return nil }
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0.trimmed) }
    let start = try shell.evaluating(parts[0]) { try session.value(of: $0) }
    let isOwn = start.addressSpace.map { $0.kind == listed.kind && $0.owner == nil } ?? true
    if let space = start.addressSpace, space != listed, !isOwn {
      // A cast translates.
      let isTranslated = space.kind == .guest && stage == .stage2
      throw ShellError(
        "'info mappings \(stage.rawValue)' lists \(listed.label) addresses, not "
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
