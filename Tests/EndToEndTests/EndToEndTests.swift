import Testing

/// The shell as people have it: the real program, the real emulator, the real images. One test at a time,
/// so that deadlines mean something on a small machine.
@Suite(
  .serialized, .enabled(if: Built.problem == nil, Comment(rawValue: Built.problem ?? "")))
enum EndToEnd {}
