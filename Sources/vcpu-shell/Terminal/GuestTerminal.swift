internal import Glibc

/// The terminal while a guest runs: keys go to the guest's console one by one, and the guest does the echo. Ctrl-C
/// still goes to the shell.
@safe final class GuestTerminal {
  private let descriptor: Int32
  /// The terminal as it was before the guest had it.
  private var original: termios?
  private var keys = GuestKeys()
  private let input: ConsoleInput
  /// Keys that were typed before the guest had the terminal: they are for the prompt.
  private var typedAhead: [UInt8] = []
  private var isAtEnd = false

  private static let bufferByteCount = 4096
  /// How many bytes of typed-ahead keys are kept.
  private static let keptByteCount = 1 << 16

  /// - Parameters:
  ///   - descriptor: the terminal.
  ///   - input: receives the keys for the guest.
  init(descriptor: Int32, input: ConsoleInput = ConsoleInput()) {
    self.descriptor = descriptor
    self.input = input
  }

  deinit { giveBack() }

  /// Whether the guest gets the keys.
  var isTaken: Bool { original != nil }
  /// The terminal, if its keys should be read now: not while the guest leaves many unread.
  var wantedDescriptor: Int32? {
    isTaken && !isAtEnd && input.hasRoom ? descriptor : nil
  }

  /// Gives the keys to the guest. Text typed or pasted before is kept for the prompt.
  func take() {
    var current = termios()
    guard original == nil, unsafe tcgetattr(descriptor, &current) == 0 else { return }
    original = current
    setModes()
    var poller = Poller()
    poller.register(descriptor)
    while typedAhead.count < Self.keptByteCount, let ready = try? poller.wait(until: .now),
      !ready.isEmpty
    {
      let bytes = readAvailable()
      guard !bytes.isEmpty else { return }
      typedAhead += bytes
    }
  }

  /// Sets the modes again, after another program had the terminal.
  func retake() {
    if isTaken { setModes() }
  }

  /// Gives the keys back to the shell.
  func giveBack() {
    guard var modes = original else { return }
    original = nil
    _ = unsafe tcsetattr(descriptor, TCSADRAIN, &modes)
  }

  /// The terminal is readable: sends what was typed to `console`.
  func forward(to console: Int32) {
    input.append(keys.translate(readAvailable()))
    input.send(to: console)
  }

  /// The next key of those typed ahead; nil when there are no more.
  func nextTypedAhead() -> UInt8? {
    typedAhead.isEmpty ? nil : typedAhead.removeFirst()
  }

  /// Every key is passed on immediately and unchanged; only Ctrl-C sends a signal. Output modes stay as the shell needs
  /// them.
  private func setModes() {
    guard var modes = original else { return }
    modes.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR | ISTRIP | IXON | BRKINT)
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL | IEXTEN)
    unsafe withUnsafeMutableBytes(of: &modes.c_cc) { characters in
      for index in [VQUIT, VSUSP] { unsafe characters[Int(index)] = 0 }
      unsafe characters[Int(VMIN)] = 1
      unsafe characters[Int(VTIME)] = 0
    }
    _ = unsafe tcsetattr(descriptor, TCSADRAIN, &modes)
  }

  private func readAvailable() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: Self.bufferByteCount)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { isAtEnd = true }
    return Array(buffer.prefix(max(0, count)))
  }
}
