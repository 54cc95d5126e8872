/// The kinds of breakpoints and watchpoints that a stub can insert.
///
/// Source: GDB manual, Packets ("z", "Z").
public enum BreakpointKind: Int, Hashable, Sendable, CaseIterable {
  /// Z0. In QEMU this is the same as a hardware breakpoint: code isn't changed.
  case software = 0
  /// Z1.
  case hardware = 1
  /// Z2: stops at writes.
  case writeWatch = 2
  /// Z3: stops at reads.
  case readWatch = 3
  /// Z4: stops at both.
  case accessWatch = 4

  /// Whether this kind watches data.
  public var isWatchpoint: Bool { rawValue >= 2 }
}

/// A breakpoint as the stub sees it: a virtual address, without an exception level, an address
/// space identifier or a virtual machine.
///
/// QEMU compares only the virtual program counter. A breakpoint at a hypervisor's address therefore
/// also fires in a guest that executes the same address: check `cpsr` at each stop.
public struct BreakpointLocation: Hashable, Sendable {
  /// The kind of access that it stops at.
  public let kind: BreakpointKind
  /// The first address.
  public let address: UInt64
  /// The size of the instruction, or how many bytes are watched.
  public let byteCount: Int

  /// Describes a breakpoint.
  public init(_ kind: BreakpointKind, at address: UInt64, byteCount: Int = 4) {
    self.kind = kind
    self.address = address
    self.byteCount = byteCount
  }
}

extension Command {
  /// Inserts a breakpoint. With conditions, it stops if one of them holds; a stub that doesn't
  /// announce support for conditions ignores them.
  static func insertBreakpoint(
    _ location: BreakpointLocation, conditions: [AgentExpression] = []
  ) -> Command {
    var command = breakpoint("Z", location)
    if !conditions.isEmpty { command = command.appending(";") }
    for condition in conditions {
      let bytes = condition.bytes
      command = command.appending("X").appending(hex: UInt64(bytes.count)).appending(",")
        .appending(hex: bytes)
    }
    return command
  }

  static func removeBreakpoint(_ location: BreakpointLocation) -> Command {
    breakpoint("z", location)
  }

  private static func breakpoint(_ letter: String, _ location: BreakpointLocation) -> Command {
    Command("\(letter)\(location.kind.rawValue),").appending(hex: location.address)
      .appending(",").appending(hex: UInt64(location.byteCount))
  }
}
