extension ProgramValue {
  /// The value as another type, as C's casts do: numbers, pointers and enumerations by their value, an array as a
  /// pointer to its first element. Anything else only to a type of the same size, by its bytes.
  func cast(to target: DebugType) throws -> ProgramValue {
    let from = type.stripped
    let to = target.stripped
    if case .array = from.kind, to.isScalar, let address {
      return ProgramValue(type: target, integer: address, scope: scope)
    }
    if from.isScalar, to.isScalar {
      guard let size = to.byteCount, size <= 16 else {
        throw ValueError.incomplete(type: target.name)
      }
      if to.isFloat {
        let number =
          from.isFloat
          ? try float()
          : from.isSigned
            ? Double(Int64(bitPattern: try integer())) : Double(try integer())
        let bits = LocationValue.floatBits(number, byteCount: Int(size))
        return ProgramValue(type: target, integer: bits, scope: scope)
      }
      let number: UInt64 =
        if from.isFloat {
          LocationValue(try float().bitPattern, kind: .float(byteCount: 8), layout: layout)
            .converted(to: .signed(byteCount: 8), layout: layout).bits
        } else { try integer() }
      if case .base(let base) = to.kind, base.encoding == .boolean {
        return ProgramValue(type: target, integer: number == 0 ? 0 : 1, scope: scope)
      }
      return ProgramValue(type: target, integer: number, scope: scope)
    }
    guard let size = to.byteCount, size == (try byteCount()), bits == nil else {
      throw ValueError.notScalar(type: type.name)
    }
    return ProgramValue(type: target, storage: storage, scope: scope, loaded: loadedBytes)
  }
}
