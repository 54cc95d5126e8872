import CArmVCpu

@testable import ArmVCpu

/// A vCPU on a `FakeMachine`, with the memory for its context.
struct TestGuest: ~Copyable {
  let memory: UnsafeMutablePointer<VCpuContext>
  var vcpu: VCpu<FakeMachine>

  static let entry: UInt64 = 0x4020_0000

  init(
    _ exits: [ScriptedExit] = [], features: CPUFeatures = [], hcr: HCR_EL2 = .guest,
    vcpuID: UInt32 = 0
  ) {
    memory = .allocate(capacity: 1)
    var machine = FakeMachine()
    machine.exits = exits
    vcpu = VCpu(
      context: memory, machine: machine,
      configuration: VCpuConfiguration(
        vcpuID: vcpuID, vmID: 7, entry: IntermediatePhysicalAddress(Self.entry), argument: 0xd7b,
        midr: 0x411f_d070, vttbr: 0x0007_0000_4100_0000, hcr: hcr, features: features))
  }

  deinit { memory.deallocate() }

  /// Runs the guest to one exit, at EL1h unless `frame` says otherwise.
  mutating func exit(
    _ kind: TrapKind = .synchronous, esr: UInt64 = 0, far: UInt64 = 0, hpfar: UInt64 = 0,
    frame: @escaping (inout TrapFrame) -> Void = { _ in }
  ) -> ExitReason {
    vcpu.machine.exits.append(
      ScriptedExit(
        kind: UInt64(kind.rawValue), esr: esr, far: far, hpfar: hpfar, frame: frame))
    return vcpu.run()
  }
}

extension TrapFrame {
  /// The 34 doublewords, to compare frames.
  var words: [UInt64] {
    withUnsafeBytes(of: self) { Array($0.bindMemory(to: UInt64.self)) }
  }

  /// A frame in which every register has a different value, and the guest is at EL1h.
  static var distinct: TrapFrame {
    var frame = TrapFrame.initial
    for index: UInt8 in 0..<31 { frame.setGPR(index, 0xa5a5_0000_dead_0000 + UInt64(index)) }
    frame.sp_el0 = 0x5555_0000
    frame.elr = 0x4020_1000
    return frame
  }
}
