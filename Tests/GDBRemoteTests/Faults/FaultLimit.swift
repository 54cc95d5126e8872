@testable import GDBRemote

/// A fault that makes a wrong value look right at this end of the wire, whatever the client does.
///
/// Only these wrong values are excused; such a session must end in time like any other.
struct FaultLimit {
  var reason: String
  private var matches: (FaultStub, WireItem, WireFault, Violation) -> Bool

  func covers(
    _ stub: FaultStub, _ item: WireItem, _ fault: WireFault, _ violation: Violation
  ) -> Bool {
    let isExcusable =
      violation.kind == .wrongValue || fault.isFlood && [.late, .stuck].contains(violation.kind)
    return isExcusable && matches(stub, item, fault, violation)
  }

  nonisolated(unsafe) static let all = [
    FaultLimit("answers of one shape, several requests under way, out of order") {
      stub, _, fault, violation in
      guard case .delay = fault else { return false }
      return stub == .qemu && violation.step == "batch"
    },
    FaultLimit("an answer that comes after two later ones") { _, _, fault, _ in
      if case .delay(let packets, isBefore: false) = fault { packets > 1 } else { false }
    },
    FaultLimit("a copy after the next request, and nobody acknowledges") { stub, _, fault, _ in
      stub == .unacknowledged && fault == .again
    },
    FaultLimit("answers forever, and nobody acknowledges") { stub, _, fault, _ in
      guard stub == .unacknowledged, case .flood(let bytes) = fault else { return false }
      return bytes.first == UInt8(ascii: "$") && bytes.count > 1
    },
    FaultLimit("memory of one byte, which is zero") { _, item, fault, violation in
      fault == .replace(WireFault.packet("00"))
        && (violation.step.hasPrefix("memory") || violation.step == "batch")
    },
    FaultLimit("a stub that has no list of threads, or ends it early") { _, _, fault, violation in
      violation.step == "threads"
        && (fault == .replace(WireFault.packet("")) || fault == .replace(WireFault.packet("l")))
    },
    FaultLimit("output that is lost, comes twice or was changed") { _, item, fault, violation in
      guard violation.step == "monitor" else { return false }
      switch fault {
      case .drop, .double, .again, .shorten, .lengthen, .delay, .corrupt(.start), .corrupt(.hash),
        .flood:
        return true
      case .replace(let bytes):
        // An answer in digits may also be output.
        return item.bytes.starts(with: Array("$O6".utf8))
          || item.bytes.starts(with: Array("$O7".utf8))
          || bytes == WireFault.packet("00")
      case .precede(let bytes): return bytes == WireFault.packet("O68690a")
      default: return false
      }
    },
    FaultLimit("the text of a description that was changed") { _, item, fault, _ in
      fault == .lengthen && item.bytes.starts(with: Array("$m".utf8))
    },
    FaultLimit("a request that has effects, and was rejected though it was carried out") {
      _, item, fault, violation in
      item.kind == .acknowledgement && fault == .replace([UInt8(ascii: "-")])
        && ["monitor", "threads"].contains(violation.step)
    },
  ]

  private init(
    _ reason: String, _ matches: @escaping (FaultStub, WireItem, WireFault, Violation) -> Bool
  ) {
    self.reason = reason
    self.matches = matches
  }
}

extension WireFault {
  fileprivate var isFlood: Bool {
    switch self {
    case .flood, .endlessPacket: true
    default: false
    }
  }
}
