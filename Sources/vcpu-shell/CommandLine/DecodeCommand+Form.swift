internal import ArgumentParser
internal import ArmVCpu

/// The form of a layout that the options choose.
extension DecodeCommand {
  /// The name of the layout: of a stage 2 descriptor that for HCR_EL2.FWB as given.
  ///
  /// - Throws: `ValidationError` if a form is chosen where the register has none.
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
