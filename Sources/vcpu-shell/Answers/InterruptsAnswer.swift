internal import ArmVCpu
internal import VCpuDebug

/// What controls which interrupts reach a CPU and its guest, and the consequences.
struct InterruptsAnswer: Answer {
  static let kind = "interrupts"

  /// The exception level that the CPU is at.
  let exceptionLevel: Int
  /// What the CPU waits for.
  let wait: Wait
  /// Whether the guest that is on the CPU waits in WFI.
  let isGuestWaiting: Bool
  /// What PSTATE masks, of `D`, `A`, `I` and `F`.
  let masks: [String]
  /// What the guest's PSTATE masks.
  let guestMasks: [String]?
  /// HCR_EL2.
  let routing: Routing?
  /// ISR_EL1.
  let pending: Pending?
  /// The counters and timers.
  let timers: Timers
  /// The GIC's CPU interface; omitted if it was not read.
  let cpuInterface: CPUInterface?
  /// The guest's virtual CPU interface; omitted if it was not read.
  let virtualInterface: VirtualInterface?
  /// The GIC itself; omitted if it was not read.
  let controller: Controller?
  /// Why the controller was not read.
  let controllerReason: String?
  /// What was not read, and why.
  let missing: [Missing]
  /// What ends a wait of the CPU or of its guest, in words.
  let explanation: [String]

  /// What a CPU waits for: nothing, an interrupt in WFI, or something else.
  enum Wait: String, Codable, CaseIterable, Sendable { case none, wfi, other }

  /// Where interrupts go, by HCR_EL2.
  struct Routing: Codable, Equatable, Sendable {
    /// HCR_EL2.
    let value: Hex
    /// What EL2 takes, of `IRQ`, `FIQ` and `SError`.
    let taken: [String]
    /// What is pending for the guest, of `VI`, `VF` and `VSE`.
    let virtual: [String]
  }

  /// What is pending for the CPU.
  struct Pending: Codable, Equatable, Sendable {
    /// ISR_EL1.
    let value: Hex
    /// The pending interrupts, of `IRQ`, `FIQ` and `SError`.
    let kinds: [String]
  }

  /// The counters and timers of a CPU.
  struct Timers: Codable, Equatable, Sendable {
    /// The physical counter.
    let counter: Hex?
    /// The counter's frequency in hertz.
    let frequency: Int?
    /// CNTVOFF_EL2.
    let virtualOffset: Hex?
    /// The timers that could be read.
    let all: [Timer]
  }

  /// A timer of the CPU.
  struct Timer: Codable, Equatable, Sendable {
    /// `virtual`, `EL1 physical`, `EL2 physical`, `EL2 virtual`.
    let name: String
    /// Whether it is enabled.
    let isOn: Bool
    /// Whether its interrupt is masked.
    let isMasked: Bool
    /// Whether the timer is due; omitted if it is not known.
    let isDue: Bool?
    /// How long it has been due, or until it is due, in words.
    let duration: String?
    /// The number of its interrupt.
    let interrupt: Int
    /// The counter value at which it is due.
    let compareValue: Hex
  }

  /// The CPU interface of the GIC.
  struct CPUInterface: Codable, Equatable, Sendable {
    /// Whether interrupts of group 0 pass; omitted if it is not known.
    let isGroup0On: Bool?
    /// Whether interrupts of group 1 pass.
    let isGroup1On: Bool
    /// The priority mask: only interrupts of a lower number pass.
    let mask: Hex
    /// The priority of the interrupt being handled; 0xff if there is none.
    let running: Hex?

    init(_ state: CPUInterfaceState) {
      isGroup0On = state.isGroup0On
      isGroup1On = state.isGroup1On
      mask = Hex(UInt64(state.mask))
      running = state.running.map { Hex(UInt64($0)) }
    }
  }

  /// The guest's virtual CPU interface.
  struct VirtualInterface: Codable, Equatable, Sendable {
    /// Whether it is on at all.
    let isOn: Bool
    /// Whether interrupts of group 0 pass.
    let isGroup0On: Bool
    /// Whether interrupts of group 1 pass.
    let isGroup1On: Bool
    /// The priority mask: only interrupts of a lower number pass.
    let mask: Hex
    /// The priority of the interrupt that the guest is handling.
    let running: Hex?
    /// How many list registers the CPU has.
    let listRegisterCount: Int
    /// The list registers that are in use.
    let listRegisters: [ListRegister]

    init(_ state: VirtualInterfaceState) {
      isOn = state.isOn
      isGroup0On = state.isGroup0On
      isGroup1On = state.isGroup1On
      mask = Hex(UInt64(state.mask))
      running = state.running.map { Hex(UInt64($0)) }
      listRegisterCount = state.listRegisters.count
      listRegisters = state.listRegisters.enumerated().compactMap { index, register in
        ListRegister(register, index: index)
      }
    }
  }

