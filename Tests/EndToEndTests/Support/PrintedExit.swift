/// An exit as one of the `ForeignHypervisor`s prints it when it handles it.
struct PrintedExit: Equatable {
  let cpu: Int
  /// 0 synchronous, 1 IRQ, 2 FIQ, 3 SError.
  let kind: Int
  /// The guest's PC, ELR_EL2.
  let elr: UInt64
  let spsr: UInt64
  /// ESR_EL2, of kinds 0 and 3.
  let esr: UInt64?
  /// FAR_EL2, of aborts.
  let far: UInt64?
  /// HPFAR_EL2, of aborts.
  let hpfar: UInt64?
  /// x0 … x3 at the exit.
  let x: [UInt64]

  /// The exception class; nil for an interrupt.
  var exceptionClass: UInt64? { esr.map { $0 >> 26 } }
}

/// A value that a guest of a `ForeignHypervisor` reported.
struct PrintedReport: Equatable {
  let cpu: Int
  /// The step of a round; `guest.S` describes each.
  let step: Int
  let value: UInt64
}

/// A `ForeignHypervisor`'s output.
struct PrintedRun {
  private(set) var exits: [PrintedExit] = []
  private(set) var reports: [PrintedReport] = []
  /// VBAR_EL2 when each CPU's guest was about to be entered for the first time, by CPU.
  private(set) var vectorBases: [Int: UInt64] = [:]
  /// VTTBR_EL2 of each CPU's guest.
  private(set) var translationTables: [Int: UInt64] = [:]
  /// Each CPU's exit count, from the hypervisor, once its guest has ended.
  private(set) var exitCounts: [Int: Int] = [:]
  /// The lines about an exception that EL2 took from itself.
  private(set) var panics: [String] = []

  /// - Throws: for a line that none of these hypervisors prints.
  init(_ lines: [String]) throws {
    for line in lines {
      guard let fields = Fields(line) else { throw HarnessError("'\(line)' has no fields") }
      let cpu = Int(try fields["cpu"])
      switch fields.subject {
      case "start":
        vectorBases[cpu] = try fields["vbar"]
        translationTables[cpu] = try fields["vttbr"]
      case "exit":
        exits.append(
          PrintedExit(
            cpu: cpu, kind: Int(try fields["kind"]), elr: try fields["elr"],
            spsr: try fields["spsr"], esr: fields.values["esr"], far: fields.values["far"],
            hpfar: fields.values["hpfar"], x: try (0...3).map { try fields["x\($0)"] }))
      case "guest":
        reports.append(
          PrintedReport(cpu: cpu, step: Int(try fields["step"]), value: try fields["value"]))
      case "end": exitCounts[cpu] = Int(try fields["exits"])
      case "panic": panics.append(line)
      default: throw HarnessError("'\(line)' isn't a line of these hypervisors")
      }
    }
  }

  /// One CPU's exits, in order.
  func exits(ofCPU cpu: Int) -> [PrintedExit] { exits.filter { $0.cpu == cpu } }

  /// What one CPU's guest has reported, in order.
  func reports(ofCPU cpu: Int) -> [PrintedReport] { reports.filter { $0.cpu == cpu } }

  /// `exit cpu 0 elr 0x10`: a word, then names and numbers.
  private struct Fields {
    let subject: String
    let values: [String: UInt64]
    let line: String

    init?(_ line: String) {
      let words = line.split(separator: " ").map(String.init)
      guard words.count % 2 == 1 else { return nil }
      var values: [String: UInt64] = [:]
      for index in stride(from: 1, to: words.count, by: 2) {
        let digits = words[index + 1]
        let number =
          digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
        guard let number else { return nil }
        values[words[index]] = number
      }
      subject = words[0]
      self.values = values
      self.line = line
    }

    subscript(name: String) -> UInt64 {
      get throws {
        guard let value = values[name] else { throw HarnessError("'\(line)' has no \(name)") }
        return value
      }
    }
  }
}

extension ForeignMachine {
  /// A `ForeignHypervisor`'s output so far.
  var printed: PrintedRun { get throws { try PrintedRun(lines) } }
}
