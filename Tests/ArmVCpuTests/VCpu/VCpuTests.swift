import CArmVCpu
import Testing

@testable import ArmVCpu

@Suite struct VCpuTests {
  @Test func aNewVCpuStartsAtItsEntryWithExceptionsMasked() {
    let guest = TestGuest(vcpuID: 3)
    #expect(guest.vcpu.exit == nil)
    #expect(guest.vcpu.exitCount == 0)
    #expect(guest.vcpu.gpr(0) == 0xd7b)
    for index: UInt8 in 1...31 { #expect(guest.vcpu.gpr(index) == 0) }
    #expect(guest.vcpu.frame.elr == TestGuest.entry)
    #expect(guest.vcpu.frame.spsr == 0x3c5)
    #expect(guest.memory.pointee.vcpu_id == 3)
    #expect(guest.memory.pointee.vm_id == 7)
    #expect(guest.memory.pointee.guest.vmpidr_el2 == 0x8000_0003)
    #expect(guest.memory.pointee.guest.vpidr_el2 == 0x411f_d070)
    #expect(guest.memory.pointee.guest.vttbr_el2 == 0x0007_0000_4100_0000)
    #expect(guest.memory.pointee.guest.hcr_el2 == HCR_EL2.guest.rawValue)
    // MMU, caches and alignment checks off, the RES1 bits of Armv8.0 set.
    #expect(guest.memory.pointee.guest.sctlr_el1 == 0x30d0_0800)
    #expect(guest.vcpu.machine.calls == [])
  }

  @Test func registerNumbersOutsideOfTheFrameReadZeroAndWriteNothing() {
    var guest = TestGuest()
    let before = guest.vcpu.frame.words
    for index: UInt8 in [31, 32, 33, 34, 255] {
      guest.vcpu.setGPR(index, .max)
      #expect(guest.vcpu.gpr(index) == 0)
    }
    #expect(guest.vcpu.frame.words == before)
    guest.vcpu.setGPR(30, 0x1e)
    #expect(guest.vcpu.gpr(30) == 0x1e)
    #expect(guest.vcpu.frame.words[30] == 0x1e)
  }

  /// One exit of each kind, by ESR_EL2.
  static var exits: [ScriptedExit] {
    [
      ScriptedExit(esr: esr(0x24, 0x180_0007)), ScriptedExit(esr: esr(0x24, 0x180_0047)),
      ScriptedExit(esr: esr(0x24, 0x07)), ScriptedExit(esr: esr(0x20, 0x07)),
      ScriptedExit(esr: esr(0x16)), ScriptedExit(esr: esr(0x17)),
      ScriptedExit(esr: esr(0x16)) { $0.setGPR(0, 0x8400_0000) },
      ScriptedExit(esr: esr(0x17)) { $0.setGPR(0, 0x8400_0000) },
      ScriptedExit(esr: esr(0x18, 0x32_0401)), ScriptedExit(esr: esr(0x18, 0x32_0400)),
      ScriptedExit(esr: esr(0x01, 0x1e0_0000)), ScriptedExit(kind: 1), ScriptedExit(kind: 2),
      ScriptedExit(kind: 3), ScriptedExit(esr: esr(0x07)),
    ]
  }

  @Test("B-2: an exit changes neither the PC nor any other register; running again retries")
  func retry() {
    for var exit in Self.exits {
      let change = exit.frame
      exit.frame = { frame in
        frame = .distinct
        change(&frame)
      }
      var saved = TrapFrame.initial
      exit.frame(&saved)
      let script = exit
      var guest = TestGuest([script])
      let first = guest.vcpu.run()
      #expect(guest.vcpu.frame.words == saved.words, "\(first)")
      #expect(guest.vcpu.exit == first)
      // The second run enters with exactly the frame that the first exit saved.
      var entered: [UInt64] = []
      guest.vcpu.machine.exits = [
        ScriptedExit(kind: script.kind, esr: script.esr) { entered = $0.words }
      ]
      let second = guest.vcpu.run()
      #expect(second == first)
      #expect(entered == saved.words)
      // An access reads SCTLR_EL1 for its byte order, and nothing is written.
      let calls = guest.vcpu.machine.calls.filter { $0 != .read(.sctlr_el1) }
      #expect(calls == [.run, .run])
    }
  }

  @Test(
    "B-23: a new vCPU invalidates what is cached for its VMID; entering it again doesn't"
  )
  func secondRun() {
    var guest = TestGuest([ScriptedExit(esr: esr(0x16)), ScriptedExit(esr: esr(0x01))])
    guest.vcpu.begin()
    _ = guest.vcpu.run()
    guest.vcpu.complete(value: 1)
    _ = guest.vcpu.run()
    guest.vcpu.complete()
    #expect(
      guest.vcpu.machine.calls == [
        .restore([]), .invalidateTranslations, .invalidateInstructions, .run, .run,
      ])
    // The VMID makes it unnecessary.
    #expect(guest.vcpu.machine.bank.vttbr_el2 >> 48 == 7)
  }

