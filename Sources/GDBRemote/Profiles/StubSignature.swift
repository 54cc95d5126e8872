/// By what a stub is recognised: features of its answer to `qSupported`.
///
/// A probe tells more, but a stub may not bear it. QEMU, which announces little, is asked with a
/// packet of its own that another stub answers with nothing.
struct StubSignature {
  let kind: StubKind
  /// Features that are mentioned, whether with `+` or `-`.
  let mentioned: [String]
  /// Features that are not.
  var absent: [String] = []

  /// The stubs that are recognised by what they announce.
  static let all = [
    StubSignature(kind: .lldbServer, mentioned: ["QThreadSuffixSupported", "qEcho"]),
    StubSignature(kind: .gdbserver, mentioned: ["QProgramSignals", "QNonStop"]),
    // It mentions the memory map also when it has none.
    StubSignature(
      kind: .openOCD,
      mentioned: ["qXfer:memory-map:read", "qXfer:features:read", "qXfer:threads:read"],
      absent: ["multiprocess", "swbreak", "hwbreak"]),
  ]

  /// The kind of a stub that announces `features`, or nil if they tell nothing.
  static func kind(announcing features: SupportedFeatures) -> StubKind? {
    all.first { $0.matches(features) }?.kind
  }

  private func matches(_ features: SupportedFeatures) -> Bool {
    mentioned.allSatisfy { features.values[$0] != nil }
      && absent.allSatisfy { features.values[$0] == nil }
  }
}
