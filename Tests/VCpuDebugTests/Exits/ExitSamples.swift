import ArmVCpu
import CArmVCpu
import TestSupport

@testable import VCpuDebug

extension Exit {
  /// The exit that a fake machine is at, as the vectors have it.
  static func sample(
    _ exit: FakeExit, way: ExitWay = .vectors, storage: ExitStorage = .cpu, vm: UInt64 = 1,
    count: ExitCount = .seen(0), hcr: UInt64? = nil, spEL1: UInt64? = nil
  ) -> Exit {
    var frame = TrapFrame()
    for (number, value) in exit.x { frame.setGPR(UInt8(number), value) }
    frame.sp_el0 = exit.spEL0
    frame.elr = exit.pc
    frame.spsr = exit.pstate
    return Exit(
      way: way, storage: storage, frame: frame, spEL1: spEL1,
      syndrome: ExitSyndrome(
        kind: TrapKind(rawValue: UInt8(exit.kind)), esr: ESR_EL2(rawValue: exit.esr), far: exit.far,
        hpfar: HPFAR_EL2(rawValue: exit.hpfar)),
      origin: ExitOrigin(vttbr: vm << 48, vmpidr: 0x8000_0000 | UInt64(exit.vcpu)), count: count,
      hcr: hcr.map { HCR_EL2(rawValue: $0) })
  }
}
