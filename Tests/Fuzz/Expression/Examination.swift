import VCpuDebug

/// The checks that any text must pass.
struct Examination {
  private let text: String
  private let target = Target()

  init(_ text: String) { self.text = text }

  /// Why a check fails; nil if all pass.
  func check(_ tally: inout Tally) -> String? {
    let evaluation: Evaluation
    do {
      evaluation = try Evaluation(parsing: text, isWord: { target.word($0) != nil })
    } catch {
      tally.rejected += 1
      return reason(against: error)
    }
    tally.parsed += 1
    switch evaluation {
    case .expression(let expression): return check(expression, &tally)
    case .assignment(let assignment):
      tally.assigned += 1
      let parts: [Expression] =
        switch assignment.target {
        case .memory(let address, _), .place(let address), .object(let address): [address]
        case .slice(_, let high, let low, _): [high] + (low.map { [$0] } ?? [])
        case .register: []
        }
      for part in parts {
        if let reason = check(part, &tally) { return reason }
      }
      return check(assignment.value, &tally)
    }
  }

  private func check(_ expression: Expression, _ tally: inout Tally) -> String? {
    let text = expression.description
    guard let again = try? target.parse(text), again.description == text else {
      return "its text '\(text)' is another expression"
    }
    _ = expression.doubts(with: target)
    let parts = expression.explanation(with: target).map(\.text)
    guard Set(parts).count == parts.count else { return "a part is shown twice" }
    let isKnown: Bool
    do {
      try expression.check(with: target)
      isKnown = true
    } catch {
      isKnown = false
      if let reason = (error as? ExpressionError).flatMap({ reason(against: $0) }) { return reason }
    }
    do {
      let value = try expression.evaluated(with: target)
      tally.evaluated += 1
      guard try again.evaluated(with: target) == value else {
        return "its text '\(text)' has another value"
      }
    } catch let error as ExpressionError {
      switch error.code {
      case .unknownName, .unknownRegister, .notInHistory, .notASymbol:
        if isKnown { return "a name that was checked is not known: \(error)" }
      default: break
      }
      return reason(against: error)
    } catch {}
    return nil
  }

  /// An error must have a message, and be at a place in the text.
  private func reason(against error: ExpressionError) -> String? {
    if error.description.isEmpty { return "an error without a message" }
    return 1...text.count + 1 ~= error.column ? nil : "an error at column \(error.column)"
  }
}

/// A target with a few names, whose memory reads as its address.
private struct Target: ExpressionResolver {
  struct Unreadable: Error {}

  let variables: Variables

  init() {
    variables = Variables()
    variables["n"] = Value(signed: -7)
    variables["s"] = Value(200, type: .uint8)
    for number in [Int64.min, -1, 0, 3] { variables.record(Value(signed: number)) }
  }

  private static let registers: [String: UInt64] = [
    "x0": 0x8000_0000_0000_0005, "esr.ec": 0x16, "exit.kind": 4,
  ]

  func register(_ path: [String]) -> Value? {
    Self.registers[path.joined(separator: ".")].map { Value($0) }
  }
  func hasRegister(_ path: [String]) -> Bool { register(path) != nil }
  func word(_ name: String) -> Value? {
    ["hvc", "mmio", "mmio-write"].firstIndex(of: name).map {
      Value(UInt64($0), displayType: .word(name))
    }
  }
  func address(ofSymbol name: String) -> Value? {
    name == "main" ? Value(0x4000, addressSpace: .hypervisor, displayType: .address) : nil
  }
  func load(at address: Value, byteCount: Int?) throws -> UInt64 {
    guard address.bits & 0xff != 0xbd else { throw Unreadable() }
    return address.bits & UInt64.max >> UInt64(64 - (byteCount ?? 8) * 8)
  }
}
