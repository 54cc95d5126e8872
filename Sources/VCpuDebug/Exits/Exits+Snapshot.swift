internal import GDBRemote

/// The parts of a snapshot that concern exits.
extension Exits {
  /// How exits are found, and what was seen of them.
  ///
  /// - Throws: what the target throws.
  func saved() throws -> SavedExits {
    let identification = try identification()
    return SavedExits(
      way: source.map { SavedExits.Way($0) }, wantedWay: wantedWay?.rawValue, notes: notes,
      identification: SavedExits.Identification(
        kind: identification.kind, reasons: identification.reasons),
      lastOfThreads: history.byCPU.map {
        SavedExits.ThreadExit(thread: SavedTarget.Thread($0), exit: SavedExit($1))
      }.sorted { $0.thread.thread < $1.thread.thread },
      lastOfVCPUs: history.byOrigin.values.map { SavedExit($0) }.sorted {
        ($0.origin.vm.value, $0.origin.vcpu.value) < ($1.origin.vm.value, $1.origin.vcpu.value)
      },
      counts: history.counts.map {
        SavedExits.Count(origin: SavedExit.Origin($0), count: SavedNumber($1))
      }.sorted {
        ($0.origin.vm.value, $0.origin.vcpu.value) < ($1.origin.vm.value, $1.origin.vcpu.value)
      },
      gaps: history.gaps.map { SavedExits.Gap(thread: SavedTarget.Thread($0), reason: $1) }
        .sorted { $0.thread.thread < $1.thread.thread },
      countedThreads: Self.sorted(countedThreads), carriedThreads: Self.sorted(carriedThreads),
      isStopCounted: !isNewStop)
  }

  private static func sorted(_ threads: Set<ThreadID>) -> [SavedTarget.Thread] {
    threads.map { SavedTarget.Thread($0) }.sorted { $0.thread < $1.thread }
  }

  /// Restores what a snapshot has.
  func restore(
    _ saved: SavedExits, _ sightings: [ThreadID: SavedSighting]
  ) throws(SnapshotError) {
    source = try saved.way.map { way throws(SnapshotError) in
      try SavedExitSource(way, sightings, access)
    }
    wantedWay = try saved.wanted()
    notes = saved.notes
    savedIdentification = saved.identification.map {
      HypervisorIdentification(kind: $0.kind, reasons: $0.reasons)
    }
    history = try saved.history()
    countedThreads = Set(saved.countedThreads.map(\.id))
    carriedThreads = Set(saved.carriedThreads.map(\.id))
    isNewStop = !saved.isStopCounted
  }
}

extension SavedExits.Way {
  fileprivate init(_ source: any ExitSource) {
    func numbers(_ addresses: Set<UInt64>) -> [SavedNumber] {
      addresses.sorted().map { SavedNumber($0) }
    }
    self.init(
      name: source.way.rawValue, reason: source.reason, coverage: source.coverage,
      isUnsure: source.isUnsure, stopsAtFaults: source.stopsAtFaults,
      catchAddresses: numbers(source.catchAddresses),
      scoutAddresses: numbers(source.scoutAddresses),
      entryAddresses: numbers(source.entryAddresses),
      faultAddresses: numbers(source.faultAddresses),
      exceptionReturns: source.exceptionReturns.map { SavedNumber($0) },
      vectorTables: source.vectorTables.map {
        SavedExits.Table(base: SavedNumber($0.base), use: $0.use, isGuests: $0.isGuests)
      }, search: source.vectorSearch)
  }
}
