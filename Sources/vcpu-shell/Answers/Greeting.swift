internal import VCpuDebug

/// The greeting: what there is to debug, what to type next, and where the CPU is.
struct Greeting {
  /// The target in a sentence, and what to type next.
  let target: String
  /// Where the selected CPU is.
  let location: LocationAnswer?

  init(_ session: HypervisorSession?, location: LocationAnswer?) {
    self.location = location
    guard let session else {
      target = "there is no target: 'quit' leaves the shell"
      return
    }
    let symbols = session.modules.all.map { module in
      module.name.split(separator: "/").last.map(String.init) ?? module.name
    }
    let what = [Self.noun(of: session), Self.list(symbols)].compactMap { $0 }
    target = what.joined(separator: ", ") + ": " + Self.advice(for: session)
  }

  private static func noun(of session: HypervisorSession) -> String {
    let name = session.architecture.name
    guard session.isLive else { return "\(name) snapshot" }
    guard session.target.isMachine else { return "\(name) program" }
    let count = (try? session.threads.all().count) ?? 1
    let processors = count == 1 ? "1 CPU" : "\(count) CPUs"
    return "\(name) machine\(session.hasHypervisor ? " with EL2" : ""), \(processors)"
  }

  private static func list(_ symbols: [String]) -> String? {
    symbols.isEmpty ? "no symbols" : "symbols of " + symbols.joined(separator: " and ")
  }

  private static func advice(for session: HypervisorSession) -> String {
    guard session.isLive else { return "'info exit' and 'info registers' show what it has" }
    guard session.hasHypervisor else {
      return "'break' and 'continue' stop at an instruction"
    }
    return "'catch exit' and 'continue' stop at a guest's exit"
  }
}
