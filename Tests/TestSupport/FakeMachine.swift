import ArmVCpu
import GDBRemote
import VCpuDebug

extension FakeTarget {
  /// Where the vCPUs' contexts are.
  package static let context: UInt64 = 0x4040_4000
  package static let otherContext: UInt64 = 0x4040_5000
  /// The address of the first CPU's memory, for TPIDR_EL2, and the distance to the next CPU's.
  package static let cpuLocal: UInt64 = 0x4040_9000
  package static let cpuLocalStride: UInt64 = 752
  /// The offset in it of the address of the CPU's current context.
  package static let currentContextOffset: UInt64 = 736

  /// A machine with the fixture images in its memory: stage 2 maps the guest's, and the CPU is at EL2 in
  /// `handle_exit`.
  package static func booted() throws -> FakeTarget {
    let target = FakeTarget()
    target["VTTBR_EL2"] = FakeMemory.stage2Root
    target["VTCR_EL2"] = Stage2.vtcr(physicalRange: 2)
    // RW, TSC, TWI, IMO, FMO, VM.
    target["HCR_EL2"] = 0x8008_2019
    target["VBAR_EL2"] = FixtureImages.vectors
    target["TPIDR_EL2"] = cpuLocal
    target["VMPIDR_EL2"] = 1 << 31
    target.memory.mapGuest(
      0x4000_0000, to: 0x4000_0000 + FixtureImages.guestOffset, byteCount: 0x40_0000)
    // Two pages that are adjacent for the guest but not in the machine.
    target.memory.mapGuest(0x4040_0000, to: 0x4300_1000, byteCount: 0x1000)
    target.memory.mapGuest(0x4040_1000, to: 0x4300_0000, byteCount: 0x1000)
    for (path, offset) in [
      (try FixtureImages.hypervisor.get(), 0),
      (try FixtureImages.guest.get(), FixtureImages.guestOffset),
    ] {
      for segment in try SymbolFile(path: path).loadSegments() {
        _ = target.memory.write(segment.bytes, at: segment.physicalAddress + offset, .physical)
      }
    }
    target.stand(at: FixtureImages.handler, level: 2)
    return target
  }

  /// Puts the CPU at an address, with its exception level's stack pointer.
  package func stand(at pc: UInt64, level: UInt64) {
    self["pc"] = pc
    self["cpsr"] = 0x3c1 | level << 2
    self["sp"] = level == 2 ? 0x4040_8000 : 0x402e_0000
  }

  /// Puts the CPU at the first instruction of `count_exits`, a C function of the hypervisor, which `serve` called.
  package func standInCode() throws {
    let module = Module(try SymbolFile(path: FixtureImages.hypervisor.get()), in: .hypervisor)
    guard let function = module.address(of: "count_exits"),
      let caller = module.address(of: "serve"),
      let vcpu = module.address(of: "boot_vcpu"),
      let code = module.contents(at: caller, byteCount: 64),
      // BL.
      let call = stride(from: 0, to: 64, by: 4).first(where: { code[$0 + 3] >> 2 == 0b100101 })
    else { preconditionFailure("the fixture has no such code") }
    stand(at: function, level: 2)
    self["sp"] = 0x4040_7ff0
    self["x29"] = 0x4040_7ff0
    self["x30"] = caller + UInt64(call) + 4
    self["x0"] = vcpu
    self["x1"] = 2
  }

  /// Puts the CPU at the trampoline with an exit, whose syndrome is still in the registers.
  package func stand(at exit: FakeExit, context: UInt64 = FakeTarget.context) {
    stand(at: FixtureImages.trampoline, level: 2)
    self["sp"] = context
    self["x0"] = exit.kind
    self["ESR_EL2"] = exit.esr
    self["FAR_EL2"] = exit.far
    self["HPFAR_EL2"] = exit.hpfar
    self["ELR_EL2"] = exit.pc
    self["SPSR_EL2"] = exit.pstate
    self["SP_EL0"] = exit.spEL0
    _ = memory.write(exit.record, at: context, .physical)
    _ = memory.write(
      littleEndian(context), at: self["TPIDR_EL2"] + Self.currentContextOffset, .physical)
  }

  /// Adds a CPU with its own memory and no current context. Its other registers are copied from the first one.
  @discardableResult
  package func addCPU() -> ThreadID {
    let index = UInt64(cpus.count)
    let thread = ThreadID(process: 1, thread: cpus.count + 1)
    cpus.append((thread, "CPU#\(index) [running]"))
    self["TPIDR_EL2", of: thread] = Self.cpuLocal + index * Self.cpuLocalStride
    self["VMPIDR_EL2", of: thread] = 1 << 31 | index
    return thread
  }
}

extension FakeTarget.Event {
  /// Makes the next stop an exit.
  package static func exit(
    _ exit: FakeExit, context: UInt64 = FakeTarget.context,
    thread: ThreadID = ThreadID(process: 1, thread: 1)
  ) -> FakeTarget.Event {
    .stop(thread: thread) { $0.stand(at: exit, context: context) }
  }

  /// Makes the next stop one at an address.
  package static func at(
    _ pc: UInt64, level: UInt64, signal: UInt8 = 5,
    thread: ThreadID = ThreadID(process: 1, thread: 1)
  ) -> FakeTarget.Event {
    .stop(signal: signal, thread: thread) { $0.stand(at: pc, level: level) }
  }
}

extension HypervisorSession {
  /// A session with a fake machine and the symbols of the fixture images.
  package static func fake(_ target: FakeTarget) throws -> HypervisorSession {
    try HypervisorSession(
      target: target, symbols: SymbolFile(path: FixtureImages.hypervisor.get()),
      guestSymbols: SymbolFile(path: FixtureImages.guest.get()))
  }
}
