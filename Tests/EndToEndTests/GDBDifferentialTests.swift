import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"
private let gdb = Programs.path(of: "gdb-multiarch")

extension EndToEnd {
  /// Frames, lines and variables at random stops are GDB's, but for differences that are explained.
  @Suite(.enabled(if: gdb != nil, "gdb-multiarch isn't installed"))
  struct GDBDifferential {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A C program in QEMU's program emulator, as it is and optimized.
    @Test(
      .enabled(if: BareProgram.problem == nil, "no toolchain with clang and lld was found"),
      .enabled(if: Programs.path(of: "qemu-aarch64") != nil, "qemu-aarch64 is not installed"))
    func aProgramInC() throws {
      var tally = DifferenceTally(ExplainedDifference.inC)
      for (number, level) in ["-O0", "-O1", "-O2"].enumerated() {
        let elf = try BareProgram.varied(level, in: folder)
        let symbols = try SymbolFile(path: elf)
        let plan = StopPlan(
          seed: 20_261_128 + UInt64(number),
          through: [try #require(symbols.names.symbols(named: "round_of").first).address],
          stops: isSoak ? 200 : 34, stride: 200, instructions: 1...80)
        func server(_ name: String) throws -> HostServer {
          try .userEmulator("qemu-aarch64", elf, at: folder.path + "/\(name)\(level)")
        }
        let theirs = try server("gdb")
        let ours = try server("shell")
        try tally.add(
          compare(elf, plan, gdb: theirs.endpoint, shell: ours.endpoint, level: nil),
          StopComparison(displayName: { $0 }, value: { $0 }), name: "C \(level)")
      }
      tally.finish()
    }

    /// The hypervisor's debug build, in its vectors and while it handles the tour's exits.
    @Test func aHypervisorInSwift() throws {
      var tally = DifferenceTally(ExplainedDifference.inSwift)
      let elf = Built.image("vcpu-image", .debug)
      let module = Module(try SymbolFile(path: elf), in: .hypervisor)
      let flat = folder.path + "/tour.bin"
      try Programs.run(
        "llvm-objcopy", "-O", "binary", Built.image("tour", .debug), flat)
      let plan = StopPlan(
        seed: 20_261_128,
        through: try [
          "vmexit_trampoline", "VCpu.decoded", "ExitDecoder.reason", "ExitDecoder.synchronous",
          "ExitHandler.emulateAccess", "context_vm_entry",
        ].map { try #require(module.names.symbols(named: $0).first).address },
        stops: isSoak ? 300 : 100, stride: 5, instructions: 1...150)
      func machine(_ name: String) throws -> Emulator {
        try Emulator(
          guest: flat, listeningAt: Listener(path: folder.path + "/" + name), configuration: .debug,
          options: ["-icount", "shift=0"])
      }
      let theirs = try machine("gdb")
      let ours = try machine("shell")
      let comparison = StopComparison(
        displayName: { module.names.displayName(of: $0) }, value: { $0.withoutWrappers })
      try tally.add(
        compare(elf, plan, gdb: theirs.endpoint, shell: ours.endpoint, level: 2), comparison,
        name: "Swift")
      tally.finish()
    }

    /// What both show at the stops of a plan.
    private func compare(
      _ elf: String, _ plan: StopPlan, gdb endpoint: String, shell: String, level: Int?
    ) throws -> [(ours: SeenStop, theirs: SeenStop)] {
      let output = folder.path + "/stops.json"
      let lines = try folder.file("plan", plan.lines(level: level))
      let arguments = [elf, endpoint.replacing("unix:", with: ""), lines, output]
        .map { "'\($0)'" }.joined(separator: ", ")
      try Programs.run(
        "timeout", "110", gdb ?? "", "-nx", "-batch", "-ex",
        "python arguments = [\(arguments)]", "-x",
        Built.file("Tests/EndToEndTests/Python/gdb_stops.py"))
      let theirs = try SeenStop.stops(ofGDB: String(contentsOfFile: output, encoding: .utf8))
      let script = try folder.file("script.vcpu", plan.script(space: level == 2 ? "hv:" : ""))
      let run = try ShellRun(
        ["attach", shell, "--symbols", elf, "--batch", "--format", "jsonl", "-x", script],
        within: .seconds(110))
      let ours = try SeenStop.stops(ofShell: run.output)
      try #require(
        ours.count == plan.steps.count && theirs.count == plan.steps.count,
        "\(ours.count) and \(theirs.count) of \(plan.steps.count) stops: \(run.errors)")
      return Array(zip(ours, theirs))
    }
  }
}

/// The differences at many stops, by their explanations.
private struct DifferenceTally {
  private let explanations: [ExplainedDifference]
  private var counts: [Int]
  private var stopCount = 0
  private var frameCount = 0
  private var variableCount = 0
  private var unexplained: [String] = []

  init(_ explanations: [ExplainedDifference]) {
    self.explanations = explanations
    counts = explanations.map { _ in 0 }
  }

  mutating func add(
    _ stops: [(ours: SeenStop, theirs: SeenStop)], _ comparison: StopComparison, name: String
  ) throws {
    for (number, stop) in stops.enumerated() {
      try #require(
        stop.ours.registers == stop.theirs.registers,
        "\(name): stop \(number) isn't the same: \(stop.ours.registers), \(stop.theirs.registers)")
      stopCount += 1
      frameCount += stop.theirs.frames.count
      variableCount += stop.theirs.frames.reduce(0) { $0 + ($1.variables?.count ?? 0) }
      for difference in comparison.differences(stop.ours, stop.theirs, stop: number) {
        if let index = explanations.firstIndex(where: { $0.explains(difference) }) {
          counts[index] += 1
        } else {
          unexplained.append("\(name): \(difference)")
        }
      }
    }
  }

  /// Reports what isn't explained, and explanations of nothing.
  func finish() {
    print("\(stopCount) stops, \(frameCount) frames, \(variableCount) values beside GDB's:")
    for (explanation, count) in zip(explanations, counts) {
      print("  \(count) differences: \(explanation.reason)")
    }
    #expect(unexplained.isEmpty, "\(unexplained.joined(separator: "\n"))")
    let unused = zip(explanations, counts).filter { $0.1 == 0 && !$0.0.isRare }.map(\.0.reason)
    #expect(unused.isEmpty, "these explain nothing any more: \(unused.joined(separator: "\n"))")
  }
}

extension BareProgram {
  /// `Programs/varied.c`, compiled for AArch64 with debug information.
  static func varied(_ optimization: String, in folder: TemporaryFolder) throws -> String {
    try compile(
      Built.file("Tests/EndToEndTests/Programs/varied.c"), for: "aarch64",
      ["-g", optimization], to: folder.path + "/varied\(optimization)")
  }
}