  @Test("B-25: system registers keep all 64 bits on their way to the CPU and back")
  func wideRegisters() {
    var guest = TestGuest()
    guest.vcpu.bind()
    #expect(guest.vcpu.machine.bank.sctlr_el1 == 0x30d0_0800)
    // Every doubleword with its own pattern, upper halves included.
    withUnsafeMutableBytes(of: &guest.vcpu.machine.bank) { bytes in
      let words = bytes.bindMemory(to: UInt64.self)
      for index in words.indices { words[index] = SplitMix64.mix(UInt64(index) + 25) }
    }
    guest.vcpu.unbind()
    guest.vcpu.machine.bank = avcpu_guest_registers()
    guest.vcpu.bind()
    let words = withUnsafeBytes(of: guest.vcpu.machine.bank) {
      Array($0.bindMemory(to: UInt64.self))
    }
    #expect(words.count == 45)
    #expect(words == words.indices.map { SplitMix64.mix(UInt64($0) + 25) })
    #expect(guest.memory.pointee.guest.sctlr_el1 == SplitMix64.mix(25))
    #expect(
      guest.vcpu.machine.calls
        == [.restore([]), .save([]), .clearCurrentContext, .restore([])])
    let registers = avcpu_guest_registers()
    for narrow in [
      registers.sctlr_el1, registers.spsr_el1, registers.cpacr_el1, registers.esr_el1,
    ] {
      #expect(type(of: narrow).bitWidth == 64)
    }
  }

  @Test("B-32: the syndrome is what the vector captured, not what the CPU holds later")
  func capturedSyndrome() {
    var guest = TestGuest()
    let reason = guest.exit(esr: esr(0x24, 0x47), far: 0x8123, hpfar: hpfar(0x9000))
    let captured = guest.vcpu.syndrome
    #expect(captured.esr.rawValue == esr(0x24, 0x47))
    #expect(captured.far == 0x8123)
    #expect(captured.hpfar.rawValue == hpfar(0x9000))
    #expect(captured.kind == .synchronous)
    // An exception at EL2 and an injection into the guest don't change it.
    guest.vcpu.inject(.dataAbort(address: GuestVirtualAddress(1)))
    #expect(guest.vcpu.syndrome == captured)
    for call in guest.vcpu.machine.calls {
      switch call {
      case .read(.esr_el1), .read(.far_el1): Issue.record("\(call)")
      default: break
      }
    }
    #expect(
      reason
        == .dataAbort(
          MemoryAbort(
            virtualAddress: GuestVirtualAddress(0x8123),
            address: IntermediatePhysicalAddress(0x9123), status: FaultStatus(rawValue: 7),
            isWrite: true)))
  }

  @Test func exitsAreCounted() {
    var guest = TestGuest()
    for count: UInt64 in 1...3 {
      _ = guest.exit(.irq)
      #expect(guest.vcpu.exitCount == count)
    }
  }
}
