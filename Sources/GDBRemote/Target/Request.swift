/// A request to a stopped target, which can be sent together with others.
public enum Request: Equatable, Sendable {
  /// All registers of a `g` packet.
  case generalRegisters
  /// One register.
  case register(RegisterDescription)
  /// Write a register, in raw bytes. A write that a stub only pretends to do is not noticed.
  case writeRegister(RegisterDescription, [UInt8])
  /// Some memory.
  case memory(at: UInt64, byteCount: Int)
  /// Write some memory.
  case writeMemory(at: UInt64, [UInt8])
}

/// The result of a request.
public enum Response: Equatable, Sendable {
  /// The values for `Request.generalRegisters`.
  case generalRegisters(GeneralRegisters)
  /// The raw bytes of a register or of memory.
  case bytes([UInt8])
  /// The write was done, according to the stub.
  case done
  /// The request could not be carried out. The others are not affected.
  case failed(RemoteError)

  /// The bytes of a register or of memory.
  public func bytes() throws(RemoteError) -> [UInt8] {
    switch self {
    case .bytes(let bytes): return bytes
    case .failed(let error): throw error
    case .generalRegisters(let registers): return registers.bytes
    case .done: return []
    }
  }

  /// The values for `Request.generalRegisters`.
  public func generalRegisters() throws(RemoteError) -> GeneralRegisters {
    switch self {
    case .generalRegisters(let registers): return registers
    case .failed(let error): throw error
    case .bytes, .done:
      throw RemoteError(.protocolViolation, "the request was not for the general registers")
    }
  }

  /// Throws if the request could not be carried out.
  public func check() throws(RemoteError) {
    if case .failed(let error) = self { throw error }
  }
}
