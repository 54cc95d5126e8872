/// When to use colours.
enum ColorChoice: String, CaseIterable, Sendable {
  /// At a terminal that shows them, unless the environment says no.
  case auto
  case always, never
}
