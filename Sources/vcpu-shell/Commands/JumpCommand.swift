internal import VCpuDebug

/// `jump`: resumes the target with the CPU at another address.
enum JumpCommand: ShellCommand {
  static let name = "jump"
  static let actsOnTarget = true
  static let aliases = ["j"]
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Let the target run, with the CPU at another instruction."
  static let manual = """
    LOCATION is as for 'break'. It has to be in the code that the CPU executes now: at an exit that is the
    hypervisor's, so write 'hv:' before a number; 'set $pc = ADDRESS' moves the guest. Only the PC of the
    selected CPU is changed: no other register, and no stack. A breakpoint there stops the CPU at once. A
    program continues without the signal that it stopped for.

      jump handle_exit
      jump *hv:$hv.pc + 4
    """

  static let transcript = """
    (vcpu) tbreak handle_exit
    Temporary breakpoint 1 at hv:0x40205000 <handle_exit>
    (vcpu) jump handle_exit
    Continuing at hv:0x40205000 <handle_exit>.
    breakpoint 1
      EL2 0x40205000 <handle_exit>:  mov x0, x1    hypervisor.S:18
    """

  private static let location = Parameter<String>.location()

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let place = try shell.evaluating(arguments[location]) { try session.points.location(of: $0) }
    try session.requireJump(to: place)
    if case .nothingMapped? = try session.points.doubt(about: place) {
      throw DebugError.cannotJump("nothing is mapped there")
    }
    let target = PlaceAnswer(place.address, in: place.space, of: session)
    return .run(
      Run(forwardsKeys: true, note: MessageAnswer(text: "Continuing at \(target.spaced).")) {
        try $0.jump(to: place)
      })
  }
}

extension PlaceAnswer {
  /// `hv:0x40205000 <handle_exit>`.
  fileprivate var spaced: String {
    (space.isEmpty ? "" : "\(space):") + "\(address)" + (symbol.map { " <\($0)>" } ?? "")
  }
}
