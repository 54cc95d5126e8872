@testable import GDBRemote

/// A fault that makes a wrong value look right at this end of the wire, whatever the client does.
///
/// Only wrong values are excused, and only those; such a session has to end in time as any other.
struct FaultLimit {
  var reason: String
  private var matches: (FaultStub, WireItem, WireFault, Violation) -> Bool

  func covers(
    _ stub: FaultStub, _ item: WireItem, _ fault: WireFault, _ violation: Violation
  ) -> Bool {
    violation.kind == .wrongValue && matches(stub, item, fault, violation)
  }

  nonisolated(unsafe) static let all = [
    FaultLimit(reason: "answers of one shape, several requests under way, out of order") {
      stub, _, fault, violation in
      guard case .delay = fault else { return false }
      return stub == .qemu && violation.step == "batch"
    },
    FaultLimit(reason: "an answer that comes after two later ones") { _, _, fault, _ in
      if case .delay(let packets, isBefore: false) = fault { packets > 1 } else { false }
    },
    FaultLimit(reason: "a copy behind the next request, and nobody acknowledges") {
      stub, _, fault, _ in
      stub == .unacknowledged && fault == .again
    },
    FaultLimit(reason: "output packets that are lost, come twice or were changed") {
      _, item, fault, violation in
      guard violation.step == "monitor", item.bytes.starts(with: Array("$O".utf8)) else {
        return false
      }
      switch fault {
      case .drop, .double, .again, .lengthen, .delay, .corrupt(.start), .corrupt(.hash): return true
      case .flood: return true
      default: return false
      }
    },
    FaultLimit(reason: "the text of a description that was changed") { _, item, fault, _ in
      fault == .lengthen && item.bytes.starts(with: Array("$m".utf8))
    },
    FaultLimit(reason: "a request that has effects, and was rejected though it was carried out") {
      _, item, fault, violation in
      item.kind == .acknowledgement && fault == .replace([UInt8(ascii: "-")])
        && ["monitor", "threads"].contains(violation.step)
    },
  ]

  private init(
    reason: String, _ matches: @escaping (FaultStub, WireItem, WireFault, Violation) -> Bool
  ) {
    self.reason = reason
    self.matches = matches
  }
}
