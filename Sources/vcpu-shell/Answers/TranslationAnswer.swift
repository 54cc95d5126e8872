internal import ArmVCpu
internal import VCpuDebug

/// The CPU's translation of an address.
struct TranslationAnswer: Answer {
  static let kind = "translation"
  /// `hv`, `guest` or `ipa`.
  let space: String
  /// The address that was asked for.
  let address: Hex
  /// Stage 1 first, then both stages; or only one of these.
  let steps: [Step]

  /// An AT instruction that the CPU executed.
  struct Step: Codable, Equatable, Sendable {
    /// The instruction that the CPU executed, such as `AT S12E1R`.
    let instruction: String
    /// PAR_EL1 after it.
    let par: Hex
    /// Its fields.
    let fields: [FieldAnswer]
    /// The space of the result, `ipa` or `pa`.
    let outputSpace: String
    /// The resulting address; omitted for a fault.
    let output: Hex?
  }

  init(_ translated: TranslatedAddress) {
    space = translated.space.prefix
    address = Hex(translated.address)
    steps = translated.steps.map { step in
      let isStage1 = ["AT S1E1", "AT S1E0"].contains { step.instruction.hasPrefix($0) }
      return Step(
        instruction: step.instruction, par: Hex(step.par),
        fields: DecodableRegister.named("PAR_EL1").map { FieldAnswer.fields(of: $0, step.par) }
          ?? [],
        outputSpace: (isStage1 ? AddressSpace.intermediatePhysical : .physical).prefix,
        output: translated.output(of: step).map { Hex($0) })
    }
  }
}
