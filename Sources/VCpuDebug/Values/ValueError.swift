/// Why a value can't be read, or something can't be done with it.
enum ValueError: Error, Equatable, CustomStringConvertible {
  /// The compiler removed it.
  case optimizedOut
  /// The compiler removed the pointer, and only what it pointed at is known.
  case syntheticPointer
  /// The type has no such member.
  case noMember(String, type: String)
  /// The operation needs another kind of type.
  case notStructure(type: String)
  case notPointer(type: String)
  case notArray(type: String)
  case notScalar(type: String)
  /// The type has no size: it is only declared, or void.
  case incomplete(type: String)
  /// More bytes than are read at once.
  case tooLarge(byteCount: UInt64)
  /// It isn't in memory, so it has no address.
  case noAddress
  /// It can't be written: it is in no place.
  case notWritable
  /// The location has fewer bytes than the type.
  case partlyMissing

  var description: String {
    switch self {
    case .optimizedOut: "the value was optimized out"
    case .syntheticPointer: "the pointer was optimized out; only what it points at is known"
    case .noMember(let name, let type): "There is no member named \(name) in \(type)."
    case .notStructure(let type): "\(type) isn't a structure or union."
    case .notPointer(let type): "\(type) isn't a pointer."
    case .notArray(let type): "\(type) isn't an array or a pointer."
    case .notScalar(let type): "\(type) isn't a number."
    case .incomplete(let type): "The size of \(type) isn't known."
    case .tooLarge(let count): "\(count) bytes are too many for one value."
    case .noAddress: "The value isn't in memory: it has no address."
    case .notWritable: "The value isn't in memory or in a register: it can't be changed."
    case .partlyMissing: "a part of the value isn't described"
    }
  }
}
