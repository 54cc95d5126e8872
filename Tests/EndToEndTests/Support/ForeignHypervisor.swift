import Foundation

/// The small hypervisors under `Tests/Hypervisors`, which print their exits.
enum ForeignHypervisor: String, CaseIterable {
  /// The contract of the Rust crate arm_vcpu.
  case armVCpuContract = "ArmVCpuContract"
  /// Vectors, and nothing else that a debugger could recognize.
  case vectorsOnly = "VectorsOnly"

  /// How one of them is built; see `Tests/Hypervisors/build`.
  enum Option: Hashable {
    /// How often the guest goes through its steps; three times by default.
    case rounds(Int)
    /// A planted bug: the instruction after each HVC is skipped.
    case skipsAfterHVC
    /// A planted bug: a stage 2 fault isn't handled, and the guest is entered again.
    case retriesFaults
    /// EL2 takes an exception itself while it handles this exit of CPU 0.
    case faults(after: Int)
    /// Only `vectorsOnly`: a host at EL1, without a stage 2, calls EL2 to run the guest and to handle its exit, as
    /// KVM's host does without VHE. ESR_EL2 then holds the host's call.
    case hostAtEL1
    /// Only `vectorsOnly`: after this exit of each CPU the guest has another table.
    case movesVectors(after: Int)
    /// Only `vectorsOnly`: the first instructions of the guest's table change after this exit.
    case rewritesVectors(after: Int)
    /// Only `vectorsOnly`: VBAR_EL2 points to a table only while a guest runs.
    case nonsenseVectors
    /// The guest is `scripts/kvm/answers.S`, whose exits a debugger answers.
    case answers
    /// With `answers`: the guest has a virtual interrupt controller (ICH_HCR_EL2.En).
    case virtualInterface
    /// EL2 has registers like EL1's (HCR_EL2.E2H), as KVM's host has with VHE. For `Model.max`.
    case vhe
    /// Only `armVCpuContract`: the same program from another build, with its trampoline elsewhere.
    case otherBuild

    fileprivate var definition: String {
      switch self {
      case .rounds(let count): "-DROUND_COUNT=\(count)"
      case .skipsAfterHVC: "-DBUG_SKIP_AFTER_HVC"
      case .retriesFaults: "-DBUG_RETRY_FAULT"
      case .faults(let count): "-DFAULT_AFTER=\(count)"
      case .hostAtEL1: "-DHOST_AT_EL1"
      case .movesVectors(let count): "-DMOVE_VECTORS_AFTER=\(count)"
      case .rewritesVectors(let count): "-DREWRITE_VECTORS_AFTER=\(count)"
      case .otherBuild: "-DOTHER_BUILD"
      case .nonsenseVectors: "-DNONSENSE_VECTORS"
      case .vhe: "-DVHE"
      case .answers: "-DANSWERS"
      case .virtualInterface: "-DVIRTUAL_INTERFACE"
      }
    }
  }

  /// The folder of a build's files.
  struct Image {
    /// The hypervisor, as QEMU boots it, with its symbols.
    let path: String
    /// The guest's symbols.
    var guestPath: String { path.dropLast(".elf".count) + ".guest.elf" }
  }

  static var problem: String? { BareProgram.problem }

  nonisolated(unsafe) private static var images: [String: Image] = [:]
  private static let lock = NSLock()

  /// Builds it, once per run of the tests.
  func image(_ options: Option...) throws -> Image { try image(options) }

  func image(_ options: [Option]) throws -> Image {
    let definitions = options.map(\.definition)
    let name = ([rawValue] + definitions.map { $0.dropFirst(2).description }).joined(separator: ".")
    return try Self.lock.withLock {
      if let image = Self.images[name] { return image }
      let folder = Built.file(".build-hypervisors")
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let image = Image(path: "\(folder)/\(name).elf")
      try Programs.run(Built.file("Tests/Hypervisors/build"), [rawValue, image.path] + definitions)
      Self.images[name] = image
      return image
    }
  }

  /// A machine with it, stopped at its first instruction.
  func start(
    _ options: Option..., model: ForeignMachine.Model = .cortexA57, cpuCount: Int = 1,
    isStopped: Bool = true
  ) throws -> ForeignMachine {
    try ForeignMachine(
      boot: ["-m", "128M", "-kernel", image(options).path], model: model, cpuCount: cpuCount,
      isStopped: isStopped)
  }
}
