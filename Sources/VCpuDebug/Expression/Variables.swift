/// The variables of a person, `$name`, and the history of the values that were printed: `$1`, `$`, `$$`, `$$3`.
///
/// They belong to who opens sessions, and outlast each. By themselves they are what an expression without a target can
/// name.
public final class Variables {
  private var values: [String: Value] = [:]
  /// The values that were printed, the first one first.
  public private(set) var history: [Value] = []

  /// No variables, and an empty history.
  public init() {}

  /// A variable, by its name without the `$`; nil until it is set.
  public subscript(name: String) -> Value? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// The names without the `$`, in alphabetical order.
  public var names: [String] { values.keys.sorted() }

  /// Adds a value to the history.
  ///
  /// - Returns: its number: `$1` is the first.
  @discardableResult
  public func record(_ value: Value) -> Int {
    history.append(value)
    return history.count
  }

  /// A value of the history; nil for a place that it does not have.
  public subscript(place: HistoryPlace) -> Value? {
    let index =
      switch place {
      case .number(let number): number - 1
      case .last(let distance): history.count - 1 - distance
      }
    return history.indices.contains(index) ? history[index] : nil
  }
}

/// Which of the values that were printed.
public enum HistoryPlace: Equatable, Sendable {
  /// `$3`: the third.
  case number(Int)
  /// `$` for 0, the last; `$$` for 1, the one before; `$$5` for 5.
  case last(Int)

  /// As it is typed.
  var text: String {
    switch self {
    case .number(let number): "$\(number)"
    case .last(0): "$"
    case .last(1): "$$"
    case .last(let distance): "$$\(distance)"
    }
  }
}

extension Variables: ExpressionResolver {
  /// Themselves.
  public var variables: Variables { self }
  /// There are none without a target.
  public func register(_ path: [String]) -> Value? { nil }
  /// There are none without a target.
  public func hasRegister(_ path: [String]) -> Bool { false }
  /// There are none without a target.
  public func word(_ name: String) -> Value? { nil }
  /// There are none without a target.
  public func address(ofSymbol name: String) -> Value? { nil }
  /// There is none without a target.
  public func load(at address: Value, byteCount: Int?) throws -> UInt64 {
    throw DebugError.detached
  }
}
