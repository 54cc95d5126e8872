import Testing

/// The shell as users have it: the real program, the real emulator, the real images. Tests run one at a time, so that
/// deadlines are meaningful on a small machine.
@Suite(
  .serialized, .enabled(if: Built.problem == nil, Comment(rawValue: Built.problem ?? "")))
enum EndToEnd {}
