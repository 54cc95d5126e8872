import CArmVCpu
import Testing

@testable import ArmVCpu

/// A vCPU for an exit that another hypervisor would handle.
@Suite struct VCpuOverExitTests {
  /// An exit in memory, with a machine that knows `par`.
  private func withExit<R>(
    esr: UInt64, far: UInt64 = 0, hpfar: UInt64 = 0, kind: TrapKind = .synchronous,
    isAnswered: Bool = false, _ configure: (inout FakeMachine) -> Void = { _ in },
    _ body: (inout VCpu<FakeMachine>) throws -> R
  ) rethrows -> R {
    let context = UnsafeMutablePointer<VCpuContext>.allocate(capacity: 1)
    context.initialize(to: VCpuContext())
    defer { context.deallocate() }
    context.pointee.frame = .distinct
    (context.pointee.esr, context.pointee.far, context.pointee.hpfar) = (esr, far, hpfar)
    context.pointee.trap_kind = UInt64(kind.rawValue)
    var machine = FakeMachine()
    configure(&machine)
    var vcpu = VCpu(
      exitIn: context, machine: machine, features: [.ras], isAnswered: isAnswered)
    return try body(&vcpu)
  }

  @Test("the exit is decoded, and the registers are unchanged")
  func decodes() {
    // HVC #5, IL.
    withExit(esr: 0x5a00_0005) { vcpu in
      let (exit, function) = (vcpu.exit, vcpu.gpr(0))
      #expect(exit == .hypercall(immediate: 5, function: function))
      let (words, features) = (vcpu.frame.words, vcpu.features)
      #expect(words == TrapFrame.distinct.words)
      #expect(features == .ras)
    }
  }

  @Test("the machine is asked once for an address that the syndrome doesn't give")
  func asksForTheAddress() {
    // A data abort from a permission fault on a read, level 3, ISV clear; HPFAR_EL2 doesn't belong to
    // it.
    let esr: UInt64 = 0x9200_000f
    let address = withExit(esr: esr, far: 0xffff_8000_1234_5678) {
      $0.translations = [0x0b00_0b00]
    } _: { vcpu -> IntermediatePhysicalAddress? in
      guard case .dataAbort(let abort)? = vcpu.exit else { return nil }
      return abort.address
    }
    #expect(address?.rawValue == 0x0b00_0678)
    let failed = withExit(esr: esr, far: 0x1000) {
      $0.translations = [0x801]
    } _: { vcpu -> IntermediatePhysicalAddress? in
      guard case .dataAbort(let abort)? = vcpu.exit else { return IntermediatePhysicalAddress(1) }
      return abort.address
    }
    #expect(failed == nil)
  }

  @Test(
    "skipping HVC leaves the PC, which is already past it; the guest continues after any other instruction"
  )
  func skips() {
    withExit(esr: 0x5a00_0000) { vcpu in
      let isSkipped = vcpu.skipExit()
      #expect(isSkipped)
      let (elr, exit) = (vcpu.frame.elr, vcpu.exit)
      #expect(elr == TrapFrame.distinct.elr)
      #expect(exit == nil)
      let again = vcpu.skipExit()
      #expect(!again)
    }
    // SMC, an undefined instruction, an MSR.
    for esr: UInt64 in [0x5e00_0000, 0x0200_0000, 0x6200_0000] {
      withExit(esr: esr) { vcpu in
        let isSkipped = vcpu.skipExit()
        #expect(isSkipped)
        let elr = vcpu.frame.elr
        #expect(elr == TrapFrame.distinct.elr + 4)
      }
    }
  }

  @Test("an interrupt has no instruction to skip", arguments: [TrapKind.irq, .fiq, .serror])
  func interrupts(_ kind: TrapKind) {
    withExit(esr: 0xbe00_0000, kind: kind) { vcpu in
      let isSkipped = vcpu.skipExit()
      #expect(!isSkipped)
      let (exit, words) = (vcpu.exit, vcpu.frame.words)
      #expect(exit != nil)
      #expect(words == TrapFrame.distinct.words)
    }
  }

  /// An instruction abort of a lower level.
  @Test("a failed fetch has no instruction to skip")
  func fetches() {
    withExit(esr: 0x8200_0006) { vcpu in
      let isSkipped = vcpu.skipExit()
      #expect(!isSkipped)
      let elr = vcpu.frame.elr
      #expect(elr == TrapFrame.distinct.elr)
    }
  }

  @Test("the HVC is undefined or, once it has been answered, the instruction after it")
  func undefined() {
    for (isAnswered, offset) in [(false, 4), (true, 0)] as [(Bool, UInt64)] {
      withExit(esr: 0x5a00_0000, isAnswered: isAnswered) { vcpu in
        let isOpen = vcpu.exit != nil
        #expect(isOpen == !isAnswered)
        vcpu.inject(.undefined)
        let elr = vcpu.machine.read(.elr_el1)
        #expect(elr == TrapFrame.distinct.elr - offset)
      }
    }
  }
}
