/// The user's variables, `$name`, and the history of printed values: `$1`, `$`, `$$`, `$$3`.
///
/// They belong to the owner of the sessions, and outlast each session. Without a target they are all that an
/// expression can use.
public final class Variables {
  private var values: [String: Value] = [:]
  /// The values that were printed, in order.
  public private(set) var history: [Value] = []

  /// Creates an empty set of variables, and an empty history.
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

  /// A value of the history, or nil if there is none at that place.
  public subscript(place: HistoryPlace) -> Value? {
    let index =
      switch place {
      case .number(let number): number - 1
      case .last(let distance): history.count - 1 - distance
      }
    return history.indices.contains(index) ? history[index] : nil
  }
}

/// A place in the history of printed values.
public enum HistoryPlace: Equatable, Sendable {
  /// `$3`: the third.
  case number(Int)
  /// `$` for 0, the last; `$$` for 1, the one before; `$$5` for 5.
  case last(Int)

  /// The text as typed.
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
  /// These variables.
  public var variables: Variables { self }
  /// Without a target there are no registers.
  public func register(_ path: [String]) -> Value? { nil }
  /// Without a target there are no registers.
  public func hasRegister(_ path: [String]) -> Bool { false }
  /// Without a target there are no words.
  public func word(_ name: String) -> Value? { nil }
  /// Without a target there are no symbols.
  public func address(ofSymbol name: String) -> Value? { nil }
  /// Without a target there is no memory.
  public func load(at address: Value, byteCount: Int?) throws -> UInt64 {
    throw DebugError.detached
  }
}
