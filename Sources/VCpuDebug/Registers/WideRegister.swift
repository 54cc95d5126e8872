public import GDBRemote

/// A register with more than 64 bits, or the named low bits of a wider one: `$v0` of `z0`.
public struct WideRegister: Equatable, Sendable {
  /// The name by which it is shown.
  public let name: String
  /// The width in bits.
  public let bitWidth: Int
  /// The target's register that holds the bits.
  public let source: RegisterDescription

  /// How many bytes the register has.
  public var byteCount: Int { bitWidth / 8 }
}

/// A part of a wide register: its elements, and where they are.
struct RegisterElements {
  /// The name of the elements: `v0.d`.
  let name: String
  /// The elements, the lowest first.
  let values: [TypedValue]

  /// The element at an index.
  ///
  /// - Parameter typed: its name as typed, for the error.
  func element(_ index: UInt64, named typed: String) throws -> TypedValue {
    guard index < UInt64(values.count) else {
      throw DebugError.notReadable(typed, reason: "its elements are 0 to \(values.count - 1)")
    }
    return values[Int(index)]
  }
}

extension TypedValue {
  /// The views of only the low bits: as many elements of each vector as fit.
  func lowBits(_ width: Int) -> TypedValue {
    guard bitWidth > width else { return self }
    var low = self
    low.bitWidth = width
    switch content {
    case .union(let views):
      low.content = .union(
        views.map { view in
          var view = view
          view.value = view.value.lowBits(width)
          return view
        })
    case .vector(let elements):
      let count = elements.first.map { width / max($0.bitWidth, 1) } ?? 0
      low.content = .vector(Array(elements.prefix(count)))
    default: break
    }
    return low
  }
}
