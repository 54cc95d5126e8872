/// A condition in bytecode that a stub can evaluate, so that the target stops only when it holds.
///
/// A small stack machine works on 64-bit values. Build an expression from its leaves:
/// `AgentExpression.register(0).equals(.constant(5))`. It ends with the value on top of the stack,
/// and a condition holds when that value isn't zero.
///
/// Source: GDB manual, The GDB Agent Expression Mechanism ("Bytecode Descriptions"). Operands are
/// big-endian, whatever the target's byte order.
public struct AgentExpression: Hashable, Sendable {
  /// The bytecode, without the `end`.
  private var code: [UInt8]

  private init(_ code: [UInt8]) { self.code = code }

  /// The bytecode with the `end`, as packets carry it.
  public var bytes: [UInt8] { code + [0x27] }

  // MARK: Leaves

  /// A number.
  public static func constant(_ value: UInt64) -> AgentExpression {
    switch value {
    case 0...0xff: AgentExpression([0x22] + bigEndian(value, 1))
    case 0...0xffff: AgentExpression([0x23] + bigEndian(value, 2))
    case 0...0xffff_ffff: AgentExpression([0x24] + bigEndian(value, 4))
    default: AgentExpression([0x25] + bigEndian(value, 8))
    }
  }

  /// The value of the register with a number below 65536.
  public static func register(_ number: Int) -> AgentExpression {
    precondition(0...0xffff ~= number, "a register number in an agent expression has 16 bits")
    return AgentExpression([0x26] + bigEndian(UInt64(number), 2))
  }

  /// 1, 2, 4 or 8 bytes of memory as an unsigned number in the target's byte order.
  public static func memory(at address: AgentExpression, byteCount: Int) -> AgentExpression {
    precondition([1, 2, 4, 8].contains(byteCount), "memory is read 1, 2, 4 or 8 bytes at a time")
    return AgentExpression(address.code + [0x17 + UInt8(byteCount.trailingZeroBitCount)])
  }

  // MARK: Operators

  /// The sum.
  public func plus(_ other: AgentExpression) -> AgentExpression { joined(other, 0x02) }
  /// The difference.
  public func minus(_ other: AgentExpression) -> AgentExpression { joined(other, 0x03) }
  /// The product.
  public func times(_ other: AgentExpression) -> AgentExpression { joined(other, 0x04) }
  /// The bits that are set in both.
  public func and(_ other: AgentExpression) -> AgentExpression { joined(other, 0x0f) }
  /// The bits that are set in either.
  public func or(_ other: AgentExpression) -> AgentExpression { joined(other, 0x10) }
  /// The bits in which they differ.
  public func exclusiveOr(_ other: AgentExpression) -> AgentExpression { joined(other, 0x11) }
  /// Shifted to the left.
  public func shiftedLeft(_ other: AgentExpression) -> AgentExpression { joined(other, 0x09) }
  /// Shifted to the right; zeros come in.
  public func shiftedRight(_ other: AgentExpression) -> AgentExpression { joined(other, 0x0b) }
  /// 1 if they are equal, 0 otherwise.
  public func equals(_ other: AgentExpression) -> AgentExpression { joined(other, 0x13) }
  /// 1 if this is less, both unsigned; 0 otherwise.
  public func isLess(than other: AgentExpression) -> AgentExpression { joined(other, 0x15) }
  /// 1 if this is less, both signed; 0 otherwise.
  public func isLessSigned(than other: AgentExpression) -> AgentExpression { joined(other, 0x14) }
  /// 1 if this is zero, 0 otherwise.
  public var negated: AgentExpression { AgentExpression(code + [0x0e]) }

  private func joined(_ other: AgentExpression, _ operation: UInt8) -> AgentExpression {
    AgentExpression(code + other.code + [operation])
  }

  private static func bigEndian(_ value: UInt64, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (byteCount - 1 - $0))) }
  }
}
