internal import ArmVCpu
internal import VCpuDebug

extension HypervisorSession {
  /// The register names to suggest for a wrong one, whether the target has the registers or not.
  var registerNames: [String] {
    var seen: Set<String> = []
    let named = SystemRegister.allNamed.compactMap { $0.name?.description.lowercased() }
    return (registers.names + architecture.commonRegisterNames + named).filter {
      seen.insert($0).inserted
    }
  }
}
