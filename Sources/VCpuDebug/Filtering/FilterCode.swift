internal import ArmVCpu

/// The part of a program that pushes the value of an expression, and what is known about that value.
struct FilterCode {
  /// What errors about a mix of address spaces depend on.
  struct Place: Hashable {
    var space: AddressSpace?
    /// Whether it is an address, of a known space or not.
    var isAddress: Bool

    static let number = Place(space: nil, isAddress: false)
  }

  var words: [UInt64] = []
  var type = IntegerType.uint64
  /// What the value may be: a condition may have two.
  var places: Set<Place> = [.number]
  /// Whether it is 0 or 1.
  var isBoolean = false
  /// The value if it is known.
  var constant: Value?

  /// A value that depends on the exit.
  init(_ words: [FilterWord], type: IntegerType = .uint64, place: Place = .number) {
    self.words = words.map(\.rawValue)
    self.type = type
    places = [place]
  }

  /// A known value.
  init(constant value: Value) {
    if let immediate = Int32(exactly: Int64(bitPattern: value.bits)) {
      words = [FilterWord(.constant, immediate: immediate).rawValue]
    } else {
      words = [FilterWord(.wideConstant).rawValue, value.bits]
    }
    type = value.type
    places = [Place(value)]
    isBoolean = value.bits <= 1
    constant = value
  }

  mutating func append(
    _ operation: FilterOperation, a: UInt8 = 0, b: UInt8 = 0, immediate: Int = 0
  ) {
    // Longer programs are refused anyway.
    let distance = Int32(clamping: immediate)
    words.append(FilterWord(operation, a: a, b: b, immediate: distance).rawValue)
  }

  /// An operation on the value, with another value of the same type or one of those given.
  func then(
    _ operation: FilterOperation, a: UInt8 = 0, b: UInt8 = 0, type: IntegerType = .uint64,
    place: Place = .number
  ) -> FilterCode {
    var code = self
    code.append(operation, a: a, b: b)
    code.type = type
    code.places = [place]
    code.isBoolean = false
    code.constant = nil
    return code
  }

  /// 0 or 1, in the language's type of truth.
  var asBoolean: FilterCode {
    var code = self
    if !isBoolean { code.append(.boolean) }
    return code.with(type: .int64, isBoolean: true)
  }

  /// A number with the same words.
  func with(type: IntegerType, isBoolean: Bool = false) -> FilterCode {
    var code = self
    code.type = type
    code.places = [.number]
    code.isBoolean = isBoolean
    code.constant = nil
    return code
  }

  /// The code of a register's bits.
  func bits(_ high: UInt8, _ low: UInt8) -> FilterCode {
    var code = then(.bits, a: high, b: low)
    code.isBoolean = high == low
    return code
  }
}

extension FilterCode.Place {
  init(_ value: Value) {
    space = value.addressSpace
    isAddress = value.displayType == .address || value.addressSpace != nil
  }
}
