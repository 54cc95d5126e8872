import Foundation

/// Debian's Linux at EL2, with KVM, a small VMM and a guest, as `scripts/setup --kvm` makes it. It prints KVM's own
/// trace of the guest's exits before it powers off.
enum KVM {
  /// Why it can't be run; nil if it can.
  static let problem: String? =
    [".linux/Image", ".kvm/initrd.gz", ".kvm/guest.elf", ".kvm/answers.elf"].allSatisfy {
      FileManager.default.isReadableFile(atPath: Built.file($0))
    } ? nil : "there is no .kvm, or one without all of its guests: scripts/setup --kvm makes it"

  /// The symbols of a guest.
  static func symbols(of guest: Guest) -> String { Built.file(".kvm/\(guest.rawValue).elf") }

  enum Guest: String {
    /// Every kind of exit, on each vCPU; reports what it got.
    case everything = "guest"
    /// Only hypercalls.
    case loop
    /// Exits for a debugger to answer: `AnsweringGuest`.
    case answers
  }

  /// The options on the kernel's command line for the first process, `scripts/kvm/init`.
  struct Run {
    var guest = Guest.everything
    var vcpuCount = 1
    /// The hypercalls that `loop` makes.
    var callCount = 1000
    /// Whether the kernel traces the exits.
    var isTraced = true
    /// The seconds from the line READY to the guest.
    var wait = 2
    /// Whether CPU 1 is taken offline and online again before READY. With nVHE the guest hangs after that, even
    /// without a debugger (Linux 6.1.0-56).
    var hasHotplug = false

    fileprivate var arguments: String {
      "guest=\(guest.rawValue) vcpus=\(vcpuCount) calls=\(callCount) wait=\(wait)"
        + (isTraced ? "" : " trace=no") + (hasHotplug ? " hotplug=yes" : "")
    }
  }

  /// The machine, with as many CPUs as the guest has. KVM prints WARM before its first VM, and READY before the guest.
  static func start(
    _ run: Run = Run(), model: ForeignMachine.Model = .cortexA57, isStopped: Bool = true,
    deadline: Duration = .seconds(300)
  ) throws -> ForeignMachine {
    try ForeignMachine(
      boot: [
        "-m", "512M", "-kernel", Built.file(".linux/Image"),
        "-initrd", Built.file(".kvm/initrd.gz"),
        "-append", "console=ttyAMA0 loglevel=4 \(run.arguments)",
      ], model: model, cpuCount: max(run.vcpuCount, run.hasHotplug ? 2 : 1), isStopped: isStopped,
      deadline: deadline)
  }

  /// A line of the event `kvm_exit` of Linux's trace (`arch/arm64/kvm/trace_arm.h`).
  struct TracedExit: Equatable {
    /// The thread of the VMM: a vCPU.
    let thread: Int
    /// The CPU that it was on.
    let cpu: Int
    /// `TRAP`, `IRQ` or `SERROR`.
    let cause: String
    /// The exception class; 0 without one.
    let exceptionClass: UInt64
    /// The guest's PC.
    let pc: UInt64

    ///              vmm-90      [000] .....     3.426635: kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x000000008000005c
    init?(_ line: String) {
      let words = line.split { $0 == " " || $0 == "," }.map(String.init)
      guard words.count == 11, words[4] == "kvm_exit:", words[6] == "HSR_EC:", words[9] == "PC:",
        let thread = words[0].split(separator: "-").last.flatMap({ Int($0) }),
        let cpu = Int(words[1].filter(\.isNumber)),
        let exceptionClass = UInt64(words[7].dropFirst(2), radix: 16),
        let pc = UInt64(words[10].dropFirst(2), radix: 16)
      else { return nil }
      self.thread = thread
      self.cpu = cpu
      cause = String(words[5].dropLast())
      self.exceptionClass = exceptionClass
      self.pc = pc
    }
  }

  /// The trace that a machine printed before it powered off.
  static func trace(of machine: ForeignMachine) throws -> [TracedExit] {
    let lines = machine.lines
    guard let start = lines.firstIndex(of: "TRACE"), let end = lines.firstIndex(of: "END") else {
      throw machine.failure("there is no trace")
    }
    return try lines[start..<end].dropFirst().map {
      guard let exit = TracedExit($0) else { throw machine.failure("'\($0)' isn't an exit") }
      return exit
    }
  }

  /// What the guest has reported so far.
  static func reports(of machine: ForeignMachine) -> [PrintedReport] {
    machine.lines.filter { $0.hasPrefix("guest vcpu ") }.compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 7, let vcpu = Int(words[2]), let step = Int(words[4]),
        let value = UInt64(words[6].dropFirst(2), radix: 16)
      else { return nil }
      return PrintedReport(cpu: vcpu, step: step, value: value)
    }
  }
}