  /// A list register that is in use.
  struct ListRegister: Codable, Equatable, Sendable {
    /// Its number, from 0.
    let index: Int
    /// The number of the virtual interrupt.
    let interrupt: Int
    /// The state of the interrupt.
    let state: State
    /// The group of the interrupt, 0 or 1.
    let group: Int
    /// The priority of the interrupt; a lower number is more urgent.
    let priority: Hex
    /// The machine's interrupt that it stands for.
    let hardwareInterrupt: Int?

    /// The state of a virtual interrupt.
    enum State: String, Codable, CaseIterable, Sendable { case pending, active, pendingAndActive }

    /// Nil for an empty list register.
    init?(_ register: VirtualInterfaceState.ListRegister, index: Int) {
      switch register.state {
      case .empty: return nil
      case .pending: state = .pending
      case .active: state = .active
      case .pendingAndActive: state = .pendingAndActive
      }
      self.index = index
      interrupt = Int(register.interrupt)
      group = register.isGroup1 ? 1 : 0
      priority = Hex(UInt64(register.priority))
      hardwareInterrupt = register.hardwareInterrupt.map(Int.init)
    }
  }

  /// The GIC, from its registers in memory.
  struct Controller: Codable, Equatable, Sendable {
    /// The version of the GIC architecture: 2 or 3.
    let version: Int
    /// The physical address of the distributor.
    let distributor: Hex
    /// The physical address of the CPU's redistributor, for a GICv3.
    let redistributor: Hex?
    /// The groups that the distributor forwards.
    let forwardedGroups: [Int]
    /// The numbers of the interrupts that are pending, enabled and active.
    let pending, enabled, active: [Int]

    init(_ controller: InterruptController) {
      switch controller.version {
      case .v2: (version, redistributor) = (2, nil)
      case .v3(let address): (version, redistributor) = (3, Hex(address))
      }
      distributor = Hex(controller.distributor)
      forwardedGroups = (0...1).filter { controller.isForwarding(group: $0) }
      pending = InterruptController.numbers(controller.pending)
      enabled = InterruptController.numbers(controller.enabled)
      active = InterruptController.numbers(controller.active)
    }
  }

  /// Registers that were not read.
  struct Missing: Codable, Equatable, Sendable {
    /// Their names.
    let names: [String]
    /// Why they were not read.
    let reason: String
  }
}

extension InterruptsAnswer {
  init(_ state: InterruptState) {
    exceptionLevel = Int(state.pstate.exceptionLevel)
    wait =
      switch state.wait {
      case .none: .none
      case .wfi: .wfi
      case .other: .other
      }
    isGuestWaiting = state.isGuestWaiting
    masks = Self.masks(of: state.pstate)
    guestMasks = state.guestPSTATE.map(Self.masks)
    routing = state.hcr.map { hcr in
      let kinds: [(HCR_EL2, String)] = [(.imo, "IRQ"), (.fmo, "FIQ"), (.amo, "SError")]
      return Routing(
        value: Hex(hcr.rawValue),
        // With TGE all of them are EL2's.
        taken: kinds.filter { hcr.contains($0.0) || hcr.contains(.tge) }.map(\.1),
        virtual: [(HCR_EL2.vi, "VI"), (.vf, "VF"), (.vse, "VSE")].filter { hcr.contains($0.0) }
          .map(\.1))
    }
    pending = state.pending.map { value in
      Pending(
        value: Hex(value),
        kinds: [(7, "IRQ"), (6, "FIQ"), (8, "SError")].filter { value >> UInt64($0.0) & 1 != 0 }
          .map(\.1))
    }
    timers = Timers(
      counter: state.timers.counter.map { Hex($0) },
      frequency: state.timers.frequency.map { Int(clamping: $0) },
      virtualOffset: state.timers.virtualOffset.map { Hex($0) },
      all: state.timers.all.map { Self.timer($0, state) })
    cpuInterface = state.cpuInterface.map(CPUInterface.init)
    virtualInterface = state.virtualInterface.map(VirtualInterface.init)
    switch state.controller {
    case .known(let known): (controller, controllerReason) = (Controller(known), nil)
    case .unknown(let reason): (controller, controllerReason) = (nil, reason)
    }
    missing = state.missing.map { Missing(names: $0.names, reason: $0.reason) }
    explanation = state.explanation
  }

  /// D, A, I and F, bits 9 to 6.
  private static func masks(of pstate: SPSR_EL2) -> [String] {
    [(9, "D"), (8, "A"), (7, "I"), (6, "F")].filter { pstate.rawValue >> UInt64($0.0) & 1 != 0 }
      .map(\.1)
  }

  private static func timer(_ timer: InterruptTimer, _ state: InterruptState) -> Timer {
    let ticks = timer.isOn ? state.timers.ticksUntilDue(timer) : nil
    return Timer(
      name: timer.kind.rawValue, isOn: timer.isOn, isMasked: timer.isMasked,
      isDue: timer.isOn ? state.timers.isDue(timer) : nil,
      duration: ticks.map {
        InterruptState.duration(of: $0.count, frequency: state.timers.frequency)
      },
      interrupt: timer.kind.interrupt, compareValue: Hex(timer.compareValue))
  }
}
