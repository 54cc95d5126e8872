internal import ArmVCpu

/// The breakpoints and catchpoints of a session in a snapshot.
struct SavedBreakpoints: Codable, Equatable {
  /// The greatest number that was assigned.
  var lastNumber: Int
  var all: [SavedBreakpoint]

  init(_ table: BreakpointTable) {
    lastNumber = table.lastNumber
    all = table.all.map { SavedBreakpoint($0) }
  }

  /// The breakpoints; `parse` parses the text of a condition.
  func table(parse: (String) throws -> Expression) throws -> BreakpointTable {
    BreakpointTable(try all.map { try $0.breakpoint(parse: parse) }, lastNumber: lastNumber)
  }
}

/// A breakpoint or a catchpoint in a snapshot.
struct SavedBreakpoint: Codable, Equatable {
  enum Kind: String, Codable {
    case exit, entry, fault, address, watch
  }

  var number: Int
  var kind: Kind
  /// The words for the exit classes.
  var classes: [String]?
  var address: SavedNumber?
  var space: String?
  /// The other instructions of a breakpoint at several; nil for none.
  var otherAddresses: [SavedNumber]?
  /// The address as typed.
  var text: String?
  /// The accesses that a watchpoint waits for.
  var access: String?
  /// How many bytes it watches.
  var watchedByteCount: Int?
  /// Of a watchpoint by stage 2 the guest's VTTBR_EL2, and the intermediate physical addresses of its pages; nil for
  /// one of the stub's.
  var watchedTables: SavedNumber?
  var watchedPages: [SavedNumber]?
  var isTemporary: Bool
  var isHardware: Bool
  var byteCount = 0
  var isEnabled: Bool
  var condition: String?
  var ignoreCount: Int
  var hitCount: Int
  var commands: [String]

  init(_ breakpoint: Breakpoint) {
    number = breakpoint.number
    switch breakpoint.kind {
    case .exit(let classes):
      kind = .exit
      self.classes = classes.map(\.word)
    case .entry: kind = .entry
    case .fault: kind = .fault
    case .code(let place):
      kind = .address
      address = SavedNumber(place.address)
      byteCount = place.instructions[0].byteCount
      otherAddresses = place.isOne ? nil : place.addresses.dropFirst().map { SavedNumber($0) }
      space = place.space.prefix
      text = place.text
    case .watch(let watchpoint):
      kind = .watch
      address = SavedNumber(watchpoint.address)
      space = watchpoint.space.prefix
      text = watchpoint.text
      access = watchpoint.access.rawValue
      watchedByteCount = watchpoint.byteCount
      if case .stage2(let protected) = watchpoint.means {
        watchedTables = SavedNumber(protected.tables)
        watchedPages = protected.pages.map { SavedNumber($0) }
      }
    }
    isTemporary = breakpoint.isTemporary
    isHardware = breakpoint.isHardware
    isEnabled = breakpoint.isEnabled
    condition = breakpoint.condition?.text
    ignoreCount = breakpoint.ignoreCount
    hitCount = breakpoint.hitCount
    commands = breakpoint.commands.map(\.text)
  }

  /// The breakpoint; `parse` parses the text of its condition.
  func breakpoint(parse: (String) throws -> Expression) throws -> Breakpoint {
    var breakpoint = Breakpoint(
      number: number, kind: try breakpointKind(), isTemporary: isTemporary)
    breakpoint.isHardware = isHardware
    breakpoint.isEnabled = isEnabled
    breakpoint.condition = try condition.map {
      Breakpoint.Condition(text: $0, expression: try parse($0))
    }
    breakpoint.ignoreCount = ignoreCount
    breakpoint.hitCount = hitCount
    breakpoint.commands = commands.map { BreakpointCommand($0) }
    return breakpoint
  }

  private func breakpointKind() throws(SnapshotError) -> Breakpoint.Kind {
    switch kind {
    case .entry: return .entry
    case .fault: return .fault
    case .exit:
      var all: [ExitClass] = []
      for word in classes ?? [] {
        guard let found = ExitClass.allCases.first(where: { $0.word == word }) else {
          throw .malformed("a catchpoint waits for '\(word)'")
        }
        all.append(found)
      }
      return .exit(all)
    case .address:
      guard let address, let space = space.flatMap(AddressSpace.init(prefix:)) else {
        throw .malformed("a breakpoint has no address")
      }
      // Nothing is inserted into a snapshot, so the lengths don't matter.
      let addresses = [address.value] + (otherAddresses ?? []).map(\.value)
      return .code(
        CodeLocation(
          addresses.map { .init(address: $0, byteCount: byteCount) }, in: space, text: text ?? ""))
    case .watch:
      guard let address, let space = space.flatMap(AddressSpace.init(prefix:)),
        let access = access.flatMap(Watchpoint.Access.init), let count = watchedByteCount,
        count > 0, UInt64(count - 1) <= UInt64.max - address.value
      else { throw .malformed("a watchpoint has no memory") }
      // A snapshot doesn't run, so the places where the memory is accessed don't matter.
      var watchpoint = Watchpoint(
        address: address.value, space: space, byteCount: count, access: access, text: text ?? "",
        places: [])
      if let watchedTables, let watchedPages {
        watchpoint.means = .stage2(
          ProtectedPages(tables: watchedTables.value, pages: watchedPages.map(\.value)))
      }
      return .watch(watchpoint)
    }
  }
}
