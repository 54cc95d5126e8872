internal import Glibc

/// The descriptors 0, 1 and 2.
enum StandardStreams {
  /// Has each be something. A program may be started without one (`<&-`), and would get its next file there.
  ///
  /// Standard input has nothing to read then, and writing to the others fails.
  static func open() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free, which is this one.
      _ = unsafe Glibc.open("/dev/null", O_RDONLY)
    }
  }
}
