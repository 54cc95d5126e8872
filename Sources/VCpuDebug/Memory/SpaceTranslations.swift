internal import ArmVCpu
internal import GDBRemote

/// The registers by which the addresses of a space are translated, as a translation of the library's. They are read
/// from the stub: no instruction is executed for them.
final class SpaceTranslations {
  private let access: TargetAccess
  private var features: TranslationFeatures?
  private let machines: VirtualMachines
  /// What was read since the target last ran or a register was written.
  private var known: [Key: AddressTranslation] = [:]
  private var guests: [GuestOnCPU]?
  private var present: [ThreadID: GuestOnCPU] = [:]
  /// What they belong to.
  private var moment: (generation: Int, revision: Int) = (-1, -1)

  private struct Key: Hashable {
    var thread: ThreadID
    var space: AddressSpace
  }

  init(_ access: TargetAccess, _ machines: VirtualMachines) {
    self.access = access
    self.machines = machines
  }

  /// What translates the addresses of a space, through all stages.
  ///
  /// - Throws: `DebugError.cannotWalk` for a space that has no tables now, `.notReadable` for a register that the stub
  ///   doesn't show.
  func translation(of space: AddressSpace) throws -> AddressTranslation {
    forgetWhatIsStale()
    let key = Key(thread: access.thread, space: space)
    if let translation = known[key] { return translation }
    let translation: AddressTranslation
    switch space.kind {
    case _ where space.owner != nil: translation = try owned(space)
    case .hypervisor: translation = AddressTranslation(stage1: try hypervisor(), stage2: nil)
    case .guest: translation = try guest()
    case .program: translation = try program()
    case .intermediatePhysical:
      translation = AddressTranslation(stage1: nil, stage2: try stage2())
    case .physical, .plain: throw DebugError.cannotWalk("it is physical already")
    }
    known[key] = translation
    return translation
  }

  /// Forgets what was read before the target ran, or before a virtual machine was named.
  private func forgetWhatIsStale() {
    let now = (access.memoryGeneration, machines.revision)
    guard moment != now else { return }
    moment = now
    known = [:]
    guests = nil
    present = [:]
  }

  // MARK: Owners

  /// The CPUs in the stub's order, with their guests.
  func guestsOnCPUs() throws -> [GuestOnCPU] {
    forgetWhatIsStale()
    if let guests { return guests }
    let found = try access.target.threads().enumerated().map { index, thread in
      try onThread(thread) { try guest(on: thread, cpu: index) }
    }
    // Reading them may have shown a machine for the first time.
    forgetWhatIsStale()
    guests = found
    return found
  }

  private func guest(on thread: ThreadID, cpu: Int) throws -> GuestOnCPU {
    let values = try values(of: ["HCR_EL2", "VTTBR_EL2", "VTCR_EL2", "VMPIDR_EL2"])
    let hcr = HCR_EL2(rawValue: values[0])
    let hasGuest = hcr.contains(.vm) && !hcr.contains(.tge)
    if hasGuest { machines.note(vttbr: values[1], vtcr: values[2]) }
    let tables = VirtualMachines.identity(values[1])
    return GuestOnCPU(
      cpu: cpu, thread: thread, vttbr: hasGuest ? tables : nil, tables: tables,
      vmid: values[1] >> 48, vcpu: Affinity.of(vmpidr: values[3]))
  }

  /// The selected CPU, and the guest that is on it.
  func here() throws -> GuestOnCPU {
    forgetWhatIsStale()
    let thread = access.thread
    if let known = present[thread] { return known }
    let found = try guest(on: thread, cpu: try cpu())
    forgetWhatIsStale()
    present[thread] = found
    return found
  }

  /// The number of the selected CPU, from 0 in the stub's order.
  func cpu() throws -> Int {
    let thread = access.thread
    return try access.target.threads().firstIndex(of: thread) ?? 0
  }

  /// Whether an owner is what the selected CPU has: also a host that handles the exit of a vCPU, whose registers are
  /// still there.
  func isHere(_ owner: AddressSpace.Owner) throws -> Bool {
    switch owner {
    case .cpu(let number): return try cpu() == number
    case .vcpu(let number): return try here().vcpu == number
    case .vm(let name):
      guard let machine = try? machines.machine(named: name) else { return false }
      return try here().tables == machine.vttbr
    }
  }

