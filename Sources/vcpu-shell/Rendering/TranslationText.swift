internal import ArmVCpu
internal import VCpuDebug

/// What the CPU made of an address: where it leads, then PAR_EL1 field by field.
enum TranslationText {
  static func lines(_ translated: TranslatedAddress) -> [String] {
    var lines: [String] = []
    for step in translated.steps {
      lines.append(head(translated, step))
      // What stage 1 gives is on its line; where it fails it is what matters.
      let isLast = step == translated.steps.last
      guard isLast || translated.output(of: step) == nil else { continue }
      lines += fields(step.par)
      guard translated.output(of: step) != nil else { break }
    }
    return lines
  }

  private static func head(_ translated: TranslatedAddress, _ step: TranslatedAddress.Step)
    -> String
  {
    let space =
      step.instruction.hasPrefix("AT S1E1") || step.instruction.hasPrefix("AT S1E0")
      ? AddressSpace.intermediatePhysical : .physical
    let result = translated.output(of: step).map { space.label + hexadecimal($0) } ?? "a fault"
    return
      "\(translated.space.label)\(hexadecimal(translated.address)) -> \(result)  (\(step.instruction): PAR_EL1 \(hexadecimal(step.par)))"
  }

  private static func fields(_ par: UInt64) -> [String] {
    guard let register = DecodableRegister.named("PAR_EL1") else { return [] }
    var list = FieldList()
    register.describe(par, into: &list)
    return FieldText.table(list.fields).map { "  " + $0 }
  }
}
