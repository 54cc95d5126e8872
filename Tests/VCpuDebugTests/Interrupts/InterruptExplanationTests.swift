import ArmVCpu
import Testing

@testable import VCpuDebug

/// A change of a state, and the expected explanation: the result if it isn't the usual one, and one sentence.
private struct Case: Sendable, CustomTestStringConvertible {
  let change: @Sendable (inout InterruptState) -> Void
  let result: String?
  let sentence: String
  var testDescription: String { sentence }

  init(
    _ sentence: String, result: String? = nil,
    after change: @escaping @Sendable (inout InterruptState) -> Void
  ) {
    self.change = change
    self.result = result
    self.sentence = sentence
  }
}

/// The explanation of a wait, for everything that decides about it.
@Suite struct InterruptExplanationTests {
  /// A CPU that waits in WFI at EL1 with everything known: the virtual timer is due in 12.4 ms, and nothing is pending.
  private static let waiting: InterruptState = {
    var state = InterruptState(pstate: SPSR_EL2(rawValue: 0xc5))
    state.wait = .wfi
    state.hcr = [.rw, .imo, .fmo, .vm]
    state.pending = 0
    state.timers.counter = 0x1_0000_0000
    state.timers.frequency = 62_500_000
    state.timers.virtualOffset = 0x1000_0000
    state.timers.all = [
      InterruptTimer(.virtual, control: 1, compareValue: 0xf000_0000 + 775_000),
      InterruptTimer(.physical, control: 0, compareValue: 0),
      InterruptTimer(.hypervisor, control: 0, compareValue: 0),
    ]
    state.cpuInterface = CPUInterfaceState(
      mask: 0xf0, running: 0xff, isGroup0On: false, isGroup1On: true)
    state.virtualInterface = VirtualInterfaceState(
      control: 1, machineControl: 0xf000_0002, listRegisters: [.init(rawValue: 0)])
    var controller = InterruptController(
      version: .v3(redistributor: 0x80a_0000), distributor: 0x800_0000,
      // DS, ARE and group 1.
      control: 0x52, enabled: [1 << 27, 1 << 1], pending: [0, 0], active: [0, 0],
      group1: [.max, .max])
    controller.priorities = [27: 0xa0, 33: 0xa0]
    state.controller = .known(controller)
    return state
  }()

  private func explanation(_ change: (inout InterruptState) -> Void) -> [String] {
    var state = Self.waiting
    change(&state)
    return state.explanation
  }

  /// Changes the controller of a state.
  private static func change(
    _ state: inout InterruptState, _ body: (inout InterruptController) -> Void
  ) {
    guard case .known(var controller) = state.controller else { return }
    body(&controller)
    state.controller = .known(controller)
  }

  /// Makes the virtual timer due for 1 ms, with its interrupt pending.
  private static func assert(_ state: inout InterruptState) {
    state.timers.all[0].compareValue = 0xf000_0000 - 62_500
    state.timers.all[0].control = 5
    change(&state) { $0.pending[0] = 1 << 27 }
  }

