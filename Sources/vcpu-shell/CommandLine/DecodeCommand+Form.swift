internal import ArgumentParser
internal import ArmVCpu

/// The variant of a layout that the options choose.
extension DecodeCommand {
  /// The layout's name; for a stage 2 descriptor, that of the variant for the given HCR_EL2.FWB.
  ///
  /// - Throws: `ValidationError` if a variant is chosen for a register that has none.
  func layoutName(_ register: String) throws -> String {
    guard let fwb else { return register }
    let name = DecodableRegister.named(register)?.name.description ?? register
    let form = "\(name)_\(fwb ? "FWB" : "NOFWB")"
    guard DecodableRegister.named(form) != nil else {
      throw ValidationError("--fwb and --no-fwb are for s2desc, not for '\(register)'")
    }
    return form
  }
}
