internal import VCpuDebug

extension BeginEvent.Target {
  init(_ session: HypervisorSession) {
    self.init(
      architecture: session.architecture.name, isMachine: session.target.isMachine,
      hasHypervisor: session.hasHypervisor)
  }
}