  @Test func aTimerThatIsNotDue() {
    #expect(
      explanation { _ in } == [
        "the CPU waits, and nothing is pending that ends it: the virtual timer will, in 12.4 ms",
        "the virtual timer is due in 12.4 ms",
        "the EL1 physical and EL2 physical timers are off",
        "no interrupt is pending in the controller",
        "no list register is pending",
      ])
  }

  /// Each thing on the way from the timer to the CPU that can be wrong.
  @Test(
    arguments: [
      Case(
        "the virtual timer has been due for 1.0 ms, and its interrupt 27 reaches the CPU",
        result:
          "the CPU waits, and what ends that is pending: it goes on as soon as the machine runs"
      ) { _ in },
      Case(
        "the virtual timer has been due for 1.0 ms and is masked (CNTV_CTL_EL0.IMASK is 1)"
      ) { $0.timers.all[0].control = 7 },
      Case(
        "the virtual timer has been due for 1.0 ms; its interrupt 27 is pending but not enabled (GICR_ISENABLER0)"
      ) { change(&$0) { $0.enabled[0] = 0 } },
      Case(
        "the virtual timer has been due for 1.0 ms; its interrupt 27 is pending but is active: the controller does not signal it again until it is deactivated"
      ) { change(&$0) { $0.active[0] = 1 << 27 } },
      Case(
        "the virtual timer has been due for 1.0 ms; its interrupt 27 is pending but not forwarded: the distributor has group 1 off (GICD_CTLR)"
      ) { change(&$0) { $0.control = 0x50 } },
      Case(
        "the virtual timer has been due for 1.0 ms, but interrupt 27 is not pending in the controller: on this machine the timer may have a different one"
      ) { change(&$0) { $0.pending[0] = 0 } },
      Case(
        "the virtual timer became due while this was being read"
      ) {
        $0.timers.all[0].control = 1
        change(&$0) { $0.pending[0] = 0 }
      },
      Case(
        "the virtual timer has been due for 1.0 ms; its interrupt 27 is pending but not signalled: the CPU interface has group 1 off"
      ) { $0.cpuInterface?.isGroup1On = false },
      Case(
        "the virtual timer has been due for 1.0 ms; its interrupt 27 is pending but is held back: its priority 0xa0 is not below the CPU's priority mask 0xa0"
      ) { $0.cpuInterface?.mask = 0xa0 },
      Case(
        "the virtual timer has been due for 1.0 ms; its interrupt 27 is pending but is held back: its priority 0xa0 is not below the running priority 0x80 (ICC_RPR_EL1)"
      ) { $0.cpuInterface?.running = 0x80 },
      Case(
        "the virtual, EL1 physical and EL2 physical timers are off"
      ) { $0.timers.all[0].control = 0 },
      Case(
        "the virtual timer has been due for 1.0 ms"
      ) { $0.controller = .unknown("") },
    ])
  fileprivate func aTimerThatIsDue(_ test: Case) {
    let sentences = explanation {
      Self.assert(&$0)
      // ISR_EL1 has the truth.
      $0.pending = test.result == nil ? 0 : 0x80
      test.change(&$0)
    }
    let nothing =
      "the CPU waits, and nothing is pending that ends it, and no timer will: a device or another CPU has to"
    #expect(sentences[0] == test.result ?? nothing)
    #expect(sentences.contains(test.sentence), "\(sentences)")
  }

  @Test func theFirstTimerThatGetsThroughIsTheNext() {
    let sentences = explanation {
      // Sooner, but not enabled in the controller.
      $0.timers.all[1] = InterruptTimer(.physical, control: 1, compareValue: 0x1_0000_0100)
      // Later.
      $0.timers.all[2] = InterruptTimer(.hypervisor, control: 1, compareValue: 0x2_0000_0000)
      Self.change(&$0) { $0.enabled[0] |= 1 << 26 }
    }
    #expect(sentences[0].hasSuffix("the virtual timer will, in 12.4 ms"))
    #expect(
      sentences.contains(
        "the EL1 physical timer is due in 4.1 µs, but its interrupt 30 is not enabled (GICR_ISENABLER0)"
      ))
    #expect(sentences.contains("the EL2 physical timer is due in 68.7 s"))
  }

  /// What isn't known about a CPU in WFI.
  @Test func whatIsNotKnownIsNotClaimed() {
    func halted(_ change: (inout InterruptState) -> Void) -> [String] {
      explanation {
        $0.timers.counter = nil
        $0.pending = nil
        $0.cpuInterface = nil
        $0.virtualInterface = nil
        change(&$0)
      }
    }
    #expect(
      halted { _ in } == [
        "the CPU waits, and nothing is known to be pending that ends it: the virtual timer will when it is due",
        "the virtual timer isn't due yet", "the EL1 physical and EL2 physical timers are off",
        "no interrupt is pending in the controller",
      ])
    #expect(
      halted { Self.assert(&$0) }[0...1] == [
        "the CPU waits; the controller signals an interrupt, which ends that if the CPU's interface passes it (ICC_PMR_EL1, ICC_IGRPEN1_EL1)",
        "the virtual timer is due, and its interrupt 27 is signalled to the CPU by the controller",
      ])
    let sentences = halted {
      $0.controller = .unknown("")
      $0.hcr = nil
      $0.timers.all = []
    }
    #expect(
      sentences == [
        "the CPU waits, and nothing is known to be pending that ends it, and no timer will: a device or another CPU has to"
      ])
  }

  /// The instruction before its PC isn't WFI.
  @Test func aCPUThatIsOffMayNotWait() {
    #expect(
      explanation { $0.wait = .other }[0]
        == "the CPU waits, unless it is powered off, and nothing is pending that ends it: the virtual timer will, in 12.4 ms"
    )
  }

  @Test func otherInterrupts() {
    let sentences = explanation {
      Self.change(&$0) {
        $0.pending[1] = 0b110
        $0.enabled[1] = 0b10
        $0.isForThisCPU[33] = false
      }
    }
    #expect(
      sentences.contains("interrupt 33 is pending but is sent to another CPU by the distributor"))
    #expect(sentences.contains("interrupt 34 is pending but not enabled (GICD_ISENABLER1)"))
    let many = explanation { Self.change(&$0) { $0.pending[1] = 0x3ff } }
    #expect(many.contains("2 more interrupts are pending"))
  }

  @Test func maskedInterruptsEndAWait() {
    let isMasked = "PSTATE.I masks IRQs here, which does not keep a WFI from ending"
    #expect(
      explanation { $0.pending = 0x80 }.contains(
        "EL2 takes IRQs whatever PSTATE masks (HCR_EL2.IMO is 1)"))
    #expect(
      explanation {
        $0.pending = 0x80
        $0.hcr = [.rw]
      }.contains(isMasked))
    #expect(
      !explanation {
        $0.pending = 0x80
        $0.hcr = [.rw]
        $0.pstate = SPSR_EL2(rawValue: 0x5)
      }.contains(isMasked))
  }

  // MARK: The guest

  /// A guest at the exit of its WFI.
  private func guest(_ change: (inout InterruptState) -> Void) -> [String] {
    explanation {
      $0.wait = .none
      $0.isGuestWaiting = true
      $0.pstate = SPSR_EL2(rawValue: 0x3c9)
      $0.guestPSTATE = SPSR_EL2(rawValue: 0x5)
      change(&$0)
    }
  }

  private static let nothing =
    "the guest waits, and nothing is pending for it: its hypervisor has to make an interrupt pending"
  private static let something = "the guest waits, and what ends that is pending for it"

  @Test(
    arguments: [
      Case(
        "no list register is pending"
      ) { _ in },
      Case(
        "a virtual IRQ is pending for the guest (HCR_EL2.VI is 1)", result: something
      ) { $0.hcr?.insert(.vi) },
      Case(
        "HCR_EL2.VI is 1 without effect: IMO is 0"
      ) {
        $0.hcr?.insert(.vi)
        $0.hcr?.remove(.imo)
      },
      Case(
        "a virtual SError is pending for the guest (HCR_EL2.VSE is 1)", result: something
      ) { $0.hcr?.formUnion([.vse, .amo]) },
      Case(
        "interrupt 27 is pending in list register 0 and reaches the guest", result: something
      ) { $0.virtualInterface?.listRegisters = [listed] },
      Case(
        "the guest's PSTATE.I masks it for now, which does not keep a WFI from ending",
        result: something
      ) {
        $0.virtualInterface?.listRegisters = [listed]
        $0.guestPSTATE = SPSR_EL2(rawValue: 0x85)
      },
      Case(
        "interrupt 27 is pending in list register 0 but does not get there: the guest's interface is off (ICH_HCR_EL2.En is 0)"
      ) {
        $0.virtualInterface?.listRegisters = [listed]
        $0.virtualInterface?.control = 0
      },
      Case(
        "interrupt 27 is pending in list register 0 but is held back: the guest has group 1 off (ICH_VMCR_EL2.VENG1 is 0)"
      ) {
        $0.virtualInterface?.listRegisters = [listed]
        $0.virtualInterface?.machineControl = 0xf000_0001
      },
      Case(
        "interrupt 27 is pending in list register 0 but is held back: its priority 0xa0 is not below the guest's priority mask 0x80 (ICH_VMCR_EL2.VPMR)"
      ) {
        $0.virtualInterface?.listRegisters = [listed]
        $0.virtualInterface?.machineControl = 0x8000_0002
      },
      Case(
        "interrupt 27 is pending in list register 0 but has to wait: its priority 0xa0 is not below that of the one the guest is handling, 0xa0 (ICH_AP1R0_EL2)"
      ) {
        $0.virtualInterface?.listRegisters = [listed]
        $0.virtualInterface?.running = 0xa0
      },
      Case(
        "the guest's interface is off (ICH_HCR_EL2.En is 0), and no list register is pending"
      ) { $0.virtualInterface?.control = 0 },
      Case(
        "EL1 takes the machine's interrupts itself (HCR_EL2.IMO and FMO are 0)",
        result:
          "the guest waits, and nothing is pending that ends it: the virtual timer will, in 12.4 ms"
      ) { $0.hcr = [.rw] },
      Case(
        "no interrupt is pending in the controller",
        result: "the guest waits; what is pending for it is not known"
      ) { $0.virtualInterface = nil },
      Case(
        "no list register is pending", result: "the CPU does not wait"
      ) { $0.isGuestWaiting = false },
      Case(
        "no guest is on this CPU (HCR_EL2.TGE is 1)"
      ) { $0.hcr?.insert(.tge) },
    ])
  fileprivate func aGuestThatWaits(_ test: Case) {
    let sentences = guest(test.change)
    #expect(sentences[0] == test.result ?? Self.nothing)
    #expect(sentences.contains(test.sentence), "\(sentences)")
  }

  /// Pending, group 1, priority 0xa0, 27.
  private static let listed = VirtualInterfaceState.ListRegister(
    rawValue: 1 << 62 | 1 << 60 | 0xa0 << 48 | 27)

  @Test func durations() {
    let times: [(UInt64, String)] = [
      (0, "0.0 µs"), (62, "1.0 µs"), (62_500, "1.0 ms"), (62_500_000, "1.0 s"),
      (62_500_000 * 600, "10.0 min"), (62_500_000 * 7200, "2.0 h"),
      (62_500_000 * 86_400 * 3, "3.0 days"), (.max, "9352 years"),
    ]
    for (ticks, text) in times {
      #expect(InterruptState.duration(of: ticks, frequency: 62_500_000) == text)
    }
    #expect(InterruptState.duration(of: 5, frequency: nil) == "5 ticks")
  }
}
