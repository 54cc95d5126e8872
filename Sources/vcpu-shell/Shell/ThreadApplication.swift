internal import VCpuDebug

/// A line that is run for each of some CPUs or threads.
struct ThreadApplication {
  /// The threads, in the order in which the line is run for them.
  let threads: [SessionThread]
  let flags: Flags
  let line: String

  /// What is shown besides the line's own answers, and what happens if it fails. (GDB manual, "Debugging Programs with
  /// Multiple Threads".)
  struct Flags: Equatable {
    /// Whether all threads are taken from the first to the last.
    var isAscending = false
    /// Whether there is no heading.
    var isQuiet = false
    /// Whether an error is shown, and the other threads follow.
    var continues = false
    /// Whether errors are ignored, and threads without output have no heading.
    var isSilent = false
  }
}