  /// Why no CPU has an owner's registers now; nil if one does.
  func absence(of owner: AddressSpace.Owner) throws -> String? {
    let guests = try guestsOnCPUs()
    switch owner {
    case .cpu(let number):
      return guests.contains { $0.cpu == number }
        ? nil : "there is no CPU \(number): the target has \(guests.count), counted from 0"
    case .vcpu(let number):
      guard !guests.contains(where: { $0.vttbr != nil && $0.vcpu == number }) else { return nil }
      let present = guests.filter { $0.vttbr != nil }
        .map { "\($0.vcpu) on CPU \($0.cpu)" }.joined(separator: ", ")
      return "vCPU \(number) is on no CPU now"
        + (present.isEmpty ? "" : " (there is \(present))")
    case .vm(let name):
      let machine = try machines.machine(named: name)
      return guests.contains { $0.vttbr == machine.vttbr } ? nil : "vm \(name) is on no CPU now"
    }
  }

  private func owned(_ space: AddressSpace) throws -> AddressTranslation {
    let own = AddressSpace(space.kind)
    switch space.owner {
    case nil: return try translation(of: own)
    case .cpu(let number):
      let threads = try access.target.threads()
      guard threads.indices.contains(number) else {
        throw DebugError.cannotWalk(
          "there is no CPU \(number): the target has \(threads.count), counted from 0")
      }
      return try onThread(threads[number]) { try translation(of: own) }
    case .vcpu(let number):
      let guests = try guestsOnCPUs().filter { $0.vttbr != nil && $0.vcpu == number }
      // Each VM may have a vCPU of that number: the selected CPU's is meant, or the only one.
      let tables = try here().tables
      let meant = guests.filter { $0.vttbr == tables }
      let found = (meant.isEmpty ? guests : meant).first
      guard let found else {
        throw DebugError.cannotWalk(try absence(of: .vcpu(number)) ?? "it is on no CPU now")
      }
      guard !meant.isEmpty || Set(guests.map(\.vttbr)).count == 1 else {
        throw DebugError.cannotWalk(
          "\(guests.count) VMs have a vCPU \(number) on a CPU now: name the CPU, as in cpu \(found.cpu)"
        )
      }
      return try onThread(found.thread) { try translation(of: own) }
    case .vm(let name):
      let guests = try guestsOnCPUs()
      let machine = try machines.machine(named: name)
      if let found = guests.first(where: { $0.vttbr == machine.vttbr }) {
        return try onThread(found.thread) { try translation(of: own) }
      }
      guard space.kind == .intermediatePhysical else {
        throw DebugError.cannotWalk(
          "vm \(name) is on no CPU now: its stage 1 is unknown, and ipa[vm \(name)]: is its memory")
      }
      return try translation(of: machine)
    }
  }

  /// What translates the intermediate physical addresses of a virtual machine, whether or not it is on a CPU.
  func translation(of machine: VirtualMachines.Machine) throws -> AddressTranslation {
    var stage2 = try stage2()
    stage2.vttbr = machine.vttbr
    if let vtcr = machine.vtcr { stage2.vtcr = vtcr }
    return AddressTranslation(stage1: nil, stage2: stage2)
  }

  /// Does something with another CPU's registers, and selects the one that was selected.
  private func onThread<R>(_ thread: ThreadID, _ body: () throws -> R) throws -> R {
    guard let selected = access.target.selectedThread, thread != selected else { return try body() }
    let result: R
    do {
      try access.target.select(thread)
      result = try body()
    } catch {
      // If it stays selected, the registers that were read are another CPU's.
      if (try? access.target.select(selected)) == nil { access.forget() }
      throw error
    }
    do {
      try access.target.select(selected)
    } catch {
      access.forget()
      throw error
    }
    return result
  }

  // MARK: The stages

  private func hypervisor() throws -> Stage1Controls {
    let values = try values(of: ["HCR_EL2", "SCTLR_EL2", "TCR_EL2", "TTBR0_EL2", "MAIR_EL2"])
    let isE2H = HCR_EL2(rawValue: values[0]).contains(.e2h)
    var controls = Stage1Controls(
      regime: isE2H ? .el2WithHost : .el2, sctlr: values[1], tcr: values[2], ttbr0: values[3],
      ttbr1: isE2H ? try self.values(of: ["TTBR1_EL2"])[0] : 0, mair: values[4],
      features: try cpuFeatures())
    if controls.features.hasStage1Indirection || controls.features.hasWideDescriptors {
      controls.tcr2 = try self.values(of: ["TCR2_EL2"])[0]
    }
    return controls
  }

