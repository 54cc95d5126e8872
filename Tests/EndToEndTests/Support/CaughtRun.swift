import Foundation
import Testing

/// The exits of a `ForeignHypervisor` that the shell caught, in the form in which the hypervisor prints its own.
struct CaughtRun {
  /// An exit with the numbers that the shell gave it.
  struct Caught {
    let exit: PrintedExit
    /// The number of exits of its vCPU seen so far, including this one.
    let count: UInt64
    /// The VMID.
    let vm: UInt64
    /// As `info exit --brief` shows it.
    let brief: String
  }

  let shell: ShellRun
  let caught: [Caught]

  /// The values printed after each exit's line, as hexadecimal numbers.
  private static let expressions =
    [
      "$exit.vcpu", "$exit.count", "$exit.vm", "$exit.pc", "$guest.cpsr", "$esr_el2", "$far_el2",
      "$hpfar_el2",
    ] + (0...3).map { "$guest.x\($0)" }

  /// The commands that make a catchpoint print and continue.
  static let commands =
    ["commands", "silent", "info exit --brief"] + expressions.map { "print /x \($0)" }
    + ["continue", "end"]

  /// Attaches to a machine, and prints each exit up to the machine's end.
  ///
  /// - Parameters:
  ///   - before: commands before the catchpoint.
  ///   - last: commands after the first `continue`.
  init(
    _ machine: ForeignMachine, symbols: String? = nil, guestSymbols: String? = nil,
    before: [String] = [], last: [String] = [], within time: Duration = .seconds(60)
  ) throws {
    let folder = try TemporaryFolder()
    let lines = before + ["catch exit"] + Self.commands + ["continue"] + last
    let script = try folder.file("script.vcpu", lines.joined(separator: "\n") + "\n")
    shell = try ShellRun(
      ["attach", machine.endpoint] + (symbols.map { ["--symbols", $0] } ?? [])
        + (guestSymbols.map { ["--guest-symbols", $0] } ?? []) + ["--batch", "-x", script],
      within: time)
    caught = try Self.exits(shell.lines)
  }

  private static func exits(_ lines: [String]) throws -> [Caught] {
    try lines.indices.filter { lines[$0].hasPrefix("#") }.map { index in
      let brief = lines[index]
      let values = lines[(index + 1)...].prefix(expressions.count).compactMap {
        $0.hasPrefix("0x") ? UInt64($0.dropFirst(2), radix: 16) : nil
      }
      guard values.count == expressions.count else {
        throw HarnessError("'\(brief)' is not followed by its \(expressions.count) values")
      }
      let isInterrupt = brief.hasSuffix("irq: a physical interrupt is pending")
      // Values that belong to no syndrome aren't printed by the hypervisor either.
      let isAbort = !isInterrupt && values[5] >> 26 == 0x24
      return Caught(
        exit: PrintedExit(
          cpu: Int(values[0]), kind: isInterrupt ? 1 : 0, elr: values[3], spsr: values[4],
          esr: isInterrupt ? nil : values[5], far: isAbort ? values[6] : nil,
          hpfar: isAbort ? values[7] : nil, x: Array(values[8...])),
        count: values[1], vm: values[2], brief: brief)
    }
  }

  /// One CPU's exits, in order.
  func caught(ofCPU cpu: Int) -> [Caught] { caught.filter { $0.exit.cpu == cpu } }

  /// Expects each exit that the hypervisor printed to have been caught, once, with everything that it printed.
  func expectAll(
    of printed: PrintedRun, cpuCount: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let comment = Comment(rawValue: shell.description)
    for cpu in 0..<cpuCount {
      let own = caught(ofCPU: cpu)
      let expected = printed.exits(ofCPU: cpu)
      #expect(expected.count == printed.exitCounts[cpu], sourceLocation: sourceLocation)
      #expect(own.map(\.exit) == expected, comment, sourceLocation: sourceLocation)
      #expect(
        own.map(\.count) == (0..<UInt64(own.count)).map { $0 + 1 }, comment,
        sourceLocation: sourceLocation)
      #expect(own.allSatisfy { $0.vm == 7 + UInt64(cpu) }, comment, sourceLocation: sourceLocation)
    }
    #expect(caught.count == printed.exits.count, comment, sourceLocation: sourceLocation)
  }
}
