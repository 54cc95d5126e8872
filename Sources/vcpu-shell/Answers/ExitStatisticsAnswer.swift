internal import ArmVCpu
internal import VCpuDebug

/// How many exits there were and how long they took, as `exits stat` shows it.
struct ExitStatisticsAnswer: Answer {
  static let kind = "exitStatistics"
  /// What the rows are: `class`, `cpu`, `vcpu`, `address` or `function`.
  let by: Grouping
  /// The unit of the times.
  let unit: ExitTimeUnit
  /// What they are counted since.
  let since: Beginning
  /// How many exits there are in all rows.
  let count: Int
  /// The time in the hypervisor of all of them.
  let time: Int
  /// The rows, those with the most time first.
  let rows: [Row]

  /// What the rows are.
  enum Grouping: String, Codable, CaseIterable, Sendable {
    case `class`, cpu, vcpu, address, function
  }

  /// What the exits are counted since.
  enum Beginning: String, Codable, CaseIterable, Sendable {
    /// The start of the machine.
    case start
    /// The last `exits mark` or `exits diff`.
    case mark
    /// The table before this one.
    case lastTable
    /// The oldest record that is still there.
    case oldestRecord
  }

  /// The exits that have something in common.
  struct Row: Codable, Equatable, Sendable {
    /// What that is: the word for a class, a number, an address, a function.
    let name: String
    /// How many there are.
    let count: Int
    /// How long the hypervisor handled them.
    let inHypervisor: Times
    /// How long the guest ran before them; omitted if that isn't known.
    let inGuest: Times?
  }

  /// Times of exits.
  struct Times: Codable, Equatable, Sendable {
    /// The sum.
    let sum: Int
    /// The least; at least this, if it is an estimate.
    let minimum: Int
    /// The mean.
    let mean: Int
    /// Half are less.
    let median: Int
    /// 99 of 100 are less.
    let percentile99: Int
    /// The greatest; at most this, if it is an estimate.
    let maximum: Int
    /// Whether all but the sum and the mean are estimates from a histogram.
    let isEstimate: Bool

    init(_ summary: DurationSummary, _ scale: ExitTimeScale) {
      sum = scale.time(summary.sum)
      minimum = scale.time(summary.minimum)
      mean = scale.time(summary.mean)
      median = scale.time(summary.median)
      percentile99 = scale.time(summary.percentile99)
      maximum = scale.time(summary.maximum)
      isEstimate = summary.isEstimate
    }
  }
}

extension RecordedExitReader {
  /// The counters by class.
  func statistics(
    _ counters: ExitCounters, since: ExitStatisticsAnswer.Beginning, _ log: ExitLog?
  ) -> ExitStatisticsAnswer {
    let guest = log.map { log in
      Dictionary(grouping: log.exits) { Self.counted($0.reason.exitClass, of: $0.reason) }
        .mapValues { DurationSummary(of: $0.compactMap(\.guestTime)) }
    }
    return statistics(
      .class,
      counters.all.map { kind, histogram in
        (kind.word, DurationSummary(of: histogram), guest?[kind])
      }, since)
  }

  /// The counters by CPU.
  func statisticsByCPU(
    _ counters: ExitCounters, since: ExitStatisticsAnswer.Beginning
  ) -> ExitStatisticsAnswer {
    statistics(
      .cpu,
      counters.cpus.map { cpu, classes in
        var all = DurationHistogram()
        for histogram in classes.values { all.add(histogram) }
        return ("\(cpu)", DurationSummary(of: all), nil)
      }, since)
  }

  /// The records by something else than their class.
  func statistics(_ log: ExitLog, by grouping: ExitStatisticsAnswer.Grouping)
    -> ExitStatisticsAnswer
  {
    var groups: [String: [RecordedExit]] = [:]
    var names: [UInt64: String] = [:]
    for exit in log.exits {
      let name: String?
      switch grouping {
      case .class: name = exit.reason.exitClass.word
      case .cpu: name = "\(exit.cpu)"
      case .vcpu: name = "vm \(exit.vm) vcpu \(exit.vcpu)"
      case .address:
        let key = exit.pc &* 2 | (exit.reason.isPCBehindInstruction ? 1 : 0)
        if names[key] == nil {
          names[key] = addressName(Exit(exit).instructionAddress ?? exit.pc)
        }
        name = names[key]
      case .function: name = functionName(exit)
      }
      if let name { groups[name, default: []].append(exit) }
    }
    return statistics(
      grouping,
      groups.map { name, exits in
        (
          name, DurationSummary(of: exits.compactMap(\.duration)),
          DurationSummary(of: exits.compactMap(\.guestTime))
        )
      }, .oldestRecord, counts: groups.mapValues(\.count))
  }

  /// The class by which the recorder counts an exit: it doesn't know a PSCI call from other calls.
  static func counted(_ kind: ExitClass, of reason: ExitReason) -> ExitClass {
    if case .psci(_, let conduit) = reason { conduit == .hvc ? .hvc : .smc } else { kind }
  }

  /// `0x402079e8 <hypercall_sum+36>`.
  private func addressName(_ address: UInt64) -> String {
    hexadecimal(address) + (session.symbolName(at: address, in: .guest).map { " <\($0)>" } ?? "")
  }

  private func functionName(_ record: RecordedExit) -> String? {
    let exit = Exit(record)
    guard let call = ExitWords(exit, hasRegisters: false).call else { return nil }
    return "\(call.conduit) \(call.function)" + (call.name.map { " \($0)" } ?? "")
  }

  private func statistics(
    _ grouping: ExitStatisticsAnswer.Grouping,
    _ rows: [(String, DurationSummary, DurationSummary?)],
    _ since: ExitStatisticsAnswer.Beginning, counts: [String: Int] = [:]
  ) -> ExitStatisticsAnswer {
    let made = rows.map { name, hypervisor, guest in
      ExitStatisticsAnswer.Row(
        name: name, count: counts[name] ?? Int(clamping: hypervisor.count),
        inHypervisor: .init(hypervisor, scale),
        inGuest: guest.flatMap { $0.count > 0 ? .init($0, scale) : nil })
    }.sorted { ($0.inHypervisor.sum, $0.count, $1.name) > ($1.inHypervisor.sum, $1.count, $0.name) }
    return ExitStatisticsAnswer(
      by: grouping, unit: unit, since: since, count: made.reduce(0) { $0 + $1.count },
      time: made.reduce(0) { $0 + $1.inHypervisor.sum }, rows: made)
  }
}
