import ArmVCpu
import GDBRemote

@testable import VCpuDebug

/// A session's answers to read-only requests, as text: a snapshot must give the same answers.
struct SnapshotAnswers {
  let session: HypervisorSession

  /// The answers, each with its question.
  var all: [String] {
    var answers: [String] = []
    func note(_ question: String, _ answer: () throws -> Any?) {
      do {
        answers.append("\(question): \(try answer().map { "\($0)" } ?? "nothing")")
      } catch {
        answers.append("\(question): error: \(error)")
      }
    }
    note("architecture") { session.architecture.name }
    note("hypervisor") { session.hasHypervisor }
    note("way") { session.exits.way }
    note("reason") { session.exits.reason }
    note("notes") { session.exits.notes }
    note("tables") { session.exits.vectorTables }
    note("search") { session.exits.search }
    note("kind") { try session.exits.identification() }
    note("control") { try session.exits.controlRegisters() }
    note("exit") { try session.exits.require() }
    note("cause") { try session.exits.requireCause() }
    note("changes") { session.exits.changes }
    note("fault") { session.exits.fault }
    for field in Exits.fieldNames { note(field) { try session.value(of: "$exit.\(field)") } }
    for world in [nil, World.guest, .hypervisor] {
      note("general \(String(describing: world))") { try session.registers.general(of: world) }
    }
    for group in RegisterGroup.allCases {
      note("group \(group)") { try session.registers.system.answers(for: group.registers) }
    }
    note("all registers") {
      let registers = session.target.registers.all
      return try session.target.batch(registers.map { .register($0) })
    }
    note("threads") { try session.threads.all() }
    note("hidden") { try session.threads.hiddenCPUCount(besides: session.threads.all()) }
    note("selected") { session.threads.selectedNumber }
    note("interrupts") { try interrupts() }
    note("breakpoints") { session.breakpoints.all }
    for text in [
      "$pc", "$sp", "$x0", "$guest.pc", "$hv.sp", "$esr_el2", "$esr_el2.ec", "$elr_el2",
      "$hcr_el2", "$ich_hcr_el2", "$nzcv", "$currentel", "hvc", "*$hv.sp", "*$hv.pc",
      "*guest:$guest.pc",
    ] {
      note(text) { try session.value(of: text) }
    }
    note("code") { try read(.hypervisor, "$hv.pc") }
    note("guest's code") { try read(.guest, "$guest.pc") }
    note("guest's code, by stage 2") { try read(.intermediatePhysical, "$guest.pc") }
    note("guest's code, by both stages") {
      let address = try session.value(of: "$guest.pc").bits
      return try session.walks.walk(address, in: .intermediatePhysical)
    }
    note("own memory") { try read(.hypervisor, "$hv.sp") }
    note("vectors") { try read(.hypervisor, "$vbar_el2+0x400") }
    return answers
  }

  /// The text of a dictionary has a different order each time.
  private func interrupts() throws -> String {
    var state = try session.interrupts.state()
    guard case .known(var controller) = state.controller else { return "\(state)" }
    let details =
      controller.priorities.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      + controller.isForThisCPU.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    (controller.priorities, controller.isForThisCPU) = ([:], [:])
    state.controller = .known(controller)
    return "\(state) \(details)"
  }

  private func read(_ space: AddressSpace, _ address: String) throws -> [UInt8] {
    try session.memory.read(space, try session.value(of: address).bits, byteCount: 64)
  }
}
