internal import VCpuDebug

/// `snapshot save`: saves the stopped target, to be examined later.
enum SnapshotSaveCommand: ShellCommand {
  static let name = "snapshot save"
  private static let words = Parameter<[String]>.words("FILE [--memory RANGE…]") { _ in
    .fileNames
  }
  static let parameters: [any AnyParameter] = [words]
  static let summary = "Save the state of the stopped target, to examine it later."
  static let manual = """
    Writes the registers of each CPU, its system registers, its exit, stacks, code around the PCs, vectors
    and translation tables, the breakpoints, and the exits seen so far. 'vcpu-shell open FILE' opens the
    file, without QEMU: commands that only read give the same answers there. The target is not changed. The
    file is written whole or not at all; for what cannot be read, it has the reason.

    --memory adds memory: START..END, which does not include END, or START,+LENGTH, without blanks. Both parts
    are expressions.

      snapshot save stuck.snapshot
      snapshot save stuck.snapshot --memory guest:0x40200000..0x40210000 --memory hv:$hv.sp,+0x4000
    """

  static let transcript = """
    (vcpu) snapshot save stuck.snapshot
    saved stuck.snapshot
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    var rest = arguments[words][...]
    guard let path = rest.popFirst(), path != "--memory" else {
      throw ShellError("'\(name)' needs the path of a file")
    }
    let session = try shell.requireSession()
    try session.requireStopped()
    var ranges: [SnapshotRange] = []
    while let word = rest.popFirst() {
      guard word == "--memory", let text = rest.popFirst() else {
        throw ShellError("'\(name)' takes FILE [--memory RANGE…], not '\(word)'")
      }
      ranges.append(
        try shell.evaluating(text) { try SnapshotRange(parsing: $0, by: session.expressions) })
    }
    let summary = try session.saveSnapshot(to: path, memory: ranges)
    return .answer(SnapshotAnswer(summary, at: path))
  }
}
