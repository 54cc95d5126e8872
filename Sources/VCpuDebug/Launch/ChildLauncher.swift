public import Glibc
internal import SystemPackage

/// Starts the emulator and other commands: descriptors for them, and the process.
public enum ChildLauncher {
  /// A file without a name that holds `bytes`: it is deleted with its last descriptor.
  static func temporaryFile(_ bytes: [UInt8]) throws(LaunchError) -> Int32 {
    var template = Array("/tmp/vcpu-shell-guest-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw failure("mkstemp") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = unsafe unlink(template)
    do {
      try FileDescriptor(rawValue: descriptor).writeAll(bytes)
    } catch {
      close(descriptor)
      throw .system(call: "writing the guest to /tmp", reason: "\(error)")
    }
    return descriptor
  }

  static func socketPair() throws(LaunchError) -> (Int32, Int32) {
    var pair: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw failure("socketpair") }
    return (pair[0], pair[1])
  }

  /// Creates a pipe, with its ends to read from and to write to, which children don't inherit
  /// unless they are passed on.
  public static func pipePair() throws(LaunchError) -> (Int32, Int32) {
    var pair: [Int32] = [-1, -1]
    guard unsafe pipe(&pair) == 0 else { throw failure("pipe") }
    for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    return (pair[0], pair[1])
  }

  /// Starts a command in its own process group, so that Ctrl-C at the terminal goes only to the shell, with
  /// empty standard input and output, and with `descriptors` in place. The kernel kills it when this process
  /// ends, however it ends (`setpriv --pdeathsig`).
  ///
  /// - Parameters:
  ///   - command: the program, a path or a name in PATH, and its arguments.
  ///   - signalMask: the signals that it blocks.
  ///   - descriptors: our descriptors, and their numbers in the child.
  /// - Returns: its process identifier, which is that of its group too. The caller must wait for
  ///   it.
  public static func spawn(
    _ command: [String], _ signalMask: sigset_t, descriptors: [(from: Int32, to: Int32)]
  ) throws(LaunchError) -> pid_t {
    // One descriptor's number may be another's target: they are first moved above all targets.
    let lowest = descriptors.map(\.to).reduce(STDERR_FILENO, max) + 1
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    for (source, _) in descriptors {
      let copy = fcntl(source, F_DUPFD_CLOEXEC, lowest)
      guard copy >= 0 else { throw failure("duplicating a descriptor for \(command[0])") }
      copies.append(copy)
    }

    let arguments = ["setpriv", "--pdeathsig", "KILL", "--"] + command
    func check(_ code: Int32) throws(LaunchError) {
      guard code == 0 else { throw failure("starting \(arguments[0])", code: code) }
    }
    var actions = unsafe posix_spawn_file_actions_t()
    try check(unsafe posix_spawn_file_actions_init(&actions))
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    try check(unsafe posix_spawnattr_init(&attributes))
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    for (descriptor, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY)] {
      try check(
        unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", mode, 0))
    }
    for (copy, descriptor) in zip(copies, descriptors) {
      try check(unsafe posix_spawn_file_actions_adddup2(&actions, copy, descriptor.to))
    }
    var mask = signalMask
    try check(unsafe posix_spawnattr_setsigmask(&attributes, &mask))
    // The child would inherit ignored signals.
    var defaults = sigset_t()
    unsafe sigfillset(&defaults)
    try check(unsafe posix_spawnattr_setsigdefault(&attributes, &defaults))
    try check(unsafe posix_spawnattr_setpgroup(&attributes, 0))
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF
    try check(unsafe posix_spawnattr_setflags(&attributes, Int16(flags)))

    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var processID: pid_t = 0
    try check(
      unsafe posix_spawnp(&processID, arguments[0], &actions, &attributes, pointers, environ))
    return processID
  }

  private static func failure(_ call: String, code: Int32 = errno) -> LaunchError {
    let reason = unsafe String(cString: strerror(code))
    return .system(call: call, reason: reason)
  }
}
