internal import GDBRemote

/// Several registers at once.
extension TargetAccess {
  /// Requests for registers by name; nil if the target lacks one.
  func requests(_ names: [String]) -> [Request]? {
    var requests: [Request] = []
    for name in names {
      guard let register = target.registers[name] else { return nil }
      requests.append(.register(register))
    }
    return requests
  }

  /// The values of registers by name, from the answers to `requests`; nil if one was not answered.
  func values(_ names: [String], _ responses: ArraySlice<Response>) -> [String: UInt64]? {
    guard responses.count == names.count else { return nil }
    var values: [String: UInt64] = [:]
    for (name, response) in zip(names, responses) {
      guard let bytes = try? response.bytes(), let value = byteOrders.registers.integer(bytes)
      else {
        return nil
      }
      values[name] = value
    }
    return values
  }

  /// The values of registers by name, in one round trip.
  func read(_ names: [String]) throws -> [String: UInt64] {
    Dictionary(uniqueKeysWithValues: zip(names, try readRegisters(names)))
  }
}
