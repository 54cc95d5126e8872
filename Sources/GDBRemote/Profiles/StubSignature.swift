/// Features in the answer to `qSupported` that identify a stub.
///
/// A probe reveals more, but might upset a stub. QEMU, which announces little, is probed with one
/// of its own packets, to which other stubs give an empty answer.
struct StubSignature {
  let kind: StubKind
  /// Features that are mentioned, whether with `+` or `-`.
  let mentioned: [String]
  /// Features that are not mentioned.
  var absent: [String] = []

  /// The stubs that are recognised by what they announce.
  static let all = [
    StubSignature(kind: .lldbServer, mentioned: ["QThreadSuffixSupported", "qEcho"]),
    StubSignature(kind: .gdbserver, mentioned: ["QProgramSignals", "QNonStop"]),
    // It mentions the memory map even if it doesn't have one.
    StubSignature(
      kind: .openOCD,
      mentioned: ["qXfer:memory-map:read", "qXfer:features:read", "qXfer:threads:read"],
      absent: ["multiprocess", "swbreak", "hwbreak"]),
  ]

  /// The kind of a stub that announces `features`, or nil if they don't identify one.
  static func kind(announcing features: SupportedFeatures) -> StubKind? {
    all.first { $0.matches(features) }?.kind
  }

  private func matches(_ features: SupportedFeatures) -> Bool {
    mentioned.allSatisfy { features.values[$0] != nil }
      && absent.allSatisfy { features.values[$0] == nil }
  }
}
