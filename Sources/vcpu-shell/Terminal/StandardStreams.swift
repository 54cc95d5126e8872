internal import Glibc

/// The descriptors 0, 1 and 2.
enum StandardStreams {
  /// Ensures that each one is open. A program may be started without one (`<&-`), and would then get its next file
  /// there.
  ///
  /// Standard input then has nothing to read, and writing to the others fails.
  static func open() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // open() returns the lowest free number, which is this one.
      _ = unsafe Glibc.open("/dev/null", O_RDONLY)
    }
  }
}
