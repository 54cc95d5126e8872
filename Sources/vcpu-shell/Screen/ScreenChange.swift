/// A change of the full-screen view, by a command or a key.
enum ScreenChange: Sendable {
  case enable, disable, toggle
  case layout(ScreenLayout)
  /// The layout that is so many after the present one.
  case nextLayout(Int)
  /// Read everything again, and draw it.
  case refresh
}
