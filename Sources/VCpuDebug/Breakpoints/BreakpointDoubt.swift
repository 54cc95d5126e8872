internal import ArmVCpu
internal import GDBRemote

/// Why a breakpoint may never be hit, judging by the state when it is set.
public enum BreakpointDoubt: Equatable, Sendable, CustomStringConvertible {
  /// Its address has no memory.
  case nothingMapped(AddressSpace, UInt64)
  /// The memory there holds other instructions than the file that its address is from.
  case otherContents(AddressSpace, UInt64, path: String)

  /// The CPU, vCPU or VM that it is for isn't there now.
  case ownerIsAway(reason: String)

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .nothingMapped(let space, let address):
      "nothing is mapped at \(space.label)0x\(String(address, radix: 16)) now: the breakpoint is hit only once "
        + "code is there"
    case .ownerIsAway(let reason): reason
    case .otherContents(let space, let address, let path):
      "the memory at \(space.label)0x\(String(address, radix: 16)) is not what \(path) has there: the breakpoint "
        + "may never be hit. Was the program loaded elsewhere (KASLR), or does it belong to the other world?"
    }
  }
}

extension SessionBreakpoints {
  /// Why the breakpoint may never be hit; nil if there is no reason, for catchpoints, and if it can't be checked now.
  ///
  /// A target accepts a breakpoint at any address, so this is the only warning about a wrong
  /// address.
  public func doubt(about breakpoint: Breakpoint) throws -> BreakpointDoubt? {
    guard case .code(let place) = breakpoint.kind else { return nil }
    return try doubt(about: place)
  }

  /// The same for a place where there is no breakpoint yet.
  public func doubt(about place: CodeLocation) throws -> BreakpointDoubt? {
    for address in place.addresses {
      if let doubt = try doubt(aboutCodeAt: address, in: place.space) { return doubt }
    }
    return nil
  }

  private func doubt(
    aboutCodeAt address: UInt64, in owned: AddressSpace
  ) throws -> BreakpointDoubt? {
    guard try memory.canLook(at: owned) else { return nil }
    if let owner = owned.owner, let reason = try memory.absence(of: owner) {
      return .ownerIsAway(reason: reason)
    }
    // The hypervisor's memory is the same for each CPU, as far as that matters here.
    let space = owned.kind == .hypervisor ? .hypervisor : owned
    // Not past the page: the next one may not be mapped yet.
    let byteCount = min(Self.comparedByteCount, 4096 - Int(address % 4096))
    let expected = modules.of(space)?.contents(at: address, byteCount: byteCount)
    let wanted = expected?.bytes ?? []
    let found: [UInt8]
    do {
      found = try memory.read(space, address, byteCount: max(wanted.count, 1))
    } catch is DebugError {
      return .nothingMapped(space, address)
    }
    guard let expected, !wanted.isEmpty else { return nil }
    // A running kernel may have patched some of its instructions.
    let equalCount = zip(wanted, found).count { $0 == $1 }
    return equalCount * 2 < wanted.count
      ? .otherContents(space, address, path: expected.path) : nil
  }

  private static let comparedByteCount = 64
}
