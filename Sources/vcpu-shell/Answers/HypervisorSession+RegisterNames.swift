internal import ArmVCpu
internal import VCpuDebug

extension HypervisorSession {
  /// The names that may have been meant by that of a register, whether the target has them or not.
  var registerNames: [String] {
    var seen: Set<String> = []
    let named = SystemRegister.allNamed.compactMap { $0.name?.description.lowercased() }
    return (registers.names + architecture.commonRegisterNames + named).filter {
      seen.insert($0).inserted
    }
  }
}