  private func guest() throws -> AddressTranslation {
    let values = try values(
      of: Self.stage2Names + ["SCTLR_EL1", "TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "MAIR_EL1"])
    let hcr = HCR_EL2(rawValue: values[0])
    guard !hcr.contains(.tge) else {
      throw DebugError.cannotWalk(
        "no guest is on this CPU, which runs its host (HCR_EL2.TGE is 1): there is one at the stop of 'catch exit'"
      )
    }
    guard hcr.contains(.rw) || hcr.contains(.vm) else {
      throw DebugError.cannotWalk("no guest is on this CPU yet (HCR_EL2.VM and RW are 0)")
    }
    guard hcr.contains(.rw) else {
      throw DebugError.cannotWalk(
        "EL1 is AArch32 (HCR_EL2.RW is 0), whose tables have another form")
    }
    let stage2 = try stage2(values)
    if hcr.contains(.vm) { machines.note(vttbr: stage2.vttbr, vtcr: stage2.vtcr) }
    var stage1 = Stage1Controls(
      regime: .el1, sctlr: values[4], tcr: values[5], ttbr0: values[6], ttbr1: values[7],
      mair: values[8], hcr: stage2.hcr, features: stage2.features)
    if stage1.features.hasStage1Indirection || stage1.features.hasWideDescriptors {
      // Bit 14, TCR2En: without it TCR2_EL1 counts as 0. (Arm ARM DDI 0487, "HCRX_EL2".)
      let more = try self.values(of: ["TCR2_EL1", "HCRX_EL2"])
      stage1.tcr2 = more[1] >> 14 & 1 == 0 ? 0 : more[0]
    }
    return AddressTranslation(stage1: stage1, stage2: stage2)
  }

  /// With HCR_EL2.{E2H, TGE} EL0 has the tables of its host at EL2. (Arm ARM DDI 0487, D8.1.2 "Translation regimes".)
  private func program() throws -> AddressTranslation {
    let hcr = HCR_EL2(rawValue: try values(of: ["HCR_EL2"])[0])
    guard hcr.contains(.tge) else { return try guest() }
    guard hcr.contains(.e2h) else {
      throw DebugError.cannotWalk("EL0 has no tables (HCR_EL2.TGE is 1, and E2H is 0)")
    }
    return AddressTranslation(stage1: try hypervisor(), stage2: nil)
  }

  private static let stage2Names = ["HCR_EL2", "VTCR_EL2", "VTTBR_EL2", "SCTLR_EL2"]

  /// Stage 2 by the values of `stage2Names`.
  private func stage2(_ values: [UInt64]) throws -> Stage2Controls {
    var controls = Stage2Controls(
      vtcr: values[1], vttbr: values[2], hcr: values[0], features: try cpuFeatures())
    controls.isBigEndian = values[3] >> 25 & 1 != 0
    return controls
  }

  /// Stage 2 by the registers as they are, whether or not it is on: a host turns it off while it runs itself.
  private func stage2() throws -> Stage2Controls {
    var values = try values(of: Self.stage2Names)
    values[0] |= HCR_EL2.vm.rawValue
    return try stage2(values)
  }

  // MARK: Registers

  /// What the CPU has, by the feature registers that the stub shows. Where it shows none: all that a bit in a control
  /// register turns on.
  private func cpuFeatures() throws -> TranslationFeatures {
    if let features { return features }
    let names = (0...3).map { "ID_AA64MMFR\($0)_EL1" }.prefix {
      access.shownSystemRegister(named: $0) != nil
    }
    var found = TranslationFeatures()
    if names.count >= 3 {
      let values = try values(of: Array(names))
      // Older CPUs have no fourth register, and nothing of what it says.
      found = TranslationFeatures(
        mmfr0: values[0], mmfr1: values[1], mmfr2: values[2],
        mmfr3: values.count > 3 ? values[3] : 0)
    } else {
      // What these would be turned on by isn't shown, either.
      found.hasStage1Indirection = false
      found.hasStage2Indirection = false
      found.hasWideDescriptors = false
    }
    features = found
    return found
  }

  private func values(of names: [String]) throws -> [UInt64] {
    try access.readRegisters(
      try names.map { name in
        guard let register = access.shownSystemRegister(named: name) else {
          throw DebugError.notReadable(
            name.lowercased(),
            reason: "the stub doesn't show it, and tables are walked without it only")
        }
        return register.name
      })
  }
}
