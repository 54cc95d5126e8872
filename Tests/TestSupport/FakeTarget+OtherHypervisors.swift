import GDBRemote
import VCpuDebug

extension FakeTarget {
  /// Where arm_vcpu's frames are.
  package static let frame: UInt64 = 0x4040_4000

  /// A machine with a hypervisor that follows arm_vcpu's contract in its memory, and the guest of the fixture images.
  package static func armVCpu() throws -> FakeTarget {
    let target = try booted()
    // Nothing is left of the other hypervisor.
    for page in stride(from: UInt64(0x4020_0000), to: 0x4020_8000, by: 4096) {
      _ = target.memory.write([UInt8](repeating: 0, count: 4096), at: page, .physical)
    }
    try target.load(ArmVCpuImage.file.get())
    target["VBAR_EL2"] = ArmVCpuImage.vectors
    target["TPIDR_EL2"] = 0
    // The MMU is on, with an identity map.
    target["SCTLR_EL2"] = 1
    target.stand(at: ArmVCpuImage.handler, level: 2)
    return target
  }

  /// Writes what an ELF loads.
  package func load(_ path: String, offset: UInt64 = 0) throws {
    for segment in try SymbolFile(path: path).loadSegments() {
      _ = memory.write(segment.bytes, at: segment.physicalAddress + offset, .physical)
    }
  }

  /// Puts the CPU at arm_vcpu's trampoline with an exit. The memory after the frame looks like our own record but isn't
  /// one.
  package func stand(atFrame exit: FakeExit, frame: UInt64 = FakeTarget.frame) {
    stand(at: ArmVCpuImage.trampoline, level: 2)
    self["sp"] = frame
    self["x0"] = exit.kind
    setSyndrome(exit)
    let words = (0..<31).map { exit.x[$0] ?? 0 } + [exit.spEL0, exit.pc, exit.pstate]
    let garbage: [UInt64] = [0x4050_0000, 0x5600_0000, 0x1234, 0x5678, 2, 77, 88, 99, 1 << 32]
    _ = memory.write((words + garbage).flatMap(littleEndian), at: frame, .physical)
  }

  /// Puts the CPU at an exit's vector, before its first instruction: the whole exit is still in the CPU.
  package func stand(
    atVector exit: FakeExit, table: UInt64 = FixtureImages.vectors, isAArch32: Bool = false
  ) {
    stand(at: table + (isAArch32 ? 0x600 : 0x400) + exit.kind * 0x80, level: 2)
    for number in 0..<31 { self["x\(number)"] = exit.x[number] ?? 0 }
    setSyndrome(exit)
  }

  /// Sets what the CPU records for an exit. Registers that don't belong to the exit keep their values.
  private func setSyndrome(_ exit: FakeExit) {
    if exit.kind == 0 || exit.kind == 3 { self["ESR_EL2"] = exit.esr }
    if exit.far != 0 {
      self["FAR_EL2"] = exit.far
      self["HPFAR_EL2"] = exit.hpfar
    }
    self["ELR_EL2"] = exit.pc
    self["SPSR_EL2"] = exit.pstate
    self["SP_EL0"] = exit.spEL0
  }
}

extension FakeTarget.Event {
  /// Makes the next stop an exit at arm_vcpu's trampoline.
  package static func frame(
    _ exit: FakeExit, at frame: UInt64 = FakeTarget.frame,
    thread: ThreadID = ThreadID(process: 1, thread: 1)
  ) -> FakeTarget.Event {
    .stop(thread: thread) { $0.stand(atFrame: exit, frame: frame) }
  }

  /// Makes the next stop an exit at its vector.
  package static func vector(
    _ exit: FakeExit, table: UInt64 = FixtureImages.vectors, isAArch32: Bool = false,
    thread: ThreadID = ThreadID(process: 1, thread: 1)
  ) -> FakeTarget.Event {
    .stop(thread: thread) {
      $0.stand(atVector: exit, table: table, isAArch32: isAArch32)
    }
  }
}
