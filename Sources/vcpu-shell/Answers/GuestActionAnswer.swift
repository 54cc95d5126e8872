internal import ArmVCpu
internal import VCpuDebug

/// What was done about an exit in the hypervisor's place.
struct GuestActionAnswer: Answer {
  static let kind = "guestAction"
  /// What was done.
  let action: Action
  /// The class of the exit.
  let `class`: String
  /// What was injected, in words.
  let injected: String?
  /// The guest's registers that differ from those at the exit.
  let changes: [EntryAnswer.Change]
  /// The numbers of the vector registers that were written.
  let vectorRegisters: [Int]
  /// The system registers that were written.
  let systemRegisters: [SystemRegister]
  /// Where the guest goes on.
  let place: PlaceAnswer
  /// Whether an interrupt is still pending.
  let isPending: Bool
  /// Warnings, in sentences.
  let warnings: [String]

  /// What can be done about an exit.
  enum Action: String, Codable, CaseIterable, Sendable { case skip, complete, inject }

  /// A system register that was written.
  struct SystemRegister: Codable, Equatable, Sendable {
    /// Its name, in lower case.
    let name: String
    /// Its value now.
    let value: Hex
  }

  init(_ resumption: GuestResumption, in session: HypervisorSession) {
    var injected: String?
    switch resumption.action {
    case .skip: action = .skip
    case .complete: action = .complete
    case .inject(let injection):
      action = .inject
      injected = Self.name(of: injection)
    }
    self.injected = injected
    `class` = resumption.exit.reason.exitClass.word
    changes = resumption.changes.map(EntryAnswer.Change.init)
    vectorRegisters = resumption.vectorRegisters.map(Int.init)
    systemRegisters = resumption.systemChanges.map {
      SystemRegister(name: $0.name, value: Hex($0.value))
    }
    place = PlaceAnswer(resumption.pc, in: .guest, of: session)
    isPending = resumption.isPending
    warnings = resumption.warnings
  }

  private static func name(of injection: GuestInjection) -> String {
    switch injection {
    case .undefined: "undefined instruction"
    case .dataAbort: "data abort"
    case .instructionAbort: "instruction abort"
    case .serror: "virtual SError"
    case .irq(nil): "virtual IRQ"
    case .irq(let number?): "interrupt \(number)"
    case .fiq: "virtual FIQ"
    }
  }
}
